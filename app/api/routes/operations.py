"""Operations: probes, metrics, version, the contract, the pages of the problems."""

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
        description="With `verbose`: `alive` if the relay, which sends messages, has reported lately, "
        "otherwise `silent`.",
    )


class VersionOut(BaseModel):
    """Version of the running service."""

    version: str = Field(max_length=64, description="Version of the service, such as 1.2.0.")


def _probe(id_: str, summary: str, model: Any, example: Any, *problems: str) -> Operation:  # noqa: ANN401 - models and JSON
    answers = (Success(200, str(model.__doc__), model, {"usual": example}),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, problems=problems)


def _hidden(id_: str, summary: str) -> Operation:
    answers = (Success(200, summary),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, in_document=False)


@operation(
    router,
    "GET",
    "/livez",
    _probe("getLiveness", "Liveness probe", LivenessOut, {"status": "live"}),
)
async def live(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Returns 200 while the process runs. It checks nothing else, in particular not the database."""
    return _json({"status": "live"})


@operation(
    router,
    "GET",
    "/readyz",
    _probe("getReadiness", "Readiness probe", ReadinessOut, {"status": "ready"}, "not_ready"),
)
async def ready(request: Request) -> Response:
    """Returns 200 if the service can accept requests: the database responds, is migrated and writable.

    It returns 503 during shutdown. The result is at most one second old. `?verbose` lists the checks and
    adds the state of the channels and of the relay, which do not affect readiness: messages for them are
    kept.
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
    _probe("getVersion", "Retrieve the version", VersionOut, {"version": __version__}),
)
async def version(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Returns the version of the running service."""
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


@operation(router, "GET", "/openapi.json", _hidden("getDocument", "Retrieve the OpenAPI document"))
async def document(request: Request) -> Response:
    """Return the OpenAPI document."""
    body = _document_of(request.app)
    return Response(body, headers={"Content-Type": JSON, "Cache-Control": "no-cache"})


@operation(router, "GET", "/docs", _hidden("showSwagger", "The contract in Swagger UI"))
async def swagger(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Return the page with Swagger UI."""
    return page_response(SWAGGER_PAGE)


@operation(router, "GET", "/redoc", _hidden("showRedoc", "The contract in Redoc"))
async def redoc(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Return the page with Redoc."""
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
