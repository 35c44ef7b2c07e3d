"""What a service answers after its clock has stepped back: keys, quotas and the state of the relay."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.attachments.file_types import MIB
from tests.api.service import Service

BACK = [timedelta(minutes=5), timedelta(hours=1), timedelta(days=3650)]


@pytest.fixture(params=BACK, ids=str)
def back(request: pytest.FixtureRequest) -> timedelta:
    step: timedelta = request.param
    return step


async def test_a_revoked_key_stays_revoked(service: Service, back: timedelta) -> None:
    client = await service.with_key()
    assert (await client.get("/v1/tickets")).status_code == 200
    (key,) = await service.store.read(lambda uow: uow.api_keys.all())
    await service.store.write(lambda uow: uow.api_keys.revoke(key.id, service.clock.now))
    service.clock.now -= back
    service.app.state.services.gate.keys._lookups.clear()

    assert (await client.get("/v1/tickets")).status_code == 401


async def test_the_quota_counts_no_upload_of_the_future(
    peopled_url: str, base_calendar: Any, back: timedelta
) -> None:
    service = Service(peopled_url, base_calendar, quota_mib=1)
    try:
        full = await service.upload(b"a" * MIB)
        refused = await service.upload(b"a")
        service.clock.now -= back
        fresh = await service.upload(b"a")
    finally:
        await service.close()

    assert [answer.status_code for answer in (full, refused, fresh)] == [201, 409, 201]


async def test_a_relay_whose_heartbeat_is_of_the_future_is_not_alive(
    service: Service, back: timedelta
) -> None:
    async def relay() -> str:
        ready = await service.client(None).get("/readyz", params={"verbose": "1"})
        return str(ready.json()["relay"])

    await service.store.write(lambda uow: uow.channels.beat("relay", service.clock.now))
    assert await relay() == "alive"
    service.clock.now -= back

    assert await relay() == "silent"


async def test_the_state_of_the_clock_is_shown(service: Service) -> None:
    async def clock() -> str:
        ready = await service.client(None).get("/readyz", params={"verbose": "1"})
        return str(ready.json()["clock"])

    assert await clock() == "unsettled"
    watch = service.app.state.services.probes.watch
    watch._steady_since -= 3_600
    assert await clock() == "steady"
    service.clock.now += timedelta(hours=1)
    watch.look()
    assert await clock() == "unsettled"
    metrics = (await service.client(None).get("/metrics")).text
    assert 'support_clock_steps_total{direction="forward"} 1.0' in metrics
    assert 'support_clock_steps_total{direction="back"} 0.0' in metrics
