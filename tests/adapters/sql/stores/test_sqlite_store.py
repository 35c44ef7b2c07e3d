"""The SQLite store when the database is locked, full, read-only, old, closed or shared."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import IntegrityError
from threading import Event
from typing import Any

import pytest

from app.adapters.sql.engines.sqlite import BUSY_TIMEOUT_MS, LOG_BYTES
from app.adapters.sql.migrate.revisions import SchemaOutOfDateError
from app.adapters.sql.stores.sqlite import QUEUED_SECONDS, READ_SECONDS, WRITE_SECONDS, SqliteStore
from app.application.errors import OutcomeUnknownError, OutOfTimeError, StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar
from tests.adapters.sql.driver import ask
from tests.contracts.builders import START, a_chat, a_ticket, an_exception, an_id, number_of_new

pytestmark = pytest.mark.anyio

ALL_WELL = {"database": True, "migrations": True, "writer": True}


def pragma(text: str) -> Any:
    def work(uow: UnitOfWork) -> Any:
        return ask(uow, f"PRAGMA {text}")

    return work


def add(number: int, **changed: Any) -> Any:
    return lambda uow: number_of_new(uow, a_ticket(number, **changed))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 1),
        ("journal_size_limit", LOG_BYTES),
    ],
)
async def test_connections_have_the_safe_settings(store: SqliteStore, name: str, value: object) -> None:
    assert await store.write(pragma(name)) == value
    assert await store.read(pragma(name)) == value


async def test_a_lock_that_another_process_holds_is_unavailability(
    store: SqliteStore, database: Path
) -> None:
    for _ in range(100):
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailableError):
                await store.write(add(1))
            assert await store.read(lambda uow: uow.tickets.get(an_id(1))) is None
    assert await store.write(add(1)) == 1


async def test_health_tells_of_a_lock_and_of_its_end(store: SqliteStore, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await store.check() == {**ALL_WELL, "writer": False}
    assert await store.check() == ALL_WELL


async def test_a_full_disk_is_unavailability_until_there_is_room(store: SqliteStore) -> None:
    full = await store.write(pragma("page_count"))
    await store.write(pragma(f"max_page_count = {full}"))
    for _ in range(100):
        with pytest.raises(StoreUnavailableError):
            await store.write(add(1, text="долго" * 100_000))
    assert await store.check() == {**ALL_WELL, "writer": False}
    assert await store.read(lambda uow: uow.tickets.get(an_id(1))) is None
    await store.write(pragma("max_page_count = 1000000"))
    assert await store.check() == ALL_WELL
    assert await store.write(add(1, text="долго" * 100_000)) == 1


async def test_health_stays_bad_while_the_disk_is_full(store: SqliteStore) -> None:
    full = await store.write(pragma("page_count"))
    await store.write(pragma(f"max_page_count = {full}"))
    with pytest.raises(StoreUnavailableError):
        await store.write(add(1, text="долго" * 100_000))
    assert [(await store.check())["writer"] for _ in range(3)] == [False, False, False]
    await store.write(pragma("max_page_count = 1000000"))
    assert [(await store.check())["writer"] for _ in range(3)] == [True, True, True]


async def test_a_read_cannot_write(store: SqliteStore) -> None:
    with pytest.raises(StoreUnavailableError):
        await store.read(add(1))
    assert await store.read(lambda uow: uow.tickets.get(an_id(1))) is None


async def test_what_refers_to_nothing_is_not_stored(store: SqliteStore) -> None:
    with pytest.raises(IntegrityError):
        await store.write(lambda uow: uow.tickets.add(a_ticket(1, a_chat(404)), ()))
    assert await store.write(add(1)) == 1


async def test_too_many_waiting_writes_are_refused_at_once(database: Path, calendar: WorkCalendar) -> None:
    store = SqliteStore.open(str(database), calendar, waiting=2)
    begun, go_on = Event(), Event()

    def hold(uow: UnitOfWork) -> None:
        begun.set()
        go_on.wait()

    def nothing(uow: UnitOfWork) -> None:
        pass

    try:
        held = asyncio.ensure_future(store.write(hold))
        await asyncio.to_thread(begun.wait)
        waiting = [asyncio.ensure_future(store.write(nothing)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailableError):
            await store.write(nothing)
        go_on.set()
        assert await asyncio.gather(held, *waiting) == [None, None, None]
    finally:
        go_on.set()
        await store.close()


def test_no_call_waits_for_longer_than_ten_seconds() -> None:
    assert QUEUED_SECONDS + BUSY_TIMEOUT_MS / 1_000 < WRITE_SECONDS <= 10
    assert READ_SECONDS <= 10


async def test_writes_that_wait_too_long_are_refused_and_never_run(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.sql.stores.sqlite.QUEUED_SECONDS", 0.1)
    begun, go_on = Event(), Event()

    def hold(uow: UnitOfWork) -> str:
        begun.set()
        go_on.wait()
        return "held"

    held = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(begun.wait)
    ended = await asyncio.gather(*(store.write(add(n)) for n in range(1, 4)), return_exceptions=True)
    assert {type(each) for each in ended} == {OutOfTimeError}
    go_on.set()
    assert await held == "held"
    assert await store.write(add(1)) == 1


async def test_the_outcome_of_a_write_that_does_not_end_is_unknown(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("QUEUED_SECONDS", 0.1), ("WRITE_SECONDS", 0.2)):
        monkeypatch.setattr(f"app.adapters.sql.stores.sqlite.{name}", seconds)
    go_on = Event()

    def hang(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(1), ())
        go_on.wait()

    with pytest.raises(OutcomeUnknownError):
        await store.write(hang)
    go_on.set()
    assert await store.write(lambda uow: uow.tickets.get(an_id(1))) == a_ticket(1)


async def test_a_read_that_takes_too_long_is_stopped_and_the_store_goes_on(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.sql.stores.sqlite.READ_SECONDS", 0.2)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    for _ in range(3):
        calls = (store.read(lambda uow: ask(uow, endless)) for _ in range(3))
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(each) for each in ended} == {OutOfTimeError}
    assert await store.read(lambda uow: uow.tickets.get(an_id(1))) is None


async def test_a_reopened_store_has_everything(
    database: Path, store: SqliteStore, calendar: WorkCalendar
) -> None:
    await store.write(add(1))
    await store.close()
    assert not list(database.parent.glob("*-wal"))
    again = SqliteStore.open(f"sqlite:///{database}", calendar)
    try:
        assert await again.read(lambda uow: uow.tickets.get(an_id(1))) == a_ticket(1)
    finally:
        await again.close()


async def test_a_closed_store_refuses_calls(store: SqliteStore) -> None:
    await store.close()
    with pytest.raises(StoreUnavailableError):
        await store.write(add(1))
    with pytest.raises(StoreUnavailableError):
        await store.read(lambda uow: uow.tickets.get(an_id(1)))
    assert await store.check() == dict.fromkeys(ALL_WELL, False)


async def test_writes_that_wait_at_the_end_are_still_served(store: SqliteStore, database: Path) -> None:
    waiting = [asyncio.ensure_future(store.write(add(n))) for n in range(1, 31)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*waiting)) == 30
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM tickets").fetchone() == (30,)


async def test_a_change_of_the_calendar_by_another_process_is_seen_at_once(
    store: SqliteStore, database: Path, calendar: WorkCalendar
) -> None:
    def is_open(uow: UnitOfWork) -> bool:
        return uow.calendar.calendar().is_open(START)

    other = SqliteStore.open(str(database), calendar)
    try:
        for _ in range(3):
            assert await store.read(is_open)
            await other.write(lambda uow: uow.calendar.save(an_exception(date(2026, 11, 20))))
            assert not await store.read(is_open)
            assert not await store.write(is_open)
            await other.write(lambda uow: uow.calendar.remove(date(2026, 11, 20)))
            assert await store.write(is_open)
    finally:
        await other.close()


async def test_two_stores_on_one_file_lose_nothing(
    database: Path, calendar: WorkCalendar, store: SqliteStore
) -> None:
    other = SqliteStore.open(str(database), calendar)
    patient = SqliteStore.open(str(database), calendar)
    try:
        stores = (other, patient)
        numbers = await asyncio.gather(*(stores[n % 2].write(add(n)) for n in range(1, 101)))
        assert sorted(number or 0 for number in numbers) == list(range(1, 101))
    finally:
        await other.close()
        await patient.close()


async def test_a_database_without_migrations_is_not_opened(tmp_path: Path, calendar: WorkCalendar) -> None:
    missing = tmp_path / "support.db"
    with pytest.raises(SchemaOutOfDateError):
        SqliteStore.open(str(missing), calendar)
    assert not missing.exists()
    missing.touch()
    with pytest.raises(SchemaOutOfDateError):
        SqliteStore.open(str(missing), calendar)


async def test_a_schema_of_another_version_is_refused(
    database: Path, store: SqliteStore, calendar: WorkCalendar
) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'future'")
    assert await store.check() == {**ALL_WELL, "migrations": False}
    with pytest.raises(SchemaOutOfDateError):
        SqliteStore.open(str(database), calendar)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://localhost/support"])
async def test_only_a_file_of_sqlite_is_opened(url: str, calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="SQLite file"):
        SqliteStore.open(url, calendar)


async def test_a_file_that_is_no_database_is_not_opened(tmp_path: Path, calendar: WorkCalendar) -> None:
    file = tmp_path / "support.db"
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        SqliteStore.open(str(file), calendar)
