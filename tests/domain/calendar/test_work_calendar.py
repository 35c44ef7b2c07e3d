"""Clause 2.1 and readings R1, R2: when the service works, and how its time is counted."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.production_calendar import production_calendar
from app.domain.calendar.service_days import ServiceDays
from app.domain.calendar.service_hours import (
    MOSCOW,
    CalendarException,
    DayFacts,
    DayKind,
    DayPlan,
    Interval,
    ServiceHours,
    month_bounds,
    moscow_day,
)
from app.domain.calendar.work_calendar import WorkCalendar

CALENDAR = production_calendar()
MSK = timezone(timedelta(hours=3))  # what Moscow is since 2014, told apart from the tz database
FULL_DAY = (ServiceHours(time(9), time(18)),)
MINUTE = timedelta(minutes=1)


def msk(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MSK)


def closed(day: date, reason: str = "closed") -> CalendarException:
    return CalendarException(day, (), reason)


def open_on(day: date, *parts: tuple[time, time]) -> CalendarException:
    hours = tuple(ServiceHours(opens, closes) for opens, closes in parts)
    return CalendarException(day, hours, "open otherwise")


def plain(facts: Mapping[date, DayFacts] | None = None, *, early: bool = False) -> WorkCalendar:
    """Weekdays and weekends, and the given facts."""
    known = facts or {}
    days = ServiceDays(
        lambda year: {day: fact for day, fact in known.items() if day.year == year},
        date(2027, 12, 31),
        close_early_on_shortened_days=early,
    )
    return WorkCalendar(days)


# Days


def test_a_plain_weekday_is_open_from_nine_to_eighteen_moscow() -> None:
    plan = CALENDAR.day(date(2026, 1, 12))
    assert plan == DayPlan(
        date(2026, 1, 12), DayKind.WORKING, None, "weekday", confirmed=True, hours=FULL_DAY
    )
    assert plan.intervals == (
        Interval(datetime(2026, 1, 12, 6, 0, tzinfo=UTC), datetime(2026, 1, 12, 15, 0, tzinfo=UTC)),
    )


def test_a_plain_weekend_is_closed_and_has_no_name() -> None:
    plan = CALENDAR.day(date(2026, 1, 10))
    assert (plan.kind, plan.name, plan.source) == (DayKind.DAY_OFF, None, "weekend")
    assert plan.hours == ()
    assert plan.intervals == ()


def test_hours_follow_the_offset_moscow_had_on_that_day() -> None:
    opens = {year: CALENDAR.day(date(year, 7, 1)).intervals[0].opens_at.hour for year in (2009, 2013, 2026)}
    assert opens == {2009: 5, 2013: 5, 2026: 6}


def test_dates_after_the_known_ones_are_not_confirmed() -> None:
    last, after = CALENDAR.days(CALENDAR.known_through, CALENDAR.known_through + timedelta(days=1))
    assert last.confirmed
    assert not after.confirmed


def test_days_hold_both_ends_and_nothing_when_they_run_backwards() -> None:
    first, last = date(2025, 12, 30), date(2026, 1, 2)
    assert [plan.date.day for plan in CALENDAR.days(first, last)] == [30, 31, 1, 2]
    assert CALENDAR.days(last, first) == ()


def test_shortened_days_close_at_eighteen_unless_told_otherwise() -> None:
    eve = date(2026, 4, 30)
    facts = {eve: DayFacts(working=True, shortened=True)}
    assert plain(facts).day(eve).hours == FULL_DAY
    assert plain(facts).day(eve).source == "weekday"
    assert plain(facts, early=True).day(eve).hours == (ServiceHours(time(9), time(17)),)
    assert plain(facts, early=True).day(eve).source == "production_calendar"


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2102, 1, 2), date.min, date.max])
def test_a_date_outside_the_years_is_closed_and_unconfirmed(day: date) -> None:
    plan = CALENDAR.day(day)
    assert (plan.kind, plan.hours, plan.confirmed) == (DayKind.DAY_OFF, (), False)


# Values


@pytest.mark.parametrize(("opens", "closes"), [(time(18), time(9)), (time(9), time(9))])
def test_hours_that_do_not_run_forward_are_refused(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="open before"):
        ServiceHours(opens, closes)


def test_hours_with_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        ServiceHours(time(9, tzinfo=UTC), time(18, tzinfo=UTC))


def test_an_hour_that_the_clocks_skipped_is_no_service_time() -> None:
    skipped = open_on(date(2010, 3, 28), (time(2, 30), time(3, 15)))
    assert CALENDAR.with_exceptions([skipped]).day(skipped.date).intervals == ()


def test_the_moscow_day_begins_at_twenty_one_utc() -> None:
    midnight = datetime(2026, 1, 11, 21, tzinfo=UTC)
    assert moscow_day(midnight) == date(2026, 1, 12)
    assert moscow_day(midnight - timedelta(microseconds=1)) == date(2026, 1, 11)
    assert moscow_day(datetime.max.replace(tzinfo=UTC)) == date.max


def test_month_bounds_are_moscow_midnights_and_december_ends_the_year() -> None:
    assert month_bounds(2026, 2) == (msk(2026, 2, 1), msk(2026, 3, 1))
    assert month_bounds(2026, 12) == (msk(2026, 12, 1), msk(2027, 1, 1))
    assert month_bounds(2011, 3) == (  # the clocks changed inside this month
        datetime(2011, 2, 28, 21, tzinfo=UTC),
        datetime(2011, 3, 31, 20, tzinfo=UTC),
    )
    assert all(bound.tzinfo is UTC for bound in month_bounds(2026, 2))


# Instants


def test_the_opening_is_open_and_the_closing_is_closed() -> None:
    assert CALENDAR.is_open(msk(2026, 1, 12, 9))
    assert CALENDAR.closes_at(msk(2026, 1, 12, 9)) == msk(2026, 1, 12, 18)
    assert CALENDAR.is_open(msk(2026, 1, 12, 18) - timedelta(microseconds=1))
    assert not CALENDAR.is_open(msk(2026, 1, 12, 18))
    assert CALENDAR.closes_at(msk(2026, 1, 12, 18)) is None


def test_the_next_opening_is_strictly_later() -> None:
    assert CALENDAR.next_opening(msk(2026, 1, 12, 8, 59)) == msk(2026, 1, 12, 9)
    assert CALENDAR.next_opening(msk(2026, 1, 12, 9)) == msk(2026, 1, 13, 9)


def test_over_the_new_year_the_service_opens_on_12_january_2026() -> None:
    closing = msk(2025, 12, 30, 18)
    assert CALENDAR.next_opening(closing) == msk(2026, 1, 12, 9)
    assert CALENDAR.add_working_minutes(closing, 1) == msk(2026, 1, 12, 9, 1)
    assert CALENDAR.working_minutes_between(closing, msk(2026, 1, 12, 9)) == 0


def test_the_next_month_is_the_moscow_month() -> None:
    new_month = datetime(2026, 1, 31, 21, tzinfo=UTC)  # 1 February, a Sunday, in Moscow
    of_next_month = CALENDAR.first_service_instant_of_next_month
    assert of_next_month(new_month - timedelta(seconds=1)) == msk(2026, 2, 2, 9)
    assert of_next_month(new_month) == msk(2026, 3, 2, 9)
    assert of_next_month(msk(2026, 12, 15)) == msk(2027, 1, 11, 9)


def test_the_next_month_begins_at_midnight_when_the_service_is_open_then() -> None:
    night = open_on(date(2026, 2, 1), (time(0), time(6)))
    calendar = CALENDAR.with_exceptions([night])
    assert calendar.first_service_instant_of_next_month(msk(2026, 1, 15)) == msk(2026, 2, 1)


# Working time


def test_an_end_exactly_at_closing_stays_there() -> None:
    opening = msk(2026, 1, 12, 9)
    assert CALENDAR.add_working_minutes(opening, 540) == msk(2026, 1, 12, 18)
    assert CALENDAR.add_working_minutes(opening, 541) == msk(2026, 1, 13, 9, 1)


def test_three_working_days_are_1620_minutes() -> None:
    assert CALENDAR.add_working_minutes(msk(2026, 1, 15, 12), 1620) == msk(2026, 1, 20, 12)


@pytest.mark.parametrize("at", [msk(2026, 1, 12, 10), msk(2026, 1, 12, 18), msk(2026, 1, 10)])
def test_zero_minutes_have_passed_at_once_open_or_not(at: datetime) -> None:
    assert CALENDAR.add_working_minutes(at, 0) == at


def test_a_negative_number_of_minutes_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_minutes(msk(2026, 1, 12), -1)


def test_minutes_are_floored_once_over_the_whole() -> None:
    start = msk(2026, 1, 12, 17, 59) + timedelta(seconds=30)
    assert CALENDAR.working_minutes_between(start, msk(2026, 1, 13, 9)) == 0
    assert CALENDAR.working_minutes_between(start, msk(2026, 1, 13, 9) + MINUTE / 2) == 1


def test_time_between_is_exact_where_minutes_are_floored() -> None:
    start, end = msk(2026, 1, 12, 17, 59), msk(2026, 1, 13, 9) + MINUTE / 4
    assert CALENDAR.working_time_between(start, end) == MINUTE * 1.25
    assert CALENDAR.working_minutes_between(start, end) == 1


def test_nothing_is_counted_backwards() -> None:
    start, end = msk(2026, 1, 13, 12), msk(2026, 1, 12, 12)
    assert CALENDAR.working_time_between(start, end) == timedelta(0)
    assert CALENDAR.working_minutes_between(start, end) == 0
    assert CALENDAR.working_intervals(start, end) == CALENDAR.working_intervals(end, end) == ()


def test_counted_intervals_are_clipped_and_leave_out_empty_ones() -> None:
    assert CALENDAR.working_intervals(msk(2026, 1, 12, 17), msk(2026, 1, 14, 9)) == (
        Interval(msk(2026, 1, 12, 17), msk(2026, 1, 12, 18)),
        Interval(msk(2026, 1, 13, 9), msk(2026, 1, 13, 18)),
    )
    assert CALENDAR.working_intervals(msk(2026, 1, 12, 18), msk(2026, 1, 13, 9)) == ()


def test_answers_are_in_utc_whatever_the_zone_of_the_question() -> None:
    at = datetime(2026, 1, 12, 20, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    answers = (
        CALENDAR.closes_at(at),
        CALENDAR.next_opening(at),
        CALENDAR.first_service_instant(at),
        CALENDAR.add_working_minutes(at, 0),
        CALENDAR.add_working_minutes(at, 5),
    )
    assert [answer and answer.tzinfo for answer in answers] == [UTC] * 5


# Exceptions


def test_an_exception_closes_a_working_day() -> None:
    day = date(2026, 1, 12)
    calendar = CALENDAR.with_exceptions([closed(day, "Авария")])
    assert calendar.day(day) == DayPlan(day, DayKind.DAY_OFF, "Авария", "exception", confirmed=True, hours=())
    assert calendar.next_opening(msk(2026, 1, 11)) == msk(2026, 1, 13, 9)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 1, 12), DayKind.WORKING),
        (date(2026, 1, 10), DayKind.MOVED_WORKING_DAY),
        (date(2026, 1, 7), DayKind.MOVED_WORKING_DAY),
        (date(2025, 11, 1), DayKind.MOVED_WORKING_DAY),
    ],
)
def test_an_exception_sets_the_hours_of_any_day(day: date, kind: DayKind) -> None:
    calendar = CALENDAR.with_exceptions([open_on(day, (time(10), time(16)))])
    plan = calendar.day(day)
    assert (plan.kind, plan.source, plan.name) == (kind, "exception", "open otherwise")
    noon = datetime.combine(day, time(12), MSK)
    assert calendar.closes_at(noon) == noon + timedelta(hours=4)


def test_exception_hours_are_sorted_and_joined_where_they_touch() -> None:
    parts = (time(15), time(17)), (time(9), time(12)), (time(11), time(13)), (time(13), time(14))
    calendar = CALENDAR.with_exceptions([open_on(date(2026, 1, 12), *parts)])
    assert calendar.day(date(2026, 1, 12)).hours == (
        ServiceHours(time(9), time(14)),
        ServiceHours(time(15), time(17)),
    )
    assert calendar.next_opening(msk(2026, 1, 12, 9)) == msk(2026, 1, 12, 15)
    assert calendar.working_minutes_between(msk(2026, 1, 12), msk(2026, 1, 13)) == 7 * 60


def test_an_exception_confirms_its_date() -> None:
    assert CALENDAR.with_exceptions([closed(date(2100, 5, 3))]).day(date(2100, 5, 3)).confirmed


def test_new_exceptions_replace_earlier_ones_and_the_old_calendar_stays() -> None:
    first, second = date(2026, 1, 12), date(2026, 1, 13)
    earlier = CALENDAR.with_exceptions([closed(first)])
    later = earlier.with_exceptions([closed(second)])
    assert [bool(later.day(day).hours) for day in (first, second)] == [True, False]
    assert [bool(earlier.day(day).hours) for day in (first, second)] == [False, True]
    assert CALENDAR.is_open(msk(2026, 1, 12, 12))


def test_exceptions_hold_in_years_that_are_read_later() -> None:
    calendar = production_calendar().with_exceptions([closed(date(2016, 2, 1))])
    assert calendar.working_minutes_between(msk(2016, 2, 1), msk(2016, 2, 3)) == 540


def test_an_exception_outside_the_years_changes_nothing() -> None:
    calendar = CALENDAR.with_exceptions([open_on(date(1990, 1, 1), (time(9), time(18)))])
    assert calendar.day(date(1990, 1, 1)).hours == ()


# The ends of the calendar


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
def test_before_the_years_the_first_opening_is_the_next(zone: timezone) -> None:
    for at in (datetime.min.replace(tzinfo=zone), datetime(1999, 12, 31, tzinfo=zone)):
        assert not CALENDAR.is_open(at)
        opening = CALENDAR.next_opening(at)
        assert opening
        assert opening.year == 2000
        assert CALENDAR.first_service_instant_of_next_month(at) == opening
        assert CALENDAR.add_working_minutes(at, 1) == opening + MINUTE
        assert CALENDAR.working_minutes_between(at, opening) == 0


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
def test_after_the_years_nothing_opens(zone: timezone) -> None:
    for at in (datetime(2102, 1, 1, 14, tzinfo=zone), datetime.max.replace(tzinfo=zone)):
        assert not CALENDAR.is_open(at)
        assert CALENDAR.next_opening(at) is None
        assert CALENDAR.first_service_instant(at) is None
        assert CALENDAR.first_service_instant_of_next_month(at) is None
        assert CALENDAR.add_working_minutes(at, 1) is None
        assert CALENDAR.working_intervals(at, at + timedelta(0)) == ()


def test_the_whole_of_2100_is_inside() -> None:
    assert CALENDAR.next_opening(msk(2100, 12, 31, 23)) == msk(2101, 1, 3, 9)
    assert CALENDAR.add_working_minutes(msk(2100, 1, 1), 10**9) is None


def test_a_calendar_that_never_opens_again_says_so() -> None:
    never = WorkCalendar(ServiceDays(_all_off, date(2027, 12, 31)))
    assert never.next_opening(msk(2026, 1, 12)) is None
    assert never.add_working_minutes(msk(2026, 1, 12), 1) is None


@cache
def _all_off(year: int) -> Mapping[date, DayFacts]:
    first = date(year, 1, 1)
    return {first + timedelta(days=n): DayFacts(working=False, name="off") for n in range(366)}


def test_threads_that_grow_one_calendar_get_the_answers_of_a_grown_one() -> None:
    fresh = production_calendar()
    spans = [(msk(2014 + n % 20, 11, 1), msk(2016 + n % 30, 6, 1)) for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda span: fresh.working_minutes_between(*span), spans))
    assert got == [CALENDAR.working_minutes_between(*span) for span in spans]


def test_each_year_is_read_once_however_many_calendars_share_it() -> None:
    read: list[int] = []

    def facts_of(year: int) -> Mapping[date, DayFacts]:
        read.append(year)
        return {}

    calendar = WorkCalendar(ServiceDays(facts_of, date(2027, 12, 31)))
    changed = calendar.with_exceptions([closed(date(2026, 1, 12))])
    changed.working_minutes_between(msk(2010, 1, 1), msk(2030, 1, 1))
    calendar.working_minutes_between(msk(2010, 1, 1), msk(2030, 1, 1))
    assert len(read) == len(set(read))
    assert set(range(2010, 2031)) <= set(read)


# Laws, and an oracle that walks day by day

RAW = holidays.country_holidays("RU", years=range(2015, 2029))
FIRST, LAST = date(2015, 1, 1), date(2027, 12, 31)

instants = st.datetimes(
    datetime.combine(FIRST, time()),
    datetime.combine(LAST, time()),
    timezones=st.sampled_from([UTC, MSK, MOSCOW, ZoneInfo("America/New_York")]),
)
minute_of_day = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
one_part = st.tuples(minute_of_day, minute_of_day).filter(lambda part: part[0] < part[1])
two_parts = st.lists(minute_of_day, min_size=4, max_size=4, unique=True).map(sorted)
exceptions = st.lists(
    st.builds(
        lambda day, parts: open_on(day, *parts),
        st.dates(FIRST, LAST),
        st.just(())
        | one_part.map(lambda part: (part,))
        | two_parts.map(lambda times: ((times[0], times[1]), (times[2], times[3]))),
    ),
    max_size=60,
    unique_by=lambda exception: exception.date,
)


def hours_by_hand(day: date, changed: Mapping[date, CalendarException]) -> list[tuple[time, time]]:
    """What the raw package and the exceptions say, without the calendar."""
    if day in changed:
        return [(part.opens, part.closes) for part in changed[day].hours]
    return [(time(9), time(18))] if RAW.is_working_day(day) else []


def counted_by_hand(start: datetime, end: datetime, changed: Mapping[date, CalendarException]) -> timedelta:
    start, end = start.astimezone(MSK), end.astimezone(MSK)
    total = timedelta(0)
    day = start.date()
    while day <= end.date():
        for opens, closes in hours_by_hand(day, changed):
            begin = max(start, datetime.combine(day, opens, MSK))
            finish = min(end, datetime.combine(day, closes, MSK))
            total += max(finish - begin, timedelta(0))
        day += timedelta(days=1)
    return total


@given(instants, instants, exceptions)
def test_minutes_equal_a_count_day_by_day_from_the_raw_holidays(
    one: datetime, other: datetime, changes: list[CalendarException]
) -> None:
    start, end = min(one, other), max(one, other)
    calendar = CALENDAR.with_exceptions(changes)
    expected = counted_by_hand(start, end, {change.date: change for change in changes})
    assert calendar.working_minutes_between(start, end) == expected // MINUTE
    assert calendar.working_time_between(start, end) == expected
    intervals = calendar.working_intervals(start, end)
    assert sum((i.closes_at - i.opens_at for i in intervals), timedelta(0)) == expected


@given(instants, st.integers(0, 40 * 24 * 3600), exceptions)
def test_minutes_equal_a_count_from_the_plans_of_the_days(
    start: datetime, seconds: int, changes: list[CalendarException]
) -> None:
    end = start.astimezone(UTC) + timedelta(seconds=seconds)
    calendar = CALENDAR.with_exceptions(changes)
    total = timedelta(0)
    for plan in calendar.days(moscow_day(start), moscow_day(end)):
        for interval in plan.intervals:
            inside = min(end, interval.closes_at) - max(start, interval.opens_at)
            total += max(inside, timedelta(0))
    assert calendar.working_minutes_between(start, end) == total // MINUTE


@given(st.dates(FIRST, LAST))
def test_a_day_is_open_when_the_package_calls_it_a_working_day(day: date) -> None:
    assert bool(CALENDAR.day(day).hours) == RAW.is_working_day(day)


@given(instants, st.integers(0, 20_000), exceptions)
def test_minutes_added_are_the_minutes_between(
    at: datetime, minutes: int, changes: list[CalendarException]
) -> None:
    calendar = CALENDAR.with_exceptions(changes)
    end = calendar.add_working_minutes(at, minutes)
    assert end
    assert calendar.working_minutes_between(at, end) == minutes
    if minutes:  # and not an instant earlier
        earlier = end - timedelta(microseconds=1)
        assert calendar.working_minutes_between(at, earlier) == minutes - 1


@given(instants, instants, st.integers(0, 100_000))
def test_minutes_add_up_when_split_at_a_service_minute(one: datetime, other: datetime, minutes: int) -> None:
    start, end = min(one, other), max(one, other)
    split = CALENDAR.add_working_minutes(start, minutes)
    assert split
    if split <= end:
        between = CALENDAR.working_minutes_between
        assert between(start, split) + between(split, end) == between(start, end)


@given(instants, exceptions)
def test_the_next_opening_is_later_and_opens_and_nothing_is_missed(
    at: datetime, changes: list[CalendarException]
) -> None:
    calendar = CALENDAR.with_exceptions(changes)
    opening = calendar.next_opening(at)
    assert opening
    assert opening > at
    assert calendar.is_open(opening)
    assert not calendar.is_open(opening - timedelta(microseconds=1))
    from_here = calendar.closes_at(at) or at
    assert calendar.working_minutes_between(from_here, opening) == 0


@given(instants, exceptions)
def test_a_first_service_instant_is_open_and_its_own_first(
    at: datetime, changes: list[CalendarException]
) -> None:
    calendar = CALENDAR.with_exceptions(changes)
    first = calendar.first_service_instant(at)
    assert first
    assert first >= at
    assert calendar.is_open(first)
    assert calendar.first_service_instant(first) == first


@given(instants, exceptions)
def test_the_first_service_instant_of_the_next_month_is_in_no_earlier_month(
    at: datetime, changes: list[CalendarException]
) -> None:
    calendar = CALENDAR.with_exceptions(changes)
    first = calendar.first_service_instant_of_next_month(at)
    day = moscow_day(at)
    next_month = month_bounds(day.year, day.month)[1]
    assert first
    assert first >= next_month > at
    assert calendar.working_minutes_between(next_month, first) == 0
    assert calendar.is_open(first)


@given(instants, instants)
def test_minutes_are_never_negative_in_either_direction(one: datetime, other: datetime) -> None:
    assert CALENDAR.working_minutes_between(one, other) >= 0


@given(instants, instants, exceptions)
def test_taking_exceptions_away_restores_the_calendar(
    one: datetime, other: datetime, changes: list[CalendarException]
) -> None:
    restored = CALENDAR.with_exceptions(changes).with_exceptions([])
    for change in changes:
        assert restored.day(change.date) == CALENDAR.day(change.date)
    assert restored.working_intervals(one, other) == CALENDAR.working_intervals(one, other)
