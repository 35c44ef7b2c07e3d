"""The HTTP application and the process that serves it."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry

from app import __version__
from app.adapters.relay_lock import RelayLock
from app.adapters.system import steady_seconds
from app.api.dependencies import Files, Probes, Services, Webhooks
from app.api.http.connections import Connections, places
from app.api.http.deadlines import Deadlines
from app.api.http.draining_server import DrainingServer
from app.api.http.guard import Gate
from app.api.http.keys import KeyRing
from app.api.http.middleware import HttpMiddleware
from app.api.http.problems import install_problems
from app.api.http.rate_limit import failed_tries, rate_limiter
from app.api.http.routing import assert_guarded, include_operations
from app.api.openapi.document import build_openapi
from app.api.routes import (
    attachments,
    chats,
    customers,
    decisions,
    documentation,
    messages,
    operations,
    queue,
    regulation,
    staff,
    text_checks,
    ticket_list,
    tickets,
    time_entries,
    unassigned_chats,
    webhooks,
    work_calendar,
)
from app.application.clock_watch import LOOK_EVERY, ClockWatch
from app.application.ports.store import Store
from app.domain.attachments.file_types import MIB
from app.observability.clock_metrics import ClockMetrics
from app.observability.database_metrics import watch_log
from app.observability.desk_metrics import DeskMetrics
from app.observability.http_metrics import ConnectionMetrics, HttpMetrics
from app.observability.inbox_metrics import InboxGauges, InboxMetrics
from app.observability.readiness import Readiness
from app.observability.sending_metrics import OutboxGauges, RelayMetrics
from app.observability.sending_status import SendingStatus
from app.settings import Settings
from app.wiring import Wired, wire
from app.worker.jobs import build_relay
from app.worker.locks import Embedded, lock_for_service
from app.worker.runner import Wake, WakingStore

ROUTERS = (
    decisions.router,
    text_checks.router,
    tickets.router,
    ticket_list.router,
    messages.router,
    attachments.router,
    time_entries.router,
    queue.router,
    customers.router,
    chats.router,
    unassigned_chats.router,
    staff.router,
    work_calendar.router,
    regulation.router,
    operations.router,
    documentation.router,
    webhooks.router,
)

COLLECTED_EVERY = (10_000, 20, 20)
"""Thresholds of the garbage collector: a request leaves almost no cycles behind, so runs can be rare."""


def create_app(
    wired: Wired | None = None, settings: Settings | None = None, lock: RelayLock | None = None
) -> FastAPI:
    """Build the application; without `wired` and `settings` it only knows its contract.

    `lock` keeps relays of other processes away from the embedded one; it is released with the application.
    """
    registry = CollectorRegistry()
    metrics = HttpMetrics(registry)
    services, lifespan = None, None
    if wired is not None and settings is not None:
        services, relay = _furnish(wired, settings, registry, lock)
        lifespan = _lifespan(wired, services.probes, relay)
    app = FastAPI(
        title="JokerCRM Support Desk",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
    )
    app.state.services = services
    include_operations(app, *ROUTERS)
    install_problems(app)
    app.add_middleware(HttpMiddleware, metrics=metrics)
    app.openapi = lambda: build_openapi(app)  # type: ignore[method-assign]  # FastAPI's way to replace it
    assert_guarded(app)
    return app


def _furnish(
    wired: Wired, settings: Settings, registry: CollectorRegistry, lock: RelayLock | None
) -> tuple[Services, Embedded | None]:
    """Build the services, and the relay if the settings embed one."""
    wake = Wake()
    embedded = settings.relay == "embedded"
    store = WakingStore(wired.store, wake) if embedded else wired.store
    services = _services(wired, settings, registry, store)
    if not embedded:
        return services, None
    watch = services.probes.watch
    relay = build_relay(wired, settings, wake, RelayMetrics(registry), services.inbox_observer, watch)
    return services, Embedded(relay, lock)


def _services(wired: Wired, settings: Settings, registry: CollectorRegistry, store: Store) -> Services:
    """Build the services; requests write to `store`, the probes and gauges read the wired one."""
    messengers = {messenger.channel: messenger for messenger in wired.messengers}
    metrics = DeskMetrics(registry)
    if wired.database_log is not None:
        watch_log(registry, wired.database_log)
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        registry.register(collector)
    return Services(
        gate=Gate(
            KeyRing(wired.store, wired.clock, settings.admin_keys),
            rate_limiter(settings.rate_limit, steady_seconds),
            failed_tries(settings.failed_key_limit, steady_seconds),
        ),
        store=store,
        searches=wired.store,
        clock=wired.clock,
        texts=wired.texts,
        turns=wired.turns,
        limits=wired.limits,
        metrics=metrics,
        files=Files(wired.blobs, wired.content, settings.upload_quota_mib * MIB),
        webhooks=Webhooks(messengers, settings.telegram_secrets),
        probes=Probes(
            Readiness(wired.store),
            registry,
            SendingStatus(wired.store, wired.clock, list(messengers)),
            ClockWatch(wired.clock, steady_seconds, ClockMetrics(registry)),
            (
                InboxGauges(registry, wired.store, wired.clock),
                OutboxGauges(registry, wired.store, wired.clock, list(messengers)),
            ),
        ),
        inbox_observer=InboxMetrics(registry, metrics),
    )


def _lifespan(
    wired: Wired, probes: Probes, relay: Embedded | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Run the relay while the application runs, and close the connections when it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(_watch_clock(probes.watch))
        if relay is not None:
            await relay.start()
        yield
        if relay is not None:
            await relay.stop()
        watching.cancel()
        probes.readiness.draining = True
        await wired.close()

    return lifespan


async def _watch_clock(watch: ClockWatch) -> None:
    """Look at the clock of a service: one without a relay of its own counts and logs its steps too."""
    while True:
        watch.look()
        await asyncio.sleep(LOOK_EVERY)


def serve(settings: Settings, listener: socket.socket, started: Callable[[], object]) -> None:
    """Serve until a signal stops the process; the database must be migrated. Raises RelayTaken.

    `started` is called once, when the service accepts requests.
    """
    lock = lock_for_service(settings) if settings.relay == "embedded" else None
    app = create_app(wire(settings), settings, lock)
    probes: Probes = app.state.services.probes
    connections = Connections(
        places(settings.max_connections),
        Deadlines(settings.keep_alive_seconds),
        ConnectionMetrics(probes.registry),
    )
    # Everything loaded so far stays for ever: frozen, the collector does not scan it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)
    server = DrainingServer(app, connections, probes.readiness, settings.drain_seconds, started)
    server.run(sockets=[listener])
