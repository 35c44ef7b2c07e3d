"""uvicorn's HTTP protocol with a bound on what a client may send before its request is known."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 65_536
"""Bytes of a request line and its headers, to the next read: an authorized call needs about a thousand."""

_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain\r\ncontent-length: 25\r\nconnection: close\r\n\r\n"
    b"The headers are too long."
)


class BoundedHttpProtocol(HttpToolsProtocol):
    """Ends a connection whose headers do not end: they are held in memory before any key is checked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Begin with no headers read."""
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._turns = 0  # from head to body and back
        self._in_body = False

    def data_received(self, data: bytes) -> None:
        """Count what came while the same headers go on."""
        turns = self._turns
        super().data_received(data)
        if self._in_body or turns != self._turns:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD and not self.transport.is_closing():
            self.transport.write(_REFUSAL)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The rest is the body, which has a bound of its own."""
        self._in_body = True
        self._head_bytes = 0
        self._turns += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next request on the connection may begin."""
        super().on_message_complete()
        self._in_body = False
        self._turns += 1
