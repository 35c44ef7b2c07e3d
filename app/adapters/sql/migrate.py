"""Brings a database to the present schema; safe to run from several processes, and again after a kill."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app.adapters.sql.sqlite import as_application_error, create_file, database_file, driver_of, sqlite_engine

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT_MS = 60_000

_APPLIED = text("SELECT version_num FROM alembic_version")


class SchemaOutOfDateError(Exception):
    """The database is not in the schema of this version of the program: run the migrations first."""


def migrate(database_url: str) -> list[str]:
    """Apply what is missing and give the revisions applied, oldest first.

    Creates SQLite's file and its folder. All revisions of a run stand or fall together, so a run that was
    killed has changed nothing. StoreUnavailableError if the database cannot be reached or written.
    """
    if database_url.startswith("postgresql://"):
        from app.adapters.sql.migrate_postgres import migrate_postgres  # noqa: PLC0415 - a driver to load

        return migrate_postgres(database_url)
    file = database_file(database_url)
    with _only_one(file):
        create_file(file)
        engine = sqlite_engine(file, busy_timeout_ms=LOCK_TIMEOUT_MS)
        try:
            with engine.connect() as connection:
                return _in_one_transaction(connection)
        except (sqlite3.Error, DBAPIError) as error:
            raise as_application_error(error) from None
        finally:
            engine.dispose()


def is_current(connection: Connection) -> bool:
    """Say whether the database is in the schema of this version of the program."""
    try:
        applied = connection.scalars(_APPLIED).all()
    except OperationalError as error:
        known = as_application_error(error)
        if known is not error:
            raise known from error
        return False  # there is no such table yet
    except ProgrammingError:
        return False  # PostgreSQL's name for it
    return set(applied) == heads()


@cache
def heads() -> frozenset[str]:
    """Give the revisions that a database at head has."""
    return frozenset(_scripts().get_heads())


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _in_one_transaction(connection: Connection) -> list[str]:
    driver = driver_of(connection)
    driver.execute("PRAGMA foreign_keys = OFF")  # a table that is made anew is referred to meanwhile
    with connection.begin():  # so that alembic begins and commits nothing; the driver does, below
        driver.execute("BEGIN EXCLUSIVE")
        applied = upgrade(connection)
        driver.execute("COMMIT")
    return applied


def upgrade(connection: Connection) -> list[str]:
    """Apply what is missing, in the transaction of the connection; give the revisions."""
    scripts = _scripts()
    applied: list[str] = []

    def steps(present: Any, context: MigrationContext) -> list[RevisionStep]:  # noqa: ANN401, ARG001 - alembic's
        wanted = scripts._upgrade_revs("heads", present)  # noqa: SLF001 - as alembic's own command does
        applied.extend(step.revision.revision for step in wanted)
        return wanted

    config = Config()
    config.attributes["connection"] = connection
    with EnvironmentContext(config, scripts, fn=steps):
        scripts.run_env()
    return applied


@contextmanager
def _only_one(file: Path) -> Iterator[None]:
    """Let one process at a time migrate: the change to WAL does not wait for a lock by itself."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(file.with_name(f"{file.name}.migrating").open("w")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, however the process ends
        yield
