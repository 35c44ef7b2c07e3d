"""Parts of the OpenAPI document that no operation declares: its head, headers, parameters, problems."""

from collections.abc import Mapping
from typing import Any

from app.api.http.guard import HEADER_LIMITS
from app.api.http.problem_texts import ERROR_TEXTS
from app.api.http.problems import PROBLEM_TYPES, STATUSES
from app.api.openapi.schema_walk import Json
from app.domain.attachments.file_types import MAX_UPLOAD

TITLE = "JokerCRM Support Desk API"
SUMMARY = "Customer support of JokerCRM: tickets decided by the published regulation."
DESCRIPTION = """\
The API accepts customers' submissions, decides on each one by the published support regulation, and
manages the queue, the conversations, staff time and the tickets' clocks.

**Authentication.** Send an API key as `Authorization: Bearer jsd_…`. Each operation names the scope it
requires. A key can be confined to one customer: it then reads and changes only that customer's data.
A request with an invalid key gets 401, or 429 after too many such requests from one address. Valid keys
from the same address continue to work.

**Languages.** Reasons, notices and problems are in Russian by default, and in English with
`Accept-Language: en`. Codes are the same in every language. Build logic on codes, not on texts.

**Errors.** Every error is an `application/problem+json` document (RFC 9457) with a stable `code`.
`GET /problems/{code}` explains each code.

**Idempotency.** A POST with an `Idempotency-Key` takes effect once. Repeating it within 24 hours returns
the first response, byte for byte.

**Citations.** Numbers such as 4.2 are clauses of the regulation. R1 to R18 are our readings of points that
the regulation leaves open.
`GET /v1/regulation` returns both.

**Request IDs.** Every response carries `X-Request-ID`, and so do our logs. Send your own value (1 to 64
letters, digits, `_` or `-`) to have it used instead of a generated one.

**Rate limits.** Requests are rate-limited per API key; requests with an invalid key are limited per client
address. A request line and headers of more than 64 KiB in total get 431.

**Dates and times.** Instants are RFC 3339 with an offset; responses use UTC. Days and months are those of
Moscow time.

**Strings.** No string may contain the NUL character (U+0000): such a request gets 422.

**Compatibility.** New response members and new enum values may appear at any time; clients must accept
values they don't recognise. Requests are strict: unknown members of a body, and unknown query parameters of
a GET, get 422.
"""
CONTACT = {"name": "JokerCRM support", "url": "https://jokercrm.ru/oferta"}
LICENCE = {"name": "MIT", "identifier": "MIT"}
SERVERS = [
    {
        "url": "/",
        "description": "The server that serves this document: local, staging or production.",
        "x-internal": True,  # JokerCRM's own components call it; it is not exposed to the internet
    }
]

TAGS: Mapping[str, str] = {
    "decisions": "Preview decisions and check texts without submitting anything.",
    "tickets": "Submit tickets and follow them through support.",
    "work": "Work on tickets: the queue, transitions and staff time.",
    "conversation": "The messages of a ticket, from the customer and from agents.",
    "attachments": "Images, videos and documents that accompany a text (clause 4.4).",
    "time": "Staff time on tickets, counted against the tariff's minutes (clauses 5.1, 5.2).",
    "queue": "The order of work (clauses 2.1 to 2.3, 5.2) and claiming the next ticket.",
    "customers": "Customers, their entitlement and their usage.",
    "chats": "Unassigned chats, and staff members in the messengers (clause 4.1).",
    "work-calendar": "Working days and service hours of support (clause 2.1).",
    "regulation": "The regulation as the service applies it, and the tariffs.",
    "tariffs": "Tariffs and prices (clauses 5.1, 5.2).",
    "events": "Changes of tickets, in order.",
    "operations": "Health probes and the version.",
}

REF = "#/components"
FILE: Json = {"type": "string", "format": "binary", "maxLength": MAX_UPLOAD}

HEADERS: Mapping[str, Json] = {
    "X-Request-ID": {
        "description": "ID of the request: the caller's own if it is valid, otherwise a generated one.",
        "schema": {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"},
    },
    "RateLimit-Policy": {
        "description": "The rate limit: `q` requests per `w` seconds. Absent if the limit is off.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "RateLimit": {
        "description": "The remaining quota: `r` requests within `t` seconds. Absent if the limit is off.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "ETag": {
        "description": "Version and content hash of the object. Send it in If-None-Match or If-Match.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Location": {
        "description": "Path of the created object. A message and a time entry have no path of their own: "
        "theirs is the path of the list.",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 512},
    },
    "Content-Disposition": {
        "description": "`attachment`, with the file name.",
        "schema": {"type": "string", "maxLength": 2048},
    },
    "Accept-Ranges": {
        "description": "`bytes`: the content can be requested in byte ranges.",
        "schema": {"type": "string", "enum": ["bytes"]},
    },
    "Content-Range": {
        "description": "Position of the returned bytes and total size, such as `bytes 0-1023/48213`; with "
        "416 only the size, such as `bytes */48213`.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Link": {
        "description": 'URL of the next page, with `rel="next"`. Absent on the last page.',
        "schema": {"type": "string", "maxLength": 8192},
    },
    "Idempotency-Replayed": {
        "description": "`true` if this is the stored response to an earlier identical request.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {
        "description": "Seconds to wait before the next attempt.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 3600},
    },
    "WWW-Authenticate": {
        "description": "The authentication scheme: `Bearer`.",
        "schema": {"type": "string", "maxLength": 128},
    },
    "Content-Language": {
        "description": "Language of the texts in the response.",
        "schema": {"type": "string", "enum": ["ru", "en"]},
    },
    "Vary": {
        "description": "`Accept-Language`: a cache must keep one response per language.",
        "schema": {"type": "string", "enum": ["Accept-Language"]},
    },
}

_TAGS_MAX = HEADER_LIMITS[b"if-match"]
_LANGUAGES_MAX = HEADER_LIMITS[b"accept-language"]

_IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "description": "ETag of the object as last read, or `*` for any version. If the object has changed "
    "since, the request gets 412.",
    "schema": {"type": "string", "maxLength": _TAGS_MAX},
}
PARAMETERS: Mapping[str, Json] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A unique value that makes the request safe to repeat: 1 to 255 visible ASCII "
        "characters. For at least 24 hours, the same API key gets the stored response to a repeated request.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "IfMatch": _IF_MATCH,
    "IfMatchRequired": {**_IF_MATCH, "required": True},
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags of the client's copies, or `*`. If one is current, the response is 304.",
        "schema": {"type": "string", "maxLength": _TAGS_MAX},
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "description": "One byte range, such as `bytes=0-1023`. Other forms are ignored.",
        "schema": {"type": "string", "maxLength": HEADER_LIMITS[b"range"]},
    },
    "IfRange": {
        "name": "If-Range",
        "in": "header",
        "description": "ETag of the content to continue. If the content has changed, the response is 200 "
        "with the whole content.",
        "schema": {"type": "string", "maxLength": HEADER_LIMITS[b"if-range"]},
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Preferred language of texts: `ru` (default) or `en`.",
        "schema": {"type": "string", "maxLength": _LANGUAGES_MAX},
    },
}

SECURITY_SCHEMES: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "jsd_ and 43 characters",
        "description": "An API key. Each operation names the scope it requires.",
    }
}

FIELD_ERROR: Json = {
    "type": "object",
    "title": "FieldError",
    "description": "One invalid member, parameter or header of a request.",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {
            "type": "string",
            "maxLength": 1024,
            "description": "JSON pointer into the body, or `/query/…`, `/path/…`, `/header/…` for a "
            "parameter. Empty for the body as a whole.",
        },
        "code": {
            "$ref": f"{REF}/schemas/FieldErrorCode",
            "description": "Stable code of the error, independent of the language.",
        },
        "detail": {
            "type": "string",
            "maxLength": 1024,
            "description": "Explanation for people: allowed values, bounds or the expected type.",
        },
    },
}
PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457). Build logic on `code`. A member whose description begins with a "
    "code is present only with that code.",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "maxLength": 128,
            "description": "`/problems/{code}`: the page that explains the problem.",
        },
        "title": {
            "type": "string",
            "maxLength": 128,
            "description": "Short name of the problem; the same for every occurrence.",
        },
        "status": {
            "type": "integer",
            "format": "int32",
            "minimum": 400,
            "maximum": 599,
            "description": "The HTTP status of the response.",
        },
        "detail": {
            "type": "string",
            "maxLength": 1024,
            "description": "Explanation of this occurrence, for people.",
        },
        "instance": {
            "type": "string",
            "format": "uri-reference",
            "maxLength": 512,
            "description": "Path of the request, without its query.",
        },
        "code": {
            "$ref": f"{REF}/schemas/ProblemCode",
            "description": "Stable code of the problem, independent of the language.",
        },
        "request_id": {
            "type": "string",
            "maxLength": 64,
            "description": "The value of `X-Request-ID`. Quote it when you report an error.",
        },
        "errors": {
            "type": "array",
            "maxItems": 50,
            "items": {"$ref": f"{REF}/schemas/FieldError"},
            "description": "With `validation_failed`: every invalid part of the request, up to 50.",
        },
        "scope": {
            "type": "string",
            "maxLength": 64,
            "description": "With `missing_scope`: the scope that the key lacks.",
        },
        "ticket_id": {
            "type": "string",
            "maxLength": 36,
            "description": "With `external_id_taken`: the ticket that already has this `external_id`.",
        },
        "allowed_actions": {
            "type": "array",
            "maxItems": 32,
            "items": {"$ref": f"{REF}/schemas/Action"},
            "description": "With `transition_not_allowed`: the actions that are allowed now.",
        },
        "clause": {
            "type": "string",
            "maxLength": 8,
            "description": "With `chat_limit_reached`: the clause that sets the limit.",
        },
        "limit": {
            "type": "integer",
            "format": "int32",
            "minimum": 0,
            "maximum": 100,
            "description": "With `chat_limit_reached`: the number of working chats the customer may have.",
        },
        "limit_of": {
            "type": "string",
            "maxLength": 64,
            "description": "With `creation_limit_reached`: `customer` or `chat`, whose limit is reached. New "
            "values may appear.",
        },
        "left_minutes": {
            "type": "integer",
            "format": "int32",
            "minimum": 0,
            "maximum": 1440,
            "description": "With `reversal_exceeds_entry`: the minutes that can still be taken back.",
        },
        "limit_bytes": {
            "type": "integer",
            "format": "int64",
            "minimum": 1,
            "maximum": 2**53,
            "description": "With `file_too_large`: the size limit for this type of file. With "
            "`upload_quota_reached`: the customer's limit per 24 hours.",
        },
        "state": {
            "type": "string",
            "maxLength": 64,
            "description": "With `attachment_not_stored`: the attachment's state.",
        },
        "version": {
            "type": ["integer", "null"],
            "format": "int64",
            "minimum": 1,
            "maximum": 2**53,
            "description": "With `precondition_failed`: the object's present version, or null if it does "
            "not exist. Absent if `If-Match` itself is malformed.",
        },
        "decision": {
            "$ref": f"{REF}/schemas/DecisionOut",
            "description": "With `not_registered`: the decision, with the reasons and their clauses.",
        },
        "checks": {
            "type": "object",
            "maxProperties": 16,
            "additionalProperties": {"type": "boolean"},
            "description": "With `not_ready` and `?verbose`: the result of each check.",
        },
    },
}
PROBLEM_SCHEMAS: Mapping[str, Json] = {
    "Problem": PROBLEM,
    "FieldError": FIELD_ERROR,
    "ProblemCode": {
        "type": "string",
        "title": "ProblemCode",
        "enum": list(PROBLEM_TYPES),
        "description": "Code of a problem, explained at `/problems/{code}`. New codes may appear.",
        "x-enumDescriptions": {code: kind.title.en for code, kind in PROBLEM_TYPES.items()},
    },
    "FieldErrorCode": {
        "type": "string",
        "title": "FieldErrorCode",
        "enum": list(ERROR_TEXTS),
        "description": "Code of a validation error. New codes may appear.",
        "x-enumDescriptions": {code: text.en for code, text in ERROR_TEXTS.items()},
    },
}

EXAMPLE_MEMBERS: Mapping[str, Mapping[str, Any]] = {
    "missing_scope": {"scope": "tickets:write"},
    "external_id_taken": {"ticket_id": "019a9f3e-5c1b-7d20-8a4e-3f6b1c2d4e5f"},
    "transition_not_allowed": {"allowed_actions": ["reopen", "close"]},
    "chat_limit_reached": {"clause": "5.1", "limit": 1},
    "precondition_failed": {"version": 7},
    "reversal_exceeds_entry": {"left_minutes": 15},
    "attachment_not_stored": {"state": "pending"},
    "upload_quota_reached": {"limit_bytes": 1_073_741_824},
    "creation_limit_reached": {"limit_of": "customer"},
    "file_too_large": {"limit_bytes": 10_485_760},
    "validation_failed": {
        "errors": [{"pointer": "/submission/text", "code": "missing", "detail": ERROR_TEXTS["missing"].en}]
    },
}
RETRYABLE = frozenset({429, 503, 507})
UNCOUNTED = frozenset(
    {"malformed_request", "headers_too_large", "request_timeout", "too_many_connections", "not_ready"}
)
"""Problems of requests that are not rate-limited."""


def problem_component(codes: tuple[str, ...]) -> Json:
    """Build the documented response of problems that share a status."""
    status = STATUSES[codes[0]]
    names = ["X-Request-ID", "Content-Language", "Vary"]
    if status in RETRYABLE or "idempotency_in_progress" in codes:
        names.append("Retry-After")
    if "unauthenticated" in codes:
        names.append("WWW-Authenticate")
    if "range_not_satisfiable" in codes:
        names.append("Content-Range")
    if "not_registered" in codes:
        names.append("Idempotency-Replayed")
    if not UNCOUNTED.issuperset(codes):
        names += ["RateLimit", "RateLimit-Policy"]
    return {
        "description": " ".join(f"`{code}`: {PROBLEM_TYPES[code].detail.en}" for code in codes),
        "headers": header_refs(*names),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": f"{REF}/schemas/Problem"},
                "examples": {code: {"value": problem_example(code)} for code in codes},
            }
        },
    }


def problem_example(code: str) -> Json:
    """Build a problem as the service returns it in English."""
    kind = PROBLEM_TYPES[code]
    members = EXAMPLE_MEMBERS.get(code, {})
    return {
        "type": f"/problems/{code}",
        "title": kind.title.en,
        "status": kind.status,
        "detail": kind.detail.en.format_map(members) if members else kind.detail.en,
        "instance": "/v1/tickets",
        "code": code,
        "request_id": "Yk3vPq0cTn2mZr8sWb5xLg",
        **members,
    }


def header_refs(*names: str) -> Json:
    """Build references to documented headers."""
    return {name: {"$ref": f"{REF}/headers/{name}"} for name in names}
