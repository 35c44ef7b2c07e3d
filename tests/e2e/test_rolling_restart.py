"""Restarting one process after the other under load: a client that repeats what failed gets all it asks."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest

from demo.process import ServiceProcess
from tests.e2e.agencies import submission, sync
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.writers import Sent, client, post

CLIENTS = 4
PROBE_SECONDS = 0.05
DRAIN_SECONDS = "1"
TRANSIENT = {409, 503}
"""What a client repeats: the first call is still under way, or the service does not take calls."""


@pytest.fixture
def pair(service: ServiceProcess, second: ServiceProcess) -> tuple[ServiceProcess, ServiceProcess]:
    """Two processes on one database, both with a drain."""
    for one in (service, second):
        one.stop()
        one.settings["SUPPORT_DRAIN_SECONDS"] = DRAIN_SECONDS
        one.start()
    return service, second


@dataclass
class Balancer:
    """Sends calls in turn to the processes that say they are ready, as a load balancer does."""

    services: tuple[ServiceProcess, ...]
    ready: list[ServiceProcess] = field(default_factory=list)
    probed: asyncio.Condition = field(default_factory=asyncio.Condition)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    turns: int = 0

    async def probe(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            while not self.over.is_set():
                found = await asyncio.gather(*(_is_ready(http, one.url) for one in self.services))
                async with self.probed:
                    self.ready = [one for one, good in zip(self.services, found, strict=True) if good]
                    self.probed.notify_all()
                await asyncio.sleep(PROBE_SECONDS)

    def sends_to(self, service: ServiceProcess) -> bool:
        return service in self.ready

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self.probed:
            await self.probed.wait_for(holds)

    async def next(self) -> ServiceProcess:
        await self.until(lambda: bool(self.ready))
        self.turns += 1
        return self.ready[self.turns % len(self.ready)]


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/readyz")).is_success
    except httpx.TransportError:
        return False


@dataclass
class PatientClient:
    """Submits without end; what fails it repeats under the same Idempotency-Key."""

    balancer: Balancer
    sent: list[Sent] = field(default_factory=list)
    repeated: int = 0

    async def submit_until_over(self, key: str) -> None:
        # Answers are kept by key, so it has to be one that both processes know.
        async with client(self.balancer.services[0]) as http:
            http.headers["Authorization"] = f"Bearer {key}"
            while not self.balancer.over.is_set():
                mark = f"пометка {secrets.token_hex(8)}"
                one = Sent("ticket", "/v1/tickets", submission(mark), mark, secrets.token_hex(16))
                self.sent.append(one)
                one.answer = await self._answer(http, one)

    async def _answer(self, http: httpx.AsyncClient, one: Sent) -> bytes:
        while True:
            http.base_url = httpx.URL((await self.balancer.next()).url)
            try:
                answer = await post(http, one)
            except httpx.TransportError:
                self.repeated += 1
                continue
            if answer.status_code not in TRANSIENT:
                assert answer.status_code == 201, answer.text
                return answer.content
            self.repeated += 1
            await asyncio.sleep(float(answer.headers["retry-after"]))


async def _restart_and_check(pair: tuple[ServiceProcess, ServiceProcess], restarts: int) -> None:
    first = pair[0]
    with first.http() as http:
        sync(http)
        made = first.run("keys", "create", "crm", "--scope", "tickets:write")
    key = made.stdout.splitlines()[-1]
    balancer = Balancer(pair)
    clients = [PatientClient(balancer) for _ in range(CLIENTS)]
    working = [asyncio.create_task(balancer.probe())]
    working += [asyncio.create_task(one.submit_until_over(key)) for one in clients]
    for number in range(restarts):
        one = pair[number % len(pair)]
        assert await asyncio.to_thread(one.stop) == 0, one.log.read_text()[-2_000:]
        await asyncio.to_thread(one.start)
        await balancer.until(partial(balancer.sends_to, one))
    balancer.over.set()
    await asyncio.gather(*working)

    sent = [one for each in clients for one in each.sent]
    repeated = sum(one.repeated for one in clients)
    assert all(one.answer is not None for one in sent)
    assert len(sent) > restarts * CLIENTS
    assert_whole(first)
    assert_stored_once(first, sent)
    print(f"{restarts} restarts, {len(sent)} submitted, 0 failed, {repeated} repeated")  # noqa: T201 - a figure


async def test_two_restarts_fail_no_request(pair: tuple[ServiceProcess, ServiceProcess]) -> None:
    await _restart_and_check(pair, 2)


@pytest.mark.slow
async def test_twenty_restarts_fail_no_request(pair: tuple[ServiceProcess, ServiceProcess]) -> None:
    await _restart_and_check(pair, 20)
