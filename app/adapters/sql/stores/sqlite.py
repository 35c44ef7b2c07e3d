"""The store on an embedded SQLite database: one writing thread with group commit, two reading ones."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect_sqlite import SQLITE
from app.adapters.sql.engines.sqlite import (
    BUSY_TIMEOUT_MS,
    SqliteDriver,
    as_application_error,
    database_file,
    driver_of,
    sqlite_engine,
)
from app.adapters.sql.migrate.revisions import SchemaOutOfDateError, is_current
from app.adapters.sql.repositories.calendar import CalendarSource
from app.adapters.sql.stores import health
from app.adapters.sql.stores.calls import PendingCall
from app.adapters.sql.stores.group_commit import GroupCommit
from app.adapters.sql.stores.threads import CallQueue, Serve, ServingThread
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar

T = TypeVar("T")

BATCH = 64
"""Maximum calls per commit: a longer batch gains little and delays its first call."""

WAITING = 1_024
"""Maximum waiting calls; at a thousand calls per second that is one second."""

READERS = 2


class SqliteStore:
    """A runner of functions of a unit of work as transactions; made by `open`, ended by `close`."""

    def __init__(self, engine: Engine, calendar: WorkCalendar, *, waiting: int) -> None:
        self._engine = engine
        self._source = CalendarSource(calendar)
        self._writes = CallQueue(waiting)
        self._reads = CallQueue(waiting)
        self._failing = False
        self._threads = (
            ServingThread("writer", self._writes, self._writing, BATCH),
            *(ServingThread(f"reader-{n}", self._reads, self._reading, 1) for n in range(READERS)),
        )

    @classmethod
    def open(
        cls,
        database: str,
        calendar: WorkCalendar,
        *,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
        waiting: int = WAITING,
    ) -> "SqliteStore":
        """Open a database by path or URL; `calendar` is the work calendar without overrides.

        Raises SchemaOutOfDateError if migrations must run first, and StoreUnavailableError if the file
        cannot be opened or is locked.
        """
        engine = sqlite_engine(database_file(database), busy_timeout_ms=busy_timeout_ms)
        _refuse_unless_current(engine, database_file(database))
        store = cls(engine, calendar, waiting=waiting)
        try:
            for thread in store._threads:
                thread.wait_until_open()
        except BaseException as error:  # noqa: BLE001 - raised again, as the application's error
            store._stop()
            raise as_application_error(error)  # noqa: B904 - it has its own cause
        return store

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run and commit; returns when the work is durable.

        Raises StoreUnavailableError if nothing changed.
        """
        return await self._write(work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on one snapshot; a write in it fails."""
        return await self._read(work)

    async def check(self) -> Mapping[str, bool]:
        """Return which parts work: `database` answers, `migrations` are at head, `writer` can commit.

        After a failed write the check allocates space on the disk; otherwise it writes nothing.
        """
        return {
            "database": await health.succeeds(self._read(health.answer)),
            "migrations": await health.succeeds(self._read(health.refuse_old_schema)),
            "writer": await health.succeeds(self._try_to_write()),
        }

    async def close(self) -> None:
        """Serve the waiting calls, write the log back into the database and close the file."""
        await asyncio.to_thread(self._stop)

    async def _write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        call = PendingCall.to(work)
        self._writes.put(call)
        try:
            result: T = await call.future
        except StoreUnavailableError:
            self._failing = True
            raise
        self._failing = False
        return result

    async def _read(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        call = PendingCall.to(work)
        self._reads.put(call)
        result: T = await call.future
        return result

    async def _try_to_write(self) -> None:
        if not self._failing:
            await self._write(health.answer)
            return
        # Two commits, because only a commit allocates space on the disk.
        await self._write(health.fill)
        await self._write(health.empty)

    def _stop(self) -> None:
        self._reads.close()
        for thread in self._threads[1:]:
            thread.join()
        self._writes.close()
        self._threads[0].join()
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Serve]:
        with self._engine.connect() as connection:
            driver = driver_of(connection)
            try:
                yield GroupCommit(driver, self._unit_of_work(driver)).run
            finally:
                with suppress(sqlite3.Error):  # the log is read again at the next start
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _reading(self) -> Iterator[Serve]:
        with self._engine.connect() as connection:
            driver = driver_of(connection)
            driver.execute("PRAGMA query_only = ON")
            yield Snapshots(driver, self._unit_of_work(driver)).run

    def _unit_of_work(self, driver: sqlite3.Connection) -> SqlUnitOfWork:
        opened = SqlConnection(SqliteDriver(driver), self._engine.dialect)
        return SqlUnitOfWork(opened, SQLITE, self._source)


class Snapshots:
    """A runner of calls on a reading connection, each on a snapshot of its own."""

    def __init__(self, driver: sqlite3.Connection, uow: SqlUnitOfWork) -> None:
        self._driver = driver
        self._uow = uow

    def run(self, calls: Sequence[PendingCall]) -> None:
        """Run calls; afterwards each has its result or error."""
        for call in calls:
            if not call.abandoned:
                self._run(call)

    def _run(self, call: PendingCall) -> None:
        self._uow.begin("BEGIN")
        call.run(self._uow)
        if call.error is not None:
            call.fail(as_application_error(call.error))
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")


def _refuse_unless_current(engine: Engine, file: Path) -> None:
    if not file.is_file():
        raise SchemaOutOfDateError(f"there is no database at {file}: run the migrations first")
    try:
        with engine.connect() as connection:
            current = is_current(connection)
    except (sqlite3.Error, DBAPIError) as error:
        raise as_application_error(error)  # noqa: B904 - it has its own cause
    if not current:
        raise SchemaOutOfDateError(f"{file} is not at the newest migration: run the migrations first")
