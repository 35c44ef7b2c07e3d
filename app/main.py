"""The HTTP application and the process that serves it."""

import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry

from app import __version__
from app.api import (
    chats,
    customers,
    decisions,
    messages,
    operations,
    queue,
    regulation,
    text_checks,
    ticket_list,
    tickets,
    time_entries,
    work_calendar,
)
from app.api.bounded_http import BoundedHttpProtocol
from app.api.desk import Desk, open_desk
from app.api.desk_metrics import DeskMetrics
from app.api.guard import Gate, assert_guarded, include_operations, open_gate
from app.api.http_metrics import HttpMetrics
from app.api.middleware import HttpMiddleware
from app.api.openapi import build_openapi
from app.api.problems import install_problems
from app.api.rate_limit import rate_limiter
from app.api.readiness import Readiness
from app.api.security import KeyRing
from app.settings import Settings
from app.wiring import Wired, wire

ROUTERS = (
    decisions.router,
    text_checks.router,
    tickets.router,
    ticket_list.router,
    messages.router,
    time_entries.router,
    queue.router,
    customers.router,
    chats.router,
    work_calendar.router,
    regulation.router,
    operations.router,
)

BACKLOG = 2_048
log = structlog.get_logger("app.main")
GRACE_SECONDS = 20
"""How long requests in flight may still take when the service is told to stop."""


def create_app(wired: Wired | None = None, settings: Settings | None = None) -> FastAPI:
    """Build the application; without parts it only knows its contract."""
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
        _furnish(app, wired, settings, registry)
    return app


def _furnish(app: FastAPI, wired: Wired, settings: Settings, registry: CollectorRegistry) -> None:
    """Give the application what its requests work with."""
    admin_key = settings.admin_key.get_secret_value() if settings.admin_key else None
    keys = KeyRing(wired.store, wired.clock, admin_key)
    open_gate(app, Gate(keys, rate_limiter(settings.rate_limit)))
    open_desk(app, Desk(wired.store, wired.clock, wired.texts, DeskMetrics(registry)))
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        registry.register(collector)
    operations.open_operations(app, Readiness(wired.store), registry)


def _lifespan(wired: Wired | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Close the store when the application ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        if wired is not None:
            app.state.readiness.draining = True
            await wired.store.close()

    return lifespan


class DrainingServer(uvicorn.Server):
    """Stops in good order: it takes no new connections, and lets the requests under way end."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and log where it listens: uvicorn does so only for a socket of its own."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            log.info("running on http://%s:%d", host, port)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as the system calls it
        """Turn readiness off before the server stops taking connections; a second Ctrl+C stops at once.

        Not uvicorn's own, which raises the signal again in the end: a stop in good order exits with 0.
        """
        app = self.config.app
        if isinstance(app, FastAPI):
            app.state.readiness.draining = True
        self.force_exit |= self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def listen(settings: Settings) -> socket.socket:
    """Take the address to serve on, before anything else is begun. OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until told to stop; the database must be migrated."""
    app = create_app(wire(settings), settings)
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
    DrainingServer(config).run(sockets=[listener])
