"""The floor of the benchmark stores what a submission stores: it is recorded from the running service."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

from app.adapters.sql.engines.sqlite import database_file
from benchmarks.floor.record import record
from benchmarks.floor.sqlite import Floor

COUNTED = ("tickets", "rulings", "messages", "events", "outbox", "answers", "ticket_search")


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}  # noqa: S608 - ours


async def test_a_run_of_the_script_stores_the_rows_of_a_submission(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'floor.sqlite3'}"
    script = await record(url)
    key, ids = "a-new-key", [str(UUID(int=number)) for number in range(script.ids)]
    names = [key, key.encode().hex(), *ids]
    with closing(sqlite3.connect(database_file(url), isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        submitted = counts(connection)
        assert set(submitted.values()) == {3}  # those of the recording
        Floor(url, script).submit(connection, names)
        assert set(counts(connection).values()) == {4}
        last = "SELECT tickets.id, number, body FROM tickets, answers WHERE key = ? ORDER BY number DESC"
        ticket_id, number, kept = connection.execute(last, (key,)).fetchone()
    assert (ticket_id in ids, number) == (True, 4)
    body = script.body.written(names)
    assert kept.decode() == body
    assert json.loads(body)["id"] == ticket_id
    assert script.location.written(names) == f"/v1/tickets/{ticket_id}"
