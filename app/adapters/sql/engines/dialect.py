"""The real differences between the two engines; all other statements are shared."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Insert, Table, TextualSelect

from app.adapters.sql.engines.connection import SqlConnection

IndexedStems = tuple[int, Sequence[str]]
"""The number of a ticket and the stems by which the search finds it."""


class Dialect(Protocol):
    """The statements specific to one engine. Compared by identity, so statements can be cached by dialect."""

    has_statistics: bool
    """Whether the engine estimates how many rows a condition leaves, and chooses the index itself."""

    def __hash__(self) -> int: ...

    def insert_new(self, table: Table, *unique: str) -> Insert:
        """Return an INSERT that does nothing if the unique columns exist already."""
        ...

    def insert_or_replace(self, table: Table, *unique: str) -> Insert:
        """Return an INSERT that replaces all other columns if the unique columns exist already."""
        ...

    def index_stems(self, connection: SqlConnection, number: int, stems: Sequence[str]) -> None:
        """Add a new ticket with its stems to the search index."""
        ...

    def add_stems(self, connection: SqlConnection, ticket_id: str, stems: Sequence[str]) -> None:
        """Add stems of a ticket to the search index."""
        ...

    def index_many(self, connection: Connection, indexed: Iterable[IndexedStems]) -> None:
        """Add many new tickets to the search index."""
        ...

    def indexed(self, connection: Connection, at_once: int) -> Iterator[IndexedStems]:
        """Yield the index entries of all tickets in any order, with `at_once` rows in memory."""
        ...

    def found(self) -> TextualSelect:
        """Return the query for the numbers of tickets that have all stems of the parameter `stems`."""
        ...

    def has_stems(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the same condition for a single row, evaluated without the index."""
        ...

    def stems_wanted(self, stems: Sequence[str]) -> str | list[str]:
        """Return the value of that parameter."""
        ...

    def unindexed(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return the column as an expression that keeps the engine from choosing its index."""
        ...

    def hold_customer(self, connection: SqlConnection, customer_id: str) -> None:
        """Lock a customer until the transaction ends, against other locks and shares."""
        ...

    def share_customer(self, connection: SqlConnection, customer_id: str) -> None:
        """Share a customer until the transaction ends, which excludes locks; a waiting lock comes next."""
        ...

    def hold_answer(self, connection: SqlConnection, key_id: str, key: str) -> None:
        """Lock an idempotency key until the transaction ends.

        Raises AnswerInProgressError if another transaction has locked it for too long.
        """
        ...
