"""The store on an embedded SQLite database: one writing thread with group commit, and reading ones.

One reading thread is for slow searches alone, and one for health checks
(docs/decisions/0121-searches-and-deadlines.md).
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from time import perf_counter
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
from app.adapters.sql.stores.searches import Searches
from app.adapters.sql.stores.threads import CallQueue, Serve, ServingThread
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import OutcomeUnknownError, OutOfTimeError, StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar

T = TypeVar("T")

BATCH = 64
"""Maximum calls per commit: a longer batch gains little and delays its first call."""

WAITING = 1_024
"""Maximum waiting calls; at a thousand calls per second that is one second."""

READERS = 2
QUICK_SEARCHES = 1
"""Maximum number of readers used by first attempts of searches."""

READ_SECONDS = 10.0
QUEUED_SECONDS = 4.0
"""Maximum wait of a write until it runs. With the wait for a lock (BUSY_TIMEOUT_MS) it is below
WRITE_SECONDS, so that a write that was only locked out never ends with an unknown outcome."""

WRITE_SECONDS = 10.0

STEPS = 50_000
"""Steps of SQLite's machine, some milliseconds, between two looks at the clock. Most reads take fewer."""


class SqliteStore:
    """A runner of functions of a unit of work as transactions; made by `open`, ended by `close`."""

    def __init__(self, engine: Engine, calendar: WorkCalendar, *, waiting: int) -> None:
        self._engine = engine
        self._source = CalendarSource(calendar)
        self._writes = CallQueue(waiting)
        self._reads = CallQueue(waiting)
        self._slow_searches = CallQueue(waiting)
        self._probes = CallQueue(waiting)
        self._searches = Searches(self._read, self._search_slowly, QUICK_SEARCHES)
        self._failing = False
        self._threads = (
            ServingThread("writer", self._writes, self._writing, BATCH),
            *(ServingThread(f"reader-{n}", self._reads, self._reading, 1) for n in range(READERS)),
            ServingThread("searcher", self._slow_searches, self._reading, 1),
            ServingThread("prober", self._probes, self._reading, 1),
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

        Raises StoreUnavailableError if nothing changed, and OutcomeUnknownError if the disk did not respond
        within WRITE_SECONDS.
        """
        return await self._write(work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on one snapshot; a write in it fails. Raises StoreUnavailableError."""
        return await self._read(work)

    async def search(self, work: Callable[[UnitOfWork], T], key_id: str) -> T:
        """Run a search of an API key on one snapshot. Raises SearchTooSlowError."""
        return await self._searches.run(work, key_id)

    async def check(self) -> Mapping[str, bool]:
        """Return which parts work: `database` answers, `migrations` are at head, `writer` can commit.

        After a failed write the check allocates space on the disk; otherwise it writes nothing.
        """
        return {
            "database": await health.succeeds(self._probe(health.answer)),
            "migrations": await health.succeeds(self._probe(health.refuse_old_schema)),
            "writer": await health.succeeds(self._try_to_write()),
        }

    async def close(self) -> None:
        """Serve the waiting calls, write the log back into the database and close the file."""
        await asyncio.to_thread(self._stop)

    async def _write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        call = PendingCall.to(work)
        self._writes.put(call)
        timer = call.future.get_loop().call_later(QUEUED_SECONDS, _refuse_late, call)
        try:
            result: T = await call.future
        except (StoreUnavailableError, OutcomeUnknownError):
            self._failing = True
            raise
        finally:
            timer.cancel()
        self._failing = False
        return result

    async def _read(self, work: Callable[[SqlUnitOfWork], T], seconds: float = READ_SECONDS) -> T:
        return await self._read_from(self._reads, work, seconds)

    async def _search_slowly(self, work: Callable[[SqlUnitOfWork], T], seconds: float) -> T:
        return await self._read_from(self._slow_searches, work, seconds)

    async def _probe(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        return await self._read_from(self._probes, work, READ_SECONDS)

    async def _read_from(self, queue: CallQueue, work: Callable[[SqlUnitOfWork], T], seconds: float) -> T:
        call = PendingCall.to(work, seconds)
        queue.put(call)
        late = OutOfTimeError("the read took too long")
        timer = call.future.get_loop().call_later(READ_SECONDS, call.refuse, late)
        try:
            result: T = await call.future
        finally:
            timer.cancel()
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
        self._slow_searches.close()
        self._probes.close()
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
    """A runner of calls on a reading connection, each on a snapshot of its own and within its time."""

    def __init__(self, driver: sqlite3.Connection, uow: SqlUnitOfWork) -> None:
        self._driver = driver
        self._uow = uow
        self._until = inf
        self._future: asyncio.Future[object] | None = None
        driver.set_progress_handler(self._is_to_stop, STEPS)

    def run(self, calls: Sequence[PendingCall]) -> None:
        """Run calls; afterwards each has its result or error."""
        for call in calls:
            if call.claim():
                self._run(call)

    def _run(self, call: PendingCall) -> None:
        self._uow.begin("BEGIN")
        self._until, self._future = perf_counter() + call.seconds, call.future
        call.run(self._uow)
        self._until, self._future = inf, None
        if call.error is not None:
            call.fail(as_application_error(call.error))
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")

    def _is_to_stop(self) -> bool:
        """Check whether the time of the call has passed, or its caller waits no longer."""
        return perf_counter() > self._until or (self._future is not None and self._future.done())


def _refuse_late(call: PendingCall) -> None:
    """Refuse a write that still waits for its turn. One that has begun gets the rest of its time."""
    if call.claim():
        call.refuse(OutOfTimeError("the write waited too long"))
        return
    unknown = OutcomeUnknownError("the write takes too long")
    call.future.get_loop().call_later(WRITE_SECONDS - QUEUED_SECONDS, call.refuse, unknown)


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
