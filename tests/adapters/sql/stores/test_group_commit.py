"""Many calls, one transaction: what is acknowledged, and what happens when the transaction breaks."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.adapters.sql.engines import sqlite
from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect_sqlite import SQLITE
from app.adapters.sql.engines.sqlite import SqliteDriver, sqlite_engine
from app.adapters.sql.repositories.calendar import CalendarSource
from app.adapters.sql.stores.calls import PendingCall
from app.adapters.sql.stores.group_commit import GroupCommit
from app.adapters.sql.stores.sqlite import SqliteStore
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.vocabulary import Status
from tests.adapters.sql.driver import ask, driver_of
from tests.contracts.builders import AGENCY, a_ticket, add_agencies, an_id

pytestmark = pytest.mark.anyio

Work = Callable[[SqlUnitOfWork], Any]


class RefusedError(Exception):
    """A refusal of a use case."""


class FailingCommit:
    """A connection whose next COMMIT fails with the error that is set; the rest is real."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self.error: sqlite3.Error | None = None

    def execute(self, statement: str) -> None:
        if statement == "COMMIT" and self.error is not None:
            error, self.error = self.error, None
            raise error
        self._driver.execute(statement)

    @property
    def in_transaction(self) -> bool:
        return self._driver.in_transaction

    @property
    def total_changes(self) -> int:
        return self._driver.total_changes


class Bench:
    """A group commit without its thread."""

    def __init__(self, driver: sqlite3.Connection, uow: SqlUnitOfWork) -> None:
        self.driver = FailingCommit(driver)
        self.uow = uow
        self.commits = GroupCommit(self.driver, uow)  # type: ignore[arg-type]

    def run(self, *works: Work) -> list[Any]:
        """Run a batch and give what each caller is given: a result or an error."""
        calls = [PendingCall.to(work) for work in works]
        self.commits.run(calls)
        return [call.result if call.error is None else call.error for call in calls]

    def tickets(self) -> list[str]:
        return [row[0] for row in driver_of(self.uow).execute("SELECT id FROM tickets ORDER BY id")]


@pytest.fixture
def bench(database: Path, calendar: WorkCalendar) -> Iterator[Bench]:
    with sqlite_engine(database).connect() as connection:
        opened = SqlConnection(SqliteDriver(sqlite.driver_of(connection)), connection.dialect)
        uow = SqlUnitOfWork(opened, SQLITE, CalendarSource(calendar))
        add_agencies(uow)
        yield Bench(driver_of(uow), uow)


def add(number: int) -> Callable[[UnitOfWork], int]:
    def work(uow: UnitOfWork) -> int:
        uow.tickets.add(a_ticket(number), ("слово",))
        return number

    return work


def refuse(uow: UnitOfWork) -> None:
    uow.tickets.add(a_ticket(99), ())
    raise RefusedError


def vanish(uow: SqlUnitOfWork) -> None:
    """Lose the transaction, as SQLite does on a full disk."""
    driver_of(uow).execute("ROLLBACK")
    raise RefusedError


def is_unavailable(result: Any) -> bool:
    return isinstance(result, StoreUnavailableError)


async def test_a_failing_member_is_undone_alone(bench: Bench) -> None:
    results = bench.run(add(1), refuse, add(2))
    assert results[0] == 1
    assert isinstance(results[1], RefusedError)
    assert results[2] == 2
    assert bench.tickets() == [an_id(1), an_id(2)]


async def test_what_a_failed_member_read_of_a_ticket_counts_for_nothing(bench: Bench) -> None:
    """It saw its own change, which is undone: the next member must not take that for stored."""
    bench.run(add(1))
    closed = replace(a_ticket(1), status=Status.CLOSED)

    def close_read_and_refuse(uow: UnitOfWork) -> None:
        uow.tickets.save(closed)
        assert uow.tickets.lock(closed.id) == closed
        raise RefusedError

    def close(uow: UnitOfWork) -> None:
        uow.tickets.save(closed)

    results = bench.run(close_read_and_refuse, close)
    assert isinstance(results[0], RefusedError)
    assert bench.uow.tickets.get(closed.id) == closed


async def test_a_refusal_that_has_changed_nothing_lets_nobody_run_again(bench: Bench) -> None:
    runs: list[int] = []

    def counted(number: int) -> Work:
        def work(uow: SqlUnitOfWork) -> int:
            runs.append(number)
            return add(number)(uow)

        return work

    def refuse_at_once(_: UnitOfWork) -> None:
        raise RefusedError

    results = bench.run(counted(1), refuse_at_once, counted(2))
    assert isinstance(results[1], RefusedError)
    assert runs == [1, 2]
    assert bench.tickets() == [an_id(1), an_id(2)]


@pytest.mark.parametrize(
    "code",
    [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY],
)
async def test_nobody_is_acknowledged_when_commit_fails(bench: Bench, code: int) -> None:
    error = sqlite3.OperationalError("the disk is not there")
    error.sqlite_errorcode = code
    bench.driver.error = error
    assert all(map(is_unavailable, bench.run(add(1), refuse, add(2))))
    assert bench.tickets() == []
    assert bench.run(add(1), add(2)) == [1, 2]


async def test_a_vanished_transaction_fails_its_culprit_and_nobody_else(bench: Bench) -> None:
    results = bench.run(add(1), vanish, add(2))
    assert results[0] == 1
    assert isinstance(results[1], RefusedError)
    assert results[2] == 2
    assert bench.tickets() == [an_id(1), an_id(2)]


async def test_work_that_loses_the_transaction_unnoticed_is_not_acknowledged(bench: Bench) -> None:
    def lose_quietly(uow: SqlUnitOfWork) -> str:
        driver_of(uow).execute("ROLLBACK")
        return "done"

    results = bench.run(add(1), lose_quietly)
    assert results[0] == 1
    assert is_unavailable(results[1])


async def test_a_refusal_because_of_undone_changes_is_decided_again(bench: Bench) -> None:
    runs = iter((True, False))

    def first_time_only(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(1, external_id="A-1"), ())
        if not next(runs):
            raise RefusedError

    def second(uow: UnitOfWork) -> str:
        if uow.tickets.id_of_external(AGENCY, "A-1") is not None:
            raise RefusedError
        return "registered"

    results = bench.run(first_time_only, second, vanish)
    assert isinstance(results[0], RefusedError)
    assert results[1] == "registered"


async def test_a_full_disk_fails_those_who_need_room_and_recovers_by_itself(bench: Bench) -> None:
    def pages(name: str) -> int:
        return int(ask(bench.uow, f"PRAGMA {name}"))

    def add_a_long_one(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(7, text="долго " * 400_000), ())

    bench.run(*(add(n) for n in range(100, 150)))
    before = bench.tickets()
    pages(f"max_page_count = {pages('page_count') + 20}")
    results = bench.run(add(1), add_a_long_one, add(2))
    assert results[0] == 1
    assert is_unavailable(results[1])
    assert results[2] == 2
    assert bench.tickets() == [an_id(1), an_id(2), *before]

    pages("max_page_count = 1000000")
    assert bench.run(add_a_long_one) == [None]
    assert ask(bench.uow, "PRAGMA integrity_check") == "ok"


async def test_a_read_only_database_is_unavailability_until_it_is_writable(bench: Bench) -> None:
    ask(bench.uow, "PRAGMA query_only = ON")
    for _ in range(100):
        assert all(map(is_unavailable, bench.run(add(1), add(2))))
    ask(bench.uow, "PRAGMA query_only = OFF")
    assert bench.run(add(1), add(2)) == [1, 2]


async def test_an_abandoned_call_is_not_run(bench: Bench) -> None:
    call = PendingCall.to(add(1))
    call.future.cancel()
    bench.commits.run([call])
    assert bench.tickets() == []


async def test_calls_that_wait_together_share_commits(store: SqliteStore) -> None:
    statements: list[str] = []

    def listen(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        driver_of(uow).set_trace_callback(statements.append)

    await store.write(listen)
    statements.clear()
    await asyncio.gather(*(store.write(add(n)) for n in range(1, 51)))
    await store.read(lambda uow: uow.tickets.get(an_id(50)))
    assert statements.count("COMMIT") < 10
    assert sum(s.startswith("INSERT INTO tickets") for s in statements) == 50
