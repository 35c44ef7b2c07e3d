"""How many submissions a second one process takes, and how long each waits.

    .venv/bin/python -m benchmarks.load [--seconds 10] [--connections 16]

Starts the service on a fresh file in a temporary directory and measures: the time to ready, memory at
rest, then submissions (each with its own Idempotency-Key, each durable when answered) and reads of single
tickets over keep-alive connections on loopback, by a small asyncio client of its own: httpx would spend
more time than the service. Client and service share the machine. Ends by itself.
"""

import argparse
import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from demo.process import ServiceProcess

CUSTOMER, CHAT = "agency-17", "-1001234567890"
WARM_UP_SECONDS = 1.0
TEXT = "Со вчерашнего вечера объекты не выгружаются на порталы, фид пустой. " * 4
OK = {200, 201}


@dataclass(frozen=True)
class Answer:
    """What came back: status and Location."""

    status: int
    location: str


class Connection:
    """One keep-alive connection that sends a request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take an open connection."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> "Connection":
        """Connect to the service."""
        address = urlsplit(url)
        return cls(*await asyncio.open_connection(address.hostname, address.port))

    async def send(self, request: bytes) -> Answer:
        """Send a request and read the whole answer."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(status.split()[1]), headers.get("location", ""))

    async def close(self) -> None:
        """Close."""
        self._writer.close()
        await self._writer.wait_closed()


def _request(key: str, method: str, path: str, body: object = None) -> bytes:
    payload = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: desk", f"Authorization: Bearer {key}"]
    if payload:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        lines += [f"Idempotency-Key: {secrets.token_hex(16)}"]
    return "\r\n".join([*lines, "", ""]).encode() + payload


async def _measure(
    name: str, service: ServiceProcess, connections: int, seconds: float, make: Callable[[], bytes]
) -> list[str]:
    """Send until the time is over; print rate and waiting times; give the locations of what was made."""
    waits: list[float] = []
    made: list[str] = []
    began = time.perf_counter()

    async def one_client() -> None:
        connection = await Connection.open(service.url)
        while (sent := time.perf_counter()) - began < seconds:
            answer = await connection.send(make())
            waits.append(time.perf_counter() - sent)
            if answer.status not in OK:
                raise RuntimeError(f"{name}: {answer.status}")
            made.append(answer.location)
        await connection.close()

    await asyncio.gather(*(one_client() for _ in range(connections)))
    rate = len(waits) / (time.perf_counter() - began)
    waits.sort()
    p50, p99 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.99))
    print(
        f"{name:<22} {connections:>3} connections  {rate:>8.0f}/s  "
        f"p50 {p50:>6.1f} ms  p99 {p99:>6.1f} ms  max {waits[-1] * 1000:>6.1f} ms  n {len(waits)}"
    )
    return made


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def _load(service: ServiceProcess, connections: int, seconds: float) -> None:
    body = {"customer_id": CUSTOMER, "channel": "telegram", "chat_id": CHAT, "text": TEXT}
    body |= {"category": "operation_failure", "impact": "function", "subject": "Выгрузка"}

    def submit() -> bytes:
        return _request(service.key, "POST", "/v1/tickets", body)

    await _measure("warm-up", service, connections, WARM_UP_SECONDS, submit)
    made = await _measure("submit a ticket", service, connections, seconds, submit)
    await _measure("submit, one at a time", service, 1, seconds / 2, submit)
    paths: Iterator[str] = cycle(made)
    await _measure(
        "read a ticket", service, connections, seconds / 2, lambda: _request(service.key, "GET", next(paths))
    )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="Load of submissions on a fresh service.")
    arguments.add_argument("--seconds", type=float, default=10.0)
    arguments.add_argument("--connections", type=int, default=16)
    arguments.add_argument("--database", default="", help="an empty database; without it a fresh SQLite file")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="support-desk-load-") as data_dir:
        began = time.perf_counter()
        with ServiceProcess(Path(data_dir), database_url=asked.database) as service:
            print(f"start to ready {time.perf_counter() - began:.2f} s (migration of an empty file included)")
            print(f"memory at rest {_resident_mib(service.pid):.0f} MiB")
            with service.http() as http:
                record = {"name": CUSTOMER, "licence": "rental", "paid_until": "2099-12-31"}
                path = f"/v1/customers/{CUSTOMER}"
                http.put(path, json=record | {"contract_accepted_on": "2025-01-01"}).raise_for_status()
                http.put(f"{path}/chats/telegram/{CHAT}", json={}).raise_for_status()
            asyncio.run(_load(service, asked.connections, asked.seconds))
            print(f"memory after   {_resident_mib(service.pid):.0f} MiB")
            if not asked.database:
                print(f"file           {service.database.stat().st_size / 2**20:.0f} MiB")
            service.stop()
            began = time.perf_counter()
            service.start()
            print(f"start to ready {time.perf_counter() - began:.2f} s (on this file)")


if __name__ == "__main__":
    main()
