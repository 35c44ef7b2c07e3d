"""Messages of a ticket: what is kept, what goes out, and how a customer's words move the ticket."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.fields import DELIVERY, MESSAGE, PAGE
from tests.api.service import AGENCY, CHAT, NOW, SERVICE, Service, code_of, errors_of

Json = dict[str, Any]
UNKNOWN = "019a9f5c-7b80-7000-8000-0000000000ff"


async def wrote(service: Service, ticket_id: str, text: str) -> httpx.Response:
    body = {"author": "customer", "text": text}
    return await service.admin.post(f"/v1/tickets/{ticket_id}/messages", json=body)


async def answered(service: Service, ticket_id: str, text: str) -> httpx.Response:
    body = {"author": "agent", "agent": "Ирина", "text": text}
    return await service.admin.post(f"/v1/tickets/{ticket_id}/messages", json=body)


async def test_a_customers_message_has_every_field_of_the_contract(service: Service) -> None:
    ticket = await service.submitted()

    answer = await wrote(service, ticket["id"], "Ошибка\nповторяется")
    message = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"].startswith(f"/v1/tickets/{ticket['id']}/messages")
    assert set(message) == MESSAGE
    assert message | {"id": None} == {
        "id": None,
        "ticket_id": ticket["id"],
        "direction": "inbound",
        "author": "customer",
        "agent": None,
        "text": "Ошибка\nповторяется",
        "attachments": [],
        "delivery": None,
        "revisions": [],
        "sender": None,
        "revoked_at": None,
        "sent_at": "2026-11-20T07:00:00Z",
        "created_at": "2026-11-20T07:00:00Z",
    }


async def test_an_agents_message_waits_to_be_sent_verbatim(service: Service) -> None:
    ticket = await service.submitted()

    message = (await answered(service, ticket["id"], "  Вижу ошибку.\n")).json()

    assert set(message) == MESSAGE
    assert set(message["delivery"]) == DELIVERY
    assert message["delivery"] == {"state": "pending", "error_code": None, "at": "2026-11-20T07:00:00Z"}
    told = (message["direction"], message["author"], message["agent"], message["text"], message["sent_at"])
    assert told == ("outbound", "agent", "Ирина", "  Вижу ошибку.\n", None)


async def test_the_conversation_comes_oldest_first_and_begins_with_the_submission(service: Service) -> None:
    ticket = await service.submitted(text="Первое")
    for text in ("Второе", "Третье"):
        await wrote(service, ticket["id"], text)
    await answered(service, ticket["id"], "Четвёртое")

    page = (await service.admin.get(f"/v1/tickets/{ticket['id']}/messages")).json()

    assert set(page) == PAGE
    assert [one["text"] for one in page["items"]] == ["Первое", "Второе", "Третье", "Четвёртое"]


@pytest.mark.parametrize(
    ("path", "before", "text", "after"),
    [
        ([], "queued", "ещё вопрос", "queued"),
        ([("start", {})], "in_progress", "ещё вопрос", "in_progress"),
        ([("start", {}), ("request_information", {"text": "?"})], "waiting_customer", "версия 5", "queued"),
        ([("start", {}), ("wait_for_partner", {})], "waiting_partner", "как дела?", "waiting_partner"),
        ([("start", {}), ("transfer_to_development", {"reference": "J-1"})], "in_development", "?!",
         "in_development"),
        ([("defer", {"finding": "insufficient_information"})], "deferred", "вот подробности", "queued"),
        ([("decline", {"finding": "out_of_scope"})], "declined", "Не согласен, посмотрите", "queued"),
        ([("decline", {"finding": "out_of_scope"})], "declined", "Спасибо!", "declined"),
        ([("decline", {"finding": "out_of_scope"})], "declined", "👍", "declined"),
        ([("start", {}), ("resolve", {"resolution": "answered"})], "resolved", "Снова не работает", "queued"),
        ([("start", {}), ("resolve", {"resolution": "answered"})], "resolved", "Спасибо, всё работает",
         "resolved"),
        ([("start", {}), ("resolve", {"resolution": "answered"})], "resolved", "", "resolved"),
    ],
)  # fmt: skip
async def test_a_customers_message_moves_the_ticket_as_its_status_says(
    service: Service, path: list[tuple[str, Json]], before: str, text: str, after: str
) -> None:
    ticket = await service.submitted()
    for action, members in path:
        ticket = await service.moved(ticket["id"], action, **members)
    assert ticket["status"] == before

    assert (await wrote(service, ticket["id"], text)).status_code == 201

    assert (await service.ticket(ticket["id"]))["status"] == after


async def test_words_end_a_deferral_for_a_missing_description(service: Service) -> None:
    ticket = await service.submitted(text="")

    await wrote(service, ticket["id"], "🙂")
    still = await service.ticket(ticket["id"])
    await wrote(service, ticket["id"], "Не выгружается")
    now = await service.ticket(ticket["id"])

    assert (still["status"], now["status"], now["decision"]["outcome"]) == ("deferred", "queued", "accepted")


async def test_words_do_not_end_a_deferral_for_used_up_hours(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    first = await empty.submitted()
    await empty.book(first["id"], 180)
    ticket = await empty.submitted()

    await wrote(empty, ticket["id"], "Очень нужно")

    assert (await empty.ticket(ticket["id"]))["status"] == "deferred"


async def test_a_resolved_ticket_that_was_silent_for_three_working_days_is_a_new_submission(
    service: Service,
) -> None:
    ticket = await service.submitted()
    await service.moved(ticket["id"], "start")
    await service.moved(ticket["id"], "resolve", resolution="answered")

    service.clock.now = NOW + timedelta(days=5) - timedelta(minutes=1)
    within = await wrote(service, ticket["id"], "Спасибо")
    service.clock.now = NOW + timedelta(days=14)
    after = await wrote(service, ticket["id"], "Опять не работает")

    assert within.json()["ticket_id"] == ticket["id"]
    assert after.status_code == 201
    assert after.json()["ticket_id"] != ticket["id"]
    assert (await service.ticket(ticket["id"]))["status"] == "closed"
    assert after.headers["location"].startswith(f"/v1/tickets/{after.json()['ticket_id']}/messages")


async def test_words_on_a_closed_ticket_are_a_new_submission(service: Service) -> None:
    ticket = await service.submitted(category="web_design")
    await service.moved(ticket["id"], "close")

    answer = await wrote(service, ticket["id"], "Новый вопрос")
    fresh = await service.ticket(answer.json()["ticket_id"])

    assert answer.status_code == 201
    assert fresh["id"] != ticket["id"]
    assert (fresh["status"], fresh["text"], fresh["chat_id"]) == ("new", "Новый вопрос", CHAT)


async def test_words_on_a_closed_ticket_get_the_hints_of_a_submission(service: Service) -> None:
    ticket = await service.submitted(category="web_design")
    await service.moved(ticket["id"], "close")

    answer = await wrote(service, ticket["id"], "CRM не открывается ни у кого из сотрудников")
    fresh = await service.ticket(answer.json()["ticket_id"])

    assert fresh["suspected_impact"] == "crm_down"
    assert fresh["check_first"] is True
    assert fresh["triage_hints"]


async def test_words_on_a_closed_ticket_whose_chat_was_taken_are_not_registered(service: Service) -> None:
    ticket = await service.submitted(category="web_design")
    await service.moved(ticket["id"], "close")
    await service.admin.delete(f"/v1/customers/{AGENCY}/chats/telegram/{CHAT}")

    answer = await wrote(service, ticket["id"], "Новый вопрос")

    assert code_of(answer) == (422, "not_registered")
    assert answer.json()["decision"]["reasons"][0]["code"] == "chat_not_assigned"
    assert len((await service.admin.get("/v1/tickets")).json()["items"]) == 1


async def test_a_closed_ticket_takes_no_answers(service: Service) -> None:
    ticket = await service.submitted(category="web_design")
    await service.moved(ticket["id"], "close")

    assert code_of(await answered(service, ticket["id"], "Ответ")) == (409, "ticket_closed")


async def test_an_agent_answers_in_every_other_status(service: Service) -> None:
    paths: list[list[tuple[str, Json]]] = [
        [],
        [("start", {})],
        [("start", {}), ("request_information", {"text": "?"})],
        [("start", {}), ("wait_for_partner", {})],
        [("start", {}), ("transfer_to_development", {"reference": "J-1"})],
        [("start", {}), ("announce_release", {"version": "5.1"})],
        [("defer", {"finding": "not_reproducible"})],
        [("decline", {"finding": "out_of_scope"})],
        [("start", {}), ("resolve", {"resolution": "fixed"})],
    ]
    for path in paths:
        ticket = await service.submitted()
        for action, members in path:
            ticket = await service.moved(ticket["id"], action, **members)
        assert (await answered(service, ticket["id"], "Ответ")).status_code == 201
        assert (await service.ticket(ticket["id"]))["status"] == ticket["status"]


async def test_nothing_is_sent_to_a_chat_that_was_taken_from_the_customer(service: Service) -> None:
    ticket = await service.submitted()
    await service.admin.delete(f"/v1/customers/{AGENCY}/chats/telegram/{CHAT}")

    assert code_of(await answered(service, ticket["id"], "Ответ")) == (409, "chat_not_assigned")
    assert (await wrote(service, ticket["id"], "Вопрос")).status_code == 201


async def test_waiting_messages_to_a_chat_that_is_taken_are_cancelled(service: Service) -> None:
    ticket = await service.submitted()
    await answered(service, ticket["id"], "Ответ")

    await service.admin.delete(f"/v1/customers/{AGENCY}/chats/telegram/{CHAT}")

    messages = (await service.admin.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
    assert messages[1]["delivery"]["state"] == "cancelled"


async def test_messages_and_edits_never_change_the_place_in_the_queue(service: Service) -> None:
    first, second = await service.submitted(), await service.submitted()
    service.clock.now = NOW + timedelta(hours=1)

    await wrote(service, second["id"], "Срочно!!!")

    assert (await service.ticket(first["id"]))["queue_position"] == 1
    assert (await service.ticket(second["id"]))["queue_position"] == 2


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"text": "x"}, [("/author", "missing")]),
        ({"author": "customer"}, [("/text", "missing")]),
        ({"author": "system", "text": "x"}, [("/author", "not_allowed_value")]),
        ({"author": "agent", "text": "x"}, [("/agent", "missing")]),
        ({"author": "agent", "agent": " ", "text": "x"}, [("/agent", "bad_format")]),
        ({"author": "agent", "agent": "x" * 101, "text": "x"}, [("/agent", "too_long")]),
        ({"author": "customer", "text": "x" * 16_385}, [("/text", "too_long")]),
        ({"author": "customer", "text": "\0"}, [("/text", "bad_format")]),
        ({"author": "customer", "text": "x", "state": "sent"}, [("/state", "unknown_member")]),
    ],
)
async def test_a_wrong_member_is_named(service: Service, body: Json, errors: Any) -> None:
    ticket = await service.submitted()

    assert errors_of(await service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=body)) == errors


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"author": "customer", "agent": "Ирина", "text": "x"}, "/agent"),
        ({"author": "agent", "agent": "Ирина", "text": " \n"}, "/text"),
        ({"author": "customer", "text": "x", "attachment_ids": [UNKNOWN]}, "/attachment_ids/0"),
        ({"author": "agent", "agent": "Ирина", "text": "x", "article_id": UNKNOWN}, "/article_id"),
    ],
)
async def test_a_contradiction_is_named(service: Service, body: Json, pointer: str) -> None:
    ticket = await service.submitted()

    answer = await service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=body)

    assert [place for place, _ in errors_of(answer)] == [pointer]
