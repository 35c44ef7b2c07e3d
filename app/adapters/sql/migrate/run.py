"""Migration of a database to the present schema; safe between processes, and repeatable after a kill."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.adapters.private_files import make_folder, open_lock
from app.adapters.sql.engines.sqlite import (
    as_application_error,
    create_file,
    database_file,
    driver_of,
    sqlite_engine,
)
from app.adapters.sql.migrate.revisions import is_current
from app.application.errors import StoreUnavailableError

LOCK_TIMEOUT_MS = 60_000


def migrate(database_url: str) -> list[str]:
    """Apply missing revisions and return them, oldest first.

    Creates SQLite's file and its folder. All revisions of a run are in one transaction, so a killed run has
    changed nothing. Raises StoreUnavailableError if the database cannot be reached or written.
    """
    if database_url.startswith("postgresql://"):
        from app.adapters.sql.migrate.postgres import migrate_postgres  # noqa: PLC0415 - a driver to load

        return migrate_postgres(database_url)
    file = database_file(database_url)
    if _is_current(file):
        return []
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


def _is_current(file: Path) -> bool:
    """Check whether no revision is missing; an error here is left to the migration, which reports it."""
    if not file.is_file():
        return False
    engine = sqlite_engine(file)
    try:
        with engine.connect() as connection:
            return is_current(connection)
    except (sqlite3.Error, DBAPIError, StoreUnavailableError):
        return False
    finally:
        engine.dispose()


def _in_one_transaction(connection: Connection) -> list[str]:
    from app.adapters.sql.migrate.upgrade import upgrade  # noqa: PLC0415 - 12 MB, for nothing on a current database

    driver = driver_of(connection)
    driver.execute("PRAGMA foreign_keys = OFF")  # a table that is rebuilt is referred to meanwhile
    with connection.begin():  # so that alembic neither begins nor commits; the driver does, below
        driver.execute("BEGIN EXCLUSIVE")
        applied = upgrade(connection)
        driver.execute("COMMIT")
    return applied


@contextmanager
def _only_one(file: Path) -> Iterator[None]:
    """Lock out other migrating processes: the change to WAL does not wait for a lock by itself."""
    make_folder(file.parent)
    with closing(open_lock(file.with_name(f"{file.name}.migrating"))) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released when the file is closed, even after a crash
        yield
