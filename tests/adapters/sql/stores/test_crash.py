"""A server that is killed at any moment has kept what it acknowledged (D1)."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]

WRITE_FOR_EVER = """
import asyncio, itertools, sys
from app.adapters.production_calendar import production_calendar
from app.adapters.sql.stores.sqlite import SqliteStore
from tests.adapters.sql.driver import ask
from tests.contracts.builders import a_message, a_ticket, a_waiting_message, add_agencies

async def main():
    store = SqliteStore.open(sys.argv[1], production_calendar())
    await store.write(add_agencies)
    first = await store.read(lambda uow: ask(uow, "SELECT count(*) FROM tickets"))
    numbers = itertools.count(first + 1_000_000 * int(sys.argv[2]))

    def submit(number):
        def work(uow):
            ticket = a_ticket(number, external_id=str(number))
            uow.tickets.add(ticket, ("слово",))
            uow.messages.add(a_message(number, ticket))
            uow.outbox.add(a_waiting_message(number, ticket))
            return number
        return work

    async def writer():
        while True:
            print(await store.write(submit(next(numbers))), flush=True)

    await asyncio.gather(*(writer() for _ in range(8)))

asyncio.run(main())
"""


def acknowledged_before_the_kill(database: Path, cycle: int) -> list[str]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(database), str(cycle)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(20 + 37 * cycle)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return [line.strip() for line in lines if line.endswith("\n")]


def kill_and_look(database: Path, cycles: int) -> None:
    acknowledged: list[str] = []
    for cycle in range(cycles):
        acknowledged += acknowledged_before_the_kill(database, cycle)
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            stored = [row[0] for row in connection.execute("SELECT external_id FROM tickets")]
            whole = connection.execute(
                "SELECT t.external_id FROM tickets t"
                " JOIN messages m ON m.ticket_id = t.id JOIN outbox o ON o.ticket_id = t.id"
                " JOIN ticket_search s ON s.rowid = t.number"
            )
            assert sorted(row[0] for row in whole) == sorted(stored)
        assert len(set(stored)) == len(stored)
        assert set(acknowledged) <= set(stored)
    assert acknowledged


def test_what_was_acknowledged_before_a_kill_is_there_whole_and_once(migrated: Path, tmp_path: Path) -> None:
    kill_and_look(Path(shutil.copy(migrated, tmp_path / "support.db")), cycles=2)


@pytest.mark.slow
def test_thirty_kills_lose_nothing(migrated: Path, tmp_path: Path) -> None:
    kill_and_look(Path(shutil.copy(migrated, tmp_path / "support.db")), cycles=30)
