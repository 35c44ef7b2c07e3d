"""POST /v1/decisions: what would be decided; the same path as a submission, and nothing is written."""

import re
from typing import Any

import pytest

from tests.api.fields import DECISION, NOTICE, REASON
from tests.api.service import ABSENT, AGENCY, CHAT, OTHER_CHAT, SERVICE, Service, code_of, errors_of

Json = dict[str, Any]


WHAT_IF: Json = {
    "contract_accepted": True,
    "licence": "boxed",
    "paid_until": None,
    "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}],
    "exclusive_version": False,
    "minutes_used": 0,
    "chat_assigned": True,
}


def words(**changed: Any) -> Json:
    body = {
        "channel": "telegram",
        "chat_id": CHAT,
        "category": "feature_explanation",
        "text": "Как работает выгрузка?",
        "knowledge_base_checked": True,
    } | changed
    return {name: value for name, value in body.items() if value is not ABSENT}


async def asked(service: Service, entitlement: Json | None = None, **members: Any) -> Json:
    body = {"submission": words(), "entitlement": entitlement or WHAT_IF} | members
    answer = await service.admin.post("/v1/decisions", json=body)
    assert answer.status_code == 200, answer.text
    decision: Json = answer.json()
    return decision


def reasons_of(decision: Json) -> list[tuple[str, str, str]]:
    return [(one["code"], one["clause"], one["effect"]) for one in decision["reasons"]]


def notices_of(decision: Json) -> list[tuple[str, str]]:
    return [(one["code"], one["clause"]) for one in decision["notices"]]


async def test_the_example_of_the_contract_is_answered_as_the_contract_says(service: Service) -> None:
    body = {
        "as_of": "2026-11-20T10:00:00+03:00",
        "customer_id": AGENCY,
        "entitlement": None,
        "submission": {
            "channel": "telegram",
            "chat_id": CHAT,
            "category": "product_defect",
            "impact": "none",
            "subject": "Выгрузка",
            "text": "Объявления не выгружаются",
            "reproduction_steps": ["Открыть «Экспорт»"],
            "attachment_kinds": ["image"],
            "knowledge_base_checked": True,
            "sent_to_manager": False,
        },
    }

    answer = await service.admin.post("/v1/decisions", json=body)
    decision = answer.json()

    assert answer.status_code == 200
    assert set(decision) == DECISION
    assert set(decision["notices"][0]) == NOTICE
    assert decision | {"notices": None, "regulation_edition": None} == {
        "outcome": "accepted",
        "source": "rules",
        "reasons": [],
        "notices": None,
        "priority": "high",
        "earliest_start_at": "2026-11-20T07:00:00Z",
        "resume_at": None,
        "decided_at": "2026-11-20T07:00:00Z",
        "regulation_edition": None,
        "calendar_known_through": "2027-12-31",
    }
    assert notices_of(decision) == [("no_guaranteed_time", "2.3")]


async def test_it_is_what_the_submission_then_gets(service: Service) -> None:
    for category in ("custom_development", "web_design", "product_defect", None):
        body = {"customer_id": AGENCY, "submission": words(category=category)}

        previewed = (await service.admin.post("/v1/decisions", json=body)).json()
        ticket = await service.submitted(**words(category=category))

        assert ticket["decision"] == previewed


async def test_nothing_is_written(service: Service) -> None:
    before = service.dump()
    body = {"customer_id": AGENCY, "submission": words()}

    await asked(service)
    await service.admin.post("/v1/decisions", json=body, headers={"Idempotency-Key": "x"})
    again = await service.admin.post("/v1/decisions", json=body, headers={"Idempotency-Key": "x"})

    assert "idempotency-replayed" not in again.headers
    assert service.dump() == before


@pytest.mark.parametrize(
    ("entitlement", "submission", "outcome", "reasons", "priority"),
    [
        ({}, {}, "accepted", [], "high"),
        ({"contract_accepted": False}, {}, "declined", [("contract_missing", "1.1", "declined")], None),
        ({"tariffs": []}, {}, "declined", [("tariff_missing", "1.3", "declined")], None),
        ({"licence": "rental", "tariffs": [], "paid_until": "2026-11-20"}, {}, "accepted", [], "normal"),
        ({"licence": "rental", "tariffs": [], "paid_until": "2026-11-19"}, {}, "declined",
         [("paid_period_over", "1.3", "declined")], None),
        ({"licence": "rental", "tariffs": []}, {}, "declined",
         [("paid_period_over", "1.3", "declined")], None),
        ({}, {"category": "third_party_problem"}, "declined",
         [("third_party_problem", "1.4", "declined")], None),
        ({}, {"category": "web_design"}, "declined", [("web_design", "1.5", "declined")], None),
        ({}, {"category": "configure_for_customer"}, "declined",
         [("configure_for_customer", "3.1", "declined")], None),
        ({}, {"category": "third_party_setup"}, "declined", [("third_party_setup", "3.1", "declined")], None),
        ({}, {"category": "workstation_diagnostics"}, "declined",
         [("workstation_diagnostics", "3.1", "declined")], None),
        ({"licence": "rental", "tariffs": [], "paid_until": "2026-12-31"}, {"category": "custom_development"},
         "declined", [("custom_development", "3.3", "declined")], None),
        ({"licence": "rental", "tariffs": [], "paid_until": "2026-12-31"}, {"category": "code_modification"},
         "declined", [("code_modification", "3.3", "declined")], None),
        ({}, {"category": "custom_development"}, "separate_order",
         [("separate_order", "5.2", "separate_order")], "high"),
        ({"tariffs": [{"tariff": "service", "from": "2026-11-01", "until": "2026-11-30"}]},
         {"category": "code_modification"}, "separate_order",
         [("separate_order", "5.1", "separate_order")], "normal"),
        ({"exclusive_version": True}, {"category": "software_update"}, "separate_order",
         [("separate_order", "5.2", "separate_order")], "high"),
        ({"chat_assigned": False}, {}, "not_registered",
         [("chat_not_assigned", "4.1", "not_registered")], None),
        ({}, {"channel": "phone", "chat_id": None}, "not_registered",
         [("unofficial_channel", "4.3", "not_registered")], None),
        ({}, {"text": "🙂"}, "deferred", [("description_missing", "4.2", "deferred")], "high"),
        ({}, {"text": "", "attachment_kinds": ["voice"]}, "deferred",
         [("not_in_text_form", "4.4", "deferred")], "high"),
        ({}, {"text": "", "attachment_kinds": ["sticker", "image"]}, "deferred",
         [("description_missing", "4.2", "deferred")], "high"),
        ({"minutes_used": 540}, {}, "deferred", [("hours_exhausted", "5.2", "deferred")], "high"),
        ({"minutes_used": 540}, {"category": None}, "accepted", [], "high"),
        ({"minutes_used": 540}, {"category": "product_defect", "impact": "crm_down"}, "accepted", [],
         "critical"),
        ({"tariffs": [{"tariff": "service", "from": "2026-11-20", "until": "2026-11-20"}]},
         {"category": "developer_consultation"}, "declined",
         [("extended_tariff_only", "5.2", "declined")], None),
        ({"contract_accepted": False, "tariffs": [], "chat_assigned": False},
         {"category": "web_design", "text": ""}, "not_registered",
         [("contract_missing", "1.1", "declined"), ("tariff_missing", "1.3", "declined"),
          ("web_design", "1.5", "declined"), ("chat_not_assigned", "4.1", "not_registered"),
          ("description_missing", "4.2", "deferred")], None),
    ],
)  # fmt: skip
async def test_every_clause_answers(
    empty: Service, entitlement: Json, submission: Json, outcome: str, reasons: Any, priority: str | None
) -> None:
    decision = await asked(empty, WHAT_IF | entitlement, submission=words(**submission))

    assert (decision["outcome"], decision["priority"]) == (outcome, priority)
    assert reasons_of(decision) == reasons
    assert all(set(reason) == REASON for reason in decision["reasons"])


@pytest.mark.parametrize(
    ("entitlement", "submission", "as_of", "notices"),
    [
        ({}, {"knowledge_base_checked": False}, "2026-11-20T10:00:00+03:00",
         [("knowledge_base_first", "1.2"), ("no_guaranteed_time", "2.3")]),
        ({}, {"knowledge_base_checked": None}, "2026-11-20T10:00:00+03:00",
         [("knowledge_base_first", "1.2"), ("no_guaranteed_time", "2.3")]),
        ({}, {}, "2026-11-20T18:00:00+03:00",
         [("outside_service_hours", "2.1"), ("no_guaranteed_time", "2.3")]),
        ({}, {"category": "improvement_request"}, "2026-11-20T10:00:00+03:00",
         [("release_dates_individual", "2.2"), ("no_guaranteed_time", "2.3")]),
        ({}, {"sent_to_manager": True}, "2026-11-20T10:00:00+03:00",
         [("no_guaranteed_time", "2.3"), ("manager_contact_has_no_effect", "2.3")]),
        ({}, {"category": "product_defect"}, "2026-11-20T10:00:00+03:00",
         [("no_guaranteed_time", "2.3"), ("steps_recommended", "4.2")]),
        ({"minutes_used": 432}, {}, "2026-11-20T10:00:00+03:00",
         [("no_guaranteed_time", "2.3"), ("hours_nearly_exhausted", "5.2")]),
        ({"minutes_used": 431}, {}, "2026-11-20T10:00:00+03:00", [("no_guaranteed_time", "2.3")]),
        ({}, {"category": "custom_development"}, "2026-11-20T10:00:00+03:00",
         [("release_dates_individual", "2.2"), ("no_guaranteed_time", "2.3"),
          ("priority_development", "5.2")]),
        ({}, {"category": "web_design", "knowledge_base_checked": False, "sent_to_manager": True},
         "2026-11-21T10:00:00+03:00",
         [("no_guaranteed_time", "2.3"), ("manager_contact_has_no_effect", "2.3")]),
        ({"minutes_used": 540}, {"category": None, "text": ""}, "2026-11-20T10:00:00+03:00",
         [("no_guaranteed_time", "2.3"), ("hours_exhausted", "5.2")]),
        ({}, {"category": "operation_failure", "impact": "crm_down", "text": ""}, "2026-11-20T10:00:00+03:00",
         [("no_guaranteed_time", "2.3"), ("description_missing", "4.2"), ("steps_recommended", "4.2")]),
        ({"chat_assigned": False}, {}, "2026-11-20T10:00:00+03:00", []),
    ],
)  # fmt: skip
async def test_notices_stand_in_clause_order(
    empty: Service, entitlement: Json, submission: Json, as_of: str, notices: Any
) -> None:
    decision = await asked(empty, WHAT_IF | entitlement, submission=words(**submission), as_of=as_of)

    found = notices_of(decision)
    assert sorted(found) == sorted(notices)
    assert [clause for _, clause in found] == sorted(clause for _, clause in found)


async def test_used_up_hours_name_the_first_service_minute_of_the_next_month(empty: Service) -> None:
    decision = await asked(empty, WHAT_IF | {"minutes_used": 541}, as_of="2026-10-15T12:00:00+03:00")

    assert decision["resume_at"] == decision["earliest_start_at"] == "2026-11-02T06:00:00Z"
    assert decision["decided_at"] == "2026-10-15T09:00:00Z"


async def test_after_the_last_service_minute_of_a_month_its_minutes_do_not_count(empty: Service) -> None:
    decision = await asked(empty, WHAT_IF | {"minutes_used": 541}, as_of="2026-10-30T18:00:00+03:00")

    assert decision["outcome"] == "accepted"


async def test_past_and_future_use_the_records_periods_and_the_entries_up_to_them(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    ticket = await empty.submitted()
    assert (await empty.book(ticket["id"], 180, performed_at="2026-11-20T09:30:00+03:00")).status_code == 201

    async def at(instant: str) -> list[tuple[str, str, str]]:
        body = {"customer_id": AGENCY, "as_of": instant, "submission": words()}
        return reasons_of((await empty.admin.post("/v1/decisions", json=body)).json())

    assert await at("2026-11-20T09:00:00+03:00") == []
    assert await at("2026-11-20T11:00:00+03:00") == [("hours_exhausted", "5.1", "deferred")]
    assert await at("2026-12-01T09:00:00+03:00") == []
    assert await at("2027-01-12T09:00:00+03:00") == [("tariff_missing", "1.3", "declined")]
    assert await at("2025-12-14T09:00:00+03:00") == [
        ("contract_missing", "1.1", "declined"),
        ("tariff_missing", "1.3", "declined"),
    ]


async def test_as_of_is_now_if_absent_or_null(service: Service) -> None:
    for as_of in ({}, {"as_of": None}):
        assert (await asked(service, **as_of))["decided_at"] == "2026-11-20T07:00:00Z"


async def test_a_what_if_needs_no_customer_and_looks_no_chat_up(empty: Service) -> None:
    assert (await asked(empty, submission=words(chat_id=ABSENT)))["outcome"] == "accepted"
    assert (await asked(empty, submission=words(chat_id=OTHER_CHAT)))["outcome"] == "accepted"
    assert (await asked(empty, customer_id=None))["outcome"] == "accepted"


async def test_english_texts_have_the_same_codes(service: Service) -> None:
    body = {"entitlement": WHAT_IF, "submission": words(category="web_design", sent_to_manager=True)}

    russian = (await service.admin.post("/v1/decisions", json=body)).json()
    english = (await service.admin.post("/v1/decisions", json=body, headers={"Accept-Language": "en"})).json()

    assert reasons_of(russian) == reasons_of(english)
    assert notices_of(russian) == notices_of(english)
    told = [one["message"] for one in (*russian["reasons"], *russian["notices"])]
    assert all(re.search("[а-я]", message) for message in told)
    told = [one["message"] for one in (*english["reasons"], *english["notices"])]
    assert not any(re.search("[а-яё]", message, re.IGNORECASE) for message in told)


async def test_an_unknown_customer_is_not_found(service: Service) -> None:
    answer = await service.admin.post("/v1/decisions", json={"customer_id": "nobody", "submission": words()})

    assert code_of(answer) == (404, "customer_not_found")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"submission": words()}, [""]),
        ({"customer_id": None, "entitlement": None, "submission": words()}, [""]),
        ({"customer_id": AGENCY, "entitlement": WHAT_IF, "submission": words()}, [""]),
        ({"customer_id": AGENCY}, ["/submission"]),
        ({"customer_id": AGENCY, "submission": words(chat_id=None)}, ["/submission/chat_id"]),
        ({"customer_id": AGENCY, "submission": words(chat_id="x")}, ["/submission/chat_id"]),
        ({"customer_id": AGENCY, "submission": words(channel=ABSENT)}, ["/submission/channel"]),
        ({"customer_id": AGENCY, "submission": words(customer_id=AGENCY)}, ["/submission/customer_id"]),
        ({"customer_id": AGENCY, "submission": words(attachment_kinds=["image", "gif"])},
         ["/submission/attachment_kinds/1"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": "2026-11-20"}, ["/as_of"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": "2026-11-20T10:00:00"}, ["/as_of"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": "2026-11-20 10:00:00Z"}, ["/as_of"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": 1763622000}, ["/as_of"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": "1999-12-31T10:00:00Z"}, ["/as_of"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": "2101-01-01T00:00:00Z"}, ["/as_of"]),
        ({"customer_id": AGENCY, "submission": words(), "as_of": "2026-11-20T23:59:60Z"}, ["/as_of"]),
        ({"entitlement": WHAT_IF | {"minutes_used": -1}, "submission": words()},
         ["/entitlement/minutes_used"]),
        ({"entitlement": WHAT_IF | {"minutes_used": 3.0}, "submission": words()},
         ["/entitlement/minutes_used"]),
        ({"entitlement": WHAT_IF | {"minutes_used": "3"}, "submission": words()},
         ["/entitlement/minutes_used"]),
        ({"entitlement": WHAT_IF | {"minutes_used": True}, "submission": words()},
         ["/entitlement/minutes_used"]),
        ({"entitlement": WHAT_IF | {"name": "x"}, "submission": words()}, ["/entitlement/name"]),
        ({"entitlement": WHAT_IF | {"paid_until": "2026-12-31"}, "submission": words()},
         ["/entitlement/paid_until"]),
        ({"entitlement": WHAT_IF | {"licence": "rental"}, "submission": words()}, ["/entitlement/tariffs"]),
        ({"entitlement": WHAT_IF | {"tariffs": [{"tariff": "gold", "from": "2026-01-01", "until": "x"}]},
          "submission": words()}, ["/entitlement/tariffs/0/tariff", "/entitlement/tariffs/0/until"]),
    ],
)  # fmt: skip
async def test_wrong_members_are_named(service: Service, body: Json, pointers: list[str]) -> None:
    answer = await service.admin.post("/v1/decisions", json=body)

    assert [pointer for pointer, _ in errors_of(answer)] == pointers
