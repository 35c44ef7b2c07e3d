"""What is known of a request while it is answered: one small record in its ASGI scope."""

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
    """One request on its way through the service."""

    request_id: str = NO_REQUEST_ID
    language: Language | None = None
    caller: Caller | None = None
    problem: str | None = None
    without_body: bool = False
    """Only the head of the answer is wanted (HEAD)."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Headers that every answer to it carries besides the common ones."""


def scope_of(where: Where) -> ScopeDict:
    """Give the ASGI scope of a request, or the scope itself."""
    return where.scope if isinstance(where, HTTPConnection) else where


def context_of(where: Where) -> RequestContext:
    """Give the record of a request, made anew where no middleware has made it."""
    scope = scope_of(where)
    context = scope.get(_KEY)
    if isinstance(context, RequestContext):
        return context
    context = scope[_KEY] = RequestContext()
    return context


def begin_context(scope: ScopeDict, request_id: str) -> RequestContext:
    """Start the record of a request."""
    context = scope[_KEY] = RequestContext(request_id)
    return context


def language_for(where: Where) -> Language:
    """Give the language of the answer to a request."""
    context = context_of(where)
    if context.language is None:
        context.language = language_of(HTTPConnection(scope_of(where)))
    return context.language
