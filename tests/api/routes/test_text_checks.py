"""Text checks, what tickets show of their texts, and how hints fared, over HTTP."""

from typing import Any

import pytest

from tests.api.service import Service, errors_of

Json = dict[str, Any]
NOTHING: Json = {
    "findings": [],
    "insult_hint": None,
    "triage_hints": [],
    "suspected_impact": None,
    "check_first": False,
}
OUTAGE = "CRM не открывается ни у кого из сотрудников"


async def check(service: Service, text: str) -> Json:
    answer = await service.admin.post("/v1/text-checks", json={"text": text})
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()
    return shown


async def test_a_clean_text_shows_nothing(service: Service) -> None:
    assert await check(service, "") == NOTHING
    assert await check(service, "Добрый день! Застрахуй корабля, скипидар.") == NOTHING


async def test_a_finding_names_level_fragment_and_place_in_code_points(service: Service) -> None:
    shown = await check(service, "😀 Ну и х*йня, блин")
    assert shown["findings"] == [{"level": "mat", "fragment": "х*йня", "start": 7, "end": 12}]


async def test_an_insult_is_a_hint(service: Service) -> None:
    shown = await check(service, "Вы идиоты")
    assert shown["findings"] == []
    assert shown["insult_hint"] == {"fragment": "идиоты", "start": 3, "end": 9}


async def test_an_outage_is_suspected_and_a_category_suggested_with_words_and_clause(
    service: Service,
) -> None:
    shown = await check(service, OUTAGE)
    assert (shown["suspected_impact"], shown["check_first"]) == ("crm_down", True)
    first = shown["triage_hints"][0]
    assert (first["category"], first["clause"]) == ("operation_failure", "3.2")
    assert all(words in OUTAGE for words in first["matched"])


async def test_a_check_stores_nothing(service: Service) -> None:
    before = service.dump()
    await check(service, "Ну и х*йня")
    assert service.dump() == before


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "/text"),
        ({"text": "а" * 4_097}, "/text"),
        ({"text": 3}, "/text"),
        ({"text": "а", "language": "ru"}, "/language"),
    ],
)
async def test_a_wrong_text_is_refused(service: Service, body: Json, wrong: str) -> None:
    answer = await service.admin.post("/v1/text-checks", json=body)
    assert [pointer for pointer, _ in errors_of(answer)] == [wrong]


async def test_a_ticket_shows_notes_and_hints_until_it_is_classified(service: Service) -> None:
    ticket = await service.submitted(category=None, subject="х*йня", text=OUTAGE)
    assert ticket["language_notes"] == [
        {
            "message_id": None,
            "pointer": "/subject",
            "level": "mat",
            "fragment": "х*йня",
            "start": 0,
            "end": 5,
        }
    ]
    assert (ticket["suspected_impact"], ticket["check_first"]) == ("crm_down", True)
    assert ticket["triage_hints"][0]["category"] == "operation_failure"

    after = await service.moved(ticket["id"], "classify", category="operation_failure")
    assert (after["triage_hints"], after["suspected_impact"], after["check_first"]) == ([], None, False)
    assert after["language_notes"] == ticket["language_notes"]

    events = (await service.admin.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]
    assert events[0]["hints"] is None
    assert events[-1]["hints"]["triage_hints"] == ticket["triage_hints"]
    assert events[-1]["changes"]["category"] == "operation_failure"


async def test_obscene_words_defer_by_4_6_and_a_calm_message_takes_the_ticket_up(service: Service) -> None:
    ticket = await service.submitted(text="Когда почините эту х*йню?")
    reason = ticket["decision"]["reasons"][0]
    assert (ticket["status"], reason["code"], reason["level"]) == ("deferred", "obscene_language", "mat")
    assert "х*йню" not in reason["message"]

    sent = {"author": "customer", "text": "Когда исправите выгрузку?"}
    await service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=sent)
    assert (await service.ticket(ticket["id"]))["status"] == "queued"


async def test_an_agents_words_are_not_judged(service: Service) -> None:
    ticket = await service.submitted()
    sent = {"author": "agent", "agent": "Ирина", "text": "Ну и х*йня"}
    await service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=sent)
    assert (await service.ticket(ticket["id"]))["language_notes"] == []


async def test_triage_shows_a_suspected_outage_first_page_by_page(service: Service) -> None:
    for name, text in (("calm", "Как настроить воронку?"), ("outage", OUTAGE), ("other", "Добрый день")):
        await service.submitted(external_id=name, category=None, text=text)
    ids = []
    params: Json = {"status": "new", "limit": 1}
    while True:
        page = (await service.admin.get("/v1/queue", params=params)).json()
        ids += [(one["external_id"], one["position"]) for one in page["items"]]
        if page["next_cursor"] is None:
            break
        params = {**params, "cursor": page["next_cursor"]}
    assert ids == [("outage", 2), ("calm", 1), ("other", 3)]

    whole = (await service.admin.get("/v1/queue")).json()["items"]
    assert [one["external_id"] for one in whole] == ["calm", "outage", "other"]

    claimed = await service.admin.post("/v1/queue/claims", json={"agent": "Ирина", "status": "new"})
    assert claimed.json()["external_id"] == "outage"


async def test_shares_of_hints_suggested_and_right_are_metrics(service: Service) -> None:
    for text, chosen in ((OUTAGE, "operation_failure"), (OUTAGE, "other"), ("Добрый день", "other")):
        ticket = await service.submitted(category=None, text=text)
        await service.moved(ticket["id"], "classify", category=chosen)
        await service.moved(ticket["id"], "classify", category="api_consultation")
    metrics = (await service.admin.get("/metrics")).text
    assert 'support_triage_classifications_total{suggestion="first"} 1.0' in metrics
    assert 'support_triage_classifications_total{suggestion="wrong"} 1.0' in metrics
    assert 'support_triage_classifications_total{suggestion="none"} 1.0' in metrics
    assert "support_triage_share_suggested 0.666" in metrics
    assert "support_triage_share_right 0.5" in metrics
