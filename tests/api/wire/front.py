"""The server's HTTP front with an application that echoes, on a real socket, and a client of raw bytes."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import uvloop
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from app.api.http.bounded_http import BoundedHttpProtocol
from app.api.http.bounded_server import BoundedServer
from app.api.http.connections import Connections
from app.api.http.deadlines import Deadlines
from app.observability.http_metrics import ConnectionMetrics

PATIENCE_SECONDS = 10
QUIET_SECONDS = 0.15
"""A connection that is silent for so long has been answered."""
HOST = b"Host: desk\r\n"


@dataclass(frozen=True)
class Seen:
    """An answer, and the request that the application saw, unless it was refused."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def request(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        code: str = json.loads(self.body)["code"]
        return code


@dataclass(frozen=True)
class Talk:
    """The answers on a connection, and whether the server closed it."""

    answers: list[Seen]
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]


class Echo:
    """Answers with the request that it saw; paths choose other behaviour."""

    def __init__(self) -> None:
        self.started = 0
        self.disconnected = threading.Event()
        self.release = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.started += 1
        path = scope["path"]
        body, more = b"", not path.startswith(("/deaf", "/livez", "/early"))
        if path == "/early":
            await self._start(send, b"2")
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected.set()
                return
            body, more = body + message["body"], message["more_body"]
        if path == "/held":
            await asyncio.to_thread(self.release.wait)
        if path == "/large":
            body = b"x" * 8_000_000
        if path == "/early":
            await self._until_disconnected(receive)
            return
        headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
        shown = body.decode("latin-1")
        seen = {
            "method": scope["method"],
            "path": path,
            "query": scope["query_string"].decode(),
            "version": scope["http_version"],
            "headers": headers,
            "body": shown,
        }
        told = json.dumps(seen).encode()
        await self._start(send, b"%d" % len(told))
        await send({"type": "http.response.body", "body": told})

    async def _start(self, send: Any, length: bytes) -> None:
        headers = [(b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _until_disconnected(self, receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.disconnected.set()


class Front:
    """A running server; `port` and `server` are there when it has started."""

    def __init__(self, limit: int = 100, loop: Callable[[], asyncio.AbstractEventLoop] | None = None) -> None:
        self.echo = Echo()
        self.registry = CollectorRegistry()
        self.connections = Connections(limit, Deadlines(), ConnectionMetrics(self.registry))
        app = cast("FastAPI", self.echo)
        self.server = BoundedServer(app, self.connections, lifespan="off", timeout_graceful_shutdown=5)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self.listener.getsockname()[1]
        self._loop = (loop or uvloop.new_event_loop)()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        self._loop.run_until_complete(self.server.serve(sockets=[self.listener]))
        self._loop.close()

    def start(self) -> None:
        self._thread.start()
        self.talk(b"GET /livez HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def metric(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0

    def call(self, work: Callable[[], Any]) -> Any:
        """Run a function in the server's loop, as the loop runs it."""

        async def called() -> Any:
            return work()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(PATIENCE_SECONDS)

    def sweep(self, *at: float) -> None:
        """Let deadlines be checked as if it were so many seconds from now."""
        self._settle()
        for later in at:
            self.call(partial(self._sweep, later))

    def _settle(self) -> None:
        """Let the loop accept and read what has arrived; both take it a few turns."""
        for _ in range(10):
            self.call(lambda: None)

    def _sweep(self, later: float) -> None:
        self.connections.sweep(self._loop.time() + later)

    def protocols(self) -> list[BoundedHttpProtocol]:
        return self.call(lambda: list(self.server.server_state.connections))  # type: ignore[no-any-return]

    def until_parsed(self, size: int) -> None:
        """Wait until the only connection has parsed so many bytes and reads on."""
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while not any(one._parsed >= size and not one.flow.read_paused for one in self.protocols()):
            assert time.perf_counter() < deadline

    @contextmanager
    def connect(self) -> Iterator[socket.socket]:
        with closing(socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield connection

    def talk(self, *packets: bytes, expected: int = 0, pause: float = 0.0) -> Talk:
        """Send packets, and collect answers: so many as expected, or all until silence."""
        with self.connect() as connection:
            received = b""
            try:
                for packet in packets:
                    connection.sendall(packet)
                    if pause:
                        threading.Event().wait(pause)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return read(connection, expected, received)


def read(connection: socket.socket, expected: int = 0, received: bytes = b"") -> Talk:
    """Collect answers: so many as expected, or all until silence or the end."""
    connection.settimeout(PATIENCE_SECONDS if expected else QUIET_SECONDS)
    while not expected or len(answers_in(received)) < expected:
        try:
            data = connection.recv(262_144)
        except TimeoutError:
            return Talk(answers_in(received), closed=False)
        except ConnectionResetError:
            data = b""
        if not data:
            return Talk(answers_in(received), closed=True)
        received += data
    return Talk(answers_in(received), closed=False)


def answers_in(received: bytes) -> list[Seen]:
    """Split what came into whole answers."""
    found = []
    while b"\r\n\r\n" in received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            break
        found.append(Seen(int(status.split()[1]), headers, rest[:length]))
        received = rest[length:]
    return found
