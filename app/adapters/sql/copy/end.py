"""One end of a copy: a database in a transaction. What the engines do differently has a file each."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from app.adapters.sql.engines.dialect import Dialect

Row = Sequence[Any]
"""The values of a row, in the order of the columns of its table."""


class NotToBeCopiedError(Exception):
    """The copy was refused before anything was written; the message says what to do instead."""


class CopyFailedError(Exception):
    """A row did not fit, or what arrived is not what was sent; the target is as empty as before."""


class End(Protocol):
    """A database that is read, in one snapshot, or written, in one transaction.

    All but `commit` run where SQLAlchemy's greenlet lets synchronous code wait.
    """

    connection: Connection

    @property
    def dialect(self) -> Dialect: ...
    def hold(self) -> None:
        """Let nobody else write until the transaction ends."""
        ...

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows as they are, numbers that the database counts up included."""
        ...

    def last_number(self, table: Table, column: str) -> int:
        """Give the number that a table has counted up to; 0 if it has not begun."""
        ...

    def count_on(self, table: Table, column: str, last: int) -> None:
        """Let a table count on behind a number."""
        ...

    def finish(self) -> None:
        """Do what an engine wants after many rows came in at once."""
        ...

    async def commit(self) -> None:
        """Commit. OutcomeUnknownError if the connection is lost after that was asked for."""
        ...


OpenEnd = AbstractAsyncContextManager[End]
"""Rolls back what was not committed. StoreUnavailableError, CopyFailedError."""
