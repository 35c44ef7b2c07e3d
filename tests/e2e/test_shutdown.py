"""SIGTERM under load: a stop in good order loses nothing that was acknowledged."""

import asyncio
import signal

import pytest

from demo.process import ServiceProcess
from tests.e2e.agencies import sync
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.writers import Writers


async def test_stop_under_load_exits_with_0_and_loses_nothing(service: ServiceProcess) -> None:
    with service.http() as http:
        sync(http)
    writers = Writers()
    writing = asyncio.create_task(writers.write_until_gone(service))
    await asyncio.sleep(0.7)
    status = await asyncio.to_thread(service.stop)
    await writing
    assert status == 0, service.log.read_text()[-2_000:]
    assert len(writers.acknowledged) > 20
    assert_whole(service)
    assert_stored_once(service, writers.acknowledged)
    # What SQLite's log held is in the file.
    wal = service.database.with_name(f"{service.database.name}-wal")
    assert not wal.exists() or wal.stat().st_size == 0


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_idle_service_stops_with_0(service: ServiceProcess, signal_: signal.Signals) -> None:
    service.signal(signal_)
    assert service.wait() == 0
