"""The floor on SQLite: a connection like the service's, one writing thread, group commit, no savepoints."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from queue import Empty, SimpleQueue
from threading import Thread

from fastapi import FastAPI

from app.adapters.sql.engines.sqlite import database_file, sqlite_engine
from benchmarks.floor.endpoint import floor_app, given, serve
from benchmarks.floor.script import Names, Rows, Script

BATCH = 64

Waiting = tuple[Names, "asyncio.Future[None]"]


class Floor:
    """Runs the script for one caller after the other, those that wait together in one transaction."""

    def __init__(self, database: str, script: Script) -> None:
        """Keep the migrated database and the script."""
        self._engine = sqlite_engine(database_file(database))
        self._script = script
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()

    async def run(self, names: Names) -> None:
        """Run the script in the writing thread; return when it is committed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put((names, future))
        await future

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Run the writing thread while the application runs."""
        writer = Thread(target=self._write, args=(asyncio.get_running_loop(),))
        writer.start()
        yield
        self._waiting.put(None)
        await asyncio.to_thread(writer.join)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        opened = self._engine.raw_connection()  # as the service opens it: the same journal, sync and cache
        connection = opened.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        while batch := self._batch():
            connection.execute("BEGIN IMMEDIATE")
            for names, _ in batch:
                self.submit(connection, names)
            connection.execute("COMMIT")
            loop.call_soon_threadsafe(_answer, batch)
        opened.close()

    def _batch(self) -> list[Waiting]:
        """Return the calls that wait, at least one; none at the end."""
        batch: list[Waiting] = []
        call = self._waiting.get()
        while call is not None:
            batch.append(call)
            if len(batch) == BATCH:
                return batch
            try:
                call = self._waiting.get_nowait()
            except Empty:
                return batch
        self._waiting.put(None)
        return batch

    def submit(self, connection: sqlite3.Connection, names: Names) -> None:
        """Run the script in the transaction of this connection."""
        found: list[Rows] = []
        for step in self._script.steps:
            cursor = connection.execute(step.sql.written(names), step.given(names, found))
            found.append(cursor.fetchall() if step.fetches else ())


def _answer(batch: list[Waiting]) -> None:
    for _, future in batch:
        if not future.cancelled():
            future.set_result(None)


if __name__ == "__main__":
    database, script = given()
    floor = Floor(database, script)
    serve(floor_app(script, floor.run, floor.lifespan))
