"""Connections to PostgreSQL: their creation, the start of a transaction, and the meaning of errors."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import Enum, auto
from functools import lru_cache
from typing import Any, TypeVar, cast

import asyncpg
from sqlalchemy import AdaptedConnection, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.adapters.sql.schema.types import json_text
from app.application.errors import OutcomeUnknownError, OutOfTimeError, StoreUnavailableError

T = TypeVar("T")

CONNECTIONS = 16
"""Maximum number per process; a call that gets none within CONNECT_SECONDS fails."""

CONNECT_SECONDS = 3.0
LEAVE_SECONDS = 2.0
"""Maximum wait for the answer to ROLLBACK, or for the end of all connections."""

CACHED_STATEMENTS = 512
_PARAMETER = re.compile(r"\$([0-9]+)")

_SETTINGS = {
    "lock_timeout": "5000",
    "statement_timeout": "8000",
    "idle_in_transaction_session_timeout": "10000",
    "jit": "off",
}
"""Settings of a connection; times are milliseconds."""

SET, SET_LOCAL = (
    "; ".join(f"{to_set} {name} = {value}" for name, value in _SETTINGS.items())
    for to_set in ("SET", "SET LOCAL")
)
"""Settings until the connection ends, and until a transaction ends (for connections of a pooler)."""

BEGIN_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""Not READ WRITE, which a standby reports as a fault of ours.

It would also write to a database that was made read-only, for example because its disk is filling up.
"""


class Fault(Enum):
    """The meaning of a database error for the caller."""

    CONFLICT = auto()
    """A deadlock or a lost race: the server rolled back, and the same work may succeed."""
    GONE = auto()
    """A row found earlier no longer exists, for example a chat that was merged: the work must run again.

    If that does not help, it is a fault of ours.
    """
    CONNECTION = auto()
    """The connection is lost; another one may work."""
    UNAVAILABLE = auto()
    """Too slow, full, locked or read-only: an immediate retry does not help."""
    OTHER = auto()
    """A fault of ours."""


_CONFLICTS = frozenset({"40001", "40P01"})
_REFERENCE_BROKEN = "23503"
_CANCELLED = "57014"
"""A statement ran for longer than statement_timeout."""

_CONNECTION_STATES = ("08", "57P", "25P03", "25P04")
"""Broken connections, servers that stop or start, sessions ended by a time limit."""
_UNAVAILABLE_STATES = ("25006", "28", "3D000", "53", "55P03", _CANCELLED, "58")
"""Read-only, no access, no such database, no resources, locked, cancelled, disk errors."""
_PROGRAM_LIMITS = frozenset({"57P04"})  # the database was dropped, so another connection fails too


def postgres_engine(url: str, *, pooled: bool = True, behind_pooler: bool = False) -> AsyncEngine:
    """Return an engine whose connections neither begin nor end transactions by themselves.

    `url` is libpq's, with its sslmode, host and other parameters. Behind PgBouncer in transaction mode
    prepared statements are not cached, because the next transaction may run on another server connection.
    """
    kept = 0 if behind_pooler else CACHED_STATEMENTS

    async def connect(*_: Any, **__: Any) -> Any:  # noqa: ANN401 - as SQLAlchemy calls it
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS, statement_cache_size=kept)
        if not behind_pooler:
            try:
                # Not in the startup message: poolers accept only parameters that they know.
                await connection.execute(SET, timeout=CONNECT_SECONDS)
            except BaseException:
                connection.terminate()
                raise
        return connection

    pool: dict[str, Any] = {"poolclass": NullPool}
    if pooled:
        pool = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": CONNECT_SECONDS}
    return create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"async_creator_fn": connect, "prepared_statement_cache_size": kept},
        isolation_level="AUTOCOMMIT",
        json_serializer=json_text,
        **pool,
    )


async def driver_of(connection: AsyncConnection) -> "asyncpg.Connection[Any]":
    """Return the driver's connection, for BEGIN, COMMIT and similar statements."""
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, asyncpg.Connection):
        raise TypeError("not a connection to PostgreSQL")
    return driver


DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""Errors of the driver when a statement did not run to its end."""


class AsyncpgDriver:
    """A runner of statements on an asyncpg connection, called from a function in a greenlet.

    Inserts are queued and sent together; any other statement sees them. Two inserts into one table are sent
    apart: within one statement PostgreSQL runs them in any order, and rows are numbered in the order of
    their insertion.
    """

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self._connection = cast("AdaptedConnection", connection.dbapi_connection)
        self._inserts: list[tuple[str, Sequence[Any]]] = []
        self._begin = ""

    def begin(self, sql: str) -> None:
        self._begin = sql
        self._inserts = []  # some may be left of failed work

    def hold(self, slot: str) -> None:
        # Without a parameter it can be sent with BEGIN. The following lookup is a separate statement, so it
        # sees the changes of the previous holder.
        text = f"convert_from('\\x{slot.encode().hex()}', 'UTF8')"
        self._run_first(f"SELECT pg_advisory_xact_lock(hashtextextended({text}, 0))")

    def insert(self, sql: str, parameters: Sequence[Any]) -> None:
        if any(sql == waiting for waiting, _ in self._inserts):
            self.finish()
        self._inserts.append((sql, parameters))

    def finish(self) -> None:
        if self._inserts:
            inserts, self._inserts = self._inserts, []
            sql = _in_one_statement(tuple((sql, len(parameters)) for sql, parameters in inserts))
            self.change(sql, [value for _, parameters in inserts for value in parameters])

    def _run_first(self, sql: str = "") -> None:
        """Run the statements that must precede the next one, and then a text without parameters."""
        self.finish()
        if texts := [text for text in (self._begin, sql) if text]:
            self._connection.run_async(lambda driver: driver.execute("; ".join(texts)))
            self._begin = ""

    def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        self._run_first()
        rows: Sequence[Sequence[Any]] = self._connection.run_async(
            lambda driver: driver.fetch(sql, *parameters)
        )
        return rows

    def change(self, sql: str, parameters: Sequence[Any]) -> int:
        self._run_first()
        told: str = self._connection.run_async(lambda driver: driver.execute(sql, *parameters))
        count = told.rpartition(" ")[2]  # "UPDATE 3"
        return int(count) if count.isdigit() else 0

    def change_each(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        self._run_first()
        self._connection.run_async(lambda driver: driver.executemany(sql, many))


@lru_cache(maxsize=256)
def _in_one_statement(inserts: tuple[tuple[str, int], ...]) -> str:
    """Combine inserts into one statement with consecutive parameter numbers."""
    texts, before = [], 0
    for text, parameters in inserts:
        texts.append(_numbered_from(before, text))
        before += parameters
    *others, last = texts
    named = ", ".join(f"insert_{place} AS ({text})" for place, text in enumerate(others))
    return f"WITH {named} {last}" if named else last


def _numbered_from(first: int, text: str) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + first}", text)


def sqlstate_of(error: BaseException) -> str | None:
    """Return the server's code of an error; None if the error did not come from the server."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state: str | None = getattr(cause, "sqlstate", None)
    return state


def fault_of(error: BaseException) -> Fault:
    """Return the kind of an error raised before COMMIT was sent, or by the server's answer to it."""
    state = sqlstate_of(error)
    if state is not None:
        return _fault_of_state(state)
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, TimeoutError | PoolTimeoutError):
        return Fault.UNAVAILABLE
    if isinstance(cause, OSError) or _tells_of_a_lost_connection(cause):
        return Fault.CONNECTION
    return Fault.OTHER


def _fault_of_state(state: str) -> Fault:
    if state in _CONFLICTS:
        return Fault.CONFLICT
    if state == _REFERENCE_BROKEN:
        return Fault.GONE
    if state in _PROGRAM_LIMITS or state.startswith(_UNAVAILABLE_STATES):
        return Fault.UNAVAILABLE
    return Fault.CONNECTION if state.startswith(_CONNECTION_STATES) else Fault.OTHER


def _tells_of_a_lost_connection(error: BaseException | None) -> bool:
    # The driver has one class for closed connections and for wrong use; SQLAlchemy's copy keeps its text.
    # The other class means that the server's last message was read and the end of the connection was not.
    name = type(error).__name__
    return name == "InternalClientError" or (name == "InterfaceError" and "closed" in str(error))


def as_application_error(error: BaseException) -> BaseException:
    """Return the application's error for one of the database; any other error unchanged."""
    if isinstance(error, StoreUnavailableError) or fault_of(error) in {Fault.OTHER, Fault.GONE}:
        return error
    kind = OutOfTimeError if sqlstate_of(error) == _CANCELLED else StoreUnavailableError
    unavailable = kind(str(error.__cause__ or error) or type(error).__name__)
    unavailable.__cause__ = error
    return unavailable


async def commit(driver: "asyncpg.Connection[Any]", seconds: float | None) -> None:
    """Commit the open transaction.

    Raises OutcomeUnknownError if the connection is lost after COMMIT was sent, or the server does not answer
    within the given seconds; None means no limit.
    """
    if driver.is_closed():
        raise ConnectionError("the connection was lost before COMMIT")
    if not driver.is_in_transaction():
        return  # nothing was run
    try:
        answered = await driver.execute("COMMIT", timeout=seconds)
    except DRIVER_ERRORS as error:
        if isinstance(error, asyncpg.PostgresError) and fault_of(error) is not Fault.CONNECTION:
            raise  # the server reported that it did not commit
        raise OutcomeUnknownError(str(error)) from error
    if answered != "COMMIT":
        raise StoreUnavailableError("the transaction was rolled back")


async def leave(driver: "asyncpg.Connection[Any]") -> None:
    """End a transaction without changes; a failure is ignored, because its reads are complete.

    After a failure the connection is closed or still in the transaction: the caller must drop it.
    """
    if not driver.is_closed() and driver.is_in_transaction():
        with suppress(*DRIVER_ERRORS):
            await driver.execute("ROLLBACK", timeout=LEAVE_SECONDS)


def in_own_loop(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end on a new event loop, even if the caller runs in one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
