"""Probes, metrics, version, and the pages that show the contract."""

import asyncio
import json
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import __version__
from app.api.dependencies import Probes, services_of
from app.api.http.answers import JSON
from app.api.http.keys import Access
from app.api.http.operation import Operation, Success
from app.api.http.problems import Problem, problem_response
from app.api.http.routing import operation
from app.api.openapi.pages import REDOC_PAGE, SWAGGER_PAGE, asset_response, page_response

TAG = "operations"

router = APIRouter()


class LivenessOut(BaseModel):
    """The process runs."""

    status: str = Field(max_length=16, description="Always `live`.")


class ReadinessOut(BaseModel):
    """The service takes requests."""

    status: str = Field(max_length=16, description="Always `ready`; otherwise the answer is 503.")
    checks: dict[str, bool] | None = Field(
        default=None, max_length=16, description="With `verbose`: what was checked, and whether it works."
    )
    channels: dict[str, Annotated[str, Field(max_length=16)]] | None = Field(
        default=None,
        max_length=16,
        description="With `verbose`: `off` (no messenger is set up), `up`, or `down` (nothing is sent).",
    )
    relay: str | None = Field(
        default=None,
        max_length=16,
        description="With `verbose`: whether what sends messages was `alive` lately, or is `silent`.",
    )


class VersionOut(BaseModel):
    """Which build runs."""

    version: str = Field(max_length=64, description="The version of the service.")


def _probe(id_: str, summary: str, model: Any, example: Any, *problems: str) -> Operation:  # noqa: ANN401 - models and JSON
    answers = (Success(200, summary + ".", model, {"usual": example}),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, problems=problems)


def _hidden(id_: str, summary: str) -> Operation:
    answers = (Success(200, summary),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, in_document=False)


@operation(
    router,
    "GET",
    "/livez",
    _probe("getLiveness", "Tell that the process runs", LivenessOut, {"status": "live"}),
)
async def live(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Tell that the process runs. Touches nothing else, the database least of all."""
    return _json({"status": "live"})


@operation(
    router,
    "GET",
    "/readyz",
    _probe("getReadiness", "Tell whether requests are taken", ReadinessOut, {"status": "ready"}, "not_ready"),
)
async def ready(request: Request) -> Response:
    """Tell whether the service takes requests: the database answers, is up to date and writable.

    Not ready while shutting down. The result is at most a second old; `?verbose` lists the checks, and
    tells of the channels and of the relay, which do not count: what waits for them is kept.
    """
    return await readiness_response(request, services_of(request).probes)


async def readiness_response(request: Request, probes: Probes) -> Response:
    """Return the answer of the readiness probe, for the service and for a relay's own process."""
    checks = await probes.readiness.checks()
    details: dict[str, Any] = {}
    if "verbose" in request.query_params:
        details = {"checks": dict(checks), **(await probes.sending.told() if probes.sending else {})}
    if not all(checks.values()):
        return problem_response(request, "not_ready", members=details)
    return _json({"status": "ready", **details})


@operation(router, "GET", "/metrics", _hidden("getMetrics", "Metrics"))
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
    _probe("getVersion", "Tell the version", VersionOut, {"version": __version__}),
)
async def version(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Tell which version of the service runs."""
    return _json({"version": __version__})


@operation(
    router,
    "GET",
    "/",
    Operation(
        Access.PUBLIC,
        "showRoot",
        "The way to the contract",
        TAG,
        (Success(307, "The contract is at `/docs`."),),
        in_document=False,
    ),
)
async def root(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Redirect to the page that shows the contract."""
    return RedirectResponse("/docs")


@operation(router, "GET", "/openapi.json", _hidden("getDocument", "The OpenAPI document"))
async def document(request: Request) -> Response:
    """Return the OpenAPI document."""
    body = _document_of(request.app)
    return Response(body, headers={"Content-Type": JSON, "Cache-Control": "no-cache"})


@operation(router, "GET", "/docs", _hidden("showSwagger", "The contract in Swagger UI"))
async def swagger(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Show the contract with Swagger UI."""
    return page_response(SWAGGER_PAGE)


@operation(router, "GET", "/redoc", _hidden("showRedoc", "The contract in Redoc"))
async def redoc(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Show the contract with Redoc."""
    return page_response(REDOC_PAGE)


@operation(router, "GET", "/docs/assets/{name}", _hidden("getAsset", "A file of a page"))
async def asset(request: Request) -> Response:
    """Return a file that one of the pages loads."""
    found = await asyncio.to_thread(asset_response, request.path_params["name"])
    if found is None:
        raise Problem("not_found")
    return found


def _json(value: dict[str, Any]) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(body, headers={"Content-Type": JSON})


@lru_cache(maxsize=1)
def _document_of(app: FastAPI) -> bytes:
    return json.dumps(app.openapi(), ensure_ascii=False).encode()
