"""The questions of both stores' health checks to the database."""

import asyncio
from collections.abc import Awaitable

from sqlalchemy import delete, insert, literal, select

from app.adapters.sql.migrate.revisions import APPLIED, SchemaOutOfDateError, head
from app.adapters.sql.schema.tables import write_probes
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork

CHECK_SECONDS = 2.0

_ANSWERS = select(literal(1))
_PROBE_BYTES = 65_536
_FILL = insert(write_probes).values(id=1, filler=bytes(_PROBE_BYTES))
_EMPTY = delete(write_probes)


async def succeeds(attempt: Awaitable[object]) -> bool:
    """Check whether an attempt succeeds within CHECK_SECONDS."""
    try:
        await asyncio.wait_for(attempt, CHECK_SECONDS)
    except Exception:  # noqa: BLE001 - any error means failure
        return False
    return True


def answer(uow: SqlUnitOfWork) -> None:
    """Run the smallest query."""
    uow.connection.execute(_ANSWERS)


def refuse_old_schema(uow: SqlUnitOfWork) -> None:
    """Check the schema.

    Raises SchemaOutOfDateError if it is not that of this version of the program.
    """
    if list(uow.connection.scalars(APPLIED)) != [head()]:
        raise SchemaOutOfDateError


def fill(uow: SqlUnitOfWork) -> None:
    """Allocate space on the disk."""
    uow.connection.execute(_EMPTY)
    uow.connection.execute(_FILL)


def empty(uow: SqlUnitOfWork) -> None:
    """Release that space."""
    uow.connection.execute(_EMPTY)
