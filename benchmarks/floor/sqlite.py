"""The floor on SQLite: the standard driver, one writing thread, group commit, WAL and FULL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from fastapi import FastAPI

from benchmarks.floor.endpoint import ACKNOWLEDGEMENT, Asked, body_of, database, floor_app, serve

SCHEMA = """
CREATE TABLE customers (id TEXT PRIMARY KEY, paid_until TEXT, tariff TEXT);
CREATE TABLE time_entries (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, minutes INTEGER NOT NULL);
CREATE INDEX time_entries_customer ON time_entries (customer_id);
CREATE TABLE tickets (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    customer_id TEXT NOT NULL REFERENCES customers (id), channel TEXT NOT NULL, chat_id TEXT NOT NULL,
    subject TEXT, text TEXT NOT NULL, category TEXT, impact TEXT NOT NULL, status TEXT NOT NULL,
    priority INTEGER NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX tickets_queue ON tickets (status, priority, created_at);
CREATE TABLE events (id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX events_ticket ON events (ticket_id);
CREATE TABLE outbox (id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, chat_id TEXT NOT NULL,
    text TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, status INTEGER NOT NULL, body BLOB NOT NULL,
    created_at TEXT NOT NULL);
INSERT INTO customers VALUES ('agency-17', '2099-12-31', NULL);
"""
BATCH = 64

Waiting = tuple[Asked, "asyncio.Future[bytes]"]
_waiting: SimpleQueue[Waiting | None] = SimpleQueue()


def _opened() -> sqlite3.Connection:
    connection = sqlite3.connect(database(), isolation_level=None, cached_statements=64)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA cache_size = -16384")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


def _submit(connection: sqlite3.Connection, asked: Asked) -> bytes:
    sent = asked.submission
    entitlement: Any = connection.execute(
        "SELECT paid_until, (SELECT COALESCE(SUM(minutes), 0) FROM time_entries WHERE customer_id = c.id) "
        "FROM customers AS c WHERE id = ?",
        (sent.customer_id,),
    ).fetchone()
    row = (asked.id, sent.customer_id, sent.channel, sent.chat_id, sent.subject, sent.text, sent.category)
    number = connection.execute(
        "INSERT INTO tickets (id, customer_id, channel, chat_id, subject, text, category, impact, status, "
        "priority, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', 2, ?)",
        (*row, sent.impact, asked.now),
    ).lastrowid
    connection.execute(
        "INSERT INTO events VALUES (?, ?, 'registered', ?)", (asked.event_id, asked.id, asked.now)
    )
    connection.execute(
        "INSERT INTO outbox VALUES (?, ?, ?, ?, ?)",
        (asked.message_id, asked.id, sent.chat_id, ACKNOWLEDGEMENT, asked.now),
    )
    body = body_of(asked, number or 0, entitlement)
    connection.execute("INSERT INTO answers VALUES (?, 201, ?, ?)", (asked.key, body, asked.now))
    return body


def _write(loop: asyncio.AbstractEventLoop) -> None:
    connection = _opened()
    while (first := _waiting.get()) is not None:
        batch = [first]
        while len(batch) < BATCH:
            try:
                following = _waiting.get_nowait()
            except Empty:
                break
            if following is None:
                _waiting.put(None)
                break
            batch.append(following)
        connection.execute("BEGIN IMMEDIATE")
        bodies = [_submit(connection, asked) for asked, _ in batch]
        connection.execute("COMMIT")
        loop.call_soon_threadsafe(_answer, batch, bodies)
    connection.close()


def _answer(batch: list[Waiting], bodies: list[bytes]) -> None:
    for (_, future), body in zip(batch, bodies, strict=True):
        if not future.cancelled():
            future.set_result(body)


async def submit(asked: Asked) -> bytes:
    """Let the writing thread run the statements; returns when they are committed."""
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    _waiting.put((asked, future))
    return await future


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    connection = _opened()
    connection.executescript(SCHEMA)
    connection.close()
    writer = Thread(target=_write, args=(asyncio.get_running_loop(),))
    writer.start()
    yield
    _waiting.put(None)
    await asyncio.to_thread(writer.join)


if __name__ == "__main__":
    serve(floor_app(submit, _lifespan))
