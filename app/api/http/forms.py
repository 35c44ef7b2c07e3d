"""Multipart forms, read as they arrive: a part is never held in memory as a whole.

The endpoint asks for one part after the other and for the bytes of each. A form that exceeds a bound is
refused at once.
"""

import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from app.api.http.problems import FieldError, Problem

MAX_PARTS = 2
MAX_HEADERS = 8
MAX_HEADER = 2_048
MAX_ENVELOPE = 16_384
"""Bytes of a form besides its file: headers, boundaries and short parts."""

_BOUNDARY_MAX = 70
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class FormPart:
    """The headers of a part; `filename` is None for a part that is no file."""

    name: str
    filename: str | None


class _NoForm(Exception):
    """The body is no form, or exceeds a bound of forms."""


class _End:
    """The end of a part."""


_Event = FormPart | bytes | _End


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary of a multipart form; None for another type and for an invalid boundary."""
    try:
        kind, options = parse_options_header(content_type)
    except (ValueError, UnicodeError):
        return None
    boundary = options.get(b"boundary", b"")
    good = kind == b"multipart/form-data" and 0 < len(boundary) <= _BOUNDARY_MAX
    return boundary if good else None


class Form:
    """Reads a form part by part."""

    def __init__(self, request: Request) -> None:
        """Start on a request that the guard admitted: its type and length are known."""
        boundary = boundary_of(request.headers["content-type"])
        if boundary is None:
            raise _malformed()
        self._chunks = request.stream()
        self._left = int(request.headers["content-length"])
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_begin": self._header_begins,
                "on_header_field": self._header_name_comes,
                "on_header_value": self._header_value_comes,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data_comes,
                "on_part_end": self._part_ends,
                "on_end": self._form_ends,
            },
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER,
        )
        self._events: deque[_Event] = deque()
        self._header = (bytearray(), bytearray())
        self._disposition = ""
        self._parts = 0
        self._complete = False
        self._broken = False

    async def next_part(self) -> FormPart | None:
        """Return the headers of the next part, or None at the end of the form. Problem."""
        while True:
            event = await self._next()
            if event is None or isinstance(event, FormPart):
                return event

    async def data(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the present part, in pieces. Problem."""
        while True:
            event = await self._next()
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

    async def drain(self) -> None:
        """Read and discard the rest of the body: a client that still sends would not read the response."""
        with suppress(ClientDisconnect):
            async for _ in self._chunks:
                pass

    async def _next(self) -> _Event | None:
        while not self._events:
            if self._broken:
                raise _malformed()
            chunk = await anext(self._chunks, None)
            if chunk is None:
                if self._left or not self._complete:
                    raise _malformed()
                return None
            self._left -= len(chunk)
            if self._left < 0:
                raise _malformed()
            try:
                self._parser.write(chunk)
            except (FormParserError, ValueError, _NoForm):
                self._broken = True  # reported after the events before it
        return self._events.popleft()

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise _NoForm
        self._disposition = ""

    def _header_begins(self) -> None:
        self._header = (bytearray(), bytearray())

    def _header_name_comes(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value_comes(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value.decode("latin-1")

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._disposition)
        name = options.get(b"name")
        if kind != b"form-data" or name is None:
            raise _NoForm
        filename = options.get(b"filename")
        shown = None if filename is None else filename.decode("utf-8", "replace")
        self._events.append(FormPart(name.decode("utf-8", "replace"), shown))

    def _data_comes(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _part_ends(self) -> None:
        self._events.append(_End())

    def _form_ends(self) -> None:
        self._complete = True


def wrong_part(name: str, code: str) -> Problem:
    """Return the problem of a part that is wrong by itself."""
    pointer = f"/{name}" if _NAME.fullmatch(name) else ""
    return Problem("validation_failed", errors=[FieldError(pointer, code)])


def _malformed() -> Problem:
    return Problem("malformed_form")
