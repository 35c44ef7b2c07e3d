"""The only middleware: request id, common headers, HEAD, metrics, access log, responses to crashes.

Plain ASGI. It wraps the whole application: no exception reaches the server, which would log its message.
"""

import re
import secrets
from itertools import count
from time import perf_counter
from typing import Any

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.http.problems import problem_response
from app.api.http.request_context import RequestContext, begin_context
from app.observability.http_metrics import HttpMetrics
from app.observability.logs import described, request_id_now

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
CLIENT_CLOSED = 499
"""The status in log and metrics when the client has disconnected; it is never sent."""

_PROCESS = secrets.token_urlsafe(6)
_requests = count(1)
"""Ids need only differ: one random prefix a process, and a counter."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_NO_STORE = (b"cache-control", b"no-store")

log = structlog.get_logger("app.access")


class HttpMiddleware:
    """Handles every request first and every response last."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        """Wrap an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the application and complete its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        method: str = scope["method"] if scope["method"] in METHODS else "other"
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
        context = begin_context(scope, _request_id(scope))
        context.without_body = method == "HEAD"
        token = request_id_now.set(context.request_id)
        answer = _Answer(send, context, without_body=context.without_body)
        self._metrics.in_flight.inc()
        try:
            await self._run(scope, receive, answer)
        finally:
            self._metrics.in_flight.dec()
            seconds = perf_counter() - started
            route = _template(scope)
            status = answer.status or CLIENT_CLOSED
            self._metrics.observe(route, method, status, seconds)
            _log(context, route, method, status, seconds)
            request_id_now.reset(token)

    async def _run(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            return
        except Exception as failure:
            told = described(failure)  # never the message, which may hold a customer's text
            log.error("request failed", route=_template(scope), failure=told)  # noqa: TRY400
            if answer.status:
                raise  # the server then aborts the connection: the client must not take the part for all
            response = problem_response(scope, "internal_error")
            await response(scope, receive, answer.send)


class _Answer:
    """Passes the messages of a response to the server, its headers completed."""

    __slots__ = ("_context", "_done", "_send", "_without_body", "status")

    def __init__(self, send: Send, context: RequestContext, *, without_body: bool) -> None:
        self._send = send
        self._context = context
        self._without_body = without_body
        self._done = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._send({**message, "headers": self._completed(message["headers"])})
        elif not self._without_body or message["type"] != "http.response.body":
            await self._send(message)
        elif not self._done:
            self._done = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def _completed(self, given: Any) -> list[tuple[bytes, bytes]]:  # noqa: ANN401 - ASGI's own
        headers = list(given)
        headers.append((b"x-request-id", self._context.request_id.encode()))
        headers.append(_NOSNIFF)
        headers.extend(self._context.headers)
        if not any(name == b"cache-control" for name, _ in headers):
            headers.append(_NO_STORE)
        return headers


def _request_id(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]):
        return bytes(given[0]).decode()
    return f"{_PROCESS}{next(_requests):014x}"


def _template(scope: Scope) -> str:
    template = getattr(scope.get("route"), "path_format", None)
    return template if isinstance(template, str) else UNMATCHED


def _log(context: RequestContext, route: str, method: str, status: int, seconds: float) -> None:
    caller = context.caller
    log.info(
        "request",
        route=route,
        method=method,
        status=status,
        duration_ms=round(seconds * 1000, 2),
        key_id=caller.key_id if caller else None,
        problem=context.problem,
    )
