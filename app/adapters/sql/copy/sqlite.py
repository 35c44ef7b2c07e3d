"""One end of a copy on SQLite."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache

from sqlalchemy import Connection, Insert, Table, insert, text
from sqlalchemy.exc import DBAPIError

from app.adapters.sql.copy.end import CopyFailedError, End, NotToBeCopiedError, Row
from app.adapters.sql.engines.dialect_sqlite import SQLITE
from app.adapters.sql.engines.sqlite import (
    as_application_error,
    database_file,
    driver_of,
    sqlite_engine,
)

LOCK_TIMEOUT_MS = 60_000

_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :counted")
_FORGET = text("DELETE FROM sqlite_sequence WHERE name = :counted")
_COUNT_ON = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:counted, :last)")


@cache
def _insert(table: Table) -> Insert:
    return insert(table).inline()


class SqliteEnd:
    """A SQLite database; BEGIN IMMEDIATE locks out other writers, and readers continue."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = SQLITE

    def hold(self) -> None:
        pass

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        names = table.c.keys()
        self.connection.execute(_insert(table), [dict(zip(names, row, strict=True)) for row in rows])

    def last_number(self, table: Table, column: str) -> int:  # noqa: ARG002 - a table counts one column
        return int(self.connection.scalar(_LAST, {"counted": table.name}) or 0)

    def count_on(self, table: Table, column: str, last: int) -> None:  # noqa: ARG002 - as above
        self.connection.execute(_FORGET, {"counted": table.name})
        self.connection.execute(_COUNT_ON, {"counted": table.name, "last": last})

    def finish(self) -> None:
        pass

    async def commit(self) -> None:
        driver_of(self.connection).execute("COMMIT")


@asynccontextmanager
async def open_sqlite(url: str, *, writes: bool) -> AsyncIterator[End]:
    """Open an existing database, and end its transaction afterwards.

    Raises NotToBeCopiedError if there is no such file.
    """
    file = database_file(url)
    if not file.is_file():
        raise NotToBeCopiedError(f"there is no database at {file}")
    engine = sqlite_engine(file, busy_timeout_ms=LOCK_TIMEOUT_MS)
    try:
        with engine.connect() as connection:
            driver = driver_of(connection)
            if not writes:
                driver.execute("PRAGMA query_only = ON")
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield SqliteEnd(connection)
            finally:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
    except (sqlite3.Error, DBAPIError) as error:
        known = as_application_error(error)
        if known is not error:
            raise known from error
        # The error itself may quote the row.
        raise CopyFailedError(f"SQLite refused: {_name_of(error)}") from None
    finally:
        engine.dispose()


def _name_of(error: sqlite3.Error | DBAPIError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__
