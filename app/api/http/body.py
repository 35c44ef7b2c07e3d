"""The body of a request: checked by type, encoding and size, then read in the way its operation declares."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import Receive, Scope

from app.api.http.answers import NO_HEADERS
from app.api.http.forms import boundary_of
from app.api.http.json_body import BodyTooLarge, MalformedJson, parse_json, read_body
from app.api.http.operation import Operation
from app.api.http.problems import NO_MEMBERS, Problem

SAFE_METHODS = frozenset({"GET", "HEAD"})
SMALL_BODY = 65_536
"""A refused request with an unread body up to this size keeps its connection."""

Reader = Callable[[Request], Awaitable[Request]]


class ReadRequest(Request):
    """A request whose body the guard has read and parsed."""

    def __init__(self, scope: Scope, receive: Receive, raw: bytes, value: object = None) -> None:
        """Store the bytes and the JSON value that they hold."""
        super().__init__(scope, receive)
        self._raw = raw
        self._value = value

    async def body(self) -> bytes:
        """Return the bytes of the body."""
        return self._raw

    async def json(self) -> object:
        """Return the JSON value of the body; None without a body."""
        return self._value


def body_reader(route: APIRoute, operation: Operation) -> Reader:
    """Choose how the body of an operation is read."""
    if operation.raw_body:
        return partial(_read_raw, operation.max_body)
    if operation.form is not None:
        return partial(_check_form, operation.max_body)
    if route.body_field is not None:
        required = route.body_field.field_info.is_required()
        return partial(_read_json, operation.max_body, required)
    safe = SAFE_METHODS.issuperset(route.methods or ())
    return _keep if safe else _ignore_body


def is_json(content_type: str) -> bool:
    """Check whether a Content-Type is JSON in UTF-8."""
    kind, *parameters = content_type.lower().split(";")
    if kind.strip(" \t") != "application/json":
        return False
    pairs = (parameter.strip(" \t").partition("=") for parameter in parameters)
    return all(value.strip('"') in {"utf-8", "utf8"} for name, _, value in pairs if name == "charset")


def refusal(
    request: Request,
    code: str,
    *,
    members: Mapping[str, Any] = NO_MEMBERS,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Problem:
    """Build the problem of a request whose body stays unread; after a long body the connection closes."""
    length = _content_length(request)
    unread = "transfer-encoding" in request.headers if length is None else length > SMALL_BODY
    closing = {"Connection": "close"} if unread else {}
    return Problem(code, members=members, headers={**headers, **closing})


async def _keep(request: Request) -> Request:
    return request


async def _ignore_body(request: Request) -> Request:
    """Leave the body unread: the operation has none."""
    return ReadRequest(request.scope, request.receive, b"")


async def _read_raw(limit: int, request: Request) -> Request:
    _refuse_encoded(request)
    return ReadRequest(request.scope, request.receive, await _read(request, limit))


async def _check_form(limit: int, request: Request) -> Request:
    """Check type and length of a form; the endpoint reads it."""
    _refuse_encoded(request)
    types = request.headers.getlist("content-type")
    if len(types) != 1 or boundary_of(types[0]) is None:
        raise refusal(request, "unsupported_media_type")
    length = _content_length(request)
    if length is None or "transfer-encoding" in request.headers:
        raise refusal(request, "length_required")
    if length > limit:
        raise refusal(request, "body_too_large")
    return request


async def _read_json(limit: int, required: bool, request: Request) -> Request:  # noqa: FBT001 - bound by partial
    if not required and not _has_body(request):
        return ReadRequest(request.scope, request.receive, b"")
    _refuse_encoded(request)
    types = request.headers.getlist("content-type")
    if len(types) != 1 or not is_json(types[0]):
        raise refusal(request, "unsupported_media_type")
    raw = await _read(request, limit)
    try:
        value = parse_json(raw) if raw else None
    except MalformedJson:
        raise Problem("malformed_body") from None
    return ReadRequest(request.scope, request.receive, raw, value)


def _refuse_encoded(request: Request) -> None:
    encodings = ",".join(request.headers.getlist("content-encoding"))
    if encodings.strip(" \t").lower() not in {"", "identity"}:
        raise refusal(request, "unsupported_content_encoding")


async def _read(request: Request, limit: int) -> bytes:
    length = _content_length(request)
    if length is not None and length > limit:
        raise refusal(request, "body_too_large")
    try:
        return await read_body(request.receive, limit)
    except BodyTooLarge:
        raise Problem("body_too_large", headers={"Connection": "close"}) from None


def _content_length(request: Request) -> int | None:
    value = request.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None  # noqa: PLR2004 - below 2**64


def _has_body(request: Request) -> bool:
    return bool(_content_length(request)) or "transfer-encoding" in request.headers
