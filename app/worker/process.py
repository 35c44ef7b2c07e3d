"""The relay as a process of its own."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import structlog
from prometheus_client import CollectorRegistry

from app.adapters.system import steady_seconds
from app.application.clock_watch import ClockWatch
from app.observability.clock_metrics import ClockMetrics
from app.observability.database_metrics import watch_log
from app.observability.desk_metrics import DeskMetrics
from app.observability.inbox_metrics import InboxMetrics
from app.observability.sending_metrics import RelayMetrics
from app.settings import Settings
from app.wiring import Wired
from app.worker.jobs import build_relay
from app.worker.runner import Wake

log = structlog.get_logger("app.relay")


async def run_until_told(
    wired: Wired,
    settings: Settings,
    registry: CollectorRegistry,
    listener: socket.socket | None = None,
) -> None:
    """Run the relay in this process until SIGTERM or SIGINT, then finish the work in progress.

    With a listener, the metrics of the registry and the probes are served on it.
    """
    metrics, observer = RelayMetrics(registry), InboxMetrics(registry, DeskMetrics(registry))
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    watch = ClockWatch(wired.clock, steady_seconds, ClockMetrics(registry))
    relay = build_relay(wired, settings, Wake(), metrics, observer, watch)
    if wired.database_log is not None:
        watch_log(registry, wired.database_log)
    channels = [messenger.channel for messenger in wired.messengers]
    try:
        async with _probed(wired, channels, registry, watch, listener):
            relay.start()
            log.info("relay running", channels=channels)
            await told.wait()
            await relay.stop()
    finally:
        await wired.close()


@asynccontextmanager
async def _probed(
    wired: Wired,
    channels: Collection[str],
    registry: CollectorRegistry,
    watch: ClockWatch,
    listener: socket.socket | None,
) -> AsyncIterator[None]:
    """Serve probes and metrics on the listener, if there is one."""
    if listener is None:
        yield
        return
    from app.worker.probes import ProbeServer, relay_probes  # noqa: PLC0415 - without a listener no HTTP is needed

    server = ProbeServer(relay_probes(wired.store, wired.clock, channels, registry, watch), registry)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    log.info("serving probes and metrics on http://%s:%d", *listener.getsockname()[:2])
    try:
        yield
    finally:
        server.should_exit = True
        await serving
