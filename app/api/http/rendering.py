"""Renders objects as answers: the same bytes whether they were written just now or read."""

from collections.abc import Mapping

from pydantic import BaseModel

from app.api.http.answers import NO_HEADERS, json_answer
from app.api.http.etags import etag_headers
from app.application.ports.access import StoredResponse


def bytes_of(shown: BaseModel) -> bytes:
    """Render a model as JSON."""
    return shown.model_dump_json(by_alias=True).encode()


def versioned(
    status: int, shown: BaseModel, version: int, headers: Mapping[str, str] = NO_HEADERS
) -> StoredResponse:
    """Answer with an object that has a version: with its ETag."""
    body = bytes_of(shown)
    return json_answer(status, body, {**etag_headers(version, body), **headers})


def plain(status: int, shown: BaseModel, headers: Mapping[str, str] = NO_HEADERS) -> StoredResponse:
    """Answer with an object that has no version."""
    return json_answer(status, bytes_of(shown), headers)
