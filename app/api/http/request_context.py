"""The context of a request while it is processed: one small record in its ASGI scope."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection

from app.api.http.keys import Caller
from app.api.http.languages import language_of
from app.domain.vocabulary import Language

ScopeDict = MutableMapping[str, Any]
Where = HTTPConnection | ScopeDict

_KEY = "support.context"
NO_REQUEST_ID = "-"


@dataclass(slots=True, eq=False)
class RequestContext:
    """Facts about one request that the layers of the service share."""

    request_id: str = NO_REQUEST_ID
    language: Language | None = None
    caller: Caller | None = None
    problem: str | None = None
    without_body: bool = False
    """The client wants only the headers of the response (HEAD)."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Headers that every response to this request carries besides the common ones."""


def scope_of(where: Where) -> ScopeDict:
    """Return the ASGI scope of a request, or the scope itself."""
    return where.scope if isinstance(where, HTTPConnection) else where


def context_of(where: Where) -> RequestContext:
    """Return the context of a request; create it where no middleware has."""
    scope = scope_of(where)
    context = scope.get(_KEY)
    if isinstance(context, RequestContext):
        return context
    context = scope[_KEY] = RequestContext()
    return context


def begin_context(scope: ScopeDict, request_id: str) -> RequestContext:
    """Store a new context for a request."""
    context = scope[_KEY] = RequestContext(request_id)
    return context


def language_for(where: Where) -> Language:
    """Return the language of the response to a request."""
    context = context_of(where)
    if context.language is None:
        context.language = language_of(HTTPConnection(scope_of(where)))
    return context.language
