"""uvicorn's HTTP protocol with a bound on the size of a request line and its headers."""

import secrets
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.api.http.problems import problem_answer
from app.api.http.request_context import begin_context

MAX_HEAD = 65_536
"""Bytes of a request line and its headers, up to the next read; an ordinary request has about a thousand."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """Ends a connection with endless headers: they fill memory before any key is checked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Start with no headers read."""
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._turns = 0  # from head to body and back
        self._in_body = False

    def data_received(self, data: bytes) -> None:
        """Parse the data, and count the bytes of unfinished headers."""
        turns = self._turns
        super().data_received(data)
        if self._in_body or turns != self._turns:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD and not self.transport.is_closing():
            self.transport.write(refusal("headers_too_large"))
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's text is not ours
        """Answer malformed HTTP with a problem, and close the connection."""
        self.transport.write(refusal("malformed_request"))
        self.transport.close()

    def on_headers_complete(self) -> None:
        """Stop counting: the body follows, which has a bound of its own."""
        self._in_body = True
        self._head_bytes = 0
        self._turns += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Start counting again: the connection may carry another request."""
        super().on_message_complete()
        self._in_body = False
        self._turns += 1


def refusal(code: str) -> bytes:
    """Return the whole response, a problem, to a request that is not read to its end."""
    scope = {"type": "http", "path": "/", "headers": []}  # the path is unknown yet
    context = begin_context(scope, secrets.token_urlsafe(16))
    answer = problem_answer(scope, code)
    headers = {
        **answer.headers,
        "X-Request-ID": context.request_id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Length": str(len(answer.body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + answer.body
