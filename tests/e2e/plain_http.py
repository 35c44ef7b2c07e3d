"""A client of one connection on the standard library alone: it costs a fifth of httpx, for threads."""

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from demo.process import ServiceProcess

PATIENCE_SECONDS = 30.0
IDLE_SECONDS = 2.0
"""A connection that was silent for longer is not used again: after five the service may close it."""

BROKEN = (OSError, HTTPException)
"""What is raised when no answer came; whether the request had its effect is unknown."""


@dataclass(frozen=True)
class Reply:
    """An answer; the names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


class PlainClient:
    """Sends one request after another; after a broken one the connection is made anew.

    A patient one sends again what is answered `store_unavailable`, which promises that nothing was changed:
    two processes on one SQLite file may keep each other waiting for longer than the service waits.
    """

    def __init__(self, service: ServiceProcess, *, patient: bool = False) -> None:
        self._service = service
        self._patient = patient
        self._url = ""
        self._connection: HTTPConnection | None = None
        self._used_at = 0.0

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Send, `If_Match` for If-Match; raises one of BROKEN if no whole answer comes."""
        reply = self._send_once(method, path, body, headers)
        while self._patient and reply.status == 503:
            assert reply.json()["code"] == "store_unavailable", reply
            time.sleep(int(reply.headers["retry-after"]))
            reply = self._send_once(method, path, body, headers)
        return reply

    def _send_once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = None if body is None else json.dumps(body).encode()
        if sent is not None:
            named["Content-Type"] = "application/json"
        connection = self._connected()
        try:
            connection.request(method, path, sent, self._service.headers | named)
            response = connection.getresponse()
            content = response.read()
        except BROKEN:
            self.close()
            raise
        self._used_at = time.perf_counter()
        found = {name.lower(): value for name, value in response.getheaders()}
        if found.get("connection") == "close":
            self.close()
        return Reply(response.status, found, content)

    def get(self, path: str) -> Any:
        """Give the JSON of what is there."""
        reply = self.send("GET", path)
        assert reply.status == 200, reply
        return reply.json()

    def post(self, path: str, body: Any, **headers: str) -> Reply:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Reply:
        return self.send("PUT", path, body, **headers)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connected(self) -> HTTPConnection:
        moved = self._url != self._service.url  # it was started again
        if moved or time.perf_counter() - self._used_at > IDLE_SECONDS:
            self.close()
        if self._connection is None:
            self._url = self._service.url
            address = urlsplit(self._url)
            self._connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
        return self._connection
