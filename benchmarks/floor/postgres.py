"""The floor on PostgreSQL: asyncpg as it is, a pool of as many connections as the service has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from fastapi import FastAPI

from benchmarks.floor.endpoint import ACKNOWLEDGEMENT, Asked, body_of, database, floor_app, serve
from benchmarks.floor.sqlite import SCHEMA

CONNECTIONS = 16
_TYPES = (("INTEGER PRIMARY KEY", "bigserial PRIMARY KEY"), ("BLOB", "bytea"))
_READ = (
    "SELECT paid_until, (SELECT COALESCE(SUM(minutes), 0) FROM time_entries WHERE customer_id = c.id) "
    "FROM customers AS c WHERE id = $1"
)
_TICKET = (
    "INSERT INTO tickets (id, customer_id, channel, chat_id, subject, text, category, impact, status, "
    "priority, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 2, $9) RETURNING number"
)
_EVENT = "INSERT INTO events VALUES ($1, $2, 'registered', $3)"
_OUTBOX = "INSERT INTO outbox VALUES ($1, $2, $3, $4, $5)"
_ANSWER = "INSERT INTO answers VALUES ($1, 201, $2, $3)"

_pool: list[Any] = []


async def submit(asked: Asked) -> bytes:
    """Run the statements in a transaction; returns when it is committed."""
    sent = asked.submission
    async with _pool[0].acquire() as connection, connection.transaction():
        entitlement = await connection.fetchrow(_READ, sent.customer_id)
        row = (asked.id, sent.customer_id, sent.channel, sent.chat_id, sent.subject, sent.text, sent.category)
        number = await connection.fetchval(_TICKET, *row, sent.impact, asked.now)
        await connection.execute(_EVENT, asked.event_id, asked.id, asked.now)
        message = (asked.message_id, asked.id, sent.chat_id, ACKNOWLEDGEMENT, asked.now)
        await connection.execute(_OUTBOX, *message)
        body = body_of(asked, number, entitlement)
        await connection.execute(_ANSWER, asked.key, body, asked.now)
    return body


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    schema = SCHEMA
    for lite, great in _TYPES:
        schema = schema.replace(lite, great)
    async with asyncpg.create_pool(database(), min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        await pool.execute(schema)
        _pool.append(pool)
        yield


if __name__ == "__main__":
    serve(floor_app(submit, _lifespan))
