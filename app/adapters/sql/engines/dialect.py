"""What the two engines really do differently; everything else is one set of statements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Insert, Table, TextualSelect

from app.adapters.sql.engines.connection import SqlConnection

IndexedStems = tuple[int, Sequence[str]]
"""The number of a ticket and the stems that it is found by."""


class Dialect(Protocol):
    """One engine's own words. Compared by identity, so statements can be kept by dialect."""

    has_statistics: bool
    """Whether the engine knows how many rows a condition leaves, and chooses the index by itself."""

    def __hash__(self) -> int: ...

    def insert_new(self, table: Table, *unique: str) -> Insert:
        """Give an INSERT that does nothing if the unique columns are taken."""
        ...

    def insert_or_replace(self, table: Table, *unique: str) -> Insert:
        """Give an INSERT that replaces all other columns if the unique columns are taken."""
        ...

    def index_stems(self, connection: SqlConnection, number: int, stems: Sequence[str]) -> None:
        """Let a new ticket be found by these stems."""
        ...

    def add_stems(self, connection: SqlConnection, ticket_id: str, stems: Sequence[str]) -> None:
        """Let a ticket be found by these stems too."""
        ...

    def index_many(self, connection: Connection, indexed: Iterable[IndexedStems]) -> None:
        """Let many new tickets be found."""
        ...

    def indexed(self, connection: Connection, at_once: int) -> Iterator[IndexedStems]:
        """Give what the index holds of every ticket, in no order; `at_once` rows are kept in memory."""
        ...

    def found(self) -> TextualSelect:
        """Give the statement of the numbers of tickets that have all the stems of the parameter `stems`."""
        ...

    def has_stems(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        """Give the same condition, to be asked of each row instead of the index."""
        ...

    def stems_wanted(self, stems: Sequence[str]) -> str | list[str]:
        """Give the value of that parameter."""
        ...

    def unindexed(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Give the column as an expression that is not to choose the index of a statement."""
        ...

    def hold_customer(self, connection: SqlConnection, customer_id: str) -> None:
        """Let nobody else hold or share this customer until the transaction ends."""
        ...

    def share_customer(self, connection: SqlConnection, customer_id: str) -> None:
        """Let nobody hold this customer until the transaction ends; whoever waits to is next, though."""
        ...

    def hold_answer(self, connection: SqlConnection, key_id: str, key: str) -> None:
        """Let no other transaction look up this idempotency key until this one has ended.

        AnswerInProgressError if another one has held it for too long.
        """
        ...
