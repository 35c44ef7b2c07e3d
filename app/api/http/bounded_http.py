"""uvicorn's HTTP protocol with bounds: one answer per request, little memory, deadlines, no upgrades.

The parser is fed in slices that end behind a head or inside one body. So it never runs ahead by more than one
request, and reading can stop exactly where the service cannot follow.
"""

import asyncio
import re
import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.api.http.connections import PROBES, Connections
from app.api.http.deadlines import Deadlines, Progress, Stopwatch, Waiting
from app.api.http.problems import problem_answer
from app.api.http.request_context import begin_context

MAX_OVERHEAD = 65_536
"""Bytes of a message outside its body: head, chunk sizes and trailers. A usual request has about 1,000."""
CHUNK_ALLOWANCE = 16
"""Bytes of each chunk's framing that do not count."""
MAX_UNREAD = 67_108_864
"""Bytes of a body that are read after its answer, so that the client of a refused upload can read that."""
LINE_END = 16
"""Bytes kept of an unfinished request line, enough for its protocol."""
MAX_SLICE = 65_536
CHUNKED_SLICE = 8_192
"""Bytes of a chunked body in a slice: the parser calls back three times per chunk."""
MANY_CHUNKS = 256
"""Chunks in a slice after which the loop serves other connections."""
SLICES_PER_TURN = 32
"""Slices that are parsed before the loop serves other connections."""
MAX_WAITING = 16
"""Requests of a pipeline that wait for the one in progress."""
HEAD_END = b"\r\n\r\n"
_VERSIONS = frozenset({"1.0", "1.1"})
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
_ABSOLUTE = re.compile(rb"(?i:https?)://([^/?#]*)(/[^?#]*)?(\?[^#]*)?")
_EXAMINED = frozenset({b"host", b"expect", b"content-length", b"transfer-encoding"})
_UPGRADING = frozenset({b"upgrade", b"http2-settings"})

Headers = list[tuple[bytes, bytes]]


class RefusedHead(Exception):
    """Raised in a callback of the parser, which then reports an error, to refuse a request by its head."""

    def __init__(self, code: str = "malformed_request") -> None:
        """Name the problem."""
        super().__init__(code)
        self.code = code


class BoundedHttpProtocol(HttpToolsProtocol):
    """A connection that answers each request once, and whose client cannot make it hold much memory."""

    def __init__(self, *args: Any, connections: Connections, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Start with nothing read."""
        super().__init__(*args, **kwargs)
        self._connections = connections
        self._only_probes = False
        self._stopwatch = Stopwatch()
        self._episode = 0  # of the stopwatch: grows with each message, and each time the client has read
        self._running: RequestResponseCycle | None = None
        self._refusal = ""  # the problem that follows the answers in progress
        self._last = False  # no further message is read
        # What was read and not yet parsed.
        self._kept = b""
        self._kept_at = 0
        self._seam = b""  # the end of the last slice, in which HEAD_END may have begun
        # The message that is parsed.
        self._begun = False
        self._in_body = False
        self._complete = False
        self._line: bytes | None = b""  # the end of the request line; None when the line was checked
        self._unread = 0
        self._hosts: list[bytes] = []
        self._chunked = False
        self._body_left = 0  # of a body whose length is known
        self._overhead = 0
        # Sizes: of the bodies in a slice, and of all that was parsed.
        self._body_in_slice = 0
        self._chunks_in_slice = 0
        self._parsed = 0

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        """Register the connection; above the limit only probes are served."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self._read_on)
        self._only_probes = not self._connections.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the place, and report the disconnection to the request in progress."""
        self._connections.closed(self)
        self._last = True
        if self._running is not None:
            _disconnect(self._running)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Complete the requests that have been read, and close."""
        self._last = True
        super().shutdown()

    @property
    def busy(self) -> bool:
        """Whether a request is in progress."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def check(self, now: float, deadlines: Deadlines) -> None:
        """End the connection if a deadline has passed."""
        found = self._progress()
        if not self._stopwatch.is_over(now, found, deadlines) or found is None:
            return
        if found.waiting is Waiting.READER:
            self.transport.abort()
        elif found.waiting is Waiting.BODY or self._begun:
            self._refuse("request_timeout")
        else:
            self.transport.close()

    def turn_away(self) -> None:
        """Answer that there are too many connections, and close."""
        self._refuse("too_many_connections")

    def _progress(self) -> Progress | None:
        """Return how far the client has come with what the server waits for; None if it waits for nothing."""
        if self.flow.write_paused or self.transport.is_closing():
            return Progress(Waiting.READER, self._episode, -self.transport.get_write_buffer_size())
        if self.flow.read_paused or (self.busy and self.cycle.waiting_for_100_continue):
            return None
        if self._in_body:
            return Progress(Waiting.BODY, self._episode, self._parsed)
        if self.busy:
            return None
        waiting = Waiting.HEAD if self._begun or self.cycle is None else Waiting.NEXT
        return Progress(waiting, self._episode)

    def resume_writing(self) -> None:
        """Note that the client reads."""
        self._episode += 1
        super().resume_writing()

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own
        """Answer the complete requests of a client that sends no more; return whether any are left."""
        running = self._running
        if self._in_body and running is not None and self.cycle is not running:
            self._refuse("malformed_request")
        if self._in_body or not self.busy:
            return False
        self._last = True
        if not self._refusal:
            self.cycle.keep_alive = False
        return True

    # Reading

    def data_received(self, data: bytes) -> None:
        """Parse what was read, as far as the service can follow."""
        if self._last and not self._in_body:
            return
        self._kept = self._kept[self._kept_at :] + data if self._kept else data
        self._kept_at = 0
        if not self.flow.read_paused:
            self._parse_kept()

    def _read_on(self) -> None:
        """Parse what was kept back, then read from the client again."""
        if not self.flow.read_paused or self.transport.is_closing():
            return
        if self.busy and (len(self.cycle.body) > HIGH_WATER_LIMIT or len(self.pipeline) >= MAX_WAITING):
            return
        self.flow.read_paused = False
        self._parse_kept()
        if not self.flow.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def _parse_kept(self) -> None:
        """Feed the parser slice by slice until reading has to pause or the turn is over."""
        data, size = self._kept, len(self._kept)
        for _ in range(SLICES_PER_TURN):
            start = self._kept_at
            if start == size or (self._last and not self._in_body):
                self._kept, self._kept_at = b"", 0
                return
            if self.flow.read_paused:
                return
            self._kept_at = end = self._end_of_slice()
            self._parse(data if end - start == size else data[start:end])
            if self._chunks_in_slice > MANY_CHUNKS:
                break
        self.flow.pause_reading()
        self.flow.resume_reading()

    def _end_of_slice(self) -> int:
        """Return where the next slice ends: behind a head, behind a body, or after MAX_SLICE bytes."""
        data, start = self._kept, self._kept_at
        furthest = min(len(data), start + (CHUNKED_SLICE if self._in_body and self._chunked else MAX_SLICE))
        if self._in_body and not self._chunked:
            return min(furthest, start + self._body_left)
        if self._seam:
            found = (self._seam + data[start : start + 3]).find(HEAD_END)
            if found >= 0:
                end = start + found + len(HEAD_END) - len(self._seam)
                self._seam = b""
                return end
        found = data.find(HEAD_END, start, furthest)
        if found >= 0:
            self._seam = b""
            return found + len(HEAD_END)
        self._seam = (self._seam + data[max(start, furthest - 3) : furthest])[-3:]
        return furthest

    def _parse(self, part: bytes) -> None:
        """Feed the parser one slice, and count the bytes that belong to no body."""
        size = len(part)
        if not self._in_body and self._overhead + size > MAX_OVERHEAD:
            self._refuse("headers_too_large")
            return
        if self._line is not None and not self._is_http(part):
            self._refuse("malformed_request")
            return
        self._complete = False
        self._body_in_slice = self._chunks_in_slice = 0
        try:
            self._feed(part)
        except httptools.HttpParserError as failure:
            cause = failure.__context__
            self._refuse(cause.code if isinstance(cause, RefusedHead) else "malformed_request")
            return
        self._parsed += size
        if self._complete:
            self._overhead = 0
            self._line = b""
            return
        counted = size - self._body_in_slice - CHUNK_ALLOWANCE * self._chunks_in_slice
        self._overhead = max(0, self._overhead + counted)
        if self._overhead > MAX_OVERHEAD:
            self._refuse("headers_too_large")

    def _is_http(self, part: bytes) -> bool:
        """Check that a complete request line names HTTP: the parser also accepts RTSP, ICE and no name."""
        line = (self._line or b"") + part
        start = len(line) - len(line.lstrip(b"\r\n"))
        end = line.find(b"\n", start)
        if end < 0:
            self._line = line[start:][-LINE_END:]
            return True
        self._line = None
        return line[start:end].rstrip(b"\r")[-8:-3] == b"HTTP/"

    def _feed(self, part: bytes) -> None:
        try:
            self.parser.feed_data(part)
            return
        except httptools.HttpParserUpgrade:
            pass  # the parser has skipped the body; a new one reads the same head without its upgrade
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        head = [method, b" ", self.url, b" HTTP/", version, b"\r\n"]
        for name, value in _without_upgrade(self.headers):
            head += [name, b": ", value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(b"".join([*head, b"\r\n"]))

    # Callbacks of the parser

    def on_message_begin(self) -> None:
        """Start a request."""
        super().on_message_begin()
        self._episode += 1
        self._begun = True
        self._unread = 0
        self._hosts = []
        self._chunked = False
        self._body_left = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; trailers are dropped."""
        if self._in_body:
            return
        name = name.lower()
        if name in _EXAMINED:
            self._examine(name, value)
        self.headers.append((name, value))

    def _examine(self, name: bytes, value: bytes) -> None:
        value = value.strip(b" \t")  # the parser leaves blanks at the end
        if name == b"host":
            self._hosts.append(value)
        elif name == b"content-length":
            self._body_left = int(value)
        elif name == b"transfer-encoding":
            self._chunked = True
            if value.lower() != b"chunked":
                raise RefusedHead
        elif value.lower() == b"100-continue":
            self.expect_100_continue = True

    def on_headers_complete(self) -> None:
        """Check the head, and start the request."""
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise RefusedHead
            return
        self._check_head()
        super().on_headers_complete()
        self._in_body = True
        if self._only_probes:
            self.cycle.keep_alive = False
        self._last = self._last or not self.cycle.keep_alive

    def _check_head(self) -> None:
        """Refuse a head that RFC 9112 does not allow, or that asks for more than a probe above the limit."""
        version = self.parser.get_http_version()
        if version not in _VERSIONS or (self._chunked and version == "1.0"):
            raise RefusedHead
        if len(self._hosts) != 1 and (self._hosts or version == "1.1"):
            raise RefusedHead
        if self._hosts and not _HOST.fullmatch(self._hosts[0]):
            raise RefusedHead
        if not self.url.startswith(b"/") and self.url != b"*":
            self._use_absolute_form()
        if b"#" in self.url:
            raise RefusedHead
        if self._only_probes and self.url.partition(b"?")[0] not in PROBES:
            raise RefusedHead("too_many_connections")

    def _use_absolute_form(self) -> None:
        """Replace a whole URL by its path and query, and Host by its host (RFC 9112, 3.2.2)."""
        parts = _ABSOLUTE.fullmatch(self.url)
        if parts is None or not _HOST.fullmatch(parts[1]):
            raise RefusedHead
        self.url = (parts[2] or b"/") + (parts[3] or b"")
        self.headers[:] = [(name, parts[1] if name == b"host" else value) for name, value in self.headers]

    def on_chunk_header(self) -> None:
        """Count a chunk."""
        self._chunks_in_slice += 1

    def on_body(self, body: bytes) -> None:
        """Add a piece of the body."""
        self._body_in_slice += len(body)
        self._body_left -= len(body)
        super().on_body(body)
        if self.cycle.response_complete:
            self._unread += len(body)
            if self._unread > MAX_UNREAD:
                self._end()

    def on_message_complete(self) -> None:
        """End a request."""
        if not self._in_body:
            return  # the head is parsed again without its upgrade
        self._begun = self._in_body = False
        self._complete = True
        super().on_message_complete()

    # Answering

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Run the application for a request."""
        self._running = cycle
        if cycle.waiting_for_100_continue:
            app = _Unread(app, cycle)
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on with the pipeline, with a refusal that waits, or with reading."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._write_refusal(self._refusal)
        self.flow.resume_reading()

    def _refuse(self, code: str) -> None:
        """Answer the message that is parsed with a problem, if it has no answer yet; read nothing more."""
        in_body, self._in_body, self._last = self._in_body, False, True
        running = self._running
        if in_body and running is not None and self.cycle is not running:
            self.pipeline.popleft()
            self.cycle = self.pipeline[0][0] if self.pipeline else running
            self._refusal = code
        elif not in_body and self.busy:
            self._refusal = code
        elif not in_body or not self.cycle.response_started:
            self._write_refusal(code)
        else:
            self._end()

    def _write_refusal(self, code: str) -> None:
        if self.transport.is_closing():
            return
        self._connections.refused(code)
        self.transport.write(refusal(code, self.headers or ()))
        self._end()

    def _end(self) -> None:
        if self._running is not None:
            _disconnect(self._running)
        self.transport.close()


class _Flow(FlowControl):
    """uvicorn's flow control; reading goes on a turn later, when the service has taken what was read."""

    def __init__(self, transport: asyncio.Transport, read_on: Any) -> None:  # noqa: ANN401 - a callback
        super().__init__(transport)
        self._read_on = read_on

    def resume_reading(self) -> None:
        if self.read_paused:
            asyncio.get_running_loop().call_soon(self._read_on)


class _Unread:
    """Closes the connection with an answer before which no body was requested.

    The client may then send the body or leave it out, and the next request could not be found.
    """

    def __init__(self, app: Any, cycle: RequestResponseCycle) -> None:  # noqa: ANN401 - an ASGI application
        self._app = app
        self._cycle = cycle

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:  # noqa: ANN401 - ASGI's own
        async def answer(message: Any) -> None:  # noqa: ANN401 - ASGI's own
            if self._cycle.waiting_for_100_continue and self._cycle.more_body:
                self._cycle.keep_alive = False
            await send(message)

        return await self._app(scope, receive, answer)


def _disconnect(cycle: RequestResponseCycle) -> None:
    """Report to a request in progress that its client is gone."""
    if not cycle.response_complete:
        cycle.disconnected = True
    cycle.message_event.set()


def _without_upgrade(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers of a request without its upgrade."""
    kept = []
    for name, value in headers:
        if name in _UPGRADING:
            continue
        if name == b"connection":
            options = [option.strip() for option in value.split(b",")]
            value = b", ".join(option for option in options if option.lower() not in _UPGRADING)  # noqa: PLW2901 - shorter
        kept.append((name, value))
    return kept


def refusal(code: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """Return the whole response, a problem, to a request that the application does not see."""
    scope = {"type": "http", "path": "/", "headers": [*headers]}  # no path was checked
    context = begin_context(scope, secrets.token_urlsafe(16))
    answer = problem_answer(scope, code)
    named = {
        **answer.headers,
        "X-Request-ID": context.request_id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Length": str(len(answer.body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join([*lines, "", ""]).encode() + answer.body
