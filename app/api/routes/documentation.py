"""Pages for readers: the contract in two viewers, and the meaning of each problem."""

import asyncio
import json
from functools import lru_cache
from html import escape
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.api.http.answers import JSON, json_response
from app.api.http.keys import Access
from app.api.http.operation import Operation, Success
from app.api.http.problems import PROBLEM_TYPES, Problem, ProblemType
from app.api.http.request_context import language_for
from app.api.http.routing import operation
from app.api.openapi.pages import PLAIN_STYLE, REDOC_PAGE, SWAGGER_PAGE, asset_response, head, page_response
from app.domain.vocabulary import Language
from app.domain.wording.text import Text

INDEX_TITLE = Text("Ошибки API", "API problems")
INDEX_LINK = Text("Все ошибки", "All problems")

router = APIRouter()

_DOCUMENTS: WeakKeyDictionary[FastAPI, asyncio.Task[bytes]] = WeakKeyDictionary()
"""The document of each application. It takes seconds to build, in a thread: other requests are served."""


def _hidden(id_: str, summary: str, status: int = 200) -> Operation:
    answers = (Success(status, summary),)
    return Operation(Access.PUBLIC, id_, summary, "operations", answers, in_document=False)


@operation(router, "GET", "/", _hidden("showRoot", "Redirect to the documentation", 307))
async def root(request: Request) -> Response:  # noqa: ARG001 - endpoints take requests
    """Redirect to the page that shows the contract."""
    return RedirectResponse("/docs")


@operation(router, "GET", "/openapi.json", _hidden("getDocument", "The OpenAPI document"))
async def document(request: Request) -> Response:
    """Return the OpenAPI document."""
    app: FastAPI = request.app
    if app not in _DOCUMENTS:
        _DOCUMENTS[app] = asyncio.create_task(asyncio.to_thread(_built, app))
    body = await asyncio.shield(_DOCUMENTS[app])
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


@operation(router, "GET", "/problems", _hidden("listProblems", "All problem types"))
async def problem_index(request: Request) -> Response:
    """List every problem type by status, as JSON or, for browsers, as a page."""
    language = language_for(request)
    if _wants_page(request):
        return _in_language(page_response(_index(language)), language)
    items = [_shown(kind, language) for kind in PROBLEM_TYPES.values()]
    return _in_language(json_response({"items": items}), language)


@operation(router, "GET", "/problems/{code}", _hidden("showProblem", "What a problem means"))
async def problem_page(request: Request) -> Response:
    """Explain a problem, as JSON or, for browsers, as a page."""
    kind = PROBLEM_TYPES.get(request.path_params["code"])
    if kind is None:
        raise Problem("problem_not_found")
    language = language_for(request)
    if _wants_page(request):
        return _in_language(page_response(_page(kind, language)), language)
    return _in_language(json_response(_shown(kind, language)), language)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _in_language(response: Response, language: Language) -> Response:
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _shown(kind: ProblemType, language: Language) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.code}",
        "code": kind.code,
        "status": kind.status,
        "title": kind.title.in_language(language),
        "meaning": kind.meaning.in_language(language),
    }


def _built(app: FastAPI) -> bytes:
    return json.dumps(app.openapi(), ensure_ascii=False).encode()


@lru_cache(maxsize=256)
def _page(kind: ProblemType, language: Language) -> str:
    title = escape(kind.title.in_language(language))
    return _html(
        title,
        language,
        f"<p><code>{kind.code}</code>, {kind.status}</p>\n"
        f"<p>{escape(kind.meaning.in_language(language))}</p>\n"
        f'<p><a href="/problems">{INDEX_LINK.in_language(language)}</a> · <a href="/docs">API</a></p>\n',
    )


@lru_cache(maxsize=2)
def _index(language: Language) -> str:
    rows = "".join(
        f'<li><a href="/problems/{kind.code}"><code>{kind.code}</code></a> {kind.status}: '
        f"{escape(kind.title.in_language(language))}</li>\n"
        for kind in PROBLEM_TYPES.values()
    )
    content = f'<ul>\n{rows}</ul>\n<p><a href="/docs">API</a></p>\n'
    return _html(INDEX_TITLE.in_language(language), language, content)


def _html(title: str, language: Language, content: str) -> str:
    return (
        f"{head(title, language.value)}{PLAIN_STYLE}</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"{content}</main>\n</body>\n</html>\n"
    )
