"""Records a submission of the real service: python -m benchmarks.floor.record DATABASE_URL SCRIPT_FILE.

The database is migrated first, and keeps the customer and the submissions of the recording. Statements are
written down where the driver gets them, so the recording knows nothing of the store.
"""

import asyncio
import pickle
import secrets
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
import httpx
from pydantic import SecretStr

from app.adapters.sql.migrate.run import migrate
from app.main import create_app
from app.settings import Settings
from app.wiring import wire
from benchmarks.floor.script import Script, Statement, Submitted, UnrepeatableError, script_of
from benchmarks.servers import CHAT_PATH, CUSTOMER_PATH, RECORD, SUBMISSION

POSTGRESQL = "postgresql://"
WARM_UP = 1
"""A first submission may also load what later ones find in memory."""


class _Cursor(sqlite3.Cursor):
    """A cursor that keeps the rows it has given."""

    rows: list[Any] | None = None

    def fetchall(self) -> list[Any]:
        self.rows = super().fetchall()
        return self.rows


class _Connection(sqlite3.Connection):
    """A connection that writes down the statements of its writing transactions."""

    def __init__(self, *args: Any, heard: list[Any], **options: Any) -> None:  # noqa: ANN401 - sqlite3's own
        super().__init__(*args, **options)
        self._heard = heard
        self._writes = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - sqlite3's own
        cursor = self.cursor(_Cursor)
        if sql.startswith("BEGIN"):
            self._writes = sql == "BEGIN IMMEDIATE"
        elif self._writes and sql != "COMMIT":
            self._heard.append((sql, tuple(parameters), cursor))
        return cursor.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:  # noqa: ANN401, ARG002 - sqlite3's own
        raise UnrepeatableError(f"the script has no place for a statement with many rows: {sql}")


@contextmanager
def _heard() -> Iterator[list[tuple[str, tuple[Any, ...], Any]]]:
    """Write down what the drivers of both engines run meanwhile: text, parameters, what holds the rows."""
    heard: list[tuple[str, tuple[Any, ...], Any]] = []
    fetch, execute = asyncpg.Connection.fetch, asyncpg.Connection.execute

    async def fetched(self: Any, sql: str, *parameters: Any, **options: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        cursor = _Rows()
        heard.append((sql, parameters, cursor))
        cursor.rows = await fetch(self, sql, *parameters, **options)
        return cursor.rows

    async def executed(self: Any, sql: str, *parameters: Any, **options: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        heard.append((sql, parameters, _Rows()))
        return await execute(self, sql, *parameters, **options)

    with (
        patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=partial(_Connection, heard=heard))),
        patch.object(asyncpg.Connection, "fetch", fetched),
        patch.object(asyncpg.Connection, "execute", executed),
    ):
        yield heard


class _Rows:
    """The rows of a statement on PostgreSQL; None if it has given none."""

    rows: Sequence[Any] | None = None


async def record(database_url: str) -> Script:
    """Return the script of a submission to the service on this database."""
    migrate(database_url)
    key = f"jsd_{secrets.token_urlsafe(32)}"
    with tempfile.TemporaryDirectory() as folder, _heard() as heard:
        settings = Settings(
            data_dir=Path(folder),
            database_url=database_url,
            admin_key=SecretStr(key),
            rate_limit=0,
            relay="off",
        )
        wired = wire(settings)
        transport = httpx.ASGITransport(create_app(wired, settings))
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as http:
            (await http.put(CUSTOMER_PATH, json=RECORD)).raise_for_status()
            (await http.put(CHAT_PATH, json={})).raise_for_status()
            submitted = [await _submit(http, heard) for _ in range(WARM_UP + 2)]
        await wired.close()
    return script_of(*submitted[WARM_UP:])


async def _submit(http: httpx.AsyncClient, heard: list[Any]) -> Submitted:
    heard.clear()
    key = secrets.token_hex(16)
    answer = await http.post("/v1/tickets", json=SUBMISSION, headers={"Idempotency-Key": key})
    answer.raise_for_status()
    statements = tuple(
        Statement(
            sql,
            tuple(map(_plain, parameters)),
            None if cursor.rows is None else [tuple(row) for row in cursor.rows],
        )
        for sql, parameters, cursor in heard
    )
    return Submitted(key, statements, answer.content, answer.headers["location"])


def _plain(value: Any) -> Any:  # noqa: ANN401 - any parameter
    return bytes(value) if isinstance(value, memoryview) else value


def main() -> None:
    """Record, and write the script to the file."""
    database_url, file = sys.argv[1:]
    Path(file).write_bytes(pickle.dumps(asyncio.run(record(database_url))))


if __name__ == "__main__":
    main()
