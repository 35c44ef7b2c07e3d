"""Copying of a desk into an empty database of either engine, with a check of the result.

The source is read in one snapshot and the target written in one transaction: a copy that fails or is killed
has changed nothing. Rows are the same on both engines except for their encoding. They are therefore compared
as values, by count and by a checksum that does not depend on their order.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from json import dumps

from sqlalchemy import Table, inspect, literal, select, table
from sqlalchemy.util import await_, greenlet_spawn

from app.adapters.sql.copy.end import CopyFailedError, End, NotToBeCopiedError, OpenEnd, Row
from app.adapters.sql.copy.sqlite import open_sqlite
from app.adapters.sql.engines.sqlite import database_file
from app.adapters.sql.migrate.revisions import is_current
from app.adapters.sql.migrate.run import migrate
from app.adapters.sql.schema.tables import METADATA, calendar_version, write_probes
from app.adapters.sql.schema.types import Sequence as Counted

AT_ONCE = 1_000
"""Rows in memory at once; a row has at most 64 KiB, and usually less than one."""

POSTGRESQL = "postgresql://"
COPIED = tuple(each for each in METADATA.sorted_tables if each is not write_probes)
"""Every table, in the order of references, except the one that health checks fill."""

_WITHOUT_DATA = {"alembic_version", calendar_version.name, write_probes.name}
"""Tables whose rows are made by migrations and health checks."""

_SEARCH = "ticket_search"
_MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class Sum:
    """A checksum of rows: their number, and the sum of their hashes in hexadecimal."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A part of the desk: the rows read from the source, and those read back from the target."""

    name: str
    sent: Sum
    arrived: Sum


@dataclass(frozen=True, slots=True)
class CopyStep:
    """A part of the desk, and how it is read and written."""

    name: str
    read: Callable[[End], Iterator[Row]]
    write: Callable[[End, Sequence[Row]], None]


async def copy_desk(source_url: str, target_url: str, tell: Callable[[Compared], None]) -> None:
    """Copy a whole desk into an empty database, which is migrated first, and report every part.

    Raises NotToBeCopiedError if the source is not at the newest migration or the target contains data.
    Raises CopyFailedError or StoreUnavailableError if nothing but the migration was changed, and
    OutcomeUnknownError if the connection was lost at COMMIT.
    """
    async with _open(source_url, writes=False) as source:
        if not await greenlet_spawn(is_current, source.connection):
            raise NotToBeCopiedError(
                "the source is not at the newest migration of this program: run `migrate` on it first"
            )
        if target_url.startswith(POSTGRESQL) or database_file(target_url).is_file():
            async with _open(target_url, writes=False) as target:
                await greenlet_spawn(_refuse_data, target)
        await asyncio.to_thread(migrate, target_url)
        async with _open(target_url, writes=True) as target:
            await greenlet_spawn(_copy, source, target, tell)
            await target.commit()


def _open(url: str, *, writes: bool) -> OpenEnd:
    if url.startswith(POSTGRESQL):
        from app.adapters.sql.copy.postgres import open_postgres  # noqa: PLC0415 - a driver to load

        return open_postgres(url, writes=writes)
    return open_sqlite(url, writes=writes)


def _refuse_data(target: End) -> None:
    """Check that the target is empty.

    Raises NotToBeCopiedError if any table has a row, also one that is not ours.
    """
    for name in sorted(inspect(target.connection).get_table_names()):
        # The search index of SQLite consists of tables, too, which are never empty.
        if name in _WITHOUT_DATA or name.startswith(_SEARCH):
            continue
        if target.connection.scalar(select(literal(1)).select_from(table(name)).limit(1)) is not None:
            raise NotToBeCopiedError(f"the target holds data (table {name}): copy to an empty database")


def _copy(source: End, target: End, tell: Callable[[Compared], None]) -> None:
    target.hold()
    _refuse_data(target)
    target.connection.execute(calendar_version.delete())
    differing = []
    for step in STEPS:
        compared = _copy_step(step, source, target)
        tell(compared)
        if compared.sent != compared.arrived:
            differing.append(step.name)
    if differing:
        raise CopyFailedError(f"the copy differs from the source: {', '.join(differing)}")
    target.finish()


def _copy_step(step: CopyStep, source: End, target: End) -> Compared:
    sent, arrived = Tally(), Tally()
    rows = step.read(source)
    while batch := list(islice(rows, AT_ONCE)):
        step.write(target, batch)
        sent.add(batch)
        await_(asyncio.sleep(0))  # so that Ctrl+C is handled, on SQLite too
    rows = step.read(target)
    while batch := list(islice(rows, AT_ONCE)):
        arrived.add(batch)
        await_(asyncio.sleep(0))
    return Compared(step.name, sent.total(), arrived.total())


class Tally:
    """A sum of rows that does not depend on their order; a repeated row counts each time."""

    def __init__(self) -> None:
        """Start without rows."""
        self._rows = 0
        self._sum = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows to the sum."""
        for row in rows:
            written = dumps(list(row), ensure_ascii=False, sort_keys=True, default=_written)
            self._sum += int.from_bytes(sha256(written.encode("utf-8", "surrogatepass")).digest())
        self._rows += len(rows)
        self._sum %= _MODULUS

    def total(self) -> Sum:
        """Return the sum."""
        return Sum(self._rows, f"{self._sum:064x}")


def _written(value: object) -> str:
    """Return the JSON form of a value without one of its own; a column has one type on both engines."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a column holds a {type(value).__name__}")


# The steps of a copy


def _step_of(copied: Table) -> CopyStep:
    """Return the step that copies a table; rows that refer to other rows of their table come after them."""
    own = [key.parent for key in copied.foreign_keys if key.column.table is copied]
    statement = select(copied).order_by(*(each.is_not(None) for each in own))

    def read(end: End) -> Iterator[Row]:
        yield from map(tuple, end.connection.execute(statement, execution_options={"yield_per": AT_ONCE}))

    return CopyStep(copied.name, read, lambda end, rows: end.insert(copied, rows))


def _stems(end: End) -> Iterator[Row]:
    return ((number, sorted(stems)) for number, stems in end.dialect.indexed(end.connection, AT_ONCE))


def _index(end: End, rows: Sequence[Row]) -> None:
    end.dialect.index_many(end.connection, [(number, stems) for number, stems in rows])


_COUNTED = {
    each.name: (each, column.name) for each in COPIED for column in each.c if isinstance(column.type, Counted)
}


def _numbers(end: End) -> Iterator[Row]:
    return ((name, end.last_number(*counted)) for name, counted in _COUNTED.items())


def _count_on(end: End, rows: Sequence[Row]) -> None:
    for name, last in rows:
        end.count_on(*_COUNTED[name], last)


STEPS = (
    *(_step_of(each) for each in COPIED),
    CopyStep(_SEARCH, _stems, _index),
    CopyStep("numbers given", _numbers, _count_on),
)
