"""The production calendar as published, against what the adapter makes of the package."""

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays

from app.adapters.production_calendar import known_through, production_calendar, production_days
from app.domain.calendar.service_hours import DayKind, DayPlan

CALENDAR = production_calendar()


def year(number: int) -> tuple[DayPlan, ...]:
    return CALENDAR.days(date(number, 1, 1), date(number, 12, 31))


@pytest.mark.parametrize(
    ("number", "working_days"),
    [(2022, 247), (2023, 247), (2024, 248), (2025, 247), (2026, 247), (2027, 247)],
)
def test_a_year_has_as_many_working_days_as_published(number: int, working_days: int) -> None:
    assert sum(bool(plan.hours) for plan in year(number)) == working_days
    january = datetime(number - 1, 12, 31, 21, tzinfo=UTC)
    next_january = datetime(number, 12, 31, 21, tzinfo=UTC)
    minutes = CALENDAR.working_minutes_between(january, next_january)
    assert minutes == working_days * 540


def test_saturdays_moved_to_working_days_are_open_and_named() -> None:
    moved = [
        plan
        for number in range(2024, 2027)
        for plan in year(number)
        if plan.kind is DayKind.MOVED_WORKING_DAY
    ]
    assert [plan.date for plan in moved] == [
        date(2024, 4, 27),
        date(2024, 11, 2),
        date(2024, 12, 28),
        date(2025, 11, 1),
    ]
    assert {plan.name for plan in moved} == {"Рабочая суббота (перенос)"}
    assert {plan.source for plan in moved} == {"production_calendar"}


def test_a_moved_sunday_is_called_a_sunday() -> None:
    assert CALENDAR.day(date(2009, 1, 11)).name == "Рабочее воскресенье (перенос)"


@pytest.mark.parametrize("number", [2025, 2026])
def test_the_last_day_of_the_year_is_off(number: int) -> None:
    plan = CALENDAR.day(date(number, 12, 31))
    assert (plan.kind, plan.source) == (DayKind.DAY_OFF, "production_calendar")
    assert plan.name is not None
    assert plan.name.startswith("Выходной (перенесено")


def test_holidays_are_named_in_russian_also_on_a_weekend() -> None:
    weekend_holiday = CALENDAR.day(date(2026, 1, 3))
    assert weekend_holiday.name == "Новогодние каникулы"
    assert weekend_holiday.source == "production_calendar"
    assert CALENDAR.day(date(2026, 1, 7)).name == "Рождество Христово"


def test_the_calendar_is_known_as_far_as_the_package_has_moved_days() -> None:
    moved_years = country_holidays("RU").special_public_holidays
    assert known_through() == CALENDAR.known_through == date(max(moved_years), 12, 31)
    assert known_through() >= date(2027, 12, 31)


@pytest.mark.parametrize(
    ("number", "published"),
    [
        (2020, ["30.04", "08.05", "11.06", "03.11", "31.12"]),
        (2024, ["22.02", "07.03", "08.05", "11.06", "02.11"]),
        (2025, ["07.03", "30.04", "11.06", "01.11"]),
        (2026, ["30.04", "08.05", "11.06", "03.11"]),
    ],
)
def test_shortened_days_are_the_published_ones(number: int, published: list[str]) -> None:
    early = production_calendar(close_early_on_shortened_days=True)
    plans = early.days(date(number, 1, 1), date(number, 12, 31))
    short = [plan for plan in plans if plan.hours and plan.hours[0].closes.hour == 17]
    assert [f"{plan.date:%d.%m}" for plan in short] == published


def test_no_day_is_shortened_by_default() -> None:
    assert {part.closes.hour for plan in year(2026) for part in plan.hours} == {18}


def test_a_day_before_a_day_off_that_is_no_holiday_is_not_shortened() -> None:
    eve_of_moved_day_off = date(2026, 12, 30)  # 31 December 2026 is off by decree only
    assert eve_of_moved_day_off not in production_days(2026)


@pytest.mark.parametrize("number", range(2000, 2102))
def test_every_year_of_the_calendar_agrees_with_the_package(number: int) -> None:
    raw = country_holidays("RU", years=number)
    assert all(bool(plan.hours) == raw.is_working_day(plan.date) for plan in year(number))


def test_a_year_is_given_without_its_neighbours() -> None:
    days = set(production_days(2026))
    assert {day.year for day in days} == {2026}
    assert date(2026, 12, 31) in days
    assert date(2026, 1, 1) - timedelta(days=1) not in days
