"""The guard before every operation: it checks key, rate, scope, headers and query before the body is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends
from starlette.requests import Request

from app.api.http.body import refusal
from app.api.http.keys import Access, Caller, KeyRing, bearer_token
from app.api.http.operation import Operation
from app.api.http.problems import MAX_ERRORS, FieldError, Problem, unknown_member
from app.api.http.rate_limit import FailedTries, RateLimiter, bucket_of
from app.api.http.request_context import context_of

HEADER_LIMITS = {
    b"accept-language": 512,
    b"if-match": 1024,
    b"if-none-match": 1024,
    b"range": 128,
    b"if-range": 128,
}
SHORTEST_LIMIT = min(HEADER_LIMITS.values())
PARAMETER = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Gate:
    """The guard's services. `limiter` and `failed` are None where their limits are off."""

    keys: KeyRing
    limiter: RateLimiter | None
    failed: FailedTries | None = None


class HasGate(Protocol):
    """The record of services, as far as the guard knows it: it is defined in a layer above."""

    @property
    def gate(self) -> Gate:
        """The guard's own services."""


async def admit(request: Request, operation: Operation) -> None:
    """Check key, rate, scope and confinement of a request, in this order. Raises Problem.

    Requests with an invalid key count against their client address; they never hold up a valid key.
    """
    if operation.scope is Access.PUBLIC:
        return
    if operation.admits is not None:
        operation.admits(request)
        return
    services: HasGate = request.app.state.services
    gate = services.gate
    token = bearer_token(request.headers.getlist("authorization"))
    caller = None if token is None else await gate.keys.caller_of(token)
    if gate.limiter is not None:
        counted = bucket_of(_address_of(request)) if caller is None else caller.key_id
        _check_rate(request, gate.limiter, counted)
    if caller is None:
        if token is not None and gate.failed is not None:
            _count_failed(request, gate.failed)
        raise refusal(request, "unauthenticated")
    context_of(request).caller = caller
    scope = operation.scope
    if scope is not Access.ANY_KEY and scope.value not in caller.scopes:
        raise refusal(request, "missing_scope", members={"scope": scope.value})
    if caller.customer_id is not None and not operation.confined_keys:
        raise refusal(request, "not_for_confined_keys")


def check_headers(request: Request) -> None:
    """Refuse a header that is longer than its parameter may be. Raises Problem."""
    errors = [
        FieldError(f"/header/{name.decode().title()}", "too_long", "string_too_long", HEADER_LIMITS[name])
        for name, value in request.scope["headers"]
        if len(value) > SHORTEST_LIMIT and len(value) > HEADER_LIMITS.get(name, len(value))
    ]
    if errors:
        raise Problem("validation_failed", errors=errors)


def check_query(request: Request, repeatable: Mapping[str, bool]) -> None:
    """Refuse query parameters that the operation does not declare. Problem.

    Otherwise a misspelt filter would list everything.
    """
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


def caller_of(request: Request) -> Caller:
    """Return the caller of a request that the guard admitted."""
    caller = context_of(request).caller
    if caller is None:
        raise RuntimeError("a public operation has no caller")
    return caller


async def current_caller(request: Request) -> Caller:
    """Return the caller as FastAPI's dependencies do."""
    return caller_of(request)


CurrentCaller = Annotated[Caller, Depends(current_caller)]
"""The caller as a parameter of an endpoint."""


def _check_rate(request: Request, limiter: RateLimiter, counted: str) -> None:
    allowance = limiter.hit(counted)
    state = f'"default";r={allowance.left};t={allowance.reset_seconds}'
    context_of(request).headers = ((b"ratelimit-policy", limiter.policy), (b"ratelimit", state.encode()))
    if not allowance.allowed:
        raise refusal(request, "rate_limited", headers={"Retry-After": str(allowance.reset_seconds)})


def _count_failed(request: Request, failed: FailedTries) -> None:
    """Count a request with an invalid key; refuse it with a waiting time after too many of them."""
    allowance = failed.hit(_address_of(request))
    if not allowance.allowed:
        wait = {"Retry-After": str(allowance.reset_seconds)}
        raise refusal(request, "too_many_failed_keys", headers=wait)


def _address_of(request: Request) -> str:
    return "unknown" if request.client is None else request.client.host
