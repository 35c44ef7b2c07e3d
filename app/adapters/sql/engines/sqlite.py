"""Connections to SQLite: the file, the settings of a connection, and the meaning of errors."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.adapters.private_files import PRIVATE_FILE
from app.adapters.sql.schema.types import json_text
from app.application.errors import OutOfTimeError, StoreUnavailableError

BUSY_TIMEOUT_MS = 5_000
CACHED_STATEMENTS = 512
CACHE_KIB = 16_384
CHECKPOINT_PAGES = 4_000
"""16 MiB of log before a checkpoint: with SQLite's default of 1,000 submissions cost a tenth more."""

LOG_BYTES = 32 * 1024 * 1024
"""Size to which SQLite cuts the log when it starts again at its beginning: twice what usual work needs.

It grows beyond that while a long read, such as a backup, keeps a checkpoint from ending.
"""

_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
_PRIMARY = 0xFF
"""The low byte of an extended result code is the primary code."""


def database_file(path_or_url: str) -> Path:
    """Return the path of the database from a path or a `sqlite:///` URL.

    Raises ValueError for any other text.
    """
    if "://" not in path_or_url:
        return Path(path_or_url)
    url = make_url(path_or_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise ValueError("the database must be a SQLite file, such as sqlite:///data/support.db")
    return Path(url.database)


def log_file(file: Path) -> Path:
    """Return the path of the write-ahead log of a database."""
    return file.with_name(f"{file.name}-wal")


def create_file(file: Path) -> None:
    """Create an empty database unless there is one; an engine only opens an existing file.

    Only its owner may read it, because it contains customers' messages. The log beside it gets the same
    mode.
    """
    file.touch(mode=PRIVATE_FILE)


def sqlite_engine(file: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """Return an engine whose connections neither begin nor end transactions by themselves."""
    return create_engine(
        "sqlite://",
        creator=lambda: _connect(file, busy_timeout_ms),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        json_serializer=json_text,
    )


def _connect(file: Path, busy_timeout_ms: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_timeout_ms / 1000,
        isolation_level=None,
        cached_statements=CACHED_STATEMENTS,
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection, for BEGIN, COMMIT and similar statements."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not a connection to SQLite")
    return driver


class SqliteDriver:
    """A runner of statements on a connection of the standard library, without any queueing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, sql: str) -> None:
        self._connection.execute(sql)

    def hold(self, slot: str) -> None:
        """Do nothing: the single writer locks the whole database."""

    def insert(self, sql: str, parameters: Sequence[Any]) -> None:
        self._connection.execute(sql, parameters)

    def finish(self) -> None:
        pass

    def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return self._connection.execute(sql, parameters).fetchall()

    def change(self, sql: str, parameters: Sequence[Any]) -> int:
        return self._connection.execute(sql, parameters).rowcount

    def change_each(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(sql, many)


def _primary_code(error: BaseException) -> int | None:
    """Return the primary result code of an error of SQLite; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return None
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY


def as_application_error(error: BaseException) -> BaseException:
    """Return the application's error if disk, lock or time limit is the cause, otherwise the same error."""
    code = _primary_code(error)
    if code not in _UNAVAILABLE:
        return error
    kind = OutOfTimeError if code == sqlite3.SQLITE_INTERRUPT else StoreUnavailableError
    unavailable = kind(str(error.__cause__ or error))
    unavailable.__cause__ = error
    return unavailable
