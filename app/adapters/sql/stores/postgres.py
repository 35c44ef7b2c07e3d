"""The store on PostgreSQL: a transaction uses one pooled connection, and conflicts run again."""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import structlog
from sqlalchemy import PoolProxiedConnection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_, greenlet_spawn

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect_postgres import POSTGRES
from app.adapters.sql.engines.postgres import (
    BEGIN_READ,
    BEGIN_WRITE,
    LEAVE_SECONDS,
    SET_LOCAL,
    AsyncpgDriver,
    Fault,
    as_application_error,
    commit,
    driver_of,
    fault_of,
    in_own_loop,
    leave,
    postgres_engine,
    sqlstate_of,
)
from app.adapters.sql.migrate.revisions import SchemaOutOfDateError, is_current
from app.adapters.sql.repositories.calendar import CalendarSource
from app.adapters.sql.stores import health
from app.adapters.sql.stores.searches import Searches
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import OutcomeUnknownError, OutOfTimeError, StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar

T = TypeVar("T")
log = structlog.get_logger("app.store")

ATTEMPTS = {Fault.CONFLICT: 8, Fault.GONE: 3, Fault.CONNECTION: 4}
"""Maximum number of runs by the kind of failure; work that fails otherwise runs once."""

FIRST_PAUSE = 0.01
"""Seconds before the second attempt; doubled for each further one, with jitter."""

WORK_SECONDS = 8.0
"""Maximum duration of all runs of a call, including the wait for a connection, until COMMIT is sent."""

COMMIT_SECONDS = 2.0
"""Minimum time for the answer to COMMIT. A call gets what is left of WORK_SECONDS as well."""

QUICK_SEARCHES = 4
"""Maximum number of connections used by first attempts of searches."""

SLOW_SEARCHES = 4
"""Maximum number of connections used by searches that turned out to be slow."""

WAITING = 1_024
CLOSE_SECONDS = 10.0

_UNIT_OF_WORK = "support.unit_of_work"

Driver = Any
"""A connection of asyncpg, which has no types of its own."""

_IS_READ_ONLY = select(func.current_setting("transaction_read_only") == "on")


class PostgresStore:
    """A runner of functions of a unit of work as transactions; made by `open`, ended by `close`.

    All calls must come from one event loop.
    """

    def __init__(
        self, engine: AsyncEngine, calendar: WorkCalendar, *, waiting: int, behind_pooler: bool = False
    ) -> None:
        self._engine = engine
        self._set_local = f"; {SET_LOCAL}" if behind_pooler else ""
        self._source = CalendarSource(calendar)
        self._most = waiting
        self._running = 0
        self._idle = asyncio.Event()
        self._closed = False
        self._failing = False
        self._slow_searches = asyncio.Semaphore(SLOW_SEARCHES)
        self._searches = Searches(self._read, self._search_slowly, QUICK_SEARCHES)

    @classmethod
    def open(
        cls,
        url: str,
        calendar: WorkCalendar,
        *,
        behind_pooler: bool = False,
        waiting: int = WAITING,
    ) -> "PostgresStore":
        """Open a database by `postgresql://` URL; `calendar` is the work calendar without overrides.

        Connections are made on demand. Raises SchemaOutOfDateError if migrations must run first, and
        StoreUnavailableError if the server refuses the connection.
        """
        in_own_loop(lambda: _refuse_unless_current(url, behind_pooler=behind_pooler))
        engine = postgres_engine(url, behind_pooler=behind_pooler)
        return cls(engine, calendar, waiting=waiting, behind_pooler=behind_pooler)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run and commit; returns when the work is durable, according to the server's synchronous_commit.

        Raises StoreUnavailableError if nothing changed, and OutcomeUnknownError if the connection was lost
        at COMMIT, or the server did not answer it in time.
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
        parts = ("database", "migrations", "writer")
        attempts = (
            self._read(health.answer),
            self._read(health.refuse_old_schema),
            self._try_to_write(),
        )
        return dict(zip(parts, await asyncio.gather(*map(health.succeeds, attempts)), strict=True))

    async def close(self) -> None:
        """Wait for running calls and close the connections."""
        self._closed = True
        if self._running:
            self._idle.clear()
            await asyncio.wait_for(self._idle.wait(), CLOSE_SECONDS)
        with suppress(TimeoutError):  # a silent server does not confirm the end of a connection
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._engine.dispose()

    async def _read(self, work: Callable[[SqlUnitOfWork], T], seconds: float | None = None) -> T:
        """Run a read; the server stops each statement after the given seconds."""
        limit = "" if seconds is None else f"; SET LOCAL statement_timeout = {max(1, int(seconds * 1_000))}"
        return await self._repeated(BEGIN_READ, work, limit)

    async def _search_slowly(self, work: Callable[[SqlUnitOfWork], T], seconds: float) -> T:
        until = asyncio.get_running_loop().time() + seconds
        async with self._slow_searches:
            return await self._read(work, until - asyncio.get_running_loop().time())

    async def _write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        try:
            result = await self._repeated(BEGIN_WRITE, work)
        except (StoreUnavailableError, OutcomeUnknownError):
            self._failing = True
            raise
        self._failing = False
        return result

    async def _try_to_write(self) -> None:
        if not self._failing:
            await self._write(_refuse_read_only)
            return
        await self._write(health.fill)
        await self._write(health.empty)

    async def _repeated(self, begin: str, work: Callable[[SqlUnitOfWork], T], limit: str = "") -> T:
        """Run the work, again after a conflict or a connection lost before COMMIT was sent.

        Raises OutOfTimeError after WORK_SECONDS.
        """
        if self._closed:
            raise StoreUnavailableError("the store is closed")
        if self._running >= self._most:
            raise StoreUnavailableError("too many calls wait for the database")
        self._running += 1
        try:
            async with asyncio.timeout(WORK_SECONDS) as patience:
                return await self._attempts(begin, limit, work, patience)
        except TimeoutError:  # the database's own ones are StoreUnavailableError here
            raise OutOfTimeError("the database did not answer in time") from None
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def _attempts(
        self, begin: str, limit: str, work: Callable[[SqlUnitOfWork], T], patience: asyncio.Timeout
    ) -> T:
        attempt, until = 1, patience.when()
        while True:
            try:
                return await greenlet_spawn(self._transaction, begin, limit, work, patience)
            except Exception as error:  # noqa: BLE001 - raised again, as the application's error if there is one
                if attempt >= ATTEMPTS.get(fault_of(error), 1):
                    raise as_application_error(error) from error.__cause__
                # Locks taken in two orders would otherwise only be seen as slowness.
                log.warning("transaction retried", state=sqlstate_of(error), attempt=attempt)
            patience.reschedule(until)  # COMMIT ended it
            pause = FIRST_PAUSE * 2**attempt
            await asyncio.sleep(pause / 2 + pause / 2 * secrets.randbelow(1_000) / 1_000)
            attempt += 1

    def _transaction(
        self, begin: str, limit: str, work: Callable[[SqlUnitOfWork], T], patience: asyncio.Timeout
    ) -> T:
        with self._connected() as (driver, uow):
            try:
                uow.begin(begin + self._set_local + limit)
                result = work(uow)
                uow.finish()
            except Exception:
                await_(leave(driver))
                raise
            await_(leave(driver) if begin is BEGIN_READ else commit(driver, _time_to_commit(patience)))
            return result

    @contextmanager
    def _connected(self) -> Iterator[tuple[Driver, SqlUnitOfWork]]:
        """Yield an open connection; drop it if the work stops in the middle of a transaction."""
        connection, driver = self._checked_out()
        # Unless the server's last answer was read to its end, the state of the connection is unknown: the
        # driver learns of a transaction from that answer, and a cancelled call does not wait for it.
        lost = True
        try:
            yield driver, self._unit_of_work(connection)
            lost = False
        except Exception as error:
            given_up = isinstance(error, OutcomeUnknownError | TimeoutError)
            lost = given_up or fault_of(error) is Fault.CONNECTION
            raise
        finally:
            if lost or driver.is_closed() or driver.is_in_transaction():
                driver.terminate()
                connection.invalidate()  # this releases its place in the pool, too
            else:
                connection.close()

    def _checked_out(self) -> tuple[PoolProxiedConnection, Driver]:
        while True:
            connection = self._engine.sync_engine.raw_connection()
            driver: Driver = connection.driver_connection
            if not driver.is_closed():
                return connection, driver
            # For example, the server was restarted: every connection of the pool is closed.
            connection.invalidate()

    def _unit_of_work(self, connection: PoolProxiedConnection) -> SqlUnitOfWork:
        """Return the repositories of a connection, which last as long as the connection."""
        kept: SqlUnitOfWork | None = connection.info.get(_UNIT_OF_WORK)
        if kept is None or kept.source is not self._source:
            opened = SqlConnection(AsyncpgDriver(connection), self._engine.dialect)
            kept = connection.info[_UNIT_OF_WORK] = SqlUnitOfWork(opened, POSTGRES, self._source)
        return kept


def _time_to_commit(patience: asyncio.Timeout) -> float:
    """End the patience with the work, so that it never interrupts COMMIT; return the seconds for COMMIT."""
    until = patience.when()
    patience.reschedule(None)
    left = 0.0 if until is None else until - asyncio.get_running_loop().time()
    return left + COMMIT_SECONDS


async def _refuse_unless_current(url: str, *, behind_pooler: bool) -> None:
    engine = postgres_engine(url, pooled=False, behind_pooler=behind_pooler)
    try:
        async with asyncio.timeout(WORK_SECONDS), engine.connect() as connection:
            await (await driver_of(connection)).execute(BEGIN_READ)
            current = await connection.run_sync(is_current)
    except Exception as error:  # noqa: BLE001 - raised again, as the application's error if there is one
        raise as_application_error(error)  # noqa: B904 - it has its own cause
    finally:
        await engine.dispose()
    if not current:
        raise SchemaOutOfDateError("the database is not at the newest migration: run the migrations first")


def _refuse_read_only(uow: SqlUnitOfWork) -> None:
    if uow.connection.scalar(_IS_READ_ONLY):
        raise StoreUnavailableError("the server is a standby, or its database was made read-only")
