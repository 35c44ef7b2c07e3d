"""Customers: their records, what they may claim at an instant, and where their minutes went."""

from typing import Any

import pytest

from tests.api.fields import CUSTOMER_RECORD, FACTS_ENTITLEMENT, PAGE, USAGE
from tests.api.service import (
    ABSENT,
    AGENCY,
    CHAT,
    EXTENDED,
    OTHER,
    RENTAL,
    SERVICE,
    Service,
    code_of,
    errors_of,
)

Json = dict[str, Any]
PATH = f"/v1/customers/{AGENCY}"


async def test_a_record_is_made_replaced_and_read(empty: Service) -> None:
    body = {
        "name": "Агентство «Новый дом»",
        "contract_accepted_on": "2025-12-15",
        "licence": "boxed",
        "paid_until": None,
        "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}],
        "exclusive_version": True,
    }

    made = await empty.admin.put(PATH, json=body)
    replaced = await empty.admin.put(PATH, json=body | {"name": "Другое имя"})
    read = await empty.admin.get(PATH)

    assert (made.status_code, replaced.status_code) == (201, 200)
    assert made.headers["location"] == PATH
    assert "location" not in replaced.headers
    assert set(made.json()) >= CUSTOMER_RECORD | {"id", "version"}
    assert {name: made.json()[name] for name in CUSTOMER_RECORD} == body
    assert (made.json()["id"], made.json()["version"]) == (AGENCY, 1)
    assert (replaced.json()["name"], replaced.json()["version"]) == ("Другое имя", 2)
    assert (read.content, read.headers["etag"]) == (replaced.content, replaced.headers["etag"])


async def test_members_that_do_not_apply_may_be_left_out(empty: Service) -> None:
    made = await empty.admin.put(PATH, json={"name": "А", "licence": "rental"})

    assert {name: made.json()[name] for name in CUSTOMER_RECORD} == {
        "name": "А",
        "contract_accepted_on": None,
        "licence": "rental",
        "paid_until": None,
        "tariffs": [],
        "exclusive_version": False,
    }


async def test_repeating_a_record_changes_nothing(service: Service) -> None:
    before = service.dump()

    again = await service.admin.put(PATH, json=EXTENDED)

    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert service.dump() == before


async def test_if_match_makes_no_record_that_was_not_there(empty: Service) -> None:
    answer = await empty.admin.put(PATH, json=RENTAL, headers={"If-Match": "*"})

    assert code_of(answer) == (412, "precondition_failed")
    assert (await empty.admin.get(PATH)).status_code == 404


async def test_customers_are_listed_by_id(service: Service) -> None:
    for name in ("b", "A", "agency-2", "z:@._-"):
        await service.customer(name, RENTAL, chat=None)

    page = (await service.admin.get("/v1/customers")).json()

    assert set(page) == PAGE
    ids = [one["id"] for one in page["items"]]
    assert ids == sorted(ids) == ["A", AGENCY, OTHER, "agency-2", "b", "z:@._-"]


async def test_an_unknown_customer_is_not_found(service: Service) -> None:
    for path in ("", "/entitlement", "/usage", "/chats"):
        answer = await service.admin.get(f"/v1/customers/nobody{path}")
        assert code_of(answer) == (404, "customer_not_found")
    put = await service.admin.put(f"/v1/customers/nobody/chats/telegram/{CHAT}", json={})
    assert code_of(put) == (404, "customer_not_found")


PERIOD = {"tariff": "service", "from": "2026-01-01", "until": "2026-06-30"}


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"name": ABSENT}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"name": " "}, ["/name"]),
        ({"name": "a\0"}, ["/name"]),
        ({"name": "x" * 301}, ["/name"]),
        ({"licence": ABSENT}, ["/licence"]),
        ({"licence": "cloud"}, ["/licence"]),
        ({"contract_accepted_on": "15.12.2025"}, ["/contract_accepted_on"]),
        ({"contract_accepted_on": "2025-12-15T00:00:00Z"}, ["/contract_accepted_on"]),
        ({"contract_accepted_on": "2025-02-29"}, ["/contract_accepted_on"]),
        ({"contract_accepted_on": "1999-12-31"}, ["/contract_accepted_on"]),
        ({"contract_accepted_on": 20251215}, ["/contract_accepted_on"]),
        ({"paid_until": "2026-12-31"}, ["/paid_until"]),
        ({"licence": "rental"}, ["/tariffs"]),
        ({"licence": "rental", "tariffs": [], "exclusive_version": True}, ["/exclusive_version"]),
        ({"exclusive_version": None}, ["/exclusive_version"]),
        ({"tariffs": None}, ["/tariffs"]),
        ({"tariffs": [{"tariff": "service"}]}, ["/tariffs/0/from", "/tariffs/0/until"]),
        ({"tariffs": [PERIOD | {"until": "2025-12-31"}]}, ["/tariffs/0/until"]),
        ({"tariffs": [PERIOD, PERIOD | {"from": "2026-06-30", "until": "2026-07-01"}]}, ["/tariffs/1"]),
        ({"tariffs": [PERIOD, PERIOD]}, ["/tariffs/1"]),
        ({"tariffs": [PERIOD | {"price": 1}]}, ["/tariffs/0/price"]),
        ({"id": "agency-17"}, ["/id"]),
        ({"version": 1}, ["/version"]),
    ],
)
async def test_wrong_members_are_named(service: Service, changed: Json, pointers: list[str]) -> None:
    body = {name: value for name, value in (EXTENDED | changed).items() if value is not ABSENT}

    answer = await service.admin.put(PATH, json=body)

    assert [pointer for pointer, _ in errors_of(answer)] == pointers


async def test_tariffs_may_follow_each_other_day_by_day(service: Service) -> None:
    following = {"tariff": "extended", "from": "2026-07-01", "until": "2026-07-01"}

    answer = await service.admin.put(PATH, json=EXTENDED | {"tariffs": [PERIOD, following]})

    assert answer.status_code == 200
    assert answer.json()["tariffs"] == [PERIOD, following]


async def test_the_entitlement_is_told_at_an_instant(service: Service) -> None:
    ticket = await service.submitted()
    await service.book(ticket["id"], 45)

    told = (await service.admin.get(f"{PATH}/entitlement")).json()

    assert set(told) >= FACTS_ENTITLEMENT - {"chat_assigned"}
    assert {name: told[name] for name in FACTS_ENTITLEMENT - {"chat_assigned"}} == {
        "contract_accepted": True,
        "licence": "boxed",
        "paid_until": None,
        "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}],
        "exclusive_version": False,
        "minutes_used": 45,
    }
    assert (told["tariff"], told["limit_minutes"], told["left_minutes"]) == ("extended", 540, 495)
    assert told["chats"] == {"limit": 3, "used": 1, "clause": "5.2"}


@pytest.mark.parametrize(
    ("at", "accepted", "tariff", "limit"),
    [
        ("2025-12-14T20:59:59Z", False, None, None),
        ("2025-12-14T21:00:00Z", True, None, None),
        ("2025-12-31T20:59:59Z", True, None, None),
        ("2025-12-31T21:00:00Z", True, "extended", 540),
        ("2026-12-31T20:59:59Z", True, "extended", 540),
        ("2026-12-31T23:59:59%2B03:00", True, "extended", 540),
        ("2026-12-31T21:00:00Z", True, None, None),
    ],
)
async def test_days_are_judged_from_moscow_midnight_to_midnight(
    service: Service, at: str, accepted: bool, tariff: str | None, limit: int | None
) -> None:
    told = (await service.admin.get(f"{PATH}/entitlement?at={at}")).json()

    assert (told["contract_accepted"], told["tariff"], told["limit_minutes"]) == (accepted, tariff, limit)


async def test_a_rental_has_no_allotment_and_one_chat(service: Service) -> None:
    told = (await service.admin.get(f"/v1/customers/{OTHER}/entitlement")).json()
    usage = (await service.admin.get(f"/v1/customers/{OTHER}/usage")).json()

    assert (told["tariff"], told["limit_minutes"], told["left_minutes"]) == (None, None, None)
    assert told["chats"] == {"limit": 1, "used": 1, "clause": "4.1"}
    assert (usage["limit_minutes"], usage["used_minutes"], usage["left_minutes"]) == (None, 0, None)


async def test_usage_is_that_of_a_moscow_month(service: Service) -> None:
    ticket = await service.submitted()
    await service.book(ticket["id"], 45)

    told = (await service.admin.get(f"{PATH}/usage", params={"month": "2026-11"})).json()
    present = (await service.admin.get(f"{PATH}/usage")).json()
    other = (await service.admin.get(f"{PATH}/usage", params={"month": "2026-02"})).json()

    assert set(told) >= USAGE
    assert {name: told[name] for name in USAGE} == {
        "limit_minutes": 540,
        "used_minutes": 45,
        "left_minutes": 495,
        "period_start": "2026-11-01",
        "period_end": "2026-11-30",
        "tickets": [{"ticket_id": ticket["id"], "number": ticket["number"], "minutes": 45}],
    }
    assert present == told
    assert (other["period_end"], other["used_minutes"], other["tickets"]) == ("2026-02-28", 0, [])


async def test_the_limit_is_that_of_the_tariff_in_force_at_the_instant(empty: Service) -> None:
    later = {"tariff": "extended", "from": "2026-11-20", "until": "2026-12-31"}
    before = {"tariff": "service", "from": "2026-11-01", "until": "2026-11-19"}
    await empty.customer(record=SERVICE | {"tariffs": [before, later]})

    told = [
        (await empty.admin.get(f"{PATH}/entitlement", params={"at": at})).json()["limit_minutes"]
        for at in ("2026-11-19T12:00:00+03:00", "2026-11-20T00:00:00+03:00")
    ]

    assert told == [180, 540]


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("usage?month=2026-13", "/query/month"),
        ("usage?month=2026", "/query/month"),
        ("usage?month=2026-11-01", "/query/month"),
        ("usage?month=1999-01", "/query/month"),
        ("entitlement?at=2026-11-20", "/query/at"),
        ("entitlement?at=2026-11-20T10:00:00", "/query/at"),
        ("entitlement?at=1763622000", "/query/at"),
        ("entitlement?at=2101-01-01T00:00:00Z", "/query/at"),
        ("entitlement?at=0001-01-01T00:00:00%2B14:00", "/query/at"),
    ],
)
async def test_a_wrong_parameter_is_named(service: Service, path: str, pointer: str) -> None:
    answer = await service.admin.get(f"{PATH}/{path}")

    assert [found for found, _ in errors_of(answer)] == [pointer]


@pytest.mark.parametrize("customer_id", ["a" * 65, "a b", "агентство", "a%2Fb"[:1] + "%20"])
async def test_a_customer_is_put_only_under_an_id_of_the_crm(service: Service, customer_id: str) -> None:
    answer = await service.admin.put(f"/v1/customers/{customer_id}", json=RENTAL)

    assert [pointer for pointer, _ in errors_of(answer)] == ["/path/customer_id"]
