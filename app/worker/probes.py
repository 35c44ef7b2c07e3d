"""Probes and metrics of a relay process, served at SUPPORT_RELAY_METRICS_PORT."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from prometheus_client import PROCESS_COLLECTOR, CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import Probes
from app.api.http.bounded_server import BoundedServer
from app.api.http.connections import Connections
from app.api.http.deadlines import Deadlines
from app.api.http.middleware import HttpMiddleware
from app.api.http.problems import install_problems
from app.api.http.spelling import SpelledRoute
from app.api.routes import operations
from app.application.clock_watch import ClockWatch
from app.application.ports.store import Store
from app.application.stamp import Clock
from app.observability.http_metrics import ConnectionMetrics, HttpMetrics
from app.observability.inbox_metrics import InboxGauges
from app.observability.readiness import Readiness
from app.observability.sending_metrics import OutboxGauges
from app.observability.sending_status import SendingStatus

MAX_CONNECTIONS = 64
"""Connections to the probes of a relay."""


def relay_probes(
    store: Store,
    clock: Clock,
    channels: Collection[str],
    registry: CollectorRegistry,
    watch: ClockWatch,
) -> FastAPI:
    """Build the application. `channels` have a messenger; `registry` holds the counters."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    probes = Probes(
        Readiness(store),
        registry,
        SendingStatus(store, clock, channels),
        watch,
        (OutboxGauges(registry, store, clock, channels), InboxGauges(registry, store, clock)),
    )

    async def ready(request: Request) -> Response:
        return await operations.readiness_response(request, probes)

    async def metrics(_: Request) -> Response:
        return await operations.metrics_response(probes)

    app.router.routes.extend(
        [
            SpelledRoute("/livez", operations.live, methods=["GET"]),
            SpelledRoute("/readyz", ready, methods=["GET"]),
            SpelledRoute("/version", operations.version, methods=["GET"]),
            SpelledRoute("/metrics", metrics, methods=["GET"]),
        ]
    )
    install_problems(app)
    app.add_middleware(HttpMiddleware, metrics=HttpMetrics(registry))
    registry.register(PROCESS_COLLECTOR)
    return app


class ProbeServer(BoundedServer):
    """An HTTP server beside the relay, whose process handles the signals and stops this server."""

    def __init__(self, app: FastAPI, registry: CollectorRegistry) -> None:
        """Bound the connections; their number appears among the metrics of the registry."""
        connections = Connections(MAX_CONNECTIONS, Deadlines(), ConnectionMetrics(registry))
        super().__init__(app, connections, lifespan="off", timeout_graceful_shutdown=1)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signal handling to the relay process."""
        yield
