"""Probes, metrics and version."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.api.dependencies import Probes, services_of
from app.api.http.answers import json_response
from app.api.http.keys import Access
from app.api.http.operation import Operation, Success
from app.api.http.problems import problem_response
from app.api.http.routing import operation

TAG = "operations"

router = APIRouter()


class LivenessOut(BaseModel):
    """State of the process."""

    status: str = Field(max_length=16, description="Always `live`.")


class ReadinessOut(BaseModel):
    """Readiness of the service."""

    status: str = Field(max_length=16, description="Always `ready`; otherwise the response is 503.")
    checks: dict[str, bool] | None = Field(
        default=None, max_length=16, description="With `verbose`: the result of each check."
    )
    channels: dict[str, Annotated[str, Field(max_length=16)]] | None = Field(
        default=None,
        max_length=16,
        description="With `verbose`: `up`, `down` (nothing is sent) or `off` (no messenger is set up), "
        "by channel.",
    )
    relay: str | None = Field(
        default=None,
        max_length=16,
        description="With `verbose`: `alive` if the relay, which sends messages, has reported recently, "
        "otherwise `silent`.",
    )
    clock: str | None = Field(
        default=None,
        max_length=16,
        description="With `verbose`: `steady`, or `unsettled` for an hour after the start and after each "
        "step of the system clock. Nothing old is deleted meanwhile.",
    )


class VersionOut(BaseModel):
    """Version of the running service."""

    version: str = Field(max_length=64, description="Version of the service, such as 1.2.0.")


def _probe(id_: str, summary: str, model: Any, example: Any, *problems: str) -> Operation:  # noqa: ANN401 - models and JSON
    answers = (Success(200, str(model.__doc__), model, {"usual": example}),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, problems=problems)


@operation(
    router,
    "GET",
    "/livez",
    _probe("getLiveness", "Liveness probe", LivenessOut, {"status": "live"}),
)
async def live(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Returns 200 while the process runs. It checks nothing else, in particular not the database."""
    return json_response({"status": "live"})


@operation(
    router,
    "GET",
    "/readyz",
    _probe("getReadiness", "Readiness probe", ReadinessOut, {"status": "ready"}, "not_ready"),
)
async def ready(request: Request) -> Response:
    """Returns 200 if the service can accept requests: the database responds, is migrated and writable.

    It returns 503 during shutdown. The result is at most one second old. `?verbose` lists the checks and
    adds the state of the channels, of the relay and of the clock, which do not affect readiness: messages
    are kept.
    """
    return await readiness_response(request, services_of(request).probes)


async def readiness_response(request: Request, probes: Probes) -> Response:
    """Return the response of the readiness probe, for the service and for a relay's own process."""
    checks = await probes.readiness.checks()
    details: dict[str, Any] = {}
    if "verbose" in request.query_params:
        clock = "steady" if probes.watch.steady else "unsettled"
        details = {"checks": dict(checks), **await probes.sending.told(), "clock": clock}
    if not all(checks.values()):
        return problem_response(request, "not_ready", members=details)
    return json_response({"status": "ready", **details})


@operation(
    router,
    "GET",
    "/metrics",
    Operation(Access.PUBLIC, "getMetrics", "Metrics", TAG, (Success(200, "Metrics."),), in_document=False),
)
async def metrics(request: Request) -> Response:
    """Return the metrics in the format of Prometheus."""
    return await metrics_response(services_of(request).probes)


async def metrics_response(probes: Probes) -> Response:
    """Return all metrics, the gauges refreshed."""
    for gauges in probes.gauges:
        await gauges.refresh()
    text = await asyncio.to_thread(generate_latest, probes.registry)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


@operation(
    router,
    "GET",
    "/version",
    _probe("getVersion", "Retrieve the version", VersionOut, {"version": __version__}),
)
async def version(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Returns the version of the running service."""
    return json_response({"version": __version__})
