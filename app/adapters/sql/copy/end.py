"""One end of a copy: a database in a transaction, implemented once per engine."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from app.adapters.sql.engines.dialect import Dialect

Row = Sequence[Any]
"""The values of a row, in the order of the columns of its table."""


class NotToBeCopiedError(Exception):
    """A copy refused before any write; the message has the next step."""


class CopyFailedError(Exception):
    """A copy with a rejected or a differing row; the target is as empty as before."""


class End(Protocol):
    """A database that is read in one snapshot, or written in one transaction.

    All methods but `commit` must run in SQLAlchemy's greenlet, where synchronous code can wait.
    """

    connection: Connection

    @property
    def dialect(self) -> Dialect: ...
    def hold(self) -> None:
        """Lock out other writers until the transaction ends."""
        ...

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows unchanged, including numbers assigned by the database."""
        ...

    def last_number(self, table: Table, column: str) -> int:
        """Return the last number assigned in a table; 0 if there is none."""
        ...

    def count_on(self, table: Table, column: str, last: int) -> None:
        """Continue the numbers of a table after `last`."""
        ...

    def finish(self) -> None:
        """Run the engine's maintenance after a mass insert."""
        ...

    async def commit(self) -> None:
        """Commit.

        Raises OutcomeUnknownError if the connection is lost after COMMIT was sent.
        """
        ...


OpenEnd = AbstractAsyncContextManager[End]
"""A context that rolls back uncommitted changes.

Raises StoreUnavailableError or CopyFailedError.
"""
