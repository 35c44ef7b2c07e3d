"""A PostgreSQL for the tests: one server a run, shared by its workers; a database a test.

What is asked most is asked on connections that stay open: one that is made anew knows nothing of the
tables, and takes several times as long as most questions.

`SUPPORT_TEST_POSTGRES_URL` names another server, whose role may create databases. Without any server the
tests fail.
"""

import asyncio
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.adapters.sql.engines.postgres import in_own_loop, postgres_engine
from app.adapters.sql.migrate.run import migrate
from app.adapters.sql.schema.tables import METADATA
from app.adapters.sql.stores.postgres import WAITING, PostgresStore
from app.domain.calendar.work_calendar import WorkCalendar

T = TypeVar("T")

GIVEN = "SUPPORT_TEST_POSTGRES_URL"
START_SECONDS = 60.0
_numbers = count(1)

_TABLES = ("alembic_version", *(table.name for table in METADATA.sorted_tables), "ticket_search")
"""All tables, what others refer to first."""

_SEQUENCES = (
    "tickets_number_seq",
    "rulings_sequence_seq",
    "events_sequence_seq",
    "messages_sequence_seq",
    "outbox_sequence_seq",
    "inbox_sequence_seq",
    "chat_messages_sequence_seq",
    "time_entries_sequence_seq",
)
_LASTING = "lasting"
_END_OTHERS = f"""
    SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (application_name <> '{_LASTING}' OR state <> 'idle')"""  # noqa: S608 - ours
_END_ONE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    ORDER BY state = 'idle', random() LIMIT 1"""


@dataclass(frozen=True)
class PostgresServer:
    """A server, and the database at head that others are copied from."""

    url: str
    template: str

    def database_url(self, name: str) -> str:
        """Give the URL of a database of the server."""
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """Give the URL of a database of its own, at head and empty; `template1` gives one without schema."""
        name = f"desk_{os.getpid()}_{next(_numbers)}"
        copied = f'CREATE DATABASE {name} TEMPLATE "{template or self.template}" STRATEGY file_copy'
        query(self.url, copied)
        try:
            yield self.database_url(name)
        finally:
            query(self.url, f"DROP DATABASE {name} WITH (FORCE)")


class KeptStates:
    """One database that is brought back to states that it had: making one anew takes ten times as long."""

    def __init__(self, url: str) -> None:
        """Take a database that nobody else uses; its present state is `empty`."""
        self.url = url
        self.keep("empty")

    def keep(self, state: str) -> None:
        """Remember what all tables hold, under a name; again, if a fixture is set up a second time."""
        copies = (f"CREATE TABLE {state}.{name} AS TABLE public.{name}" for name in _TABLES)
        anew = f"DROP SCHEMA IF EXISTS {state} CASCADE; CREATE SCHEMA {state}"
        execute(self.url, f"{anew}; {';'.join(copies)}")
        last = (f"SELECT '{name}', last_value, is_called FROM {name}" for name in _SEQUENCES)  # noqa: S608 - ours
        numbers = [tuple(row) for row in query(self.url, " UNION ALL ".join(last))]
        emptied = (f"DELETE FROM public.{name}" for name in reversed(_TABLES))  # noqa: S608 - ours
        filled = (f"INSERT INTO public.{name} SELECT * FROM {state}.{name}" for name in _TABLES)  # noqa: S608 - ours
        counted = (f"PERFORM setval('{name}', {n}, {called})" for name, n, called in numbers)
        # A function's plans are made once a connection.
        steps = "; ".join((*emptied, *filled, *counted))
        head = f"CREATE FUNCTION {state}.put_back() RETURNS void LANGUAGE plpgsql"
        execute(self.url, f"{head} AS $$ BEGIN {steps}; END $$")

    def put_back(self, state: str) -> str:
        """Let the tables hold what they held, and no transaction be open; give the URL."""
        execute(self.url, f"{_END_OTHERS}; SELECT {state}.put_back()")
        return self.url


class LastingConnections:
    """Connections to kept databases for one store after the other, which find them as warm as a service does.

    All of them belong to one event loop.
    """

    def __init__(self) -> None:
        self._engines: dict[str, AsyncEngine] = {}

    def store(self, url: str, calendar: WorkCalendar) -> PostgresStore:
        """Give a store that knows nothing yet; the database has to be at head."""
        if url not in self._engines:
            made = postgres_engine(f"{url}&application_name={_LASTING}")
            self._engines[url] = _LastingEngine(made.sync_engine)
        return PostgresStore(self._engines[url], calendar, waiting=WAITING)

    async def close(self) -> None:
        for engine in self._engines.values():
            await AsyncEngine.dispose(engine)


class _LastingEngine(AsyncEngine):
    """Keeps its connections when a store lets go of them."""

    async def dispose(self, close: bool = True) -> None:
        del close


def execute(url: str, script: str) -> None:
    """Run statements beside the service, all or none of them."""
    _beside(url, lambda connection: connection.execute(script))


def query(url: str, statement: str, *values: Any) -> list[Any]:
    """Run a statement beside the service, from a test that may or may not be a coroutine."""

    async def ask(connection: Any) -> list[Any]:
        return list(await connection.fetch(statement, *values))

    return _beside(url, ask)


def end_a_backend(url: str) -> int:
    """End a server process of the database, at random and one at work rather; give how many that were."""
    return len(query(url, _END_ONE))


def dump(url: str) -> list[str]:
    """Give all that the database holds, as text."""

    async def ask(connection: Any) -> list[str]:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        return [
            f"{table}: {row[0]}"
            for (table,) in await connection.fetch(tables)
            for row in await connection.fetch(f"SELECT t::text FROM {table} AS t ORDER BY 1")  # noqa: S608 - ours
        ]

    return _beside(url, ask)


class _OpenLine:
    """A connection that stays open, on a loop of its own; one asks after the other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._free = asyncio.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def ask(self, ask: Callable[[Any], Awaitable[T]]) -> T:
        return asyncio.run_coroutine_threadsafe(self._asked(ask), self._loop).result()

    def close(self) -> None:
        if self._connection is not None:
            self.ask(lambda connection: connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _asked(self, ask: Callable[[Any], Awaitable[T]]) -> T:
        async with self._free:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._url)
            return await ask(self._connection)


_LINES: dict[str, _OpenLine] = {}
"""By the URL of the database."""


@contextmanager
def kept_open(url: str) -> Iterator[None]:
    """Let a connection to a database stay open between questions."""
    with closing(_OpenLine(url)) as line:
        _LINES[url] = line
        try:
            yield
        finally:
            del _LINES[url]


def _beside(url: str, ask: Callable[[Any], Awaitable[T]]) -> T:
    if url in _LINES:
        return _LINES[url].ask(ask)

    async def run() -> T:
        connection = await asyncpg.connect(url)
        try:
            return await ask(connection)
        finally:
            await connection.close()

    return in_own_loop(run)


def started(shared: Path, config: pytest.Config) -> str:
    """Give the URL of this run's server; the first worker that asks starts it."""
    if os.environ.get(GIVEN):
        return os.environ[GIVEN]
    file = shared / "postgres.url"
    with closing((shared / "postgres.lock").open("w")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            # Of a worker the parent is the one that ends last.
            last = os.getppid() if hasattr(config, "workerinput") else os.getpid()
            keeper = Path(__file__).with_name("postgres_keeper.py")
            log = (shared / "postgres.log").open("wb")
            with log:
                process = subprocess.Popen(
                    [sys.executable, str(keeper), str(last), str(file)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            deadline = time.perf_counter() + START_SECONDS
            while not file.exists():
                if process.poll() is not None or time.perf_counter() > deadline:
                    process.kill()
                    pytest.fail(f"no PostgreSQL: {(shared / 'postgres.log').read_text()}", pytrace=False)
                time.sleep(0.01)
            process.returncode = 0  # it outlives this process, which need not wait for it
    return file.read_text()


def template_of(url: str) -> str:
    """Make this worker's database at head."""
    name = f"template_{os.getpid()}"
    query(url, f"DROP DATABASE IF EXISTS {name}")
    query(url, f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' ENCODING 'UTF8'")
    migrate(urlsplit(url)._replace(path=f"/{name}").geturl())
    return name
