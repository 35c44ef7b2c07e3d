"""POST /v1/tickets: what is registered, what is refused, and what the ticket says."""

import asyncio
import re
from typing import Any

import pytest

from tests.api.fields import (
    AUTHOR,
    DECISION,
    NOTICE,
    PAUSED,
    REASON,
    TICKET,
    TIMES,
)
from tests.api.service import (
    ABSENT,
    AGENCY,
    CHAT,
    OTHER,
    OTHER_CHAT,
    RENTAL,
    SERVICE,
    Service,
    code_of,
    errors_of,
    submission,
)


async def test_a_ticket_has_every_field_of_the_contract(service: Service) -> None:
    answer = await service.submit(
        category="custom_development",
        subject="Выгрузка",
        reproduction_steps=["Открыть", "Нажать"],
        external_id="crm-1",
        author={"name": "Мария", "external_id": "42"},
        knowledge_base_checked=True,
        sent_to_manager=True,
    )
    ticket = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/tickets/{ticket['id']}"
    assert re.fullmatch(r'"1\.[0-9a-f]+"', answer.headers["etag"])
    assert set(ticket) == TICKET
    assert set(ticket["author"]) == AUTHOR
    assert set(ticket["decision"]) == DECISION
    assert set(ticket["decision"]["reasons"][0]) == REASON
    assert set(ticket["decision"]["notices"][0]) == NOTICE
    assert set(ticket["times"]) == TIMES
    assert set(ticket["times"]["paused"]) == PAUSED
    assert re.fullmatch(r"STP-\d{6}", ticket["number"])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", ticket["id"])
    told = {name: ticket[name] for name in ("external_id", "customer_id", "channel", "chat_id", "subject")}
    assert told == {
        "external_id": "crm-1",
        "customer_id": AGENCY,
        "channel": "telegram",
        "chat_id": CHAT,
        "subject": "Выгрузка",
    }
    assert ticket["author"] == {"name": "Мария", "external_id": "42"}
    assert ticket["reproduction_steps"] == ["Открыть", "Нажать"]
    assert ticket["text"] == "Как работает выгрузка объявлений?"
    assert (ticket["impact"], ticket["version"]) == ("none", 1)
    assert ticket["times"]["received_at"] == ticket["created_at"] == "2026-11-20T07:00:00Z"


async def test_the_answer_to_a_submission_is_what_a_read_shows(service: Service) -> None:
    answer = await service.submit()

    read = await service.admin.get(answer.headers["location"])

    assert (read.content, read.headers["etag"]) == (answer.content, answer.headers["etag"])


@pytest.mark.parametrize(
    ("changed", "outcome", "status", "status_category", "priority", "place", "waiting_on"),
    [
        ({}, "accepted", "queued", "open", "high", 1, None),
        ({"category": None}, "accepted", "new", "open", "high", 1, None),
        ({"category": ABSENT}, "accepted", "new", "open", "high", 1, None),
        ({"category": None, "impact": "crm_down"}, "accepted", "new", "open", "critical", 1, None),
        ({"category": "product_defect", "impact": "service_down"}, "accepted", "queued", "open", "critical",
         1, None),
        ({"category": "other", "impact": "crm_down"}, "accepted", "queued", "open", "high", 1, None),
        ({"text": ""}, "deferred", "deferred", "paused", "high", None, "deferred"),
        ({"text": "🙂!!! 1️⃣"}, "deferred", "deferred", "paused", "high", None, "deferred"),
        ({"category": "custom_development"}, "separate_order", "separate_order", "paused", "high", None,
         "separate_order"),
        ({"category": "web_design"}, "declined", "declined", "done", None, None, None),
    ],
)  # fmt: skip
async def test_every_registered_outcome_makes_a_ticket(
    service: Service,
    changed: dict[str, Any],
    outcome: str,
    status: str,
    status_category: str,
    priority: str | None,
    place: int | None,
    waiting_on: str | None,
) -> None:
    ticket = await service.submitted(**changed)

    assert ticket["decision"]["outcome"] == outcome
    assert (ticket["status"], ticket["status_category"]) == (status, status_category)
    assert ticket["priority"] == ticket["decision"]["priority"] == priority
    assert ticket["queue_position"] == place
    assert ticket["waiting_on"] == waiting_on


@pytest.mark.parametrize(
    ("changed", "reason", "clause"),
    [
        ({"chat_id": OTHER_CHAT}, "chat_not_assigned", "4.1"),
        ({"chat_id": "1"}, "chat_not_assigned", "4.1"),
        ({"channel": "phone", "chat_id": None}, "unofficial_channel", "4.3"),
        ({"channel": "skype", "chat_id": "live:anna"}, "unofficial_channel", "4.3"),
        ({"channel": "email", "chat_id": ABSENT}, "unofficial_channel", "4.3"),
    ],
)
async def test_what_is_not_registered_is_answered_with_the_decision_and_leaves_nothing(
    service: Service, changed: dict[str, Any], reason: str, clause: str
) -> None:
    answer = await service.submit(**changed)

    assert code_of(answer) == (422, "not_registered")
    decision = answer.json()["decision"]
    assert set(decision) == DECISION
    assert decision["outcome"] == "not_registered"
    assert [(one["code"], one["clause"]) for one in decision["reasons"]] == [(reason, clause)]
    assert (decision["notices"], decision["priority"]) == ([], None)
    assert (await service.admin.get("/v1/tickets")).json()["items"] == []


async def test_an_unknown_customer_is_not_found(service: Service) -> None:
    assert code_of(await service.submit(customer_id="nobody")) == (404, "customer_not_found")


async def test_an_external_id_is_good_once_a_customer(service: Service) -> None:
    first = await service.submitted(external_id="crm-1")

    again = await service.submit(external_id="crm-1", text="Другой вопрос")
    elsewhere = await service.submit(external_id="crm-1", customer_id=OTHER, chat_id=OTHER_CHAT)

    assert code_of(again) == (409, "external_id_taken")
    assert again.json()["ticket_id"] == first["id"]
    assert elsewhere.status_code == 201


async def test_a_submission_that_is_not_registered_takes_no_external_id(service: Service) -> None:
    refused = await service.submit(external_id="crm-1", chat_id="1")

    assert refused.status_code == 422
    assert (await service.submit(external_id="crm-1")).status_code == 201


async def test_twenty_parallel_submissions_of_one_external_id_make_one_ticket(service: Service) -> None:
    answers = await asyncio.gather(*(service.submit(external_id="crm-1") for _ in range(20)))

    made = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert (len(made), len(refused)) == (1, 19)
    assert {answer.json()["ticket_id"] for answer in refused} == {made[0].json()["id"]}
    assert len((await service.admin.get("/v1/tickets")).json()["items"]) == 1


async def test_forty_parallel_posts_on_one_key_make_one_ticket(service: Service) -> None:
    headers = {"Idempotency-Key": "one"}

    answers = await asyncio.gather(*(service.submit(headers) for _ in range(40)))

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len((await service.admin.get("/v1/tickets")).json()["items"]) == 1


async def test_numbers_grow(service: Service) -> None:
    numbers = [(await service.submitted())["number"] for _ in range(3)]

    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"customer_id": ABSENT}, [("/customer_id", "missing")]),
        ({"channel": ABSENT}, [("/channel", "missing")]),
        ({"chat_id": ABSENT}, [("/chat_id", "missing")]),
        ({"chat_id": None}, [("/chat_id", "missing")]),
        ({"channel": "whatsapp", "chat_id": None}, [("/chat_id", "missing")]),
        ({"text": ABSENT}, [("/text", "missing")]),
        ({"customer_id": "agency 17"}, [("/customer_id", "bad_format")]),
        ({"customer_id": ""}, [("/customer_id", "bad_format")]),
        ({"customer_id": "a" * 65}, [("/customer_id", "too_long")]),
        ({"customer_id": "agency-17\n"}, [("/customer_id", "bad_format")]),
        ({"customer_id": 17}, [("/customer_id", "wrong_type")]),
        ({"channel": "Telegram"}, [("/channel", "bad_format")]),
        ({"channel": "a" * 33}, [("/channel", "too_long")]),
        ({"channel": ""}, [("/channel", "bad_format")]),
        ({"chat_id": "12345678901234567"}, [("/chat_id", "bad_format")]),
        ({"chat_id": "--1"}, [("/chat_id", "bad_format")]),
        ({"chat_id": "\u0661"}, [("/chat_id", "bad_format")]),
        ({"chat_id": "1\n"}, [("/chat_id", "bad_format")]),
        ({"chat_id": -1001234567890}, [("/chat_id", "wrong_type")]),
        ({"text": "x" * 16_385}, [("/text", "too_long")]),
        ({"text": None}, [("/text", "wrong_type")]),
        ({"text": "a\0b"}, [("/text", "bad_format")]),
        ({"subject": "x" * 201}, [("/subject", "too_long")]),
        ({"subject": "\0"}, [("/subject", "bad_format")]),
        ({"reproduction_steps": ["x"] * 31}, [("/reproduction_steps", "too_long")]),
        ({"reproduction_steps": ["x", "x" * 1_001]}, [("/reproduction_steps/1", "too_long")]),
        ({"reproduction_steps": "x"}, [("/reproduction_steps", "wrong_type")]),
        ({"category": "sorcery"}, [("/category", "not_allowed_value")]),
        ({"impact": None}, [("/impact", "not_allowed_value")]),
        ({"impact": "huge"}, [("/impact", "not_allowed_value")]),
        ({"knowledge_base_checked": 1}, [("/knowledge_base_checked", "wrong_type")]),
        ({"sent_to_manager": "yes"}, [("/sent_to_manager", "wrong_type")]),
        ({"author": "Мария"}, [("/author", "wrong_type")]),
        ({"author": {"phone": "1"}}, [("/author/phone", "unknown_member")]),
        ({"author": {"name": "\0"}}, [("/author/name", "bad_format")]),
        ({"external_id": ""}, [("/external_id", "too_short")]),
        ({"attachment_ids": ["0"]}, [("/attachment_ids/0", "bad_format")]),
        ({"priority": "critical"}, [("/priority", "unknown_member")]),
        ({"status": "closed"}, [("/status", "unknown_member")]),
    ],
)
async def test_a_wrong_member_is_named(
    service: Service, changed: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    assert errors_of(await service.submit(**changed)) == errors


async def test_an_attachment_that_was_never_uploaded_is_named(service: Service) -> None:
    answer = await service.submit(attachment_ids=["019a9f5c-7b80-7000-8000-000000000001"])

    assert [pointer for pointer, _ in errors_of(answer)] == ["/attachment_ids/0"]


async def test_limits_of_the_contract_are_taken_to_the_last_character(service: Service) -> None:
    ticket = await service.submitted(
        text="я" * 16_384, subject="я" * 200, reproduction_steps=["я" * 1_000] * 30
    )

    assert len(ticket["text"]) == 16_384
    assert [len(step) for step in ticket["reproduction_steps"]] == [1_000] * 30


async def test_reasons_and_notices_are_told_in_both_languages_with_the_same_codes(service: Service) -> None:
    body = submission(category="web_design")

    russian = (await service.admin.post("/v1/tickets", json=body)).json()["decision"]
    english = (
        await service.admin.post("/v1/tickets", json=body, headers={"Accept-Language": "en-GB, ru;q=0.5"})
    ).json()["decision"]

    for name in ("reasons", "notices"):
        assert [one["code"] for one in russian[name]] == [one["code"] for one in english[name]]
        assert all(re.search("[а-я]", one["message"]) for one in russian[name])
        assert not any(re.search("[а-яё]", one["message"], re.IGNORECASE) for one in english[name])


async def test_a_rental_that_was_not_paid_is_declined_by_1_3(empty: Service) -> None:
    await empty.customer(record=RENTAL | {"paid_until": "2026-11-19"})

    decision = (await empty.submitted())["decision"]

    assert [(one["code"], one["clause"]) for one in decision["reasons"]] == [("paid_period_over", "1.3")]


async def test_used_up_minutes_defer_to_the_next_month(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    first = await empty.submitted()
    assert (await empty.book(first["id"], 180)).status_code == 201

    ticket = await empty.submitted()

    assert ticket["status"] == "deferred"
    reasons = ticket["decision"]["reasons"]
    assert [(one["code"], one["clause"], one["effect"]) for one in reasons] == [
        ("hours_exhausted", "5.1", "deferred")
    ]
    assert ticket["resume_at"] == ticket["decision"]["resume_at"] == "2026-12-01T06:00:00Z"
    assert ticket["decision"]["earliest_start_at"] == "2026-12-01T06:00:00Z"


async def test_outside_service_hours_work_can_start_at_the_next_opening(service: Service) -> None:
    service.clock.now = service.clock.now.replace(hour=16)

    decision = (await service.submitted())["decision"]

    assert decision["earliest_start_at"] == "2026-11-23T06:00:00Z"
    assert "outside_service_hours" in [notice["code"] for notice in decision["notices"]]


async def test_a_replayed_submission_is_counted_once(service: Service) -> None:
    once = {"Idempotency-Key": "counted-once"}

    answers = [await service.submit(once) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    metrics = (await service.client(None).get("/metrics")).text
    assert 'support_submissions_total{channel="telegram",outcome="accepted"} 1.0' in metrics
