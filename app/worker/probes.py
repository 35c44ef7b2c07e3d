"""Probes and metrics of a relay process, served at SUPPORT_RELAY_METRICS_PORT."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from prometheus_client import PROCESS_COLLECTOR, CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import Probes
from app.api.http.bounded_http import BoundedHttpProtocol
from app.api.http.middleware import HttpMiddleware
from app.api.http.problems import install_problems
from app.api.routes import operations
from app.application.clock_watch import ClockWatch
from app.application.ports.store import Store
from app.application.stamp import Clock
from app.observability.http_metrics import HttpMetrics
from app.observability.inbox_metrics import InboxGauges
from app.observability.readiness import Readiness
from app.observability.sending_metrics import OutboxGauges
from app.observability.sending_status import SendingStatus


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

    app.add_route("/livez", operations.live, methods=["GET"])
    app.add_route("/readyz", ready, methods=["GET"])
    app.add_route("/version", operations.version, methods=["GET"])
    app.add_route("/metrics", metrics, methods=["GET"])
    install_problems(app)
    app.add_middleware(HttpMiddleware, metrics=HttpMetrics(registry))
    registry.register(PROCESS_COLLECTOR)
    return app


class ProbeServer(uvicorn.Server):
    """An HTTP server beside the relay, whose process handles the signals and stops this server."""

    def __init__(self, app: FastAPI) -> None:
        """Configure the server like the one of `serve`, except for the shutdown."""
        super().__init__(
            uvicorn.Config(
                app,
                http=BoundedHttpProtocol,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signal handling to the relay process."""
        yield
