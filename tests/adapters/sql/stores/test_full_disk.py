"""A disk that fills up under the third of five calls that share a commit, or at the COMMIT itself."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.application.errors import StoreUnavailableError
from app.application.ports.store import UnitOfWork
from tests.adapters.sql.driver import ask
from tests.adapters.sql.stores.test_group_commit import Bench, add, bench
from tests.contracts.builders import a_ticket, an_id

__all__ = ["bench"]

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

TIMES = 100
ROOM = 1_600_000
"""Bytes for four small tickets, and for nothing near a long one."""
LONG = "долго " * 400_000
EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
SMALL_CACHE = "PRAGMA cache_size = -200"
"""What does not fit into the cache is written to the log before COMMIT, so the disk is full under a call."""


@contextmanager
def no_longer_than(size: int) -> Iterator[None]:
    """Let the kernel refuse to write behind this place of any file (EFBIG), as a full disk does."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def no_more_pages(bench: Bench) -> Iterator[None]:
    """Let SQLite refuse to make the database longer (SQLITE_FULL)."""

    def pages(name: str) -> int:
        return int(ask(bench.uow, f"PRAGMA {name}"))

    pages(f"max_page_count = {pages('page_count') + ROOM // 4_096}")
    yield
    pages("max_page_count = 1000000")


def log_of(database: Path) -> int:
    return database.with_name(f"{database.name}-wal").stat().st_size


def add_a_long_one(uow: UnitOfWork) -> None:
    uow.tickets.add(a_ticket(999, text=LONG), ())


@pytest.mark.parametrize("how", ["the file may not grow", "the database may not grow"])
async def test_a_disk_that_fills_up_under_the_third_of_five_fails_it_alone(bench: Bench, how: str) -> None:
    ask(bench.uow, SMALL_CACHE)
    for turn in range(TIMES):
        first = 1_000 + 4 * turn
        works = [add(first), add(first + 1), add_a_long_one, add(first + 2), add(first + 3)]
        ask(bench.uow, EMPTY_LOG)
        full = no_longer_than(ROOM) if "file" in how else no_more_pages(bench)
        before = bench.tickets()
        with full:
            results = bench.run(*works)
        assert isinstance(results.pop(2), StoreUnavailableError)
        assert results == list(range(first, first + 4))
        assert bench.tickets() == [*before, *(an_id(number) for number in results)]
    assert bench.run(add_a_long_one) == [None]
    assert ask(bench.uow, "PRAGMA integrity_check") == "ok"


async def test_a_disk_that_is_full_at_commit_fails_all_five_and_changes_nothing(
    bench: Bench, database: Path
) -> None:
    works = [add(number) for number in range(1, 6)]
    bench.run(add(100))
    for _ in range(TIMES):
        with no_longer_than(log_of(database)):
            assert all(isinstance(result, StoreUnavailableError) for result in bench.run(*works))
        assert bench.tickets() == [an_id(100)]
    assert bench.run(*works) == [1, 2, 3, 4, 5]
    with sqlite3.connect(database) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    other.close()
