"""The work calendar: dates, status, working time, overrides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.fields import CALENDAR_STATUS, DAY, INTERVAL, PAGE, WORKING_TIME
from tests.api.service import NOW, Service, code_of, errors_of

Json = dict[str, Any]
EXCEPTIONS = "/v1/work-calendar/exceptions"


async def days(service: Service, first: str, last: str) -> list[Json]:
    answer = await service.admin.get("/v1/work-calendar", params={"from": first, "to": last})
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


@pytest.mark.parametrize(("year", "working"), [(2024, 248), (2025, 247), (2026, 247)])
async def test_a_year_has_so_many_working_days(empty: Service, year: int, working: int) -> None:
    found = await days(empty, f"{year}-01-01", f"{year}-12-31")

    assert len(found) in {365, 366}
    assert sum(bool(day["intervals"]) for day in found) == working


@pytest.mark.parametrize("day", ["2024-04-27", "2024-11-02", "2024-12-28", "2025-11-01"])
async def test_a_moved_saturday_is_a_working_day(empty: Service, day: str) -> None:
    (found,) = await days(empty, day, day)

    assert set(found) == DAY
    assert set(found["intervals"][0]) == INTERVAL
    assert (found["date"], found["kind"], found["confirmed"]) == (day, "moved_working_day", True)
    assert found["intervals"] == [{"opens_at": f"{day}T06:00:00Z", "closes_at": f"{day}T15:00:00Z"}]


@pytest.mark.parametrize("day", ["2025-12-31", "2026-12-31", "2026-11-04", "2026-11-21"])
async def test_days_off_are_closed(empty: Service, day: str) -> None:
    (found,) = await days(empty, day, day)

    assert (found["kind"], found["intervals"]) == ("day_off", [])


async def test_dates_beyond_what_is_known_are_not_confirmed(empty: Service) -> None:
    found = await days(empty, "2027-12-31", "2028-01-11")

    assert [day["confirmed"] for day in found] == [True] + [False] * 11


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("to=2026-11-20", "/query/from"),
        ("from=2026-11-20", "/query/to"),
        ("from=2026-11-20&to=2026-11-19", "/query/to"),
        ("from=2026-01-01&to=2027-01-02", "/query/to"),
        ("from=2026-11-20T00:00:00Z&to=2026-11-20", "/query/from"),
        ("from=20261120&to=2026-11-20", "/query/from"),
        ("from=2026-02-30&to=2026-11-20", "/query/from"),
        ("from=1999-12-31&to=2000-01-01", "/query/from"),
    ],
)
async def test_wrong_dates_are_named(empty: Service, query: str, pointer: str) -> None:
    answer = await empty.admin.get(f"/v1/work-calendar?{query}")

    assert [found for found, _ in errors_of(answer)] == [pointer]


async def test_366_dates_are_shown_and_both_ends_belong(empty: Service) -> None:
    assert len(await days(empty, "2026-01-01", "2027-01-01")) == 366


@pytest.mark.parametrize(
    ("at", "is_open", "closes_at", "next_opening_at"),
    [
        ("2026-11-20T05:59:59Z", False, None, "2026-11-20T06:00:00Z"),
        ("2026-11-20T06:00:00Z", True, "2026-11-20T15:00:00Z", "2026-11-23T06:00:00Z"),
        ("2026-11-20T14:59:59.999Z", True, "2026-11-20T15:00:00Z", "2026-11-23T06:00:00Z"),
        ("2026-11-20T15:00:00Z", False, None, "2026-11-23T06:00:00Z"),
        ("2026-12-31T09:00:00Z", False, None, "2027-01-11T06:00:00Z"),
    ],
)
async def test_the_status_is_told_at_an_instant(
    empty: Service, at: str, is_open: bool, closes_at: str | None, next_opening_at: str
) -> None:
    told = (await empty.admin.get("/v1/work-calendar/status", params={"at": at})).json()

    assert set(told) >= CALENDAR_STATUS
    assert {name: told[name] for name in CALENDAR_STATUS} == {
        "open": is_open,
        "closes_at": closes_at,
        "next_opening_at": next_opening_at,
        "known_through": "2027-12-31",
    }


async def test_the_status_is_that_of_now_unless_asked_otherwise(empty: Service) -> None:
    empty.clock.now = datetime(2026, 11, 21, 9, tzinfo=UTC)

    assert (await empty.admin.get("/v1/work-calendar/status")).json()["open"] is False


@pytest.mark.parametrize(
    ("start", "end", "minutes", "intervals"),
    [
        ("2026-11-20T14:00:00Z", "2026-11-23T07:00:00Z", 120,
         [("2026-11-20T14:00:00Z", "2026-11-20T15:00:00Z"),
          ("2026-11-23T06:00:00Z", "2026-11-23T07:00:00Z")]),
        ("2026-11-20T07:00:00Z", "2026-11-20T07:00:59Z", 0,
         [("2026-11-20T07:00:00Z", "2026-11-20T07:00:59Z")]),
        ("2026-11-20T07:00:00Z", "2026-11-20T07:00:00Z", 0, []),
        ("2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z", 0, []),
    ],
)  # fmt: skip
async def test_working_time_is_counted_and_shown(
    empty: Service, start: str, end: str, minutes: int, intervals: list[tuple[str, str]]
) -> None:
    told = (await empty.admin.get("/v1/work-calendar/working-time", params={"from": start, "to": end})).json()

    assert set(told) == WORKING_TIME
    assert told["minutes"] == minutes
    assert [(one["opens_at"], one["closes_at"]) for one in told["intervals"]] == intervals


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2026-11-20T07:00:01Z&to=2026-11-20T07:00:00Z", "/query/to"),
        ("from=2026-11-20&to=2026-11-20T07:00:00Z", "/query/from"),
        ("from=2026-11-20T07:00:00Z", "/query/to"),
        ("from=2026-11-20T07:00:00Z&to=2101-01-01T00:00:00Z", "/query/to"),
    ],
)
async def test_wrong_instants_are_named(empty: Service, query: str, pointer: str) -> None:
    answer = await empty.admin.get(f"/v1/work-calendar/working-time?{query}")

    assert [found for found, _ in errors_of(answer)] == [pointer]


async def test_the_widest_range_of_working_time_is_answered(empty: Service) -> None:
    answer = await empty.admin.get(
        "/v1/work-calendar/working-time?from=2000-01-01T00:00:00Z&to=2100-12-31T00:00:00Z"
    )

    assert answer.status_code == 200
    assert answer.json()["minutes"] > 100 * 240 * 540


async def test_an_override_is_made_replaced_listed_and_removed(empty: Service) -> None:
    body = {"intervals": [{"opens": "09:00", "closes": "16:00"}], "reason": "Короткий день"}

    made = await empty.admin.put(f"{EXCEPTIONS}/2026-12-30", json=body)
    closed = await empty.admin.put(f"{EXCEPTIONS}/2026-12-30", json={"intervals": [], "reason": "Переезд"})
    page = (await empty.admin.get(EXCEPTIONS)).json()
    removed = await empty.admin.delete(f"{EXCEPTIONS}/2026-12-30")
    again = await empty.admin.delete(f"{EXCEPTIONS}/2026-12-30")

    assert (made.status_code, closed.status_code, removed.status_code) == (201, 200, 204)
    assert made.headers["location"] == f"{EXCEPTIONS}/2026-12-30"
    assert {name: made.json()[name] for name in ("date", "intervals", "reason", "version")} == body | {
        "date": "2026-12-30",
        "version": 1,
    }
    assert closed.headers["etag"].startswith('"2.')
    assert set(page) == PAGE
    assert page["items"] == [closed.json()]
    assert code_of(again) == (404, "exception_not_found")
    assert (await empty.admin.get(EXCEPTIONS)).json()["items"] == []


async def test_an_override_rules_at_once_and_until_it_is_removed(empty: Service) -> None:
    await empty.customer()
    path = f"{EXCEPTIONS}/2026-11-20"
    assert (await empty.admin.get("/v1/work-calendar/status")).json()["open"] is True

    await empty.admin.put(path, json={"intervals": [], "reason": "Переезд офиса"})
    (day,) = await days(empty, "2026-11-20", "2026-11-20")
    status = (await empty.admin.get("/v1/work-calendar/status")).json()
    ticket = await empty.submitted()
    await empty.admin.delete(path)

    assert (day["source"], day["name"], day["intervals"]) == ("exception", "Переезд офиса", [])
    assert (status["open"], status["next_opening_at"]) == (False, "2026-11-23T06:00:00Z")
    assert ticket["decision"]["earliest_start_at"] == "2026-11-23T06:00:00Z"
    assert (await empty.submitted())["decision"]["earliest_start_at"] == "2026-11-20T07:00:00Z"


async def test_an_override_opens_a_day_off_and_may_have_a_break(empty: Service) -> None:
    hours = [{"opens": "13:00", "closes": "15:00"}, {"opens": "10:00", "closes": "12:00"}]

    await empty.admin.put(f"{EXCEPTIONS}/2026-11-21", json={"intervals": hours, "reason": "Дежурство"})

    (day,) = await days(empty, "2026-11-21", "2026-11-21")
    assert [one["opens_at"] for one in day["intervals"]] == ["2026-11-21T07:00:00Z", "2026-11-21T10:00:00Z"]


async def test_stored_decisions_do_not_change_with_a_later_override(empty: Service) -> None:
    await empty.customer()
    empty.clock.now = NOW.replace(hour=16)
    ticket = await empty.submitted()

    await empty.admin.put(f"{EXCEPTIONS}/2026-11-23", json={"intervals": [], "reason": "Переезд"})

    assert (await empty.ticket(ticket["id"]))["decision"] == ticket["decision"]


@pytest.mark.parametrize(
    ("day", "body", "pointers"),
    [
        ("2026-13-01", {"intervals": [], "reason": "x"}, ["/path/date"]),
        ("tomorrow", {"intervals": [], "reason": "x"}, ["/path/date"]),
        ("2026-12-30", {"intervals": []}, ["/reason"]),
        ("2026-12-30", {"intervals": [], "reason": " "}, ["/reason"]),
        ("2026-12-30", {"reason": "x"}, ["/intervals"]),
        ("2026-12-30", {"intervals": [{"opens": "9:00", "closes": "16:00"}], "reason": "x"},
         ["/intervals/0/opens"]),
        ("2026-12-30", {"intervals": [{"opens": "09:00", "closes": "24:00"}], "reason": "x"},
         ["/intervals/0/closes"]),
        ("2026-12-30", {"intervals": [{"opens": "16:00", "closes": "09:00"}], "reason": "x"},
         ["/intervals/0/closes"]),
        ("2026-12-30", {"intervals": [{"opens": "09:00", "closes": "09:00"}], "reason": "x"},
         ["/intervals/0/closes"]),
        ("2026-12-30", {"intervals": [{"opens": "09:00", "closes": "12:00"},
                                      {"opens": "11:59", "closes": "13:00"}], "reason": "x"},
         ["/intervals/1"]),
        ("2026-12-30", {"intervals": [{"opens": "09:00", "closes": "12:00", "x": 1}], "reason": "x"},
         ["/intervals/0/x"]),
        ("2026-12-30", {"intervals": [{"opens": 9, "closes": "12:00"}], "reason": "x"},
         ["/intervals/0/opens"]),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_an_override_is_named(
    empty: Service, day: str, body: Json, pointers: list[str]
) -> None:
    answer = await empty.admin.put(f"{EXCEPTIONS}/{day}", json=body)

    assert [found for found, _ in errors_of(answer)] == pointers


async def test_intervals_may_touch(empty: Service) -> None:
    hours = [{"opens": "09:00", "closes": "12:00"}, {"opens": "12:00", "closes": "13:00"}]

    answer = await empty.admin.put(f"{EXCEPTIONS}/2026-12-30", json={"intervals": hours, "reason": "x"})

    assert answer.status_code == 201
