"""Connections to PostgreSQL that break, at COMMIT above all: the retry under the key settles it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.postgres.conftest import wire
from tests.adapters.postgres.wire import Cut, Wire
from tests.e2e.agencies import sync
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.writers import Writers
from tests.postgres_server import end_a_backend

__all__ = ["wire"]

REPLAYED = 50
TERMINATIONS = 500
CUTS = 1_000
WHERE = (Cut.BEFORE_COMMIT, Cut.AT_COMMIT, Cut.AFTER_COMMIT)


@pytest.mark.slow
async def test_of_a_thousand_requests_whose_commit_is_cut_each_has_its_effect_once(
    nursery: Nursery, wire: Wire, postgres_url: str, tmp_path: Path
) -> None:
    service = ForkedService(nursery, tmp_path, database_url=wire.url)
    writers, enough = Writers(), asyncio.Event()
    try:
        await asyncio.to_thread(service.start)
        await asyncio.to_thread(_sync, service)
        wire.chances = (*WHERE, Cut.NOWHERE)
        writing = asyncio.create_task(writers.write_through_faults(service, enough))
        while wire.cuts.total() < CUTS and not writing.done():
            await asyncio.wait({writing}, timeout=0.05)
        enough.set()
        faults = await writing
        wire.chances = ()
        await writers.replay(service, REPLAYED)
    finally:
        service.kill()
    service.database_url = postgres_url
    assert min(wire.cuts[where] for where in WHERE) > CUTS / 5
    assert faults > CUTS * 9 / 10
    assert_stored_once(service, writers.acknowledged)
    assert_whole(service)
    print(f"{dict(wire.cuts)}, {len(writers.acknowledged)} acknowledged, 0 lost, 0 doubled")  # noqa: T201 - a figure


async def _terminate(service: ForkedService, times: int) -> None:
    await asyncio.to_thread(_sync, service)
    writers, enough = Writers(), asyncio.Event()
    writing = asyncio.create_task(writers.write_through_faults(service, enough))
    ended = 0
    while ended < times and not writing.done():
        ended += await asyncio.to_thread(end_a_backend, service.database_url)
        await asyncio.wait({writing}, timeout=secrets.randbelow(50) / 1000)
    enough.set()
    faults = await writing
    await writers.replay(service, REPLAYED)
    assert_stored_once(service, writers.acknowledged)
    assert_whole(service)
    print(f"{ended} backends ended, {faults} answered 503, {len(writers.acknowledged)} acknowledged")  # noqa: T201 - a figure


@pytest.fixture
async def on_postgres(nursery: Nursery, postgres_url: str, tmp_path: Path) -> AsyncIterator[ForkedService]:
    service = ForkedService(nursery, tmp_path, database_url=postgres_url)
    await asyncio.to_thread(service.start)
    yield service
    service.kill()


@pytest.mark.slow
async def test_fifty_backends_that_are_ended_lose_and_double_nothing(on_postgres: ForkedService) -> None:
    await _terminate(on_postgres, TERMINATIONS // 10)


@pytest.mark.soak
async def test_five_hundred_backends_that_are_ended_lose_and_double_nothing(
    on_postgres: ForkedService, soak_share: float
) -> None:
    await _terminate(on_postgres, max(1, round(TERMINATIONS * soak_share)))


def _sync(service: ForkedService) -> None:
    with service.http() as http:
        sync(http)
