"""Keys that are confined to a customer see and change only what is that customer's.

The matrix of all operations and roles is in test_roles.py.
"""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.api.calls import CALLS, GUARDED, Call, Places, World
from tests.api.service import AGENCY, NOW, OTHER, OTHER_CHAT, Service, code_of

Json = dict[str, Any]


def each(calls: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=lambda call: call.name)


async def send(client: httpx.AsyncClient, call: Call, places: Places) -> httpx.Response:
    return await client.request(call.method, places.path(call), **call.options(places.body(call)))


@each([call for call in GUARDED if call.refuses_confined])
async def test_records_chats_and_global_writes_are_not_for_confined_keys(world: World, call: Call) -> None:
    client = await world.service.with_key(customer=AGENCY)
    before = world.service.dump()

    answer = await send(client, call, world.mine)

    assert code_of(answer) == (403, "not_for_confined_keys")
    assert world.service.dump() == before


@each([call for call in GUARDED if not call.refuses_confined])
async def test_what_is_its_own_customers_is_open_to_a_confined_key(world: World, call: Call) -> None:
    client = await world.service.with_key(customer=AGENCY)

    assert (await send(client, call, world.mine)).status_code == call.status


async def test_lists_hold_only_the_own_customers_objects(world: World) -> None:
    client = await world.service.with_key(customer=AGENCY)

    tickets = (await client.get("/v1/tickets")).json()["items"]
    asked_for = (await client.get("/v1/tickets", params={"customer_id": OTHER})).json()["items"]
    by_chat = (await client.get("/v1/tickets", params={"chat_id": OTHER_CHAT})).json()["items"]
    customers = (await client.get("/v1/customers")).json()["items"]
    queue = (await client.get("/v1/queue")).json()["items"]

    assert [one["id"] for one in tickets] == [one["id"] for one in queue] == [world.mine.ticket_id]
    assert asked_for == by_chat == []
    assert [one["id"] for one in customers] == [AGENCY]


async def test_position_counts_the_whole_queue(world: World) -> None:
    client = await world.service.with_key(customer=OTHER)

    queue = (await client.get("/v1/queue")).json()["items"]
    ticket = (await client.get(f"/v1/tickets/{world.theirs.ticket_id}")).json()

    assert [(one["id"], one["position"]) for one in queue] == [(world.theirs.ticket_id, 2)]
    assert ticket["queue_position"] == 2


async def test_claims_take_only_the_own_customers_tickets(world: World) -> None:
    client = await world.service.with_key(customer=OTHER)

    first = await client.post("/v1/queue/claims", json={"agent": "Пётр"})
    second = await client.post("/v1/queue/claims", json={"agent": "Пётр"})

    assert first.json()["id"] == world.theirs.ticket_id
    assert second.status_code == 204
    assert (await world.service.ticket(world.mine.ticket_id))["status"] == "queued"


async def test_a_foreign_external_id_is_not_told(world: World) -> None:
    await world.service.submitted(customer_id=OTHER, chat_id=OTHER_CHAT, external_id="crm-1")
    client = await world.service.with_key(customer=AGENCY)

    call = next(call for call in CALLS if call.name == "POST /v1/tickets")
    body = (world.theirs.body(call) or {}) | {"external_id": "crm-1"}
    answer = await client.post("/v1/tickets", json=body)

    assert code_of(answer) == (404, "customer_not_found")


async def test_a_foreign_entry_cannot_be_corrected(world: World) -> None:
    path = f"/v1/tickets/{world.theirs.ticket_id}/time-entries"
    entry = (await world.service.admin.get(path)).json()["items"][0]
    client = await world.service.with_key(customer=AGENCY)
    body = {"minutes": 1, "agent": "x", "performed_at": NOW.isoformat(), "reverses": entry["id"]}

    answer = await client.post(f"/v1/tickets/{world.mine.ticket_id}/time-entries", json=body)

    assert code_of(answer) == (404, "time_entry_not_found")


async def test_one_idempotency_key_is_another_one_for_every_api_key(world: World) -> None:
    call = next(call for call in CALLS if call.name == "POST /v1/tickets")
    mine = await world.service.with_key(customer=AGENCY)
    theirs = await world.service.with_key(customer=OTHER)
    headers = {"Idempotency-Key": "same"}

    answers = [
        await client.post("/v1/tickets", json=places.body(call), headers=headers)
        for client, places in ((mine, world.mine), (theirs, world.theirs))
    ]

    assert [answer.json()["customer_id"] for answer in answers] == [AGENCY, OTHER]


async def test_a_key_works_through_its_last_moscow_day(service: Service) -> None:
    client = service.client(await service.key(expires_on=date(2026, 11, 20)))
    last = NOW.replace(hour=20, minute=59, second=59)

    service.clock.now = last
    today = await client.get("/v1/tariffs")
    service.clock.now = last + timedelta(seconds=1)
    tomorrow = await client.get("/v1/tariffs")

    assert (today.status_code, code_of(tomorrow)) == (200, (401, "unauthenticated"))
