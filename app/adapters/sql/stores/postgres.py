"""The store on PostgreSQL: a transaction uses one pooled connection, and conflicts run again."""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import OutcomeUnknownError, StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar

T = TypeVar("T")
log = structlog.get_logger("app.store")

ATTEMPTS = {Fault.CONFLICT: 8, Fault.GONE: 3, Fault.CONNECTION: 4}
"""Maximum number of runs by the kind of failure; work that fails otherwise runs once."""

FIRST_PAUSE = 0.01
"""Seconds before the second attempt; doubled for each further one, with jitter."""

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
        at COMMIT.
        """
        return await self._write(work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on one snapshot; a write in it fails."""
        return await self._repeated(BEGIN_READ, work)

    async def check(self) -> Mapping[str, bool]:
        """Return which parts work: `database` answers, `migrations` are at head, `writer` can commit.

        After a failed write the check allocates space on the disk; otherwise it writes nothing.
        """
        parts = ("database", "migrations", "writer")
        attempts = (
            self._repeated(BEGIN_READ, health.answer),
            self._repeated(BEGIN_READ, health.refuse_old_schema),
            self._try_to_write(),
        )
        return dict(zip(parts, await asyncio.gather(*map(health.succeeds, attempts)), strict=True))

    async def close(self) -> None:
        """Wait for running calls and close the connections."""
        self._closed = True
        if self._running:
            self._idle.clear()
            await asyncio.wait_for(self._idle.wait(), CLOSE_SECONDS)
        await self._engine.dispose()

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

    async def _repeated(self, begin: str, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Run the work, again after a conflict or a connection lost before COMMIT was sent."""
        if self._closed:
            raise StoreUnavailableError("the store is closed")
        if self._running >= self._most:
            raise StoreUnavailableError("too many calls wait for the database")
        self._running += 1
        try:
            attempt = 1
            while True:
                try:
                    return await greenlet_spawn(self._transaction, begin, work)
                except Exception as error:  # noqa: BLE001 - raised again, as the application's error if there is one
                    if attempt >= ATTEMPTS.get(fault_of(error), 1):
                        raise as_application_error(error) from error.__cause__
                    # Locks taken in two orders would otherwise only be seen as slowness.
                    log.warning("transaction retried", state=sqlstate_of(error), attempt=attempt)
                pause = FIRST_PAUSE * 2**attempt
                await asyncio.sleep(pause / 2 + pause / 2 * secrets.randbelow(1_000) / 1_000)
                attempt += 1
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    def _transaction(self, begin: str, work: Callable[[SqlUnitOfWork], T]) -> T:
        with self._connected() as (driver, uow):
            try:
                uow.begin(begin + self._set_local)
                result = work(uow)
                uow.finish()
            except Exception:
                await_(leave(driver))
                raise
            await_(leave(driver) if begin is BEGIN_READ else commit(driver))
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


async def _refuse_unless_current(url: str, *, behind_pooler: bool) -> None:
    engine = postgres_engine(url, pooled=False, behind_pooler=behind_pooler)
    try:
        async with engine.connect() as connection:
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
