"""kill -9 under load: what was acknowledged is there once, nothing is half, a retry doubles nothing."""

import asyncio
import secrets

import pytest

from demo.process import ServiceProcess
from tests.e2e.agencies import sync
from tests.e2e.conftest import Fresh
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.writers import WRITERS, Writers

REPLAYED = 12
KILLS = 1_000
KILLS_EACH = 50
"""Of one database; with more of them the looking takes longer than the killing."""


async def _kill_and_check(service: ServiceProcess, kills: int) -> int:
    with service.http() as http:
        sync(http)
    writers = Writers()
    for _ in range(kills):
        before = len(writers.acknowledged)
        moment = 0.05 + secrets.randbelow(600) / 1000
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
    return len(writers.acknowledged)


async def test_five_kills_lose_and_double_nothing(service: ServiceProcess) -> None:
    await _kill_and_check(service, 5)


@pytest.mark.slow
async def test_fifty_kills_lose_and_double_nothing(forked: ServiceProcess) -> None:
    acknowledged = await _kill_and_check(forked, KILLS_EACH)
    print(f"{KILLS_EACH} kills, {acknowledged} acknowledged, 0 lost, 0 doubled")  # noqa: T201 - a figure


@pytest.mark.soak
async def test_a_thousand_kills_lose_and_double_nothing(fresh: Fresh, soak_share: float) -> None:
    left = kills = max(1, round(KILLS * soak_share))
    acknowledged = 0
    while left:
        now = min(left, KILLS_EACH)
        with fresh() as service:
            acknowledged += await _kill_and_check(service, now)
        left -= now
    print(f"{kills} kills, {acknowledged} acknowledged, 0 lost, 0 doubled")  # noqa: T201 - a figure
