"""kill -9 under load: what was acknowledged is there once, nothing is half, a retry doubles nothing."""

import asyncio
import secrets

import pytest

from demo.process import ServiceProcess
from tests.e2e.agencies import sync
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.writers import WRITERS, Writers

REPLAYED = 12


async def _kill_and_check(service: ServiceProcess, kills: int) -> None:
    with service.http() as http:
        sync(http)
    writers = Writers()
    for _ in range(kills):
        before = len(writers.acknowledged)
        moment = 0.1 + secrets.randbelow(600) / 1000
        writing = asyncio.create_task(writers.write_until_gone(service))
        await asyncio.sleep(moment)
        service.kill()
        await writing
        assert len(writers.unknown) <= WRITERS

        await asyncio.to_thread(service.start)
        assert_whole(service)
        assert_stored_once(service, writers.acknowledged)
        await writers.replay(service, REPLAYED)
        await writers.retry_unknown(service)
        assert_stored_once(service, writers.acknowledged)
        assert len(writers.acknowledged) > before
    assert_whole(service)
    print(f"{kills} kills, {len(writers.acknowledged)} acknowledged, 0 lost, 0 doubled")  # noqa: T201 - a figure


async def test_five_kills_lose_and_double_nothing(service: ServiceProcess) -> None:
    await _kill_and_check(service, 5)


@pytest.mark.slow
async def test_fifty_kills_lose_and_double_nothing(service: ServiceProcess) -> None:
    await _kill_and_check(service, 50)
