"""PostgreSQL's specific statements: ON CONFLICT, stems in an array with a GIN index, advisory locks.

A stem is an element of the array and compared whole, so it may contain any characters. The arrays are in a
table of their own, one row per ticket, so that a change of a ticket does not update their index.
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
# A seed other than that of the idempotency keys, so that equal lock numbers are rare.
_HOLD_CUSTOMER, _SHARE_CUSTOMER = (
    text(f"SELECT {lock}(hashtextextended(:customer_id, 1))").bindparams(bindparam("customer_id", type_=Text))
    for lock in ("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared")
)


class PostgresDialect:
    """The dialect of PostgreSQL: row locks are FOR NO KEY UPDATE, idempotency keys use advisory locks.

    A customer is locked by both kinds of locks and shared by an advisory lock alone. Row locks have no
    queue: a steady stream of FOR SHARE would keep out a transaction that waits to lock the row.
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
        # A separate statement: one that waited would still see the customer as it was before.
        connection.execute(_SHARE_CUSTOMER, {"customer_id": customer_id})

    def hold_answer(self, connection: SqlConnection, key_id: str, key: str) -> None:
        """Lock an idempotency key, waiting as long as for any lock.

        Raises AnswerInProgressError if the wait ends without the lock.
        """
        try:
            # Neither contains a blank. Two keys with the same hash wait for each other, which is harmless.
            connection.hold(f"{key_id} {key}")
        except asyncpg.PostgresError as error:
            if sqlstate_of(error) == LOCK_NOT_AVAILABLE:
                raise AnswerInProgressError from error
            raise


POSTGRES = PostgresDialect()
