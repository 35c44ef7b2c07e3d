"""What the OpenAPI document says beside the operations: its head, headers, parameters, problems."""

from collections.abc import Mapping
from typing import Any

from app.api.http.guard import HEADER_LIMITS
from app.api.http.problems import PROBLEM_TYPES, STATUSES
from app.api.openapi.schema_walk import Json

TITLE = "JokerCRM support desk"
SUMMARY = "Customer support of JokerCRM: tickets decided by the published regulation."
DESCRIPTION = """\
The service takes submissions of customers, decides on each by the published support regulation,
and runs the queue, the conversations, the time spent and the clocks of the tickets.

**Keys.** `Authorization: Bearer jsd_…`. Every operation names the scope that it asks for. A key may
be confined to one customer: it then sees and changes only what is that customer's. Keys that do not
work are answered 401, and 429 when too many of them come from one address; keys that work are not
affected.

**Texts.** Reasons, notices and problems are told in Russian, or in English with
`Accept-Language: en`. Codes never change; act on codes.

**Problems.** Every failure is `application/problem+json` (RFC 9457) with a stable `code`, explained
at `/problems/{code}`.

**Safe repetition.** A POST with an `Idempotency-Key` takes effect once; a repetition within 24 hours
gets the first answer byte for byte.

**Citations.** Numbers such as 4.2 are clauses of the regulation, R1 to R18 our readings of it:
`GET /v1/regulation` tells both.

**Request ids.** Every answer, and our logs, carry `X-Request-ID`: yours, if you send one of 1 to 64
letters, digits, `_` and `-` with any request, else one of ours.

**Limits.** Requests are counted a minute and key, those with a bad key by address; a request line
and headers of more than 64 KiB get 431 before anything else is looked at.

**Time.** Instants are RFC 3339 with an offset, and come as UTC. Days and months are Moscow ones.
Values may be added to the enumerations of answers: keep what you do not know.
"""
CONTACT = {"name": "JokerCRM support", "url": "https://jokercrm.ru/oferta"}
LICENCE = {"name": "MIT", "identifier": "MIT"}
SERVERS = [
    {
        "url": "/",
        "description": "The server that this document comes from: local, staging or production.",
        "x-internal": True,  # JokerCRM's own components call it; nothing of it is for the open internet
    }
]

TAGS: Mapping[str, str] = {
    "decisions": "What the regulation says of a submission, asked without submitting.",
    "tickets": "Submissions and their way through support.",
    "work": "What agents do with tickets.",
    "conversation": "The messages of a ticket, the customer's and the agents'.",
    "attachments": "Pictures, videos and documents that come with words (clause 4.4).",
    "time": "Time spent on tickets, counted against the hours of the tariffs (clauses 5.1, 5.2).",
    "queue": "The order of work (clauses 2.1 to 2.3, 5.2) and the claiming of the next ticket.",
    "customers": "Customers, what they may claim and how much of it they have used.",
    "chats": "Working chats of customers (clauses 4.1, 5.1, 5.2).",
    "work-calendar": "Working days and hours of support (clause 2.1).",
    "regulation": "The regulation as the service applies it, and the tariffs.",
    "tariffs": "Tariffs and prices (clauses 5.1, 5.2).",
    "events": "What happened, in order.",
    "operations": "Probes and metrics.",
}

REF = "#/components"

HEADERS: Mapping[str, Json] = {
    "X-Request-ID": {
        "description": "Id of the request: the caller's own if it had a good one.",
        "schema": {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"},
    },
    "RateLimit-Policy": {
        "description": "The limit: `q` requests in `w` seconds. Absent where it is off.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "RateLimit": {
        "description": "What is left: `r` requests for `t` seconds. Absent where the limit is off.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "ETag": {
        "description": "Version and hash of the object, for If-None-Match and If-Match.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Location": {
        "description": "Where the new object is.",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 512},
    },
    "Content-Disposition": {
        "description": "`attachment`, with the name of the file.",
        "schema": {"type": "string", "maxLength": 2048},
    },
    "Accept-Ranges": {
        "description": "Parts of the file can be asked for.",
        "schema": {"type": "string", "enum": ["bytes"]},
    },
    "Content-Range": {
        "description": "Which bytes these are, of how many.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Link": {
        "description": 'The next page, with `rel="next"`; absent on the last one.',
        "schema": {"type": "string", "maxLength": 8192},
    },
    "Idempotency-Replayed": {
        "description": "`true` where the answer was given before to the same request.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 3600},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "schema": {"type": "string", "maxLength": 128},
    },
    "Content-Language": {
        "description": "Language of the texts.",
        "schema": {"type": "string", "enum": ["ru", "en"]},
    },
    "Vary": {
        "description": "What else the answer depends on.",
        "schema": {"type": "string", "enum": ["Accept-Language"]},
    },
}

_TAGS_MAX = HEADER_LIMITS[b"if-match"]
_LANGUAGES_MAX = HEADER_LIMITS[b"accept-language"]

PARAMETERS: Mapping[str, Json] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Your own name for this request: repeating it takes effect once. 1 to 255 "
        "visible ASCII characters, kept for 24 hours for each API key.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "ETag of the object that you have seen; its version has to be the present "
        "one. Or `*`.",
        "schema": {"type": "string", "maxLength": _TAGS_MAX},
    },
    "IfMatchRequired": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "ETag of the object that you have seen; its version has to be the present "
        "one. Or `*`.",
        "schema": {"type": "string", "maxLength": _TAGS_MAX},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags of what you have: the answer is 304 if it has not changed.",
        "schema": {"type": "string", "maxLength": _TAGS_MAX},
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "description": "One range of bytes, such as `bytes=0-1023`; anything else is passed over.",
        "schema": {"type": "string", "maxLength": HEADER_LIMITS[b"range"]},
    },
    "IfRange": {
        "name": "If-Range",
        "in": "header",
        "description": "ETag of the content that the range continues; the whole comes if it is another.",
        "schema": {"type": "string", "maxLength": HEADER_LIMITS[b"if-range"]},
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Language of the texts: `ru` (default) or `en`.",
        "schema": {"type": "string", "maxLength": _LANGUAGES_MAX},
    },
}

SECURITY_SCHEMES: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "jsd_ and 43 characters",
        "description": "An API key. The scope that an operation asks for stands beside it.",
    }
}

PROBLEM_ERROR: Json = {
    "type": "object",
    "title": "ProblemError",
    "description": "One thing that is wrong with a request.",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {
            "type": "string",
            "maxLength": 1024,
            "description": "JSON pointer into the body, or `/query/…`, `/path/…`, `/header/…`.",
        },
        "code": {"type": "string", "maxLength": 64, "description": "Stable code."},
        "detail": {"type": "string", "maxLength": 512, "description": "For people."},
    },
}
PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "A failure (RFC 9457). Act on `code`; the members below `errors` come with some "
    "codes only.",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "maxLength": 128,
            "description": "`/problems/<code>`, where it is explained.",
        },
        "title": {"type": "string", "maxLength": 128, "description": "The kind of problem."},
        "status": {
            "type": "integer",
            "format": "int32",
            "minimum": 400,
            "maximum": 599,
            "description": "The HTTP status.",
        },
        "detail": {"type": "string", "maxLength": 1024, "description": "What happened."},
        "instance": {
            "type": "string",
            "format": "uri-reference",
            "maxLength": 512,
            "description": "The path of the request.",
        },
        "code": {"type": "string", "maxLength": 64, "description": "Stable code."},
        "request_id": {"type": "string", "maxLength": 64, "description": "Id of the request."},
        "errors": {
            "type": "array",
            "maxItems": 50,
            "items": {"$ref": f"{REF}/schemas/ProblemError"},
            "description": "With `validation_failed`: what is wrong, place by place.",
        },
        "scope": {
            "type": "string",
            "maxLength": 64,
            "description": "With `missing_scope`: the scope that the key lacks.",
        },
        "ticket_id": {
            "type": "string",
            "maxLength": 36,
            "description": "With `external_id_taken`: the ticket that has the id.",
        },
        "allowed_actions": {
            "type": "array",
            "maxItems": 32,
            "items": {"type": "string", "maxLength": 64},
            "description": "With `transition_not_allowed`: what is allowed instead.",
        },
        "clause": {
            "type": "string",
            "maxLength": 8,
            "description": "With `chat_limit_reached`: the clause of the regulation.",
        },
        "limit": {
            "type": "integer",
            "format": "int32",
            "minimum": 0,
            "maximum": 100,
            "description": "With `chat_limit_reached`: how many chats the customer may have.",
        },
        "left_minutes": {
            "type": "integer",
            "format": "int32",
            "minimum": 0,
            "maximum": 1440,
            "description": "With `reversal_exceeds_entry`: what can still be taken back.",
        },
        "limit_bytes": {
            "type": "integer",
            "format": "int64",
            "minimum": 1,
            "maximum": 2**53,
            "description": "With `file_too_large`: the largest file of this type; with "
            "`upload_quota_reached`: what a day has for a customer.",
        },
        "state": {
            "type": "string",
            "maxLength": 64,
            "description": "With `attachment_not_stored`: the state of the attachment.",
        },
        "decision": {
            "type": "object",
            "additionalProperties": True,
            "description": "With `not_registered`: the decision, as of `POST /v1/decisions`.",
        },
        "checks": {
            "type": "object",
            "maxProperties": 16,
            "additionalProperties": {"type": "boolean"},
            "description": "With `not_ready` and `?verbose`: what was checked.",
        },
    },
}

EXAMPLE_MEMBERS: Mapping[str, Mapping[str, Any]] = {
    "missing_scope": {"scope": "tickets:write"},
    "external_id_taken": {"ticket_id": "019a9f3e-5c1b-7d20-8a4e-3f6b1c2d4e5f"},
    "transition_not_allowed": {"allowed_actions": ["reopen", "close"]},
    "chat_limit_reached": {"clause": "5.1", "limit": 1},
    "reversal_exceeds_entry": {"left_minutes": 15},
    "attachment_not_stored": {"state": "pending"},
    "upload_quota_reached": {"limit_bytes": 1_073_741_824},
    "file_too_large": {"limit_bytes": 10_485_760},
    "validation_failed": {
        "errors": [{"pointer": "/submission/text", "code": "missing", "detail": "The member is required."}]
    },
}
RETRYABLE = frozenset({429, 503})
UNCOUNTED = frozenset({"malformed_request", "headers_too_large", "not_ready"})
"""Problems of requests that no rate limit counts."""


def problem_component(codes: tuple[str, ...]) -> Json:
    """Give the documented response of problems that share a status."""
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
    """Give a problem as it is answered in English."""
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
    """Refer to documented headers."""
    return {name: {"$ref": f"{REF}/headers/{name}"} for name in names}
