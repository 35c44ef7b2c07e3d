"""What every store promises of searches: a limit, turns by key, and nobody else waits."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from app.adapters.sql.engines.sqlite import SqliteDriver
from app.adapters.sql.stores import searches
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import SearchTooSlowError
from app.application.ports.store import UnitOfWork
from tests.contracts.builders import AGENCY, a_customer
from tests.contracts.conftest import AnyStore
from tests.fakes.memory_store import MemoryStore

pytestmark = pytest.mark.anyio

LONG = 60.0
PATIENCE = 5.0
"""Less than the time after which a store gives up a read."""

NAP = 0.005
NAPS = (
    "WITH RECURSIVE naps (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM naps WHERE i < ? AND nap(?) IS NULL) "
    "SELECT max(i) FROM naps"
)
Work = Callable[[UnitOfWork], str]


def taking(seconds: float, name: str = "") -> Work:
    """Give a search that takes so long in the database."""

    def work(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        driver = uow.connection._driver
        if isinstance(driver, SqliteDriver):
            driver._connection.create_function("nap", 1, time.sleep)
            driver.fetch(NAPS, (seconds / NAP, NAP))
        else:
            driver.fetch("SELECT pg_sleep($1)", (seconds,))
        return name

    return work


def look(uow: UnitOfWork) -> Any:
    return uow.customers.get(AGENCY)


@pytest.fixture(autouse=True)
def _looks_at_the_clock_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.sql.stores.sqlite.STEPS", 1)


@pytest.fixture
def slow(store: AnyStore) -> AnyStore:
    if isinstance(store, MemoryStore):
        pytest.skip("nothing is slow in memory")
    return store


def limit(monkeypatch: pytest.MonkeyPatch, seconds: float, quick: float = 0.05) -> None:
    monkeypatch.setattr(searches, "SEARCH_SECONDS", seconds)
    monkeypatch.setattr(searches, "QUICK_SECONDS", quick)


async def test_a_search_gives_what_its_work_gives(store: AnyStore) -> None:
    assert await store.search(look, "key") == a_customer()


async def test_a_failure_of_a_search_comes_back_and_the_next_one_runs(store: AnyStore) -> None:
    def fail(uow: UnitOfWork) -> None:
        raise ValueError

    for _ in range(3):
        with pytest.raises(ValueError):  # noqa: PT011 - it says nothing
            await store.search(fail, "key")
    assert await store.search(look, "key") == a_customer()


async def test_a_search_is_cut_at_the_limit_and_the_store_goes_on(
    slow: AnyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 0.4)
    for _ in range(3):
        with pytest.raises(SearchTooSlowError):
            await slow.search(taking(LONG), "key")
        assert await slow.search(look, "key") == a_customer()
        assert await slow.read(look) == a_customer()


async def test_searches_that_wait_behind_a_slow_one_are_cut_too(
    slow: AnyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 0.5, quick=0.01)
    cut = await asyncio.gather(*(slow.search(taking(LONG), "key") for _ in range(16)), return_exceptions=True)
    assert {type(each) for each in cut} == {SearchTooSlowError}
    assert await slow.search(look, "key") == a_customer()


async def test_two_slow_searches_of_a_key_at_once_are_both_answered(
    slow: AnyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, LONG)
    calls = [slow.search(taking(0.2, name), "key") for name in "ab"]
    assert await asyncio.gather(*calls) == ["a", "b"]


async def test_neither_reads_nor_probes_nor_quick_searches_wait_for_slow_ones(
    slow: AnyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, LONG)
    attack = [asyncio.ensure_future(slow.search(taking(LONG), "key")) for _ in range(16)]
    await asyncio.sleep(0.2)
    for _ in range(3):
        assert await slow.read(look) == a_customer()
        assert all((await slow.check()).values())
        assert await slow.search(look, "other") == a_customer()
        assert await slow.write(look) == a_customer()
    assert not any(call.done() for call in attack)
    for call in attack:
        call.cancel()
    assert {type(each) for each in await asyncio.gather(*attack, return_exceptions=True)} == {
        asyncio.CancelledError
    }
    assert await slow.search(taking(0.1, "next"), "key") == "next"


async def test_neither_reads_nor_probes_wait_for_first_attempts_of_many_keys(
    slow: AnyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, LONG, quick=LONG)
    attack = [asyncio.ensure_future(slow.search(taking(LONG), f"key {each}")) for each in range(40)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(PATIENCE):
        for _ in range(3):
            assert await slow.read(look) == a_customer()
            assert all((await slow.check()).values())
            assert await slow.write(look) == a_customer()
    assert not any(call.done() for call in attack)
    for call in attack:
        call.cancel()
    await asyncio.gather(*attack, return_exceptions=True)
    assert await slow.search(look, "other") == a_customer()


async def test_quick_searches_of_many_keys_are_all_answered(store: AnyStore) -> None:
    found = await asyncio.gather(*(store.search(look, f"key {each}") for each in range(40)))
    assert found == [a_customer()] * 40


async def test_more_searches_of_a_key_than_may_wait_fail_at_once(
    slow: AnyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, LONG, quick=LONG)
    waiting = [asyncio.ensure_future(slow.search(taking(LONG), "key")) for _ in range(searches.WAITING + 1)]
    await asyncio.sleep(0)
    with pytest.raises(SearchTooSlowError):
        await slow.search(look, "key")
    for call in waiting:
        call.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await slow.search(look, "key") == a_customer()
