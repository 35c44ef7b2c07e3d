"""Fills a database with tickets by bulk SQL: copies of the one that the service has registered in it.

Each copy has its own id, number, customer, time, status, category and stems, and a decision, a message and
an event like those of the original. Of 100 copies 10 wait in the queue (1 critical, 3
high), 5 are deferred by used-up hours, the rest is closed. Indexes are made after the rows.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from sqlalchemy import Table

from app.adapters.sql.schema.tables import (
    chat_addresses,
    chats,
    customers,
    events,
    messages,
    rulings,
    ticket_reasons,
    tickets,
)
from app.domain.vocabulary import Category
from tests.postgres_server import query

CUSTOMERS = 1_000
FIRST = 1_000
"""Numbers of copies begin behind whatever the service has registered itself."""

COMMON, HUNDREDTH, RARE = "выгрузка", "портал", "черемуха"
"""Words of the texts: of every ticket, of one in a hundred, of one in ten thousand."""
_COMMON, _HUNDREDTH, _RARE = "выгрузк", "порта", "черемух"
"""Their stems."""

_CATEGORIES = "".join(f" WHEN {place} THEN '{word}'" for place, word in enumerate(Category))
_WAITS, _DEFERRED = "i % 100 < 10", "i % 100 < 15"


class Filler(Protocol):
    """A database that is filled: it runs statements and has its own words for a few things."""

    indexes: str
    """Names and definitions of the indexes that are no constraints."""

    def run(self, statement: str) -> Sequence[Sequence[str]]:
        """Run a statement."""
        ...

    def series(self, first: int, last: int) -> str:
        """Return a subquery of numbers `i`."""
        ...

    def id(self, kind: int, number: str) -> str:
        """Return the id of a number."""
        ...

    def instant(self, seconds: str) -> str:
        """Return an instant: a fixed beginning plus so many seconds."""
        ...

    def add_stems(self, series: str) -> str:
        """Return the statement that indexes the stems."""
        ...


class SqliteFiller:
    """Fills a file that no other process has open."""

    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix%'"

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Turn off everything that makes SQLite safe and slow."""
        self._connection = connection
        for setting in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "foreign_keys = OFF",
            "cache_size = -400000",
        ):
            connection.execute(f"PRAGMA {setting}")

    def run(self, statement: str) -> Sequence[Sequence[str]]:
        return self._connection.execute(statement).fetchall()

    def series(self, first: int, last: int) -> str:
        following = f"SELECT {first} UNION ALL SELECT i + 1 FROM numbers WHERE i < {last}"
        return f"(WITH RECURSIVE numbers (i) AS ({following}) SELECT i FROM numbers)"

    def id(self, kind: int, number: str) -> str:
        return f"printf('01930000-0000-7000-8{kind:03x}-%012x', {number})"

    def instant(self, seconds: str) -> str:
        return f"strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', 1700000000 + {seconds}, 'unixepoch')"

    def add_stems(self, series: str) -> str:
        few = f"iif(i % 100 = 0, ' {_HUNDREDTH}', '') || iif(i % 10000 = 0, ' {_RARE}', '')"
        return (
            f"INSERT INTO ticket_search (rowid, stems) SELECT i, '{_COMMON} ' || (i % 5000) || {few} "
            f"FROM {series}"
        )


class PostgresFiller:
    """Fills a database of which we are the superuser."""

    indexes = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix%'"
    )

    def __init__(self, url: str) -> None:
        """Keep the URL."""
        self._url = url

    def run(self, statement: str) -> Sequence[Sequence[str]]:
        return query(self._url, statement)

    def series(self, first: int, last: int) -> str:
        return f"generate_series({first}, {last}) AS numbers (i)"

    def id(self, kind: int, number: str) -> str:
        return f"('01930000-0000-7000-8{kind:03x}-' || lpad(to_hex({number}), 12, '0'))::uuid"

    def instant(self, seconds: str) -> str:
        return f"to_timestamp(1700000000 + {seconds})"

    def add_stems(self, series: str) -> str:
        few = (
            f"CASE WHEN i % 100 = 0 THEN ARRAY['{_HUNDREDTH}'] ELSE '{{}}' END || "
            f"CASE WHEN i % 10000 = 0 THEN ARRAY['{_RARE}'] ELSE '{{}}' END"
        )
        return (
            f"INSERT INTO ticket_search (number, stems) "
            f"SELECT i, ARRAY['{_COMMON}', (i % 5000)::text] || {few} FROM {series}"
        )


def seed(database: str, wanted: int) -> None:
    """Add so many tickets to a SQLite file that is open nowhere else, or to a PostgreSQL database by URL."""
    if database.startswith("postgresql://"):
        postgres = PostgresFiller(database)
        _fill(postgres, wanted)
        postgres.run("VACUUM ANALYZE")
        postgres.run("CHECKPOINT")  # for the reason below
        return
    with closing(sqlite3.connect(Path(database), isolation_level=None)) as connection:
        _fill(SqliteFiller(connection), wanted)
    # Else the system writes gigabytes back while the first calls wait for their own sync.
    with Path(database).open("rb") as file:
        os.fsync(file.fileno())


def _fill(filler: Filler, wanted: int) -> None:
    ((original,),) = filler.run("SELECT max(number) FROM tickets")
    ((original_id,),) = filler.run(f"SELECT id FROM tickets WHERE number = {original}")
    if int(original) >= FIRST:
        raise ValueError("this database has been filled before")
    indexes = filler.run(filler.indexes)
    for name, _ in indexes:
        filler.run(f'DROP INDEX "{name}"')
    _copy_customers(filler)
    _copy_tickets(filler, str(original_id), filler.series(FIRST, FIRST + wanted - 1))
    for _, definition in indexes:
        filler.run(definition)


def _copy_customers(filler: Filler) -> None:
    series = filler.series(1, CUSTOMERS)
    customer, chat, address = "'bench-' || i", filler.id(1, "i"), "'-' || (1000000 + i)"
    _copy(filler, customers, series, {"id": customer})
    _copy(filler, chats, series, {"id": chat, "customer_id": customer, "address": address})
    _copy(filler, chat_addresses, series, {"address": address, "chat_id": chat})


def _copy_tickets(filler: Filler, original: str, series: str) -> None:
    number = f"1 + i % {CUSTOMERS}"
    ticket, chat, customer = filler.id(2, "i"), filler.id(1, f"({number})"), f"'bench-' || ({number})"
    at = {name: filler.instant("i * 60") for name in ("received_at", "created_at", "updated_at")}
    rank = "CASE WHEN i % 10 = 0 THEN CASE WHEN i % 100 = 0 THEN 0 ELSE 1 END ELSE 2 END"
    changed = {
        "id": ticket,
        "number": "i",
        "customer_id": customer,
        "chat_id": chat,
        "category": f"CASE i % {len(Category)}{_CATEGORIES} END",
        "status": f"CASE WHEN {_WAITS} THEN 'queued' WHEN {_DEFERRED} THEN 'deferred' ELSE 'closed' END",
        "outcome": f"CASE WHEN NOT {_WAITS} AND {_DEFERRED} THEN 'deferred' ELSE 'accepted' END",
        "rank": rank,
        "queue_rank": f"CASE WHEN {_WAITS} THEN {rank} END",
    }
    of_original = f"original.id = '{original}'"
    _copy(filler, tickets, series, changed | at, of_original)
    of_original = f"original.ticket_id = '{original}'"
    own = {"ticket_id": ticket}
    decided = {"decided_at": at["created_at"]}
    created = {"created_at": at["created_at"]}
    _copy(filler, rulings, series, own | decided | {"id": filler.id(3, "i")}, of_original)
    _copy(filler, messages, series, own | created | {"id": filler.id(4, "i")}, of_original)
    told = {"id": filler.id(5, "i"), "customer_id": customer, "at": at["created_at"]}
    _copy(filler, events, series, own | told, of_original)
    filler.run(
        f"INSERT INTO {ticket_reasons.name} (ticket_id, reason) SELECT {ticket}, 'hours_exhausted' "
        f"FROM {series} WHERE NOT {_WAITS} AND {_DEFERRED}"
    )
    filler.run(filler.add_stems(series))


def _copy(
    filler: Filler, table: Table, series: str, changed: Mapping[str, str], original: str = "true"
) -> None:
    """Copy the first row that `original` names, once for each number, with some columns changed."""
    names = [column.name for column in table.columns if column.name != "sequence"]
    values = ", ".join(changed.get(name, f"original.{name}") for name in names)
    rows = f"(SELECT * FROM {table.name} AS original WHERE {original} LIMIT 1) AS original"
    filler.run(
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM {rows} CROSS JOIN {series}"
    )
