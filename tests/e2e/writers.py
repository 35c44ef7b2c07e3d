"""Clients that write until the service goes away, and remember what was acknowledged."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx

from demo.process import ServiceProcess
from tests.e2e.agencies import submission

WRITERS = 6
KINDS = ("ticket", "message", "entry", "ticket", "answer", "entry")


@dataclass
class Sent:
    """A request; `mark` is a text that nothing else has, `answer` what a 201 said."""

    kind: str
    path: str
    body: dict[str, Any]
    mark: str
    key: str
    answer: bytes | None = None


@dataclass
class Writers:
    """All that was ever sent, over several lives of the service."""

    sent: list[Sent] = field(default_factory=list)

    @property
    def acknowledged(self) -> list[Sent]:
        return [one for one in self.sent if one.answer is not None]

    @property
    def unknown(self) -> list[Sent]:
        return [one for one in self.sent if one.answer is None]

    async def write_through_faults(self, service: ServiceProcess, enough: asyncio.Event) -> int:
        """Write until it is enough, each request again until it is answered; give how many 503 came."""
        async with client(service) as http:
            faults = await asyncio.gather(*(self._insist(http, enough) for _ in range(WRITERS)))
        return sum(faults)

    async def _insist(self, http: httpx.AsyncClient, enough: asyncio.Event) -> int:
        ticket_path, faults = "", 0
        for kind in _kinds():
            if enough.is_set():
                break
            one = _request(kind, ticket_path)
            self.sent.append(one)
            while (answer := await post(http, one)).status_code == 503:
                assert answer.json()["code"] in {"store_unavailable", "outcome_unknown"}
                assert int(answer.headers["retry-after"]) > 0
                faults += 1
            assert answer.status_code == 201, answer.text
            one.answer = answer.content
            if kind == "ticket":
                ticket_path = answer.headers["location"]
        return faults

    async def write_until_gone(self, service: ServiceProcess) -> None:
        """Write by several clients until the service refuses or breaks the connection."""
        async with client(service) as http:
            await asyncio.gather(*(self._write(http) for _ in range(WRITERS)))

    async def _write(self, http: httpx.AsyncClient) -> None:
        ticket_path = ""
        for kind in _kinds():
            one = _request(kind, ticket_path)
            self.sent.append(one)
            try:
                answer = await post(http, one)
            except httpx.TransportError:
                return
            if answer.status_code == 503:
                return
            assert answer.status_code == 201, answer.text
            one.answer = answer.content
            if kind == "ticket":
                ticket_path = answer.headers["location"]

    async def retry_unknown(self, service: ServiceProcess) -> int:
        """Send again, under its own key, what was never answered; give how many those were."""
        unknown = self.unknown
        async with client(service) as http:
            for one in unknown:
                answer = await post(http, one)
                assert answer.status_code == 201, answer.text
                one.answer = answer.content
        return len(unknown)

    async def replay(self, service: ServiceProcess, count: int) -> None:
        """Send the last acknowledged ones again: the first answers come, byte for byte."""
        async with client(service) as http:
            for one in self.acknowledged[-count:]:
                answer = await post(http, one)
                assert answer.headers["idempotency-replayed"] == "true"
                assert answer.content == one.answer


def client(service: ServiceProcess) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    return httpx.AsyncClient(
        base_url=service.url, headers=service.headers, trust_env=False, timeout=30, limits=limits
    )


async def post(http: httpx.AsyncClient, one: Sent) -> httpx.Response:
    return await http.post(one.path, json=one.body, headers={"Idempotency-Key": one.key})


def _kinds() -> Iterator[str]:
    return cycle(KINDS)


def _request(kind: str, ticket: str) -> Sent:
    mark = f"пометка {secrets.token_hex(8)}"
    key = secrets.token_hex(16)
    if kind == "ticket":
        return Sent(kind, "/v1/tickets", submission(mark), mark, key)
    if kind == "message":
        return Sent(kind, f"{ticket}/messages", {"author": "customer", "text": mark}, mark, key)
    if kind == "answer":
        body = {"author": "agent", "agent": "Анна", "text": mark}
        return Sent(kind, f"{ticket}/messages", body, mark, key)
    performed = "2026-01-12T12:00:00+03:00"
    booked: dict[str, Any] = {"minutes": 5, "agent": "Анна", "performed_at": performed, "note": mark}
    return Sent(kind, f"{ticket}/time-entries", booked, mark, key)
