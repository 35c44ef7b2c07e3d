"""Many at once: one key makes one ticket, one ticket goes to one agent, in the order of work."""

import asyncio
import time
from itertools import product

import httpx

from demo.process import ServiceProcess
from tests.e2e.agencies import EXTENDED, RENTAL, submission, sync
from tests.e2e.claims import Claim, Key, key_of, overtaken
from tests.e2e.stored import count_of
from tests.e2e.writers import client

PARALLEL = 40
TICKETS = 500
ALONE = 60
CLAIMERS_EACH = 4
SHAPES = ((RENTAL, "none"), (EXTENDED, "function"), (RENTAL, "crm_down"), (RENTAL, "function"))


async def test_forty_posts_on_one_key_make_one_ticket(service: ServiceProcess) -> None:
    with service.http() as http:
        sync(http)
    async with client(service) as many:
        posts = (
            many.post("/v1/tickets", json=submission("Не грузит фото"), headers={"Idempotency-Key": "once"})
            for _ in range(PARALLEL)
        )
        answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({(answer.headers["location"], answer.headers["etag"]) for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == PARALLEL - 1
    assert count_of(service, "tickets") == 1


async def test_one_key_through_two_processes_makes_one_ticket(
    service: ServiceProcess, second: ServiceProcess
) -> None:
    with service.http() as http:
        sync(http)
    keyed = {"Idempotency-Key": "once"}
    async with client(service) as one, client(second) as other:
        posts = (
            http.post("/v1/tickets", json=submission("Не грузит фото"), headers=keyed)
            for http in (one, other) * 10
        )
        answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert count_of(service, "tickets") == 1


async def _claim_all(http: httpx.AsyncClient, agent: str, most: int = TICKETS) -> list[Claim]:
    claims: list[Claim] = []
    while len(claims) < most:
        began = time.perf_counter()
        answer = await http.post("/v1/queue/claims", json={"agent": agent})
        ended = time.perf_counter()
        if answer.status_code == 204:
            return claims
        assert answer.status_code == 201, answer.text
        ticket = answer.json()
        assert ticket["assignee"] == agent
        claims.append(Claim(ticket["id"], key_of(ticket), began, ended))
    return claims


async def test_eight_claimers_of_two_processes_take_each_of_500_tickets_once_in_order(
    service: ServiceProcess, second: ServiceProcess
) -> None:
    with service.http() as http:
        sync(http)
    async with client(service) as one, client(second) as other:
        submitted: list[Key] = []

        async def submit(first: int) -> None:
            for place in range(first, TICKETS, 8):
                customer_id, impact = SHAPES[place % len(SHAPES)]
                answer = await one.post("/v1/tickets", json=submission(f"Сбой {place}", customer_id, impact))
                assert answer.status_code == 201, answer.text
                submitted.append(key_of(answer.json()))

        await asyncio.gather(*(submit(first) for first in range(8)))
        submitted.sort()
        assert {rank for rank, _, _ in submitted} == {0, 1, 2}

        alone = await _claim_all(one, "Анна", ALONE)
        assert [claim.key for claim in alone] == submitted[:ALONE]

        agents = product((one, other), range(CLAIMERS_EACH))
        taken = await asyncio.gather(*(_claim_all(http, f"Агент {n}") for n, (http, _) in enumerate(agents)))
    claims = [claim for each in taken for claim in each]
    assert sorted(claim.key for claim in claims) == submitted[ALONE:]
    assert all(each for each in taken), "every claimer got something"
    assert overtaken(claims) == []
