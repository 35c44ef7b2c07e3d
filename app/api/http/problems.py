"""Problems (RFC 9457): the only place that chooses the status of a failure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import NO_HEADERS, PROBLEM_JSON, response_of
from app.api.http.known_members import members_at, nearest
from app.api.http.languages import language_headers
from app.api.http.problem_texts import ERROR_TEXTS, LIMIT_TEXTS, PROBLEM_TEXTS
from app.api.http.request_context import Where, context_of, language_for, scope_of
from app.application.errors import (
    AttachmentNotStoredError,
    ChatLimitReachedError,
    CreationLimitReachedError,
    DeskError,
    ExternalIdTakenError,
    FileRefusedError,
    InvalidValueError,
    PreconditionFailedError,
    ReversalExceedsEntryError,
    TransitionNotAllowedError,
    UploadQuotaReachedError,
)
from app.application.ports.access import StoredResponse
from app.domain.vocabulary import Language
from app.domain.wording.text import Text

STATUSES: Mapping[str, int] = {
    "malformed_request": 400,
    "malformed_body": 400,
    "malformed_form": 400,
    "bad_cursor": 400,
    "unauthenticated": 401,
    "wrong_webhook_secret": 401,
    "missing_scope": 403,
    "not_for_confined_keys": 403,
    "not_found": 404,
    "ticket_not_found": 404,
    "customer_not_found": 404,
    "chat_not_found": 404,
    "staff_not_found": 404,
    "exception_not_found": 404,
    "tariff_not_found": 404,
    "time_entry_not_found": 404,
    "article_not_found": 404,
    "attachment_not_found": 404,
    "problem_not_found": 404,
    "method_not_allowed": 405,
    "upload_too_slow": 408,
    "request_timeout": 408,
    "external_id_taken": 409,
    "transition_not_allowed": 409,
    "finding_not_allowed": 409,
    "ticket_closed": 409,
    "chat_not_assigned": 409,
    "chat_limit_reached": 409,
    "chat_assigned_elsewhere": 409,
    "reversal_exceeds_entry": 409,
    "attachment_not_stored": 409,
    "upload_quota_reached": 409,
    "idempotency_in_progress": 409,
    "length_required": 411,
    "precondition_failed": 412,
    "body_too_large": 413,
    "file_too_large": 413,
    "unsupported_media_type": 415,
    "unsupported_content_encoding": 415,
    "range_not_satisfiable": 416,
    "validation_failed": 422,
    "file_empty": 422,
    "file_type_not_allowed": 422,
    "too_many_pixels": 422,
    "not_registered": 422,
    "unofficial_channel": 422,
    "idempotency_key_reused": 422,
    "precondition_required": 428,
    "rate_limited": 429,
    "too_many_failed_keys": 429,
    "too_many_long_texts": 429,
    "creation_limit_reached": 429,
    "too_many_uploads": 429,
    "headers_too_large": 431,
    "internal_error": 500,
    "search_too_slow": 503,
    "store_unavailable": 503,
    "outcome_unknown": 503,
    "not_ready": 503,
    "too_many_connections": 503,
    "storage_full": 507,
}

PROBLEM_HEADERS: Mapping[str, Mapping[str, str]] = {
    "wrong_webhook_secret": {"WWW-Authenticate": 'Webhook realm="support-desk"'},
    "unauthenticated": {"WWW-Authenticate": 'Bearer realm="support-desk"'},
    "idempotency_in_progress": {"Retry-After": "1"},
    "too_many_long_texts": {"Retry-After": "1"},
    "search_too_slow": {"Retry-After": "5"},
    "too_many_uploads": {"Retry-After": "5"},
    "store_unavailable": {"Retry-After": "2"},
    "outcome_unknown": {"Retry-After": "1"},
    "not_ready": {"Retry-After": "1"},
    "storage_full": {"Retry-After": "60"},
    "too_many_connections": {"Retry-After": "5"},
}
"""Headers that always come with a problem."""

BETWEEN_MEMBERS = "between_members"
"""The Pydantic type of an error between members; its context has pointer and code."""
MAX_ERRORS = 50
INSTANCE_MAX = 512
NO_MEMBERS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem; `meaning` stands on its page."""

    code: str
    status: int
    title: Text
    detail: Text
    meaning: Text


PROBLEM_TYPES: Mapping[str, ProblemType] = {
    code: ProblemType(code, status, text.title, text.detail, text.meaning)
    for code, status in STATUSES.items()
    for text in (PROBLEM_TEXTS[code],)
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong in a request; `pointer` leads into the body, or to /query, /path, /header.

    `bound` names the text of LIMIT_TEXTS that says more: with `limit`, which is never the caller's text.
    """

    pointer: str
    code: str
    bound: str = ""
    limit: int | str | None = None


class Problem(Exception):
    """Raised in this layer to respond with a problem; the transaction around it rolls back."""

    def __init__(
        self,
        code: str,
        *,
        members: Mapping[str, Any] = NO_MEMBERS,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Name the problem, its own members, its validation errors and headers."""
        super().__init__(code)
        self.code = code
        self.members = members
        self.errors = errors
        self.headers = headers


def problem_answer(
    where: Where,
    code: str,
    *,
    members: Mapping[str, Any] = NO_MEMBERS,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] = NO_HEADERS,
) -> StoredResponse:
    """Build the response of a problem, also inside a transaction. `members` hold only our own values."""
    kind = PROBLEM_TYPES[code]
    context = context_of(where)
    context.problem = code
    language = language_for(where)
    detail = kind.detail.in_language(language)
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": kind.title.in_language(language),
        "status": kind.status,
        "detail": detail.format_map(members) if members else detail,
        "instance": _instance(where),
        "code": code,
        "request_id": context.request_id,
        **members,
    }
    if errors:
        body["errors"] = [_error(error, language) for error in errors[:MAX_ERRORS]]
    return StoredResponse(
        kind.status,
        {
            "Content-Type": PROBLEM_JSON,
            **language_headers(language),
            **PROBLEM_HEADERS.get(code, NO_HEADERS),
            **headers,
        },
        json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def problem_response(
    where: Where,
    code: str,
    *,
    members: Mapping[str, Any] = NO_MEMBERS,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] = NO_HEADERS,
) -> Response:
    """Return the response of a problem."""
    answer = problem_answer(where, code, members=members, errors=errors, headers=headers)
    return response_of(answer)


def response_to(where: Where, failure: DeskError) -> Response:
    """Build the response to a failure of a use case."""
    if isinstance(failure, InvalidValueError):
        wrong = FieldError(failure.pointer, failure.error_code)
        return problem_response(where, "validation_failed", errors=[wrong])
    code = failure.code if failure.code in PROBLEM_TYPES else "internal_error"
    if isinstance(failure, CreationLimitReachedError):
        wait = {"Retry-After": str(failure.seconds)}
        return problem_response(where, code, members={"limit_of": failure.limit}, headers=wait)
    return problem_response(where, code, members=_members_of(failure))


def install_problems(app: FastAPI) -> None:
    """Register the handlers that respond to every failure below the middleware with a problem."""

    async def on_problem(request: Request, failure: Exception) -> Response:
        if not isinstance(failure, Problem):
            raise failure
        return problem_response(
            request,
            failure.code,
            members=failure.members,
            errors=failure.errors,
            headers=failure.headers,
        )

    async def on_desk_error(request: Request, failure: Exception) -> Response:
        if not isinstance(failure, DeskError):
            raise failure
        return response_to(request, failure)

    async def on_invalid_request(request: Request, failure: Exception) -> Response:
        if not isinstance(failure, RequestValidationError):
            raise failure
        errors = field_errors(failure.errors(), failure.body, request)
        return problem_response(request, "validation_failed", errors=errors)

    async def on_http_exception(request: Request, failure: Exception) -> Response:
        if not isinstance(failure, HTTPException):
            raise failure
        code = _CODES_OF_FRAMEWORK.get(failure.status_code, "internal_error")
        headers = {"Allow": ", ".join(allowed_methods(request))} if code == _NO_METHOD else {}
        return problem_response(request, code, headers=headers)

    async def on_anything(request: Request, _: Exception) -> Response:
        return problem_response(request, "internal_error")

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(DeskError, on_desk_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_anything)


def allowed_methods(request: Request) -> list[str]:
    """List every method of the path of a request, HEAD where there is GET."""
    path = request.scope["path"]
    found: set[str] = set()
    for context in iter_route_contexts(request.app.routes):
        pattern = getattr(context, "path_regex", None)
        if pattern is not None and pattern.match(path):
            found |= context.methods or set()
    if "GET" in found:
        found.add("HEAD")
    return sorted(found)


_Found = Mapping[str, Any]
"""One error as Pydantic reports it."""


def field_errors(found: Sequence[_Found], body: object, request: Request) -> list[FieldError]:
    """Translate the errors of Pydantic in a body or parameters; never the values that they are about."""
    return [_field_error(one, body, request) for one in found[:MAX_ERRORS]]


def unknown_member(pointer: str, name: str, known: Iterable[str]) -> FieldError:
    """Build the error of a member or parameter that does not exist; it names the nearest one that does."""
    near = nearest(name, known)
    return FieldError(pointer, "unknown_member", "" if near is None else "unknown_member", near)


def _field_error(one: _Found, body: object, request: Request) -> FieldError:
    context = one.get("ctx") or {}
    place, kind = one["loc"], one["type"]
    if kind == BETWEEN_MEMBERS:
        return FieldError(_pointer(_members_on(place, body)) + context["pointer"], context["code"])
    if kind in _ABOUT_TAGS:
        place = (*place, context["discriminator"].strip("'"))
    code = _code_of(kind)
    within, place = place, (*_members_on(place[:-1], body), *place[-1:])
    if code == "unknown_member":
        return unknown_member(_pointer(place), str(place[-1]), members_at(request, within))
    if kind in _ALLOWED_VALUES:
        allowed = ", ".join(_QUOTED.findall(str(context[_ALLOWED_VALUES[kind]])))
        return FieldError(_pointer(place), code, "not_allowed_value", allowed)
    return FieldError(_pointer(place), code, kind, context.get(_LIMITS.get(kind, "")))


def _members_on(place: Sequence[int | str], body: object) -> tuple[int | str, ...]:
    """Return the way into a body without the tags of unions, which are no members."""
    if not place or place[0] != "body":
        return tuple(place)
    way: list[int | str] = ["body"]
    here: Any = body
    for part in place[1:]:
        is_member = isinstance(here, dict) and part in here
        is_item = isinstance(here, list) and isinstance(part, int)
        if is_member or is_item:
            way.append(part)
            here = here[part]
    return tuple(way)


_LIMITS: Mapping[str, str] = {
    "string_too_long": "max_length",
    "string_too_short": "min_length",
    "too_long": "max_length",
    "too_short": "min_length",
    "greater_than_equal": "ge",
    "less_than_equal": "le",
}
"""By type of error: the member of its context that has the limit."""
_ALLOWED_VALUES: Mapping[str, str] = {
    "enum": "expected",
    "literal_error": "expected",
    "union_tag_invalid": "expected_tags",
}
"""By type of error: the member of its context that lists the allowed values, each in quotes."""
_QUOTED = re.compile(r"'([^']*)'")
_ABOUT_TAGS = frozenset({"union_tag_invalid", "union_tag_not_found"})
_CODES_OF_PYDANTIC: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_member",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "bytes_too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "bytes_too_short": "too_short",
    "enum": "not_allowed_value",
    "literal_error": "not_allowed_value",
    "union_tag_invalid": "not_allowed_value",
    "union_tag_not_found": "missing",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "int_parsing_size": "out_of_range",
    "finite_number": "out_of_range",
    "date_past": "out_of_range",
    "date_future": "out_of_range",
    "datetime_object_invalid": "out_of_range",
    "string_pattern_mismatch": "bad_format",
    "string_unicode": "bad_format",
    "date_from_datetime_inexact": "bad_format",
    "timezone_aware": "bad_format",
    "int_from_float": "wrong_type",
    "uuid_type": "wrong_type",
    "instant": "bad_format",
    "instant_out_of_range": "out_of_range",
    "day": "bad_format",
    "day_out_of_range": "out_of_range",
    "month": "bad_format",
    "time": "bad_format",
}
_TYPES = re.compile(r"_type$|^(?:int|bool|float|decimal)_parsing$")
_FORMATS = re.compile(r"^(?:date|datetime|time|uuid|url)_|_parsing$")


def _code_of(kind: str) -> str:
    if kind in _CODES_OF_PYDANTIC:
        return _CODES_OF_PYDANTIC[kind]
    if kind in ERROR_TEXTS:
        return kind
    if _TYPES.search(kind):
        return "wrong_type"
    return "bad_format" if _FORMATS.search(kind) else "invalid"


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
"""Names that a pointer repeats; any other name is the caller's text and is left out."""


def _pointer(place: Sequence[int | str]) -> str:
    origin, *rest = place or ("body",)
    parts = [str(part) for part in rest if isinstance(part, int) or _NAME.fullmatch(part)]
    if origin == "header":
        parts = ["-".join(word.capitalize() for word in part.split("-")) for part in parts]
    return "".join(f"/{part}" for part in ([] if origin == "body" else [str(origin)]) + parts)


def _error(error: FieldError, language: Language) -> dict[str, str]:
    if error.bound in LIMIT_TEXTS:
        detail = LIMIT_TEXTS[error.bound].in_language(language).format(limit=error.limit)
    else:
        detail = ERROR_TEXTS.get(error.code, ERROR_TEXTS["invalid"]).in_language(language)
    return {"pointer": error.pointer, "code": error.code, "detail": detail}


def _instance(where: Where) -> str:
    """Return the path as a reference; never the query. A cut leaves no half of an escape such as `%D0`."""
    path: str = scope_of(where).get("path", "/")
    shown = quote(path, safe="/:@!$&'()*+,;=~-._", errors="replace")[:INSTANCE_MAX]
    escape = shown.rfind("%", -2)
    return shown if escape < 0 else shown[:escape]


def _members_of(failure: DeskError) -> Mapping[str, Any]:
    match failure:
        case ExternalIdTakenError():
            return {"ticket_id": failure.ticket_id}
        case TransitionNotAllowedError():
            return {"allowed_actions": [action.value for action in failure.allowed]}
        case ChatLimitReachedError():
            return {"clause": failure.clause.value, "limit": failure.limit}
        case ReversalExceedsEntryError():
            return {"left_minutes": failure.left}
        case FileRefusedError(limit=int(limit)) | UploadQuotaReachedError(limit=int(limit)):
            return {"limit_bytes": limit}
        case PreconditionFailedError():
            return {"version": failure.version}
        case AttachmentNotStoredError():
            return {"state": failure.state.value}
        case _:
            return NO_MEMBERS


_NO_METHOD = "method_not_allowed"
_CODES_OF_FRAMEWORK: Mapping[int, str] = {
    400: "malformed_body",
    404: "not_found",
    405: _NO_METHOD,
    413: "body_too_large",
    415: "unsupported_media_type",
}
