"""The schema of a database, read without the migration tool, so that a service need not load it."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.adapters.sql.engines.sqlite import as_application_error

MIGRATIONS = Path(__file__).parents[1] / "migrations"
FIRST = "0001"
"""The revision that makes the first tables."""

APPLIED = text("SELECT version_num FROM alembic_version").columns(column("version_num"))


class SchemaOutOfDateError(Exception):
    """A database outside the schema of this version of the program: run the migrations first."""


def is_current(connection: Connection) -> bool:
    """Check whether the database is in the schema of this version of the program."""
    try:
        applied = connection.scalars(APPLIED).all()
    except OperationalError as error:
        known = as_application_error(error)
        if known is not error:
            raise known from error
        return False  # the table does not exist yet
    except ProgrammingError:
        return False  # PostgreSQL's error for it
    return applied == [head()]


@cache
def head() -> str:
    """Return the newest revision: the files are named by revision, in ascending order."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")).partition("_")[0]
