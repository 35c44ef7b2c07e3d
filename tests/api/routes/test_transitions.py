"""POST /v1/tickets/{id}/transitions: the life of a ticket, an action at a time."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.fields import DEVELOPMENT, RELEASE, RESOLUTION, TICKET
from tests.api.service import AGENCY, CHAT, NOW, SERVICE, Service, code_of, errors_of

Json = dict[str, Any]
UNKNOWN = "019a9f5c-7b80-7000-8000-0000000000ff"

MEMBERS: dict[str, Json] = {
    "classify": {"category": "product_defect"},
    "start": {},
    "release": {},
    "request_information": {"text": "Какая версия?"},
    "wait_for_partner": {},
    "transfer_to_development": {"reference": "JCRM-1", "url": "https://dev.jokercrm.ru/JCRM-1"},
    "announce_release": {"version": "5.1", "date": "2026-12-01", "text": "Исправим в версии 5.1"},
    "defer": {"finding": "not_reproducible"},
    "decline": {"finding": "out_of_scope"},
    "requeue": {},
    "resolve": {"resolution": "fixed", "text": "Исправлено"},
    "close": {},
    "reopen": {},
}
ANYWHERE = ["classify", "defer", "decline"]
WAYS: dict[str, tuple[list[str], list[str]]] = {
    "queued": ([], ["classify", "start", "defer", "decline"]),
    "in_progress": (
        ["start"],
        """classify release request_information wait_for_partner transfer_to_development announce_release
        defer decline resolve""".split(),
    ),
    "waiting_customer": (["start", "request_information"], [*ANYWHERE, "requeue"]),
    "waiting_partner": (["start", "wait_for_partner"], [*ANYWHERE, "requeue"]),
    "in_development": (
        ["start", "transfer_to_development"],
        [*ANYWHERE, "announce_release", "requeue", "resolve"],
    ),
    "waiting_release": (["start", "announce_release"], [*ANYWHERE, "requeue", "resolve"]),
    "deferred": (["defer"], [*ANYWHERE, "requeue"]),
    "declined": (["decline"], ["classify", "close", "reopen"]),
    "resolved": (["start", "resolve"], ["classify", "close", "reopen"]),
    "closed": (["decline", "close"], []),
}
"""The way to each status, and the actions allowed in it, as in the life cycle."""


async def led(service: Service, ticket_id: str, *actions: str) -> Json:
    ticket = await service.ticket(ticket_id)
    for action in actions:
        ticket = await service.moved(ticket_id, action, **MEMBERS[action])
    return ticket


@pytest.mark.parametrize("status", WAYS)
async def test_each_status_allows_its_actions_and_refuses_all_others(service: Service, status: str) -> None:
    way, allowed = WAYS[status]
    ticket = await led(service, (await service.submitted())["id"], *way)

    assert ticket["status"] == status
    assert sorted(ticket["allowed_actions"]) == sorted(allowed)
    for action in MEMBERS.keys() - set(allowed):
        answer = await service.move(ticket["id"], action, **MEMBERS[action])
        assert code_of(answer) == (409, "transition_not_allowed"), action
        assert answer.json()["allowed_actions"] == ticket["allowed_actions"]
    assert await service.ticket(ticket["id"]) == ticket
    for action in allowed:
        again = await led(service, (await service.submitted())["id"], *way)
        assert (await service.move(again["id"], action, **MEMBERS[action])).status_code == 200, action


async def test_a_separate_order_is_agreed_or_closed(service: Service) -> None:
    ordered = await service.submitted(category="custom_development")
    assert sorted(ordered["allowed_actions"]) == sorted(
        [*ANYWHERE, "transfer_to_development", "requeue", "close"]
    )

    agreed = await led(service, ordered["id"], "transfer_to_development")
    other = await service.submitted(category="custom_development")
    dropped = await led(service, other["id"], "close")

    assert agreed["status"] == "in_development"
    assert (dropped["status"], dropped["resolution"]["code"]) == ("closed", "order_not_placed")


async def test_the_answer_is_the_whole_ticket_and_what_a_read_shows(service: Service) -> None:
    ticket = await service.submitted()

    answer = await service.move(ticket["id"], "start", note="беру")
    read = await service.admin.get(f"/v1/tickets/{ticket['id']}")

    assert set(answer.json()) == TICKET
    assert (answer.content, answer.headers["etag"]) == (read.content, read.headers["etag"])
    moved = answer.json()
    assert (moved["status"], moved["assignee"], moved["queue_position"]) == ("in_progress", "Ирина", None)
    assert moved["version"] == 2


async def test_development_release_and_resolution_are_shown_with_all_their_members(service: Service) -> None:
    ticket = await led(
        service, (await service.submitted())["id"], "start", "transfer_to_development", "announce_release"
    )
    assert set(ticket["development"]) == DEVELOPMENT
    assert set(ticket["release"]) == RELEASE
    assert ticket["development"] == MEMBERS["transfer_to_development"]
    assert ticket["release"] == MEMBERS["announce_release"]
    assert (ticket["status"], ticket["waiting_on"]) == ("waiting_release", "release")

    service.clock.now = NOW + timedelta(minutes=7)
    ticket = await service.moved(ticket["id"], "resolve", resolution="released")

    assert set(ticket["resolution"]) == RESOLUTION
    assert ticket["resolution"] == {"code": "released", "text": None, "article_id": None}
    assert ticket["times"]["resolved_at"] == "2026-11-20T07:07:00Z"


async def test_texts_of_actions_are_messages_that_wait_for_the_chat(service: Service) -> None:
    ticket = await led(service, (await service.submitted())["id"], "start", "request_information", "requeue")
    await led(service, ticket["id"], "start", "announce_release", "resolve")

    messages = (await service.admin.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]

    told = [(one["author"], one["text"], (one["delivery"] or {}).get("state")) for one in messages[1:]]
    assert told == [
        ("agent", "Какая версия?", "pending"),
        ("agent", "Исправим в версии 5.1", "pending"),
        ("agent", "Исправлено", "pending"),
    ]


async def test_classifying_decides_again_with_the_entitlement_of_before(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    ticket = await empty.submitted(category=None)
    await empty.book(ticket["id"], 180)

    classified = await empty.moved(ticket["id"], "classify", category="feature_explanation")

    assert (classified["status"], classified["decision"]["outcome"]) == ("queued", "accepted")
    assert classified["decision"]["source"] == "rules"


async def test_classifying_applies_the_minutes_that_triage_had_left_aside(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    first = await empty.submitted()
    await empty.book(first["id"], 180)
    ticket = await empty.submitted(category=None)
    assert ticket["status"] == "new"

    classified = await empty.moved(ticket["id"], "classify", category="feature_explanation")

    assert (classified["status"], classified["resume_at"]) == ("deferred", "2026-12-01T06:00:00Z")


async def test_lowering_a_claimed_impact_lowers_the_priority(service: Service) -> None:
    ticket = await service.submitted(category=None, impact="crm_down")
    assert ticket["priority"] == "critical"

    kept = await service.moved(ticket["id"], "classify", category="product_defect")
    lowered = await service.moved(ticket["id"], "classify", category="product_defect", impact="none")

    assert (kept["impact"], kept["priority"]) == ("crm_down", "critical")
    assert (lowered["impact"], lowered["priority"]) == ("none", "high")


@pytest.mark.parametrize(
    "finding",
    """not_reproducible insufficient_information out_of_scope incorrect_or_unconstructive delayed_by_customer
    obscene_or_insulting""".split(),
)
@pytest.mark.parametrize("action", ["defer", "decline"])
async def test_a_finding_makes_an_agents_decision_by_4_6(service: Service, finding: str, action: str) -> None:
    ticket = await service.submitted()

    ruled = await service.moved(ticket["id"], action, finding=finding)

    outcome = {"defer": "deferred", "decline": "declined"}[action]
    decision = ruled["decision"]
    assert (ruled["status"], decision["outcome"], decision["source"]) == (outcome, outcome, "agent")
    assert [(one["code"], one["clause"], one["effect"]) for one in decision["reasons"]] == [
        (finding, "4.6", outcome)
    ]
    assert (ruled["assignee"], ruled["queue_position"]) == (None, None)


async def test_a_deferral_may_name_when_it_ends(service: Service) -> None:
    ticket = await service.submitted()

    ruled = await service.moved(
        ticket["id"], "defer", finding="delayed_by_customer", resume_at="2026-11-25T09:00:00+03:00"
    )

    assert ruled["resume_at"] == ruled["decision"]["resume_at"] == "2026-11-25T06:00:00Z"


async def test_hours_are_found_exhausted_only_when_they_are(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    ticket = await empty.submitted()
    critical = await empty.submitted(category="product_defect", impact="crm_down")
    early = await empty.move(ticket["id"], "defer", finding="hours_exhausted")
    await empty.book(ticket["id"], 180)

    found = await empty.moved(ticket["id"], "defer", finding="hours_exhausted")
    never = await empty.move(critical["id"], "defer", finding="hours_exhausted")

    assert code_of(early) == code_of(never) == (409, "finding_not_allowed")
    assert found["resume_at"] == "2026-12-01T06:00:00Z"
    assert [(one["code"], one["clause"]) for one in found["decision"]["reasons"]] == [
        ("hours_exhausted", "5.1")
    ]


async def test_a_ticket_returns_to_its_old_place_unassigned(service: Service) -> None:
    first, second = await service.submitted(), await service.submitted()
    await led(service, first["id"], "start")
    assert (await service.ticket(second["id"]))["queue_position"] == 1

    back = await led(service, first["id"], "release")

    assert (back["status"], back["assignee"], back["queue_position"]) == ("queued", None, 1)


async def test_reopening_restores_priority_and_place(service: Service) -> None:
    ticket = await service.submitted(category="product_defect", impact="crm_down")
    declined = await led(service, ticket["id"], "decline")
    await service.submitted(category="product_defect", impact="crm_down")
    assert declined["priority"] is None

    again = await led(service, ticket["id"], "reopen")

    assert (again["status"], again["priority"], again["queue_position"]) == ("queued", "critical", 1)


async def test_a_ticket_without_a_category_cannot_be_resolved(service: Service) -> None:
    ticket = await led(service, (await service.submitted(category=None))["id"], "start")

    assert "resolve" not in ticket["allowed_actions"]
    answer = await service.move(ticket["id"], "resolve", resolution="answered")
    assert code_of(answer) == (409, "transition_not_allowed")


async def test_texts_cannot_go_to_a_chat_that_was_taken_from_the_customer(service: Service) -> None:
    ticket = await led(service, (await service.submitted())["id"], "start")
    await service.admin.delete(f"/v1/customers/{AGENCY}/chats/telegram/{CHAT}")

    refused = await service.move(ticket["id"], "request_information", text="Какая версия?")
    silent = await service.move(ticket["id"], "resolve", resolution="fixed")

    assert code_of(refused) == (409, "chat_not_assigned")
    assert silent.status_code == 200


@pytest.mark.parametrize(
    ("seen", "status"),
    [("{tag}", 200), ("*", 200), ('"2.0000"', 412), ('"1"', 412), ("W/{tag}", 200), ('W/"2.0000"', 412)],
)
async def test_if_match_lets_only_the_version_that_was_seen_be_moved(
    service: Service, seen: str, status: int
) -> None:
    ticket = await service.submitted()
    path = f"/v1/tickets/{ticket['id']}"
    tag = (await service.admin.get(path)).headers["etag"]

    answer = await service.admin.post(
        f"{path}/transitions",
        json={"action": "start", "agent": "Ирина"},
        headers={"If-Match": seen.format(tag=tag)},
    )

    assert answer.status_code == status
    if status == 412:
        assert code_of(answer) == (412, "precondition_failed")
        assert (await service.ticket(ticket["id"]))["version"] == 1


async def test_an_absent_ticket_is_not_found(service: Service) -> None:
    for ticket_id in (UNKNOWN, "x", UNKNOWN.upper()):
        assert code_of(await service.move(ticket_id, "start")) == (404, "ticket_not_found")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/action"]),
        ({"agent": "Ирина"}, ["/action"]),
        ({"action": "promote", "agent": "Ирина"}, ["/action"]),
        ({"action": None, "agent": "Ирина"}, ["/action"]),
        ({"action": "start"}, ["/agent"]),
        ({"action": "start", "agent": ""}, ["/agent"]),
        ({"action": "start", "agent": "   "}, ["/agent"]),
        ({"action": "start", "agent": "x" * 101}, ["/agent"]),
        ({"action": "start", "agent": "Ирина", "note": "\0"}, ["/note"]),
        ({"action": "start", "agent": "Ирина", "category": "other"}, ["/category"]),
        ({"action": "classify", "agent": "Ирина"}, ["/category"]),
        ({"action": "classify", "agent": "Ирина", "category": None}, ["/category"]),
        ({"action": "classify", "agent": "Ирина", "category": "x", "impact": "y"}, ["/category", "/impact"]),
        ({"action": "request_information", "agent": "Ирина"}, ["/text"]),
        ({"action": "request_information", "agent": "Ирина", "text": " "}, ["/text"]),
        ({"action": "transfer_to_development", "agent": "Ирина"}, ["/reference"]),
        ({"action": "announce_release", "agent": "Ирина"}, ["/version"]),
        ({"action": "announce_release", "agent": "Ирина", "version": "5", "date": "2026-13-01"}, ["/date"]),
        ({"action": "defer", "agent": "Ирина"}, ["/finding"]),
        ({"action": "defer", "agent": "Ирина", "finding": "lazy"}, ["/finding"]),
        ({"action": "defer", "agent": "Ирина", "finding": "out_of_scope", "resume_at": "2026-11-25"},
         ["/resume_at"]),
        ({"action": "defer", "agent": "Ирина", "finding": "out_of_scope",
         "resume_at": "2026-11-20T07:00:00Z"},
         ["/resume_at"]),
        ({"action": "defer", "agent": "Ирина", "finding": "hours_exhausted",
          "resume_at": "2026-12-20T07:00:00Z"}, ["/resume_at"]),
        ({"action": "decline", "agent": "Ирина", "finding": "hours_exhausted"}, ["/finding"]),
        ({"action": "resolve", "agent": "Ирина"}, ["/resolution"]),
        ({"action": "resolve", "agent": "Ирина", "resolution": "order_not_placed"}, ["/resolution"]),
        ({"action": "resolve", "agent": "Ирина", "resolution": "article", "article_id": "1"},
         ["/article_id"]),
    ],
)  # fmt: skip
async def test_wrong_members_are_named_where_they_stand(
    service: Service, body: Json, pointers: list[str]
) -> None:
    ticket = await service.submitted()

    answer = await service.admin.post(f"/v1/tickets/{ticket['id']}/transitions", json=body)

    assert [pointer for pointer, _ in errors_of(answer)] == pointers


async def test_an_article_that_is_not_kept_is_named(service: Service) -> None:
    ticket = await led(service, (await service.submitted())["id"], "start")

    answer = await service.move(ticket["id"], "resolve", resolution="article", article_id=UNKNOWN)

    assert [pointer for pointer, _ in errors_of(answer)] == ["/article_id"]
