"""Which schema a database is in, known without the migration tool, which a service need not load to ask."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.adapters.sql.engines.sqlite import as_application_error

MIGRATIONS = Path(__file__).parents[1] / "migrations"

APPLIED = text("SELECT version_num FROM alembic_version").columns(column("version_num"))


class SchemaOutOfDateError(Exception):
    """The database is not in the schema of this version of the program: run the migrations first."""


def is_current(connection: Connection) -> bool:
    """Say whether the database is in the schema of this version of the program."""
    try:
        applied = connection.scalars(APPLIED).all()
    except OperationalError as error:
        known = as_application_error(error)
        if known is not error:
            raise known from error
        return False  # there is no such table yet
    except ProgrammingError:
        return False  # PostgreSQL's name for it
    return applied == [head()]


@cache
def head() -> str:
    """Give the newest revision: the files are named by revision, which are counted up."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")).partition("_")[0]
