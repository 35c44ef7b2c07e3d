"""Empties the queue between measured bursts, so that no submission is counted behind a long one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.postgres_server import execute

_CLOSE = (
    "UPDATE tickets SET status = 'closed', queue_rank = NULL, triage_rank = NULL WHERE queue_rank IS NOT NULL"
)

Clear = Callable[[], None]


@contextmanager
def queue_of_file(file: Path) -> Iterator[Clear]:
    """Return what empties the queue of a SQLite file beside the service.

    The connection stays open and never writes the log back into the file: that is the service's work.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")

        def clear() -> None:
            connection.execute(_CLOSE)

        yield clear


def queue_of_database(url: str) -> Clear:
    """Return what empties the queue of a PostgreSQL database beside the service."""
    return lambda: execute(url, _CLOSE)
