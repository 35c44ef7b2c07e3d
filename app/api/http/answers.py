"""Answers as bytes: made inside a transaction, sent after it."""

from collections.abc import Mapping

from starlette.responses import Response

from app.application.ports.access import StoredResponse

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
NO_HEADERS: Mapping[str, str] = {}


def json_answer(status: int, body: bytes, headers: Mapping[str, str] = NO_HEADERS) -> StoredResponse:
    """Make an answer of rendered JSON; Content-Type is added."""
    return StoredResponse(status, {"Content-Type": JSON, **headers}, body)


def empty_answer(status: int = 204, headers: Mapping[str, str] = NO_HEADERS) -> StoredResponse:
    """Make an answer without a body."""
    return StoredResponse(status, headers, b"")


def response_of(answer: StoredResponse, extra: Mapping[str, str] = NO_HEADERS) -> Response:
    """Make the response that sends an answer as it is."""
    headers = {**answer.headers, **extra} if extra else dict(answer.headers)
    return Response(answer.body, answer.status, headers)
