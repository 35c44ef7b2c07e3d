"""Reading one ticket, its decisions and its history."""

from tests.api.fields import (
    DECISION,
    FACTS,
    FACTS_ENTITLEMENT,
    FACTS_SUBMISSION,
    PAGE,
    TARIFF_PERIOD,
)
from tests.api.service import AGENCY, Service, code_of

ABSENT_ID = "019a9f5c-7b80-7000-8000-0000000000ff"


async def test_an_absent_ticket_is_not_found(service: Service) -> None:
    for part in ("", "/decisions", "/events", "/messages", "/time-entries"):
        answer = await service.admin.get(f"/v1/tickets/{ABSENT_ID}{part}")
        assert code_of(answer) == (404, "ticket_not_found")


async def test_decisions_come_oldest_first_each_with_the_facts_it_rests_on(service: Service) -> None:
    ticket = await service.submitted(category=None, subject="Тема", reproduction_steps=["Шаг"])
    await service.moved(ticket["id"], "classify", category="web_design")
    reopened = await service.moved(ticket["id"], "classify", category="product_defect", impact="function")
    await service.moved(ticket["id"], "decline", finding="out_of_scope")

    answer = (await service.admin.get(f"/v1/tickets/{ticket['id']}/decisions")).json()

    assert set(answer) == PAGE
    decisions = answer["items"]
    assert [one["outcome"] for one in decisions] == ["accepted", "declined", "accepted", "declined"]
    assert [one["source"] for one in decisions] == ["rules", "rules", "rules", "agent"]
    assert all(set(one) >= DECISION | {"facts"} for one in decisions)
    facts = decisions[0]["facts"]
    assert set(facts) >= FACTS
    assert set(facts["entitlement"]) == FACTS_ENTITLEMENT
    assert set(facts["submission"]) == FACTS_SUBMISSION
    assert set(facts["entitlement"]["tariffs"][0]) == TARIFF_PERIOD
    assert facts["as_of"] == "2026-11-20T07:00:00Z"
    assert facts["entitlement"] == {
        "contract_accepted": True,
        "licence": "boxed",
        "paid_until": None,
        "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}],
        "exclusive_version": False,
        "minutes_used": 0,
        "chat_assigned": True,
    }
    assert facts["submission"] == {
        "channel": "telegram",
        "chat_assigned": True,
        "category": None,
        "impact": "none",
        "has_words": True,
        "obscene_level": None,
        "attachment_kinds": [],
        "has_steps": True,
        "knowledge_base_checked": None,
        "sent_to_manager": False,
        "obscenity_policy": "deferred",
    }
    assert decisions[2]["facts"]["submission"]["impact"] == "function"
    assert {name: decisions[2][name] for name in DECISION} == reopened["decision"]


async def test_the_facts_make_a_what_if_that_is_decided_alike(service: Service) -> None:
    ticket = await service.submitted(category="product_defect", knowledge_base_checked=True)
    stored = (await service.admin.get(f"/v1/tickets/{ticket['id']}/decisions")).json()["items"][0]
    facts = stored["facts"]
    submission = {
        name: facts["submission"][name]
        for name in ("channel", "category", "impact", "knowledge_base_checked", "sent_to_manager")
    }

    again = await service.admin.post(
        "/v1/decisions",
        json={
            "as_of": facts["as_of"],
            "entitlement": facts["entitlement"],
            "submission": submission | {"text": "слова"},
        },
    )

    assert again.json() == {name: stored[name] for name in DECISION}


async def test_a_stored_decision_is_told_in_the_language_of_the_reader(service: Service) -> None:
    ticket = await service.submitted(category="web_design")
    path = f"/v1/tickets/{ticket['id']}"

    english = await service.admin.get(path, headers={"Accept-Language": "en"})
    russian = await service.admin.get(path, headers={"Accept-Language": "ru"})

    assert english.json()["decision"]["reasons"][0]["message"].isascii()
    assert not russian.json()["decision"]["reasons"][0]["message"].isascii()
    assert english.headers["etag"] != russian.headers["etag"]
    assert english.headers["etag"].split(".")[0] == russian.headers["etag"].split(".")[0]


async def test_the_history_tells_what_who_when_from_to_and_why(service: Service) -> None:
    ticket = await service.submitted(category=None)
    service.clock.now = service.clock.now.replace(minute=5)
    await service.moved(ticket["id"], "classify", category="product_defect", note="по журналу")
    service.clock.now = service.clock.now.replace(minute=10)
    await service.moved(ticket["id"], "start")

    events = (await service.admin.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]

    told = [
        (one["type"], one["actor"]["kind"], one["actor"]["name"], one["from"], one["to"]) for one in events
    ]
    assert told == [
        ("ticket.registered", "customer", None, None, "new"),
        ("ticket.classified", "agent", "Ирина", "new", "queued"),
        ("ticket.started", "agent", "Ирина", "queued", "in_progress"),
    ]
    assert [one["occurred_at"] for one in events] == [
        "2026-11-20T07:00:00Z",
        "2026-11-20T07:05:00Z",
        "2026-11-20T07:10:00Z",
    ]
    assert [one["note"] for one in events] == [None, "по журналу", None]
    assert events[1]["changes"]["category"] == "product_defect"
    assert events[2]["changes"] == {"status": "in_progress", "assignee": "Ирина"}
    assert events[0]["decision_id"]
    assert events[0]["message_id"]


async def test_times_are_measured_in_working_minutes(service: Service) -> None:
    ticket = await service.submitted()
    service.clock.now = service.clock.now.replace(hour=8)
    await service.moved(ticket["id"], "start")
    service.clock.now = service.clock.now.replace(hour=9)
    await service.moved(ticket["id"], "request_information", text="Какая версия?")
    service.clock.now = service.clock.now.replace(day=23, hour=7)

    times = (await service.ticket(ticket["id"]))["times"]

    assert times["first_reaction_at"] == "2026-11-20T08:00:00Z"
    assert (times["waited_minutes"], times["worked_minutes"]) == (60, 60)
    assert times["paused"] == {
        "customer": 6 * 60 + 60,
        "partner": 0,
        "development": 0,
        "release": 0,
        "deferred": 0,
        "separate_order": 0,
    }
    assert times["resolved_at"] is None


async def test_a_read_that_has_not_changed_is_304_and_one_that_has_is_200(service: Service) -> None:
    ticket = await service.submitted()
    path = f"/v1/tickets/{ticket['id']}"
    tag = (await service.admin.get(path)).headers["etag"]

    same = await service.admin.get(path, headers={"If-None-Match": tag})
    await service.moved(ticket["id"], "start")
    changed = await service.admin.get(path, headers={"If-None-Match": tag})

    assert (same.status_code, same.headers["etag"], same.content) == (304, tag, b"")
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_read_changes_with_the_queue_though_the_version_does_not(service: Service) -> None:
    first, second = await service.submitted(), await service.submitted()
    path = f"/v1/tickets/{second['id']}"
    tag = (await service.admin.get(path)).headers["etag"]

    await service.moved(first["id"], "start")
    moved_up = await service.admin.get(path, headers={"If-None-Match": tag})

    assert (moved_up.status_code, moved_up.json()["queue_position"]) == (200, 1)
    assert moved_up.json()["version"] == second["version"]


async def test_the_ticket_shows_the_present_address_and_the_actions_allowed_now(service: Service) -> None:
    ticket = await service.submitted()

    assert ticket["customer_id"] == AGENCY
    assert ticket["allowed_actions"] == ["classify", "start", "defer", "decline"]
    assert ticket["reply_window"] is None
    assert ticket["suggested_articles"] == ticket["attachments"] == []
