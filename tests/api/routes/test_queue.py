"""The queue and its claims: critical first, then high, then arrival; one agent a ticket."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.api.fields import ORDER, PAGE, QUEUED_TICKET, TICKET
from tests.api.service import NOW, OTHER, OTHER_CHAT, Service, errors_of

Json = dict[str, Any]


@pytest.fixture
async def waiting(service: Service) -> Service:
    """Give a desk with four waiting tickets in an order that is not the one of arrival, and two others."""
    arrivals: list[tuple[str, Json]] = [
        ("normal", {"customer_id": OTHER, "chat_id": OTHER_CHAT}),
        ("high-new", {"category": None}),
        ("declined", {"category": "web_design"}),
        ("high", {}),
        ("critical", {"category": "product_defect", "impact": "crm_down"}),
        ("ordered", {"category": "custom_development"}),
    ]
    for minute, (name, changed) in enumerate(arrivals):
        service.clock.now = NOW + timedelta(minutes=minute)
        await service.submitted(external_id=name, **changed)
    return service


async def queue(service: Service, **params: Any) -> list[Json]:
    answer = await service.admin.get("/v1/queue", params=params)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert set(page) == PAGE
    items: list[Json] = page["items"]
    return items


async def test_the_queue_is_in_the_order_of_work(waiting: Service) -> None:
    items = await queue(waiting)

    assert [one["external_id"] for one in items] == ["critical", "high-new", "high", "normal"]
    assert [one["position"] for one in items] == [1, 2, 3, 4]
    assert [one["queue_position"] for one in items] == [1, 2, 3, 4]
    assert all(set(one) == QUEUED_TICKET for one in items)
    assert all(set(one["order"]) == ORDER for one in items)
    assert items[0]["order"] == {
        "priority": "critical",
        "received_at": "2026-11-20T07:04:00Z",
        "id": items[0]["id"],
    }


async def test_the_queue_is_the_same_in_pages(waiting: Service) -> None:
    whole = await queue(waiting)
    page = (await waiting.admin.get("/v1/queue", params={"limit": 1})).json()
    rest = (await waiting.admin.get("/v1/queue", params={"cursor": page["next_cursor"], "limit": 100})).json()

    assert page["items"] + rest["items"] == whole
    assert rest["next_cursor"] is None


async def test_the_triage_list_keeps_the_positions_of_the_whole_queue(waiting: Service) -> None:
    triage, classified = await queue(waiting, status="new"), await queue(waiting, status="queued")

    assert [(one["external_id"], one["position"]) for one in triage] == [("high-new", 2)]
    assert [(one["external_id"], one["position"]) for one in classified] == [
        ("critical", 1),
        ("high", 3),
        ("normal", 4),
    ]


async def test_other_statuses_are_no_queue(service: Service) -> None:
    answer = await service.admin.get("/v1/queue", params={"status": "in_progress"})

    assert [pointer for pointer, _ in errors_of(answer)] == ["/query/status"]


async def test_claims_take_the_first_until_nothing_waits(waiting: Service) -> None:
    names = []
    for _ in range(4):
        answer = await waiting.admin.post("/v1/queue/claims", json={"agent": "Пётр"})
        ticket = answer.json()
        assert answer.status_code == 201
        assert set(ticket) == TICKET
        assert answer.headers["location"] == f"/v1/tickets/{ticket['id']}"
        assert (ticket["status"], ticket["assignee"]) == ("in_progress", "Пётр")
        assert ticket["queue_position"] is None
        assert answer.headers["etag"].startswith('"2.')
        names.append(ticket["external_id"])
    empty = await waiting.admin.post("/v1/queue/claims", json={"agent": "Пётр"})

    assert names == ["critical", "high-new", "high", "normal"]
    assert (empty.status_code, empty.content) == (204, b"")


async def test_a_claim_may_ask_for_triage_or_classified_work(waiting: Service) -> None:
    async def claimed(status: str | None) -> str:
        body = {"agent": "Пётр", "status": status}
        return str((await waiting.admin.post("/v1/queue/claims", json=body)).json()["external_id"])

    assert await claimed("queued") == "critical"
    assert await claimed("new") == "high-new"
    assert await claimed(None) == "high"
    none = await waiting.admin.post("/v1/queue/claims", json={"agent": "Пётр", "status": "new"})
    assert none.status_code == 204


async def test_two_agents_never_get_one_ticket(service: Service) -> None:
    tickets = [(await service.submitted())["id"] for _ in range(12)]

    answers = await asyncio.gather(
        *(service.admin.post("/v1/queue/claims", json={"agent": f"agent {n}"}) for n in range(16))
    )

    claimed = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert sorted(claimed) == sorted(tickets)
    assert sum(answer.status_code == 204 for answer in answers) == 4


async def test_a_claim_is_a_first_reaction_and_a_start_in_the_history(waiting: Service) -> None:
    ticket = (await waiting.admin.post("/v1/queue/claims", json={"agent": "Пётр"})).json()

    events = (await waiting.admin.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]

    assert ticket["times"]["first_reaction_at"] == "2026-11-20T07:05:00Z"
    assert [(one["type"], one["actor"]["name"]) for one in events][-1] == ("ticket.started", "Пётр")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/agent"),
        ({"agent": ""}, "/agent"),
        ({"agent": 5}, "/agent"),
        ({"agent": "x", "status": "deferred"}, "/status"),
        ({"agent": "x", "ticket_id": "1"}, "/ticket_id"),
    ],
)
async def test_a_wrong_member_is_named(service: Service, body: Json, pointer: str) -> None:
    answer = await service.admin.post("/v1/queue/claims", json=body)

    assert [found for found, _ in errors_of(answer)] == [pointer]
