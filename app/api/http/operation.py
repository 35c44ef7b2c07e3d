"""Declarations of operations: the guard checks them on every request, the OpenAPI document shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from starlette.requests import Request

from app.api.http.json_body import MAX_BODY
from app.api.http.keys import Access, Scope
from app.api.http.problems import PROBLEM_TYPES

ANY_TYPE = "*/*"
"""The media type of a file that a customer chose."""


class IfMatchUse(Enum):
    """Whether an operation heeds If-Match."""

    NO = "no"
    ALLOWED = "allowed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Success:
    """A documented response other than a problem; `examples` are JSON values by name."""

    status: int
    description: str
    model: Any = None
    examples: Mapping[str, Any] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """The requirements of an operation on its callers, and its description in the document.

    `problems` names the codes of this operation only. Those of keys, scopes, limits, bodies, validation,
    preconditions and server failures follow from the other members. The first of `answers` is the usual one.
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
    """The responses have texts in the language that the caller prefers."""
    ranges: bool = False
    """The caller may ask for a part of the response."""
    request_examples: Mapping[str, Any] = field(default_factory=dict)
    max_body: int = MAX_BODY
    raw_body: bool = False
    """The body is any bytes; the endpoint gets them by `await request.body()`."""
    form: Mapping[str, Any] | None = None
    """The schema of a multipart form; the endpoint reads it as it arrives (forms.py)."""
    in_document: bool = True
    admits: Callable[[Request], None] | None = None
    """Checks a provider's secret before the body is read; raises Problem."""

    def __post_init__(self) -> None:
        """Refuse unknown problem codes, and a provider's call that checks no secret."""
        if unknown := set(self.problems) - set(PROBLEM_TYPES):
            raise ValueError(f"{self.id}: no such problems: {sorted(unknown)}")
        if (self.scope is Access.PROVIDER) != (self.admits is not None):
            raise ValueError(f"{self.id}: `admits` is for Access.PROVIDER, which cannot do without it")
