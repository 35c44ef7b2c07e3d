"""What the database holds, read beside the service: the books of the crash tests."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from demo.process import ServiceProcess
from tests.e2e.writers import Sent
from tests.postgres_server import query

MARKS = {
    "ticket": "SELECT text FROM tickets",
    "message": "SELECT text FROM messages WHERE author = 'customer'",
    "answer": "SELECT text FROM messages WHERE author = 'agent'",
    "entry": "SELECT note FROM time_entries",
}

# Outbox and ticket are not joined by an index, so these are counted in one go.
HALVES = {
    "ticket without its decision": """
        SELECT count(*) FROM tickets AS t
        WHERE NOT EXISTS (SELECT 1 FROM rulings AS r WHERE r.ticket_id = t.id)""",
    "ticket without exactly one registered event that names its decision and its first message": """
        SELECT count(*) FROM tickets AS t WHERE 1 <> (
            SELECT count(*) FROM events AS e
            JOIN rulings AS r ON r.ticket_id = t.id AND r.id = e.decision_id
            JOIN messages AS m ON m.ticket_id = t.id AND m.id = e.message_id AND m.text = t.text
            WHERE e.ticket_id = t.id AND e.type = 'ticket.registered')""",
    "ticket without exactly one acknowledgement to send": """
        SELECT count(*) FROM tickets AS t LEFT JOIN (
            SELECT ticket_id, count(*) AS times FROM outbox WHERE kind = 'acknowledgement' GROUP BY ticket_id
        ) AS o ON o.ticket_id = t.id WHERE COALESCE(o.times, 0) <> 1""",
    "message without exactly one event": """
        SELECT count(*) FROM messages AS m WHERE 1 <> (
            SELECT count(*) FROM events AS e WHERE e.ticket_id = m.ticket_id AND e.message_id = m.id)""",
    "answer without exactly one outbox row": """
        SELECT count(*) FROM messages AS m LEFT JOIN (
            SELECT message_id, text, count(*) AS times FROM outbox GROUP BY message_id, text
        ) AS o ON o.message_id = m.id AND o.text = m.text
        WHERE m.author = 'agent' AND COALESCE(o.times, 0) <> 1""",
    "entry without exactly one event": """
        SELECT count(*) FROM time_entries AS n WHERE 1 <> (
            SELECT count(*) FROM events AS e WHERE e.ticket_id = n.ticket_id AND e.time_entry_id = n.id)""",
    "event whose ticket is at another version": """
        SELECT count(*) FROM tickets AS t
        WHERE t.version <> (SELECT count(*) FROM events AS e WHERE e.ticket_id = t.id)""",
}


def assert_whole(service: ServiceProcess) -> None:
    """The database is sound, and nothing in it is half."""
    if not service.database_url:
        assert ask(service, "PRAGMA integrity_check") == [("ok",)]
        assert ask(service, "PRAGMA foreign_key_check") == []
    found = {name: ask(service, half)[0][0] for name, half in HALVES.items()}
    assert not any(found.values()), found


def assert_stored_once(service: ServiceProcess, acknowledged: Iterable[Sent]) -> None:
    """Every acknowledged thing is there exactly once, and no other is there twice."""
    stored = {kind: Counter(row[0] for row in ask(service, marks)) for kind, marks in MARKS.items()}
    wrong = [one for one in acknowledged if stored[one.kind][one.mark] != 1]
    doubled = [mark for counter in stored.values() for mark, count in counter.items() if count > 1]
    assert (wrong, doubled) == ([], [])
    assert len(stored["ticket"]) == count_of(service, "tickets")


def count_of(service: ServiceProcess, table: str) -> int:
    """Count the rows of a table."""
    found: int = ask(service, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - ours
    return found


def ask(service: ServiceProcess, statement: str) -> list[Any]:
    """Run a query on the service's database."""
    if service.database_url:
        return query(service.database_url, statement)
    file = f"{service.database.as_uri()}?mode=ro"
    with closing(sqlite3.connect(file, uri=True, timeout=10)) as connection:
        return connection.execute(statement).fetchall()
