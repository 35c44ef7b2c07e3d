"""One end of a copy on PostgreSQL; rows are written by COPY."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import Table, bindparam, text
from sqlalchemy.engine import Dialect as EngineDialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only

from app.adapters.sql.copy.end import CopyFailedError, End, Row
from app.adapters.sql.engines.dialect_postgres import POSTGRES
from app.adapters.sql.engines.postgres import (
    as_application_error,
    commit,
    driver_of,
    postgres_engine,
    sqlstate_of,
)
from app.adapters.sql.schema.tables import METADATA

# A copy of a big desk takes longer than any statement of the service, and waits for its own reader.
_NO_LIMITS = (
    "SET LOCAL lock_timeout = 60000; SET LOCAL statement_timeout = 0; "
    "SET LOCAL idle_in_transaction_session_timeout = 0"
)
BEGIN_COPYING_FROM = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_NO_LIMITS}"
BEGIN_COPYING_TO = f"BEGIN ISOLATION LEVEL READ COMMITTED; {_NO_LIMITS}"

_HOLD = text(f"LOCK TABLE {', '.join(METADATA.tables)} IN EXCLUSIVE MODE")
_SEQUENCE = text("SELECT pg_get_serial_sequence(:counted, :by)").bindparams(
    bindparam("counted"), bindparam("by")
)

Processor = Callable[[Any], Any]


@cache
def _processors(table: Table, dialect: EngineDialect) -> tuple[Processor | None, ...]:
    """Return the converters of the columns' values for the driver; None for a value used unchanged."""
    return tuple(column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c)


class PostgresEnd:
    """A PostgreSQL database; other sessions can read its tables during the copy, and see it after COMMIT."""

    def __init__(self, connection: AsyncConnection, driver: Any) -> None:  # noqa: ANN401 - it has no types
        if connection.sync_connection is None:
            raise TypeError("the connection is not open")
        self.connection = connection.sync_connection
        self.dialect = POSTGRES
        self._driver = driver

    def hold(self) -> None:
        self.connection.execute(_HOLD)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        processors = _processors(table, self.connection.dialect)
        records = [
            tuple(
                value if process is None else process(value)
                for process, value in zip(processors, row, strict=True)
            )
            for row in rows
        ]
        names = table.c.keys()
        await_only(self._driver.copy_records_to_table(table.name, records=records, columns=names))

    def last_number(self, table: Table, column: str) -> int:
        # An unused sequence stands at the number that it will return first.
        counted = f"last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {self._sequence(table, column)}"
        return int(self.connection.execute(text(f"SELECT {counted}")).scalar_one())

    def count_on(self, table: Table, column: str, last: int) -> None:
        # Unlike setval this is rolled back with the transaction.
        sequence = self._sequence(table, column)
        self.connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART WITH {last + 1}"))

    def finish(self) -> None:
        """Update the planner's statistics, which would otherwise wait for autovacuum."""
        self.connection.execute(text(f"ANALYZE {', '.join(METADATA.tables)}, ticket_search"))

    async def commit(self) -> None:
        await commit(self._driver, None)

    def _sequence(self, table: Table, column: str) -> str:
        name: str = self.connection.execute(_SEQUENCE, {"counted": table.name, "by": column}).scalar_one()
        return name


@asynccontextmanager
async def open_postgres(url: str, *, writes: bool) -> AsyncIterator[End]:
    """Open a database, and end its transaction afterwards."""
    # Prepared statements are not needed here, so a pooler does no harm.
    engine = postgres_engine(url, pooled=False, behind_pooler=True)
    try:
        async with engine.connect() as connection:
            driver = await driver_of(connection)
            await driver.execute(BEGIN_COPYING_TO if writes else BEGIN_COPYING_FROM)
            try:
                yield PostgresEnd(connection, driver)
            finally:
                if driver.is_in_transaction():
                    # Closing ends the transaction too, but on the server that happens after we continue.
                    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                        await driver.execute("ROLLBACK")
    except Exception as error:
        known = as_application_error(error)
        if known is error and sqlstate_of(error) is not None:
            # The error itself may quote the row.
            raise CopyFailedError(f"PostgreSQL refused: SQLSTATE {sqlstate_of(error)}") from None
        if known is error:
            raise
        raise known from error.__cause__
    finally:
        await engine.dispose()
