"""Answers as bytes: rendered inside a transaction, sent after it."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from app.application.ports.access import StoredResponse

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
NO_HEADERS: Mapping[str, str] = {}


def bytes_of(shown: BaseModel) -> bytes:
    """Render a model as JSON."""
    return shown.model_dump_json(by_alias=True).encode()


def plain(status: int, shown: BaseModel, headers: Mapping[str, str] = NO_HEADERS) -> StoredResponse:
    """Build the response with an object that has no version; `versioned` of etags.py builds the others."""
    return json_answer(status, bytes_of(shown), headers)


def json_answer(status: int, body: bytes, headers: Mapping[str, str] = NO_HEADERS) -> StoredResponse:
    """Build a response of rendered JSON; Content-Type is added."""
    return StoredResponse(status, {"Content-Type": JSON, **headers}, body)


def empty_answer(status: int = 204, headers: Mapping[str, str] = NO_HEADERS) -> StoredResponse:
    """Build a response without a body."""
    return StoredResponse(status, headers, b"")


def response_of(answer: StoredResponse, extra: Mapping[str, str] = NO_HEADERS) -> Response:
    """Return a stored response for the server, unchanged, with the extra headers."""
    headers = {**answer.headers, **extra} if extra else dict(answer.headers)
    return Response(answer.body, answer.status, headers)


def json_response(value: Mapping[str, Any]) -> Response:
    """Return a response with a JSON object that has no model."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(body, headers={"Content-Type": JSON})
