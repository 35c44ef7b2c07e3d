"""The revisions of the schema, and databases that stopped at one of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, text

from app.adapters.sql.engines.postgres import BEGIN_WRITE, in_own_loop, postgres_engine
from app.adapters.sql.engines.postgres import driver_of as postgres_driver
from app.adapters.sql.engines.sqlite import create_file, driver_of, sqlite_engine
from app.adapters.sql.migrate.upgrade import _scripts

REVISIONS = [script.revision for script in _scripts().walk_revisions()][::-1]
"""All of them, oldest first."""


def upgrade_to(connection: Connection, revision: str) -> None:
    """Apply what is missing up to a revision, in the transaction of the connection."""
    scripts, config = _scripts(), Config()
    config.attributes["connection"] = connection

    def steps(present: Any, _: Any) -> Any:
        return scripts._upgrade_revs(revision, present)

    with EnvironmentContext(config, scripts, fn=steps):
        scripts.run_env()


def old_row(table: str, **values: object) -> str:
    """Give the statement that stores a row with these columns."""
    names = ", ".join(values)
    written = ", ".join(f"'{value}'" for value in values.values())
    return f"INSERT INTO {table} ({names}) VALUES ({written})"  # noqa: S608 - ours


def old_sqlite(file: Path, revision: str, rows: Sequence[str]) -> str:
    """Make a file that stopped at a revision with these rows; give its URL."""
    create_file(file)
    with sqlite_engine(file).connect() as connection, connection.begin():
        driver_of(connection).execute("BEGIN")
        _make_old(connection, revision, rows)
        driver_of(connection).execute("COMMIT")
    return f"sqlite:///{file}"


def old_postgres(url: str, revision: str, rows: Sequence[str]) -> str:
    """Make the same of an empty database of PostgreSQL; give its URL."""

    async def make() -> None:
        engine = postgres_engine(url, pooled=False)
        async with engine.connect() as connection:
            driver = await postgres_driver(connection)
            await driver.execute(BEGIN_WRITE)
            await connection.run_sync(_make_old, revision, rows)
            await driver.execute("COMMIT")
        await engine.dispose()

    in_own_loop(make)
    return url


def _make_old(connection: Connection, revision: str, rows: Sequence[str]) -> None:
    upgrade_to(connection, revision)
    for statement in rows:
        connection.execute(text(statement))
