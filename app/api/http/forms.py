"""Multipart forms, read as they arrive: a part is never held in memory as a whole.

The endpoint asks for one part after the other and for the bytes of each. A form that exceeds a bound is
refused at once.
"""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from multipart import MultipartError, MultipartSegment, ParserError, PushMultipartParser
from starlette.requests import Request

from app.api.http.header_parameters import filename_of, parameters_of, text_of
from app.api.http.problems import FieldError, Problem

MAX_PARTS = 2
MAX_HEADERS = 8
MAX_HEADER = 16_384
"""Bytes of a header: a name of thousands of characters is shortened, not refused."""
MAX_ENVELOPE = 65_536
"""Bytes of a form besides its file: headers, boundaries and short parts."""

_BOUNDARY_MAX = 70
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class FormPart:
    """The headers of a part; `filename` is None for a part that is no file."""

    name: str
    filename: str | None


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary of a multipart form; None for another type and for an invalid boundary."""
    kind, parameters = parameters_of(content_type)
    boundary = parameters.get("boundary", "").encode("latin-1")
    good = kind == "multipart/form-data" and 0 < len(boundary) <= _BOUNDARY_MAX
    return boundary if good else None


class _Parser(PushMultipartParser):  # type: ignore[misc]  # the library has no types
    """A parser that refuses folded headers: the library copies the whole header again for each line."""

    def _on_segment_headerline(self, line: bytes) -> None:
        if line[0] in b" \t":
            raise ParserError("Folded header")
        super()._on_segment_headerline(line)


class Form:
    """Reads a form part by part."""

    def __init__(self, request: Request) -> None:
        """Start on a request that the guard admitted: its type and length are known."""
        boundary = boundary_of(request.headers["content-type"])
        if boundary is None:
            raise _malformed()
        self._parser = _Parser(
            boundary,
            max_header_size=MAX_HEADER,
            max_header_count=MAX_HEADERS,
            max_segment_count=MAX_PARTS,
            header_charset="latin-1",
        )
        self.length = int(request.headers["content-length"])
        self._chunks = request.stream()
        self._events = self._parse()

    async def next_part(self) -> FormPart | None:
        """Return the headers of the next part, or None at the end of the form. Problem."""
        async for event in self._events:
            if isinstance(event, MultipartSegment):
                return _part_of(event)
        return None

    async def data(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the present part, in pieces. Problem."""
        async for event in self._events:
            if not isinstance(event, bytes):
                return
            yield event

    async def text(self, most: int) -> str | None:
        """Return the text of the present part; None beyond `most` bytes and for invalid UTF-8. Problem."""
        gathered = b""
        async for piece in self.data():
            gathered += piece
            if len(gathered) > most:
                return None
        with suppress(UnicodeDecodeError):
            return gathered.decode()
        return None

    async def _parse(self) -> AsyncIterator[MultipartSegment | bytes | None]:
        """Yield the headers of each part, its bytes in pieces, and None at its end. Problem."""
        left = self.length
        try:
            async for chunk in self._chunks:
                left -= len(chunk)
                if left < 0:
                    break
                if chunk:  # an empty one would end the form
                    for event in self._parser.parse(chunk):
                        yield event
            self._parser.close()
        except MultipartError:
            raise _malformed() from None
        if left:
            raise _malformed()


def _part_of(segment: MultipartSegment) -> FormPart:
    kind, parameters = parameters_of(segment.header("Content-Disposition"))
    name = parameters.get("name")
    if kind != "form-data" or name is None:
        raise _malformed()
    return FormPart(text_of(name), filename_of(parameters))


def wrong_part(name: str, code: str) -> Problem:
    """Return the problem of a part that is wrong by itself."""
    pointer = f"/{name}" if _NAME.fullmatch(name) else ""
    return Problem("validation_failed", errors=[FieldError(pointer, code)])


def _malformed() -> Problem:
    return Problem("malformed_form")
