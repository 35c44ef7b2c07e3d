"""PostgreSQL crashes under load and recovers, or its standby takes over: nothing acknowledged is lost.

The service stays as it is; meanwhile it answers 503 with Retry-After, and it goes on by itself.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.agencies import sync
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.writers import Writers
from tests.own_postgres import SOCKET, OwnPostgres, own_postgres
from tests.postgres_server import query

CRASHES = 5
REPLAYED = 50
MORE = 200
"""Acknowledged between one trouble and the next."""

pytestmark = pytest.mark.slow


def _sync(service: ForkedService) -> None:
    with service.http() as http:
        sync(http)


async def _readiness(service: ForkedService, status: int) -> None:
    """Wait until /readyz says so; it goes on answering whatever the database does."""
    async with httpx.AsyncClient(base_url=service.url, trust_env=False, timeout=30) as http:
        while (await http.get("/readyz")).status_code != status:
            assert (await http.get("/livez")).status_code == 200
            await asyncio.sleep(0.05)


async def _lose_nothing(service: ForkedService, times: int, trouble: Callable[[], Awaitable[None]]) -> None:
    """Write, make trouble so many times in between, write on, and hold the books against what was said."""
    try:
        await asyncio.to_thread(service.start)
        await asyncio.to_thread(_sync, service)
        writers, enough = Writers(), asyncio.Event()
        writing = asyncio.create_task(writers.write_through_faults(service, enough))
        for _ in range(times):
            await _acknowledge_more(writers, writing)
            await trouble()
        await _acknowledge_more(writers, writing)
        enough.set()
        faults = await writing
        await writers.replay(service, REPLAYED)
        assert faults
        assert_stored_once(service, writers.acknowledged)
        assert_whole(service)
    finally:
        service.kill()
    print(f"{times} times, {faults} answered 503, {len(writers.acknowledged)} acknowledged, 0 lost")  # noqa: T201 - a figure


async def _acknowledge_more(writers: Writers, writing: asyncio.Task[int]) -> None:
    wanted = len(writers.acknowledged) + MORE
    while len(writers.acknowledged) < wanted:
        done, _ = await asyncio.wait({writing}, timeout=secrets.randbelow(100) / 1_000)
        for one in done:
            one.result()  # before it is told to it ends with an error only


async def test_a_server_that_crashes_and_recovers_loses_nothing_that_was_acknowledged(
    nursery: Nursery, tmp_path: Path
) -> None:
    with own_postgres() as server:
        server.make().start()
        service = ForkedService(nursery, tmp_path, database_url=server.url)

        async def crash() -> None:
            await asyncio.to_thread(server.stop, "immediate")
            await _readiness(service, 503)
            await asyncio.to_thread(server.start)
            await _readiness(service, 200)

        await _lose_nothing(service, CRASHES, crash)


async def test_a_standby_that_takes_over_has_all_that_was_acknowledged(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Commits wait for the standby (synchronous replication); its address moves as a virtual one does."""
    followed = {"synchronous_standby_names": "standby"}
    with own_postgres(**followed) as primary, own_postgres() as standby, own_postgres() as address:
        primary.make().start()
        standby.make_standby_of(primary).start()
        _point(address, primary)
        service = ForkedService(nursery, tmp_path, database_url=address.url)

        async def fail_over() -> None:
            await asyncio.to_thread(primary.stop, "immediate")
            await _readiness(service, 503)
            _point(address, standby)
            assert query(address.url, "SELECT pg_is_in_recovery()")[0][0]
            await _readiness(service, 503)  # who can only read is not ready
            await asyncio.to_thread(standby.promote)
            await _readiness(service, 200)

        await _lose_nothing(service, 1, fail_over)


def _point(address: OwnPostgres, server: OwnPostgres) -> None:
    """Let an address lead to a server."""
    link = address.folder / SOCKET
    link.unlink(missing_ok=True)
    link.symlink_to(server.folder / SOCKET)
