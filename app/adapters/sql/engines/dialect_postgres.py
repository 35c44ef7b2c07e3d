"""PostgreSQL's own words: ON CONFLICT, stems in an array with a GIN index, advisory locks.

A stem is an element of the array, compared whole, so it may be made of any characters. The arrays stand
apart from the tickets, one row a ticket, so that a change of a ticket does not touch their index.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg
from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    Text,
    TextualSelect,
    bindparam,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import IndexedStems
from app.adapters.sql.engines.postgres import sqlstate_of
from app.application.errors import AnswerInProgressError

LOCK_NOT_AVAILABLE = "55P03"

_STEMS = bindparam("stems", type_=ARRAY(Text))
_INDEX = text("INSERT INTO ticket_search (number, stems) VALUES (:number, :stems)").bindparams(_STEMS)
_ALL = text("SELECT number, stems FROM ticket_search")
_ADD = text(
    "UPDATE ticket_search SET stems = ARRAY(SELECT DISTINCT unnest(stems || :stems)) "
    "WHERE number = (SELECT number FROM tickets WHERE id = CAST(:ticket_id AS uuid)) AND NOT stems @> :stems"
).bindparams(_STEMS, bindparam("ticket_id", type_=Text))
_FOUND = (
    text("SELECT number FROM ticket_search WHERE stems @> :stems")
    .bindparams(_STEMS)
    .columns(column("number"))
)
# Another seed than that of the idempotency keys, so that they share no number but by chance.
_HOLD_CUSTOMER, _SHARE_CUSTOMER = (
    text(f"SELECT {lock}(hashtextextended(:customer_id, 1))").bindparams(bindparam("customer_id", type_=Text))
    for lock in ("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared")
)


class PostgresDialect:
    """Rows are held by the statements themselves (FOR NO KEY UPDATE), idempotency keys by advisory locks.

    A customer is held by both. It is shared by an advisory lock alone, because rows have no queue: a steady
    stream of FOR SHARE would keep out who waits to hold the row, for as long as it lasts.
    """

    has_statistics = True

    def insert_new(self, table: Table, *unique: str) -> Insert:
        return insert(table).on_conflict_do_nothing(index_elements=unique)

    def insert_or_replace(self, table: Table, *unique: str) -> Insert:
        statement = insert(table)
        others = {c.name: statement.excluded[c.name] for c in table.c if c.name not in unique}
        return statement.on_conflict_do_update(index_elements=unique, set_=others)

    def index_stems(self, connection: SqlConnection, number: int, stems: Sequence[str]) -> None:
        connection.insert(_INDEX, {"number": number, "stems": list(dict.fromkeys(stems))})

    def add_stems(self, connection: SqlConnection, ticket_id: str, stems: Sequence[str]) -> None:
        connection.execute(_ADD, {"ticket_id": ticket_id, "stems": list(stems)})

    def index_many(self, connection: Connection, indexed: Iterable[IndexedStems]) -> None:
        connection.execute(_INDEX, [{"number": number, "stems": list(stems)} for number, stems in indexed])

    def indexed(self, connection: Connection, at_once: int) -> Iterator[IndexedStems]:
        for row in connection.execute(_ALL, execution_options={"yield_per": at_once}):
            yield row.number, row.stems

    def found(self) -> TextualSelect:
        return _FOUND

    def has_stems(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        return number.in_(_FOUND)

    def stems_wanted(self, stems: Sequence[str]) -> list[str]:
        return list(stems)

    def unindexed(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column  # the statistics choose the index

    def hold_customer(self, connection: SqlConnection, customer_id: str) -> None:
        connection.execute(_HOLD_CUSTOMER, {"customer_id": customer_id})

    def share_customer(self, connection: SqlConnection, customer_id: str) -> None:
        # A statement of its own: one that waited would still see the customer as it was before.
        connection.execute(_SHARE_CUSTOMER, {"customer_id": customer_id})

    def hold_answer(self, connection: SqlConnection, key_id: str, key: str) -> None:
        """Wait for another transaction under this key as long as for any lock. AnswerInProgressError."""
        try:
            # Neither has a blank in it. Two keys of one hash wait for each other, and nothing else.
            connection.hold(f"{key_id} {key}")
        except asyncpg.PostgresError as error:
            if sqlstate_of(error) == LOCK_NOT_AVAILABLE:
                raise AnswerInProgressError from error
            raise


POSTGRES = PostgresDialect()
