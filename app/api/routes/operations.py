"""Operations: probes, metrics, version, the contract, the pages of the problems."""

import asyncio
import json
from collections.abc import Collection
from functools import lru_cache
from html import escape
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.api.http.answers import JSON
from app.api.http.call import language_for
from app.api.http.guard import Operation, Success, operation
from app.api.http.problems import PROBLEM_TYPES, Problem, ProblemType, problem_response
from app.api.http.security import Access
from app.api.openapi.pages import (
    PLAIN_STYLE,
    REDOC_PAGE,
    SWAGGER_PAGE,
    asset_response,
    head,
    page_response,
)
from app.domain.vocabulary import Language
from app.observability.readiness import Readiness
from app.observability.sending_status import SendingStatus

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


class Gauges(Protocol):
    """Metrics that are read from the store."""

    async def refresh(self) -> None:
        """Read the values from the store."""
        ...


def _probe(id_: str, summary: str, model: Any, example: Any, *problems: str) -> Operation:  # noqa: ANN401 - models and JSON
    answers = (Success(200, str(model.__doc__), model, {"usual": example}),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, problems=problems)


def _hidden(id_: str, summary: str) -> Operation:
    answers = (Success(200, summary),)
    return Operation(Access.PUBLIC, id_, summary, TAG, answers, in_document=False)


def open_operations(
    app: FastAPI,
    readiness: Readiness,
    *registries: CollectorRegistry,
    sending: SendingStatus | None = None,
    gauges: Collection[Gauges] = (),
) -> None:
    """Store what the probes show in the app's state; `gauges` read the store when metrics are requested."""
    app.state.readiness = readiness
    app.state.sending = sending
    app.state.gauges = gauges
    app.state.registries = registries


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
    readiness: Readiness = request.app.state.readiness
    checks = await readiness.checks()
    told: dict[str, Any] = {}
    if "verbose" in request.query_params:
        sending: SendingStatus | None = request.app.state.sending
        told = {"checks": dict(checks), **(await sending.told() if sending else {})}
    if not all(checks.values()):
        return problem_response(request, "not_ready", members=told)
    return _json({"status": "ready", **told})


@operation(router, "GET", "/metrics", _hidden("getMetrics", "Metrics"))
async def metrics(request: Request) -> Response:
    """Return the metrics in the format of Prometheus."""
    registries: tuple[CollectorRegistry, ...] = request.app.state.registries
    for gauges in request.app.state.gauges:
        await gauges.refresh()
    texts = [await asyncio.to_thread(generate_latest, registry) for registry in registries]
    return Response(b"".join(texts), headers={"Content-Type": CONTENT_TYPE_LATEST})


@operation(
    router,
    "GET",
    "/version",
    _probe("getVersion", "Retrieve the version", VersionOut, {"version": __version__}),
)
async def version(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Returns the version of the running service."""
    return _json({"version": __version__})


@operation(router, "GET", "/openapi.json", _hidden("getDocument", "The OpenAPI document"))
async def document(request: Request) -> Response:
    """Return the OpenAPI document."""
    app: FastAPI = request.app
    body: bytes | None = getattr(app.state, "document_bytes", None)
    if body is None:
        body = app.state.document_bytes = json.dumps(app.openapi(), ensure_ascii=False).encode()
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


@operation(router, "GET", "/problems/{code}", _hidden("showProblem", "What a problem means"))
async def problem_page(request: Request) -> Response:
    """Return the meaning of a problem, as JSON or, for browsers, as a page."""
    kind = PROBLEM_TYPES.get(request.path_params["code"])
    if kind is None:
        raise Problem("problem_not_found")
    language = language_for(request)
    if "text/html" in request.headers.get("accept", ""):
        response = page_response(_page(kind, language))
    else:
        response = _json(
            {
                "type": f"/problems/{kind.code}",
                "code": kind.code,
                "status": kind.status,
                "title": kind.title.in_language(language),
                "meaning": kind.meaning.in_language(language),
            }
        )
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _json(value: dict[str, Any]) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(body, headers={"Content-Type": JSON})


@lru_cache(maxsize=256)
def _page(kind: ProblemType, language: Language) -> str:
    title = escape(kind.title.in_language(language))
    return (
        f"{head(title, language.value)}{PLAIN_STYLE}</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"<p><code>{kind.code}</code>, {kind.status}</p>\n"
        f"<p>{escape(kind.meaning.in_language(language))}</p>\n"
        f'<p><a href="/docs">API</a></p>\n</main>\n</body>\n</html>\n'
    )
