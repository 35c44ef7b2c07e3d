"""The HTTP application and the process that serves it."""

import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import uvicorn
from fastapi import FastAPI
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry

from app import __version__
from app.adapters.relay_lock import RelayLock
from app.api.dependencies import Files, Services, open_desk
from app.api.http.bounded_http import BoundedHttpProtocol
from app.api.http.draining_server import GRACE_SECONDS, DrainingServer
from app.api.http.guard import Gate, assert_guarded, include_operations, open_gate
from app.api.http.middleware import HttpMiddleware
from app.api.http.problems import install_problems
from app.api.http.rate_limit import failed_tries, rate_limiter
from app.api.http.security import KeyRing
from app.api.openapi.document import build_openapi
from app.api.routes import (
    attachments,
    chats,
    customers,
    decisions,
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
from app.application.ports.store import Store
from app.domain.attachments.file_types import MIB
from app.observability.desk_metrics import DeskMetrics
from app.observability.http_metrics import HttpMetrics
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
    webhooks.router,
)

COLLECTED_EVERY = (10_000, 20, 20)
"""A request leaves about no cycles behind: the collector need not look for them with each one."""


def create_app(
    wired: Wired | None = None, settings: Settings | None = None, lock: RelayLock | None = None
) -> FastAPI:
    """Build the application; without parts it only knows its contract.

    `lock` keeps a relay of its own away from an embedded one; it is let go with the application.
    """
    registry = CollectorRegistry()
    metrics = HttpMetrics(registry)
    app = FastAPI(
        title="JokerCRM Support Desk",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=_lifespan(wired),
    )
    include_operations(app, *ROUTERS)
    install_problems(app)
    app.add_middleware(HttpMiddleware, metrics=metrics)
    app.openapi = lambda: build_openapi(app)  # type: ignore[method-assign]  # FastAPI's way to replace it
    assert_guarded(app)
    if wired is not None and settings is not None:
        _furnish(app, wired, settings, registry, lock)
    return app


def _furnish(
    app: FastAPI, wired: Wired, settings: Settings, registry: CollectorRegistry, lock: RelayLock | None
) -> None:
    """Give the application what its requests work with."""
    store: Store = wired.store
    desk_metrics = DeskMetrics(registry)
    observer = InboxMetrics(registry, desk_metrics)
    app.state.relay = None
    if settings.relay == "embedded":
        wake = Wake()
        relay = build_relay(wired, settings, wake, RelayMetrics(registry), observer)
        app.state.relay = Embedded(relay, lock)
        store = WakingStore(store, wake)
    admin_key = settings.admin_key.get_secret_value() if settings.admin_key else None
    keys = KeyRing(wired.store, wired.clock, admin_key)
    limits = rate_limiter(settings.rate_limit), failed_tries(settings.failed_key_limit)
    open_gate(app, Gate(keys, *limits))
    files = Files(wired.blobs, wired.content, settings.upload_quota_mib * MIB)
    open_desk(app, Services(store, wired.clock, wired.texts, desk_metrics, files))
    app.state.inbox_observer = observer
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        registry.register(collector)
    messengers = {messenger.channel: messenger for messenger in wired.messengers}
    webhooks.open_webhooks(app, webhooks.Webhooks(messengers, settings.telegram_secrets))
    gauges = (
        InboxGauges(registry, wired.store, wired.clock),
        OutboxGauges(registry, wired.store, wired.clock, list(messengers)),
    )
    status = SendingStatus(wired.store, wired.clock, list(messengers))
    operations.open_operations(app, Readiness(wired.store), registry, sending=status, gauges=gauges)


def _lifespan(wired: Wired | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Run the relay while the application runs, and close the parts when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        relay: Embedded | None = getattr(app.state, "relay", None)
        if relay is not None:
            await relay.start()
        yield
        if relay is not None:
            await relay.stop()
        if wired is not None:
            app.state.readiness.draining = True
            await wired.close()

    return lifespan


def serve(settings: Settings, listener: socket.socket, started: Callable[[], object]) -> None:
    """Serve until told to stop; the database must be migrated. RelayTaken.

    `started` is called once, when the service accepts requests.
    """
    lock = lock_for_service(settings) if settings.relay == "embedded" else None
    app = create_app(wire(settings), settings, lock)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedHttpProtocol,
        loop="uvloop",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # What is loaded now stays: the collector need not look at it again with every few requests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)
    DrainingServer(config, app.state.readiness, settings.drain_seconds, started).run(sockets=[listener])
