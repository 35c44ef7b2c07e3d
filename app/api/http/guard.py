"""The guard before every operation: key, scope, limits and body are checked before it runs.

An operation is declared once, by `add_operation`; what the declaration says is checked here on
every request and told by the OpenAPI document (openapi.py).
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from fastapi import APIRouter, Depends, FastAPI, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive
from starlette.types import Scope as AsgiScope

from app.api.http.call import call_of
from app.api.http.forms import boundary_of
from app.api.http.json_body import MAX_BODY, BodyTooLarge, MalformedJson, parse_json, read_body
from app.api.http.problems import MAX_ERRORS, PROBLEM_TYPES, FieldError, Problem, unknown_member
from app.api.http.rate_limit import FailedTries, RateLimiter, bucket_of
from app.api.http.security import Access, Caller, KeyRing, Scope, bearer_token

ANY_TYPE = "*/*"
"""The media type of a content that somebody else chose."""
NO_EXAMPLES: Mapping[str, Any] = {}
SAFE_METHODS = frozenset({"GET", "HEAD"})
SMALL_BODY = 65_536
HEADER_LIMITS = {
    b"accept-language": 512,
    b"if-match": 1024,
    b"if-none-match": 1024,
    b"range": 128,
    b"if-range": 128,
}
SHORTEST_LIMIT = min(HEADER_LIMITS.values())
PARAMETER = re.compile(r"[a-z][a-z0-9_]{0,63}")


class IfMatchUse(Enum):
    """Whether an operation heeds If-Match."""

    NO = "no"
    ALLOWED = "allowed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Success:
    """A documented answer other than a problem; `examples` are JSON values by name."""

    status: int
    description: str
    model: Any = None
    examples: Mapping[str, Any] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation asks of its callers, and what its page in the document says.

    `problems` names the codes that it answers besides those that follow from the rest: keys, scope,
    limits, body, validation, preconditions, failures. The first of `answers` is the usual one.
    """

    scope: Scope | Access
    id: str
    summary: str
    tag: str
    answers: tuple[Success, ...]
    confined_keys: bool = True
    problems: tuple[str, ...] = ()
    idempotent: bool = False
    etag: bool = False
    if_match: IfMatchUse = IfMatchUse.NO
    paged: bool = False
    bilingual: bool = False
    """Its answers have texts in the language that the caller prefers."""
    ranges: bool = False
    """A part of the answer can be asked for."""
    request_examples: Mapping[str, Any] = field(default_factory=dict)
    max_body: int = MAX_BODY
    raw_body: bool = False
    """The body is any bytes, which the endpoint takes by `await request.body()`."""
    form: Mapping[str, Any] | None = None
    """The schema of a multipart form, which the endpoint reads as it comes (forms.py)."""
    in_document: bool = True
    admits: Callable[[Request], None] | None = None
    """Checks a provider's secret, before the body is read; raises Problem."""

    def __post_init__(self) -> None:
        """Refuse codes that do not exist."""
        if unknown := set(self.problems) - set(PROBLEM_TYPES):
            raise ValueError(f"{self.id}: no such problems: {sorted(unknown)}")
        if (self.scope is Access.PROVIDER) != (self.admits is not None):
            raise ValueError(f"{self.id}: a provider's call, and no other, checks a secret of its own")


@dataclass(frozen=True, slots=True)
class Gate:
    """What the guard checks with; `limiter` and `failed` are None where the limits are off."""

    keys: KeyRing
    limiter: RateLimiter | None
    failed: FailedTries | None = None


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route that lets a request through to its endpoint only when its operation allows it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        """Take the declaration out of the options of a route."""
        self.operation: Operation | None = options.pop("operation", None)
        self._fixed = path.partition("{")[0]
        super().__init__(path, endpoint, **options)

    def matches(self, scope: AsgiScope) -> tuple[Match, AsgiScope]:
        """Match as FastAPI does, but pass over other paths at once: every route is asked."""
        if not scope.get("root_path") and not scope["path"].startswith(self._fixed):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        """Put the guard before FastAPI's own handling, which reads the body first of all."""
        endpoint = _short_way(self, super().get_route_handler())
        operation = self.operation
        if operation is None:
            raise RuntimeError(f"{self.path} has no declared scope: use add_operation")
        read = _reader(self, operation)

        reads = SAFE_METHODS.issuperset(self.methods or ())
        repeatable = {
            field.alias: _is_list(field.field_info.annotation)
            for field in get_flat_params(self.dependant)
            if isinstance(field.field_info, params.Query)
        }

        async def guarded(request: Request) -> Response:
            await admit(request, operation)
            if operation.scope is not Access.PUBLIC:
                _check_headers(request)
                if reads:
                    _check_query(request, repeatable)
            return await endpoint(await read(request))

        return guarded


def add_operation(
    router: APIRouter,
    method: str,
    path: str,
    endpoint: Callable[..., Awaitable[Response]],
    operation: Operation,
) -> None:
    """Add an operation to a router; the docstring of the endpoint is its description."""
    usual, *others = operation.answers
    router.add_api_route(
        path,
        endpoint,
        methods=[method],
        operation_id=operation.id,
        summary=operation.summary,
        tags=[operation.tag],
        status_code=usual.status,
        response_model=usual.model,
        response_description=usual.description,
        responses={
            other.status: {"description": other.description}
            | ({} if other.model is None else {"model": other.model})
            for other in others
        },
        include_in_schema=operation.in_document,
        route_class_override=cast("type[APIRoute]", partial(GuardedRoute, operation=operation)),
    )


Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Response]])


def operation(
    router: APIRouter, method: str, path: str, declared: Operation
) -> Callable[[Endpoint], Endpoint]:
    """Declare the operation that an endpoint answers, above the endpoint."""

    def declare(endpoint: Endpoint) -> Endpoint:
        add_operation(router, method, path, endpoint, declared)
        return endpoint

    return declare


def include_operations(app: FastAPI, *routers: APIRouter) -> None:
    """Put the operations of routers into the app's own list of routes.

    `app.include_router` would nest them, and the nested search matches every route three times.
    """
    for router in routers:
        app.router.routes.extend(router.routes)


def open_gate(app: FastAPI, gate: Gate) -> None:
    """Give the app what its guard checks with."""
    app.state.gate = gate


def assert_guarded(app: FastAPI) -> None:
    """Refuse to start with a route that declares no scope, or with one declared twice."""
    unguarded: list[str] = []
    seen: set[str] = set()
    doubled: list[str] = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, GuardedRoute) or route.operation is None:
            unguarded.append(str(context.path))
            continue
        for name in (route.operation.id, *(f"{one} {route.path}" for one in route.methods or ())):
            if name in seen:
                doubled.append(name)
            seen.add(name)
    if unguarded:
        raise RuntimeError(f"routes without a declared scope: {', '.join(sorted(unguarded))}")
    if doubled:
        raise RuntimeError(f"declared twice: {', '.join(sorted(doubled))}")


async def admit(request: Request, operation: Operation) -> None:
    """Check key, rate, scope and confinement of a request, in this order. Problem.

    Tries with a bad key are counted by the address that they come from; a good key is never held up by them.
    """
    if operation.scope is Access.PUBLIC:
        return
    if operation.admits is not None:
        operation.admits(request)
        return
    gate: Gate = request.app.state.gate
    token = bearer_token(request.headers.getlist("authorization"))
    caller = None if token is None else await gate.keys.caller_of(token)
    if gate.limiter is not None:
        _check_rate(
            request, gate.limiter, bucket_of(_address_of(request)) if caller is None else caller.key_id
        )
    if caller is None:
        if token is not None and gate.failed is not None:
            _count_failed(request, gate.failed)
        raise _refusal(request, "unauthenticated")
    call_of(request).caller = caller
    scope = operation.scope
    if scope is not Access.ANY_KEY and scope.value not in caller.scopes:
        raise _refusal(request, "missing_scope", members={"scope": scope.value})
    if caller.customer_id is not None and not operation.confined_keys:
        raise _refusal(request, "not_for_confined_keys")


def caller_of(request: Request) -> Caller:
    """Give the caller of a request that the guard let through."""
    caller = call_of(request).caller
    if caller is None:
        raise RuntimeError("a public operation has no caller")
    return caller


async def _current_caller(request: Request) -> Caller:
    return caller_of(request)


def _short_way(route: APIRoute, usual: Handler) -> Handler:
    """Call an endpoint that takes no more than request, body and caller without FastAPI's search for them.

    It costs several times the validation. A body that is none, or is not valid, goes the usual way, which
    tells what is wrong with it.
    """
    takes, call = route.dependant, route.endpoint
    others = (takes.path_params, takes.query_params, takes.header_params, takes.cookie_params)
    callers = [needed.name for needed in takes.dependencies if needed.call is _current_caller]
    if (
        any(others)
        or len(takes.body_params) != 1
        or route.body_field is None
        or not isinstance(takes.body_params[0].field_info, params.Body)
        or len(callers) != len(takes.dependencies)
        or takes.request_param_name is None
    ):
        return usual
    body_name, request_name = takes.body_params[0].name, takes.request_param_name
    body: TypeAdapter[Any] = TypeAdapter(cast("type[Any]", takes.body_params[0].field_info.annotation))

    async def short(request: Request) -> Response:
        sent = await request.json()
        if sent is None:
            return await usual(request)
        try:
            value = body.validate_python(sent)
        except ValidationError:
            return await usual(request)
        given: dict[str, Any] = {body_name: value, request_name: request}
        given.update((name, caller_of(request)) for name in callers if name is not None)
        response: Response = await call(**given)
        return response

    return short


CurrentCaller = Annotated[Caller, Depends(_current_caller)]
"""The caller as a parameter of an endpoint."""


class ReadRequest(Request):
    """A request whose body was read, and parsed, by the guard."""

    def __init__(self, scope: AsgiScope, receive: Receive, raw: bytes, value: object = None) -> None:
        """Take the bytes and what they mean."""
        super().__init__(scope, receive)
        self._raw = raw
        self._value = value

    async def body(self) -> bytes:
        """Give the bytes of the body."""
        return self._raw

    async def json(self) -> object:
        """Give what the body means."""
        return self._value


def _is_list(annotation: object) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def _check_headers(request: Request) -> None:
    """Refuse a header that is longer than its parameter may be."""
    errors = [
        FieldError(f"/header/{name.decode().title()}", "too_long", "string_too_long", HEADER_LIMITS[name])
        for name, value in request.scope["headers"]
        if len(value) > SHORTEST_LIMIT and len(value) > HEADER_LIMITS.get(name, len(value))
    ]
    if errors:
        raise Problem("validation_failed", errors=errors)


def _check_query(request: Request, repeatable: Mapping[str, bool]) -> None:
    """Refuse parameters that the operation does not have: a misspelt filter would list everything."""
    if not request.scope["query_string"]:
        return
    errors: list[FieldError] = []
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in repeatable:
            pointer = f"/query/{name}" if PARAMETER.fullmatch(name) else "/query"
            errors.append(unknown_member(pointer, name, repeatable))
        elif name in seen and not repeatable[name]:
            errors.append(FieldError(f"/query/{name}", "repeated"))
        seen.add(name)
        if len(errors) == MAX_ERRORS:
            break
    if errors:
        raise Problem("validation_failed", errors=errors)


def _count_failed(request: Request, failed: FailedTries) -> None:
    """Refuse a failed try in another way when there were too many: who tries on learns to wait."""
    allowance = failed.hit(_address_of(request))
    if not allowance.allowed:
        wait = {"Retry-After": str(allowance.reset_seconds)}
        raise _refusal(request, "too_many_failed_keys", headers=wait)


def _address_of(request: Request) -> str:
    return "unknown" if request.client is None else request.client.host


def _check_rate(request: Request, limiter: RateLimiter, counted: str) -> None:
    allowance = limiter.hit(counted)
    state = f'"default";r={allowance.left};t={allowance.reset_seconds}'
    call = call_of(request)
    call.headers = ((b"ratelimit-policy", limiter.policy), (b"ratelimit", state.encode()))
    if not allowance.allowed:
        wait = {"Retry-After": str(allowance.reset_seconds)}
        raise _refusal(request, "rate_limited", headers=wait)


Reader = Callable[[Request], Awaitable[Request]]


def _reader(route: APIRoute, operation: Operation) -> Reader:
    """Choose how the body of an operation is read."""
    if operation.raw_body:
        return partial(_read_raw, operation.max_body)
    if operation.form is not None:
        return partial(_read_nothing_yet, operation.max_body)
    if route.body_field is not None:
        required = route.body_field.field_info.is_required()
        return partial(_read_json, operation.max_body, required)
    safe = SAFE_METHODS.issuperset(route.methods or ())
    return _read_nothing if safe else _read_no_body


async def _read_nothing(request: Request) -> Request:
    return request


async def _read_no_body(request: Request) -> Request:
    """Leave the body where it is: nobody asked for one."""
    return ReadRequest(request.scope, request.receive, b"")


async def _read_raw(limit: int, request: Request) -> Request:
    _refuse_encoded(request)
    return ReadRequest(request.scope, request.receive, await _read(request, limit))


async def _read_nothing_yet(limit: int, request: Request) -> Request:
    """Let a form through, unread, if its type and its length are right."""
    _refuse_encoded(request)
    types = request.headers.getlist("content-type")
    if len(types) != 1 or boundary_of(types[0]) is None:
        raise _refusal(request, "unsupported_media_type")
    length = _content_length(request)
    if length is None or "transfer-encoding" in request.headers:
        raise _refusal(request, "length_required")
    if length > limit:
        raise _refusal(request, "body_too_large")
    return request


async def _read_json(limit: int, required: bool, request: Request) -> Request:  # noqa: FBT001
    if not required and not _has_body(request):
        return ReadRequest(request.scope, request.receive, b"")
    _refuse_encoded(request)
    types = request.headers.getlist("content-type")
    if len(types) != 1 or not is_json(types[0]):
        raise _refusal(request, "unsupported_media_type")
    raw = await _read(request, limit)
    try:
        value = parse_json(raw) if raw else None
    except MalformedJson:
        raise Problem("malformed_body") from None
    return ReadRequest(request.scope, request.receive, raw, value)


def _refuse_encoded(request: Request) -> None:
    encodings = ",".join(request.headers.getlist("content-encoding"))
    if encodings.strip(" \t").lower() not in {"", "identity"}:
        raise _refusal(request, "unsupported_content_encoding")


async def _read(request: Request, limit: int) -> bytes:
    length = _content_length(request)
    if length is not None and length > limit:
        raise _refusal(request, "body_too_large")
    try:
        return await read_body(request.receive, limit)
    except BodyTooLarge:
        raise Problem("body_too_large", headers={"Connection": "close"}) from None


def is_json(content_type: str) -> bool:
    """Say whether a Content-Type is JSON in UTF-8."""
    kind, *parameters = content_type.lower().split(";")
    if kind.strip(" \t") != "application/json":
        return False
    pairs = (parameter.strip(" \t").partition("=") for parameter in parameters)
    return all(value.strip('"') in {"utf-8", "utf8"} for name, _, value in pairs if name == "charset")


def _content_length(request: Request) -> int | None:
    value = request.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None  # noqa: PLR2004


def _has_body(request: Request) -> bool:
    return bool(_content_length(request)) or "transfer-encoding" in request.headers


def _refusal(
    request: Request,
    code: str,
    *,
    members: Mapping[str, Any] = NO_EXAMPLES,
    headers: Mapping[str, str] = NO_EXAMPLES,
) -> Problem:
    """Refuse a request whose body stays unread: a long one ends the connection with it."""
    length = _content_length(request)
    unread = "transfer-encoding" in request.headers if length is None else length > SMALL_BODY
    closing = {"Connection": "close"} if unread else {}
    return Problem(code, members=members, headers={**headers, **closing})
