"""The month that `python -m app calendar` prints."""

from datetime import date, time

import pytest

from app.adapters.calendar_page import render_month
from app.adapters.production_calendar import production_calendar
from app.domain.calendar.service_hours import CalendarException, ServiceHours

CALENDAR = production_calendar()


def line_of(page: str, day: str) -> str:
    (line,) = (line for line in page.splitlines() if day in line)
    return line


def test_a_month_reads_day_by_day_with_its_sums() -> None:
    page = render_month(CALENDAR, 2025, 11)
    assert page.startswith("Work calendar, November 2025 (Moscow time)\n\n  2025-11-01 Sat  ")
    assert page.count("\n  2025-11-") == 30
    assert "Working days:    19\n" in page
    assert "Working minutes: 10260 (171 h 00 min)\n" in page
    assert page.endswith(f"Known through:   {CALENDAR.known_through}\n")


@pytest.mark.parametrize(
    ("day", "line"),
    [
        ("2025-11-01", "Sat  09:00-18:00  moved working day: Рабочая суббота (перенос)"),
        ("2025-11-02", "Sun  closed       weekend"),
        ("2025-11-03", "Mon  closed       day off: Выходной (перенесено с 01.11.2025)"),
        ("2025-11-04", "Tue  closed       day off: День народного единства"),
        ("2025-11-05", "Wed  09:00-18:00"),
    ],
)
def test_a_line_says_when_the_day_is_open_and_why(day: str, line: str) -> None:
    assert line_of(render_month(CALENDAR, 2025, 11), day) == f"  {day} {line}"


def test_exceptions_show_their_hours_and_reason_on_one_line() -> None:
    parts = (ServiceHours(time(9), time(12)), ServiceHours(time(13), time(16)))
    changed = CALENDAR.with_exceptions(
        [
            CalendarException(date(2026, 2, 3), parts, "short\nday"),
            CalendarException(date(2026, 2, 4), (), "moving"),
        ]
    )
    page = render_month(changed, 2026, 2)
    assert line_of(page, "2026-02-03").endswith("Tue  09:00-12:00, 13:00-16:00  exception: short day")
    assert line_of(page, "2026-02-04").endswith("Wed  closed                    exception: moving")
    assert "Working days:    18\n" in page


def test_days_that_a_decree_may_still_move_are_marked() -> None:
    page = render_month(CALENDAR, 2100, 5)
    assert page.count("\n? 2100-05-") == 31
    assert page.endswith("? not confirmed: days off may still be moved by decree\n")
    assert "?" not in render_month(CALENDAR, 2026, 5)


def test_a_shortened_day_says_so() -> None:
    early = production_calendar(close_early_on_shortened_days=True)
    line = line_of(render_month(early, 2026, 4), "2026-04-30")
    assert line.endswith("Thu  09:00-17:00  shortened before a public holiday")


@pytest.mark.parametrize("year", [2, 1999, 2102, 9998])
def test_a_month_outside_the_calendar_is_closed_throughout(year: int) -> None:
    page = render_month(CALENDAR, year, 1)
    assert "Working days:    0\n" in page
    assert "outside the calendar" in page


def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        render_month(CALENDAR, 2026, 13)
