"""A client that costs less than what it measures: one request at a time on each keep-alive connection.

httpx would spend more time than the service. Client and server share the machine, so every microsecond
here is taken from the server.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import cast
from urllib.parse import urlsplit

OK = frozenset({200, 201, 204})
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length: "
_LOCATION = b"\r\nlocation: "


class UnexpectedAnswer(Exception):
    """An answer that is no success; a measurement of failures means nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, Location and body."""

    status: int
    location: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """Requests answered per second, and the milliseconds that they took."""

    rate: float
    p50: float
    p99: float
    worst: float
    answered: int


@dataclass(frozen=True, slots=True)
class Burst:
    """A number of requests sent as fast as they are answered: the time of each and of all, in seconds."""

    waits: list[float]
    seconds: float


def middle_of(loads: list[Load]) -> Load:
    """Return the median of the rates, with the medians of the waiting times."""
    return Load(
        rate=median_low([load.rate for load in loads]),
        p50=median_low([load.p50 for load in loads]),
        p99=median_low([load.p99 for load in loads]),
        worst=max(load.worst for load in loads),
        answered=sum(load.answered for load in loads),
    )


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self) -> None:
        """Start with an empty buffer."""
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, url: str) -> "Connection":
        """Connect to a server."""
        address = urlsplit(url)
        _, connection = await asyncio.get_running_loop().create_connection(
            cls, address.hostname or "", address.port or 0
        )
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """End the waiting when the answer is whole."""
        self._received += data
        end = self._received.find(_END_OF_HEAD)
        if end < 0 or self._waiting is None:
            return
        head = bytes(self._received[: end + 2]).lower()
        begins = end + len(_END_OF_HEAD)
        whole = begins + int(_header(head, _LENGTH) or 0)
        if len(self._received) < whole:
            return
        answer = Answer(int(head[9:12]), _header(head, _LOCATION), bytes(self._received[begins:whole]))
        del self._received[:whole]
        self._waiting.set_result(answer)
        self._waiting = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request that waits: its answer cannot come."""
        if self._waiting is not None:
            self._waiting.set_exception(exc or ConnectionError("the server closed the connection"))

    async def send(self, request: bytes) -> Answer:
        """Send a request and return its answer. UnexpectedAnswer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        answer = await self._waiting
        if answer.status not in OK:
            raise UnexpectedAnswer(f"{answer.status}: {answer.body[:500].decode('utf-8', 'replace')}")
        return answer

    def close(self) -> None:
        """Close."""
        assert self._transport is not None
        self._transport.close()


def _header(head: bytes, name: bytes) -> str:
    begins = head.find(name)
    if begins < 0:
        return ""
    begins += len(name)
    return head[begins : head.index(b"\r\n", begins)].decode("latin-1")


def request_of(key: str, method: str, path: str, body: object = None) -> bytes:
    """Write a request; a body comes with an Idempotency-Key of its own."""
    payload = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: desk", f"Authorization: Bearer {key}"]
    if payload:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        lines += [f"Idempotency-Key: {secrets.token_hex(16)}"]
    return "\r\n".join([*lines, "", ""]).encode() + payload


async def load_of(url: str, connections: int, seconds: float, make: Callable[[], bytes]) -> Load:
    """Send requests on so many connections until the time is over."""
    waits: list[float] = []
    opened = [await Connection.open(url) for _ in range(connections)]
    began = time.perf_counter()

    async def one_client(connection: Connection) -> None:
        while (sent := time.perf_counter()) - began < seconds:
            await connection.send(make())
            waits.append(time.perf_counter() - sent)

    await asyncio.gather(*map(one_client, opened))
    took = time.perf_counter() - began
    for connection in opened:
        connection.close()
    return _load(waits, took)


async def burst_of(opened: Sequence[Connection], requests: Iterable[bytes]) -> Burst:
    """Send each request once, on whichever connection is free; return when the last one is answered."""
    waits: list[float] = []
    left = iter(requests)
    began = time.perf_counter()

    async def one_client(connection: Connection) -> None:
        for request in left:
            sent = time.perf_counter()
            await connection.send(request)
            waits.append(time.perf_counter() - sent)

    await asyncio.gather(*map(one_client, opened))
    return Burst(waits, time.perf_counter() - began)


def load_of_bursts(bursts: Sequence[Burst]) -> Load:
    """Return the median of the rates, with the waiting times of all answers."""
    rate = median_low([len(burst.waits) / burst.seconds for burst in bursts])
    waits = [wait for burst in bursts for wait in burst.waits]
    return replace(_load(waits, 1.0), rate=rate)


async def times_of(connection: Connection, requests: list[bytes]) -> Load:
    """Send requests one after the other on one connection."""
    waits: list[float] = []
    began = time.perf_counter()
    for request in requests:
        sent = time.perf_counter()
        await connection.send(request)
        waits.append(time.perf_counter() - sent)
    return _load(waits, time.perf_counter() - began)


def _load(waits: list[float], took: float) -> Load:
    waits.sort()
    p50, p99 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.99))
    return Load(len(waits) / took, p50, p99, waits[-1] * 1000, len(waits))
