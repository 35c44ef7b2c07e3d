"""Time entries: what is booked, corrected, counted and refused."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.fields import PAGE, TIME_ENTRY
from tests.api.service import (
    ABSENT,
    AGENCY,
    NOW,
    OTHER,
    OTHER_CHAT,
    SERVICE,
    Service,
    code_of,
    errors_of,
)

Json = dict[str, Any]
UNKNOWN = "019a9f5c-7b80-7000-8000-0000000000ff"


async def usage(service: Service, month: str = "2026-11", customer: str = AGENCY) -> tuple[int, int | None]:
    answer = await service.admin.get(f"/v1/customers/{customer}/usage", params={"month": month})
    told = answer.json()
    return told["used_minutes"], told["left_minutes"]


async def test_an_entry_is_answered_as_it_is_kept(service: Service) -> None:
    ticket = await service.submitted()

    answer = await service.book(ticket["id"], 25, activity="диагностика", note="журнал")
    entry = answer.json()
    listed = (await service.admin.get(f"/v1/tickets/{ticket['id']}/time-entries")).json()

    assert answer.status_code == 201
    assert answer.headers["location"].startswith(f"/v1/tickets/{ticket['id']}/time-entries")
    assert set(entry) >= TIME_ENTRY | {"id", "ticket_id", "counts", "created_at"}
    assert {name: entry[name] for name in TIME_ENTRY} == {
        "minutes": 25,
        "agent": "Ирина",
        "performed_at": "2026-11-20T07:00:00Z",
        "activity": "диагностика",
        "note": "журнал",
        "reverses": None,
    }
    assert entry["counts"] is True
    assert set(listed) == PAGE
    assert listed["items"] == [entry]


@pytest.mark.parametrize("minutes", [1, 1440])
async def test_the_limits_are_taken(service: Service, minutes: int) -> None:
    ticket = await service.submitted()

    assert (await service.book(ticket["id"], minutes)).status_code == 201


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"minutes": 0}, [("/minutes", "out_of_range")]),
        ({"minutes": 1441}, [("/minutes", "out_of_range")]),
        ({"minutes": -5}, [("/minutes", "out_of_range")]),
        ({"minutes": 5.0}, [("/minutes", "wrong_type")]),
        ({"minutes": "5"}, [("/minutes", "wrong_type")]),
        ({"minutes": True}, [("/minutes", "wrong_type")]),
        ({"minutes": ABSENT}, [("/minutes", "missing")]),
        ({"agent": ABSENT}, [("/agent", "missing")]),
        ({"agent": ""}, [("/agent", "too_short")]),
        ({"performed_at": ABSENT}, [("/performed_at", "missing")]),
        ({"performed_at": "2026-11-20"}, [("/performed_at", "bad_format")]),
        ({"performed_at": "2026-11-20T07:00:01Z"}, [("/performed_at", "in_the_future")]),
        ({"reverses": "1"}, [("/reverses", "bad_format")]),
        ({"counts": False}, [("/counts", "unknown_member")]),
    ],
)
async def test_a_wrong_member_is_named(service: Service, changed: Json, errors: Any) -> None:
    ticket = await service.submitted()
    body = {"minutes": 5, "agent": "Ирина", "performed_at": "2026-11-20T10:00:00+03:00"} | changed
    body = {name: value for name, value in body.items() if value is not ABSENT}

    answer = await service.admin.post(f"/v1/tickets/{ticket['id']}/time-entries", json=body)

    assert errors_of(answer) == errors
    assert answer.json()["errors"][0]["detail"] != "Значение не подходит."


async def test_a_correction_counts_in_the_month_of_what_it_corrects(service: Service) -> None:
    ticket = await service.submitted()
    entry = (await service.book(ticket["id"], 60, performed_at="2026-10-30T12:00:00+03:00")).json()

    correction = await service.book(ticket["id"], 20, reverses=entry["id"])

    assert correction.status_code == 201
    assert correction.json()["reverses"] == entry["id"]
    assert await usage(service, "2026-10") == (40, 500)
    assert await usage(service, "2026-11") == (0, 540)


async def test_corrections_never_take_back_more_than_was_booked(service: Service) -> None:
    ticket = await service.submitted()
    entry = (await service.book(ticket["id"], 60)).json()
    await service.book(ticket["id"], 45, reverses=entry["id"])

    refused = await service.book(ticket["id"], 16, reverses=entry["id"])
    exact = await service.book(ticket["id"], 15, reverses=entry["id"])

    assert code_of(refused) == (409, "reversal_exceeds_entry")
    assert refused.json()["left_minutes"] == 15
    assert exact.status_code == 201
    assert await usage(service) == (0, 540)


async def test_only_an_entry_of_the_same_ticket_can_be_corrected_and_no_correction(service: Service) -> None:
    ticket, other = await service.submitted(), await service.submitted()
    entry = (await service.book(ticket["id"], 60)).json()
    correction = (await service.book(ticket["id"], 10, reverses=entry["id"])).json()

    for answer in (
        await service.book(other["id"], 5, reverses=entry["id"]),
        await service.book(ticket["id"], 5, reverses=correction["id"]),
        await service.book(ticket["id"], 5, reverses=UNKNOWN),
    ):
        assert code_of(answer) == (404, "time_entry_not_found")


async def test_minutes_beyond_the_allotment_are_taken_and_nothing_is_ever_left_negative(
    empty: Service,
) -> None:
    await empty.customer(record=SERVICE)
    ticket = await empty.submitted()

    assert (await empty.book(ticket["id"], 200)).status_code == 201

    assert await usage(empty) == (200, 0)
    assert (await empty.ticket(ticket["id"]))["status"] == "queued"


async def test_freed_minutes_take_up_at_once_what_used_up_hours_deferred(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    ticket = await empty.submitted()
    entry = (await empty.book(ticket["id"], 180)).json()
    deferred = await empty.submitted()
    assert deferred["status"] == "deferred"

    await empty.book(ticket["id"], 10, reverses=entry["id"])

    taken_up = await empty.ticket(deferred["id"])
    assert (taken_up["status"], taken_up["resume_at"]) == ("queued", None)
    assert taken_up["decision"]["outcome"] == "accepted"


async def test_a_better_tariff_takes_up_at_once_what_used_up_hours_deferred(empty: Service) -> None:
    await empty.customer(record=SERVICE)
    ticket = await empty.submitted()
    await empty.book(ticket["id"], 180)
    deferred = await empty.submitted()

    extended = SERVICE | {"tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}]}
    await empty.customer(record=extended, chat=None)

    taken_up = await empty.ticket(deferred["id"])
    assert (deferred["status"], taken_up["status"]) == ("deferred", "queued")


async def test_work_on_a_separate_order_is_paid_apart(service: Service) -> None:
    ticket = await service.submitted(category="custom_development")

    entry = (await service.book(ticket["id"], 60)).json()

    assert entry["counts"] is False
    assert await usage(service) == (0, 540)


async def test_months_are_those_of_moscow(service: Service) -> None:
    ticket = await service.submitted()
    await service.book(ticket["id"], 7, performed_at="2026-10-31T20:59:59Z")
    await service.book(ticket["id"], 9, performed_at="2026-10-31T21:00:00Z")

    assert await usage(service, "2026-10") == (7, 533)
    assert await usage(service, "2026-11") == (9, 531)


async def test_usage_names_the_tickets(service: Service) -> None:
    ticket = await service.submitted()
    await service.book(ticket["id"], 30)
    await service.book(ticket["id"], 12)

    told = (await service.admin.get(f"/v1/customers/{AGENCY}/usage")).json()

    assert told["tickets"] == [{"ticket_id": ticket["id"], "number": ticket["number"], "minutes": 42}]


async def test_entries_come_oldest_first_in_pages(service: Service) -> None:
    ticket = await service.submitted()
    for minutes in (1, 2, 3):
        service.clock.now = NOW + timedelta(minutes=minutes)
        await service.book(ticket["id"], minutes)
    path = f"/v1/tickets/{ticket['id']}/time-entries"

    first = (await service.admin.get(path, params={"limit": 2})).json()
    rest = (await service.admin.get(path, params={"cursor": first["next_cursor"]})).json()

    assert [one["minutes"] for one in first["items"] + rest["items"]] == [1, 2, 3]


async def test_a_booking_is_in_the_history_and_counts_for_its_own_customer(service: Service) -> None:
    ticket = await service.submitted(customer_id=OTHER, chat_id=OTHER_CHAT)
    entry = (await service.book(ticket["id"], 5)).json()

    events = (await service.admin.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]

    assert (events[-1]["type"], events[-1]["time_entry_id"]) == ("time.recorded", entry["id"])
    assert await usage(service) == (0, 540)
    assert await usage(service, customer=OTHER) == (5, None)
