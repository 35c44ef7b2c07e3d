"""Contents of attachments as downloads, whole or in part; browsers never show them in place."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from app.api.http.etags import CACHEABLE, hashed_tag, names_tag
from app.api.http.problems import Problem
from app.api.http.request_context import context_of
from app.application.attachments.uploads import StoredAttachment
from app.application.ports.attachments import BlobStore
from app.domain.attachments.file_types import TEXT

SAFETY: Mapping[str, str] = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Accept-Ranges": "bytes",
}
"""A content comes from a customer: even opened in place it may neither run nor load anything."""

OK, PARTIAL = 200, 206

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)
_UNQUOTED = re.compile(r"[^A-Za-z0-9 ._()+-]")


class LostContentError(Exception):
    """The blob store lacks the content of an attachment."""


async def content_answer(request: Request, found: StoredAttachment, blobs: BlobStore) -> Response:
    """Return the content, the part of it that Range names, or 304. Problem, LostContentError."""
    size = await blobs.size(found.blob)
    if size is None:
        raise LostContentError
    tag = hashed_tag(1, found.sha256)
    headers = {"ETag": tag, **CACHEABLE, **SAFETY, "Content-Disposition": _disposition(found.name)}
    if names_tag(request, tag):
        return Response(None, 304, {"ETag": tag, **CACHEABLE})
    headers["Content-Type"] = found.media_type + (
        "; charset=utf-8" if found.media_type == TEXT.media_type else ""
    )
    part = _part_of(request, tag, size)
    start, length = (0, size) if part is None else (part.start, len(part))
    headers["Content-Length"] = str(length)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    status = OK if part is None else PARTIAL
    if context_of(request).without_body:
        return Response(None, status, headers)
    return _Stream(blobs.read(found.blob, start, length), status, headers)


class _Stream(StreamingResponse):
    """Streams a file, and closes it even if the client disconnects."""

    async def stream_response(self, send: Send) -> None:
        """Send the pieces."""
        if isinstance(self.body_iterator, AsyncGenerator):
            async with aclosing(self.body_iterator):
                await super().stream_response(send)


def _part_of(request: Request, tag: str, size: int) -> range | None:
    """Return the part that Range names; None for the whole. Problem for a range behind the end."""
    given = request.headers.getlist("range")
    match = _RANGE.fullmatch(given[0].strip()) if len(given) == 1 else None
    if match is None or request.headers.get("if-range", tag) != tag:
        return None
    first, last = match.groups()
    if first:
        part = range(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return None
    elif last:
        part = range(max(0, size - int(last)), size)
    else:
        return None
    if not part:
        raise Problem("range_not_satisfiable", headers={"Content-Range": f"bytes */{size}"})
    return part


def _disposition(name: str) -> str:
    """Return Content-Disposition (RFC 6266, RFC 8187) with an ASCII name for old clients."""
    plain = _UNQUOTED.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
