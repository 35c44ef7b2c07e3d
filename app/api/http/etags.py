"""ETags `"<version>.<hash of the body>"`: reads compare all of it, writes compare the version.

A proxy that compresses a response changes its ETag: nginx makes it weak, Apache appends `-gzip`. The version
in it stays the same, so writes accept such tags too, although RFC 9110 asks for strong comparison.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import JSON, NO_HEADERS, bytes_of, json_answer
from app.api.http.problems import Problem
from app.application.errors import PreconditionFailedError
from app.application.ports.access import StoredResponse

HASH_DIGITS = 20
CACHEABLE = {"Cache-Control": "private, no-cache"}

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(r"([0-9]{1,18})\.[0-9a-f]+")
_COMPRESSED = re.compile("--?[a-z]+$")
"""The suffix of a tag whose response a proxy has compressed; ours end with a digit of the hash."""


def etag_of(version: int, body: bytes) -> str:
    """Return the ETag of a representation."""
    return hashed_tag(version, hashlib.sha256(body).hexdigest())


def hashed_tag(version: int, sha256: str) -> str:
    """Return the ETag of a representation by the SHA-256 of its bytes, in hex."""
    return f'"{version}.{sha256[:HASH_DIGITS]}"'


def etag_headers(version: int, body: bytes) -> dict[str, str]:
    """Return the headers of a response that carries an ETag."""
    return {"ETag": etag_of(version, body), **CACHEABLE}


def versioned(
    status: int, shown: BaseModel, version: int, headers: Mapping[str, str] = NO_HEADERS
) -> StoredResponse:
    """Build the response with an object that has a version: with its ETag."""
    body = bytes_of(shown)
    return json_answer(status, body, {**etag_headers(version, body), **headers})


def conditional(
    request: Request, body: bytes, version: int, headers: Mapping[str, str] = NO_HEADERS
) -> Response:
    """Answer a GET with the body, or with 304 if If-None-Match names its ETag (weak comparison)."""
    tag = etag_of(version, body)
    if names_tag(request, tag):
        return Response(None, 304, {"ETag": tag, **CACHEABLE, **headers})
    return Response(body, 200, {"Content-Type": JSON, "ETag": tag, **CACHEABLE, **headers})


def names_tag(request: Request, tag: str) -> bool:
    """Check whether If-None-Match names an ETag (weak comparison)."""
    known = ",".join(request.headers.getlist("if-none-match"))
    return bool(known) and _names(known, tag)


@dataclass(frozen=True, slots=True)
class IfMatch:
    """The versions that a caller has seen; `any_version` stands for `*`."""

    versions: frozenset[int]
    any_version: bool = False


def read_if_match(request: Request, *, required: bool = False) -> IfMatch | None:
    """Read If-Match; None without it. Problem: 428 if it is required and absent, 412 if malformed."""
    headers = request.headers.getlist("if-match")
    if not headers:
        if required:
            raise Problem("precondition_required")
        return None
    value = ",".join(headers).strip(" \t")
    if value == "*":
        return IfMatch(frozenset(), any_version=True)
    if not value or _TAG.sub("", value).strip(" \t,"):
        raise Problem("precondition_failed")
    ours = (_OURS.fullmatch(tag) for tag in _tags(value))
    return IfMatch(frozenset(int(match[1]) for match in ours if match))


def check_if_match(expected: IfMatch | None, version: int | None) -> None:
    """Raise PreconditionFailedError unless the present version matches; None stands for an absent object."""
    if expected is None:
        return
    if version is None or not (expected.any_version or version in expected.versions):
        raise PreconditionFailedError(version)


def _names(header: str, tag: str) -> bool:
    return header.strip(" \t") == "*" or any(f'"{other}"' == tag for other in _tags(header))


def _tags(header: str) -> Iterator[str]:
    """Yield the tags of a list as this service made them."""
    return (_COMPRESSED.sub("", tag) for tag in _TAG.findall(header))
