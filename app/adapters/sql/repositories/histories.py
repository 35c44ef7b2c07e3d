"""Pages of append-only rows of a ticket: events, messages, decisions, time entries."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy import Table, bindparam, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.schema.mapping.row import AnyRow

T = TypeVar("T")


class Histories(Generic[T]):
    """The statements of one such table: in the order of storing, keyed by id."""

    def __init__(self, table: Table, value_of: Callable[[AnyRow], T]) -> None:
        self._value_of = value_of
        self._first = (
            select(table)
            .where(table.c.ticket_id == bindparam("ticket_id"))
            .order_by(table.c.sequence)
            .limit(bindparam("limit"))
        )
        seen = table.alias("seen")
        last = select(seen.c.sequence).where(
            seen.c.ticket_id == bindparam("ticket_id"), seen.c.id == bindparam("after")
        )
        self._next = self._first.where(table.c.sequence > last.scalar_subquery())

    def page(self, connection: SqlConnection, ticket_id: str, after: str | None, limit: int) -> Sequence[T]:
        """Return the page after the id `after`, or the first one."""
        statement = self._first if after is None else self._next
        wanted = {"ticket_id": ticket_id, "after": after, "limit": limit}
        return [self._value_of(row) for row in connection.execute(statement, wanted)]
