"""Day plans of a year, made from facts about its days: the service hours of each date (2.1, R1, R2)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from threading import Lock

from app.domain.calendar.service_hours import (
    CalendarException,
    DayFacts,
    DayKind,
    DayPlan,
    ServiceHours,
    in_order,
)
from app.domain.calendar.service_window import Spans

FULL_DAY = (ServiceHours(time(9), time(18)),)
SHORTENED_DAY = (ServiceHours(time(9), time(17)),)

SATURDAY = 5
"""The number of Saturday in `date.weekday()`."""

YearSource = Callable[[int], Mapping[date, DayFacts]]
"""A function that returns the dates of one year that differ from plain weekdays and weekends."""


class ServiceDays:
    """Day plans of whole years without overrides; each year is built once, on first use.

    Shared by every calendar of the same source; safe between threads. `known_through` is the last date whose
    moved days off are decreed and in the data: later ones are unconfirmed. `close_early_on_shortened_days`
    is reading R2: 17:00 instead of 18:00 on those days.
    """

    def __init__(
        self,
        facts_of: YearSource,
        known_through: date,
        *,
        close_early_on_shortened_days: bool = False,
    ) -> None:
        self._facts_of = facts_of
        self.known_through = known_through
        self._close_early = close_early_on_shortened_days
        self._lock = Lock()
        self._years: dict[int, tuple[tuple[DayPlan, ...], Spans]] = {}

    def plans(self, year: int) -> tuple[DayPlan, ...]:
        """Return the plan of each day from 1 January to 31 December."""
        return self._year(year)[0]

    def spans(self, year: int) -> Spans:
        """Return the service time of the year as instants."""
        return self._year(year)[1]

    def _year(self, year: int) -> tuple[tuple[DayPlan, ...], Spans]:
        made = self._years.get(year)
        if made is None:
            with self._lock:  # the source need not be thread-safe, and a year is built only once
                made = self._years.get(year)
                if made is None:
                    plans = self._make(year)
                    made = self._years[year] = (plans, spans_of(plans))
        return made

    def _make(self, year: int) -> tuple[DayPlan, ...]:
        facts = self._facts_of(year)
        first = date(year, 1, 1)
        length = (date(year + 1, 1, 1) - first).days
        days = (first + timedelta(days=number) for number in range(length))
        return tuple(self._plan(day, facts.get(day)) for day in days)

    def _plan(self, day: date, facts: DayFacts | None) -> DayPlan:
        weekend = day.weekday() >= SATURDAY
        working = facts.working if facts else not weekend
        short = facts is not None and facts.shortened and self._close_early
        name, source = None, "weekend" if weekend else "weekday"
        if facts and (working == weekend or facts.name or short):
            name, source = facts.name, "production_calendar"
        kind = DayKind.DAY_OFF
        if working:
            kind = DayKind.MOVED_WORKING_DAY if weekend else DayKind.WORKING
        hours = (SHORTENED_DAY if short else FULL_DAY) if working else ()
        return DayPlan(day, kind, name, source, day <= self.known_through, hours)


def spans_of(plans: Iterable[DayPlan]) -> Spans:
    """Return the service time of these days as instants."""
    return Spans(interval for plan in plans for interval in plan.intervals)


def overridden(plan: DayPlan, exception: CalendarException) -> DayPlan:
    """Return the day with the operators' override; a day off with hours becomes a moved working day."""
    hours = in_order(exception.hours)
    kind = DayKind.DAY_OFF
    if hours:
        kind = plan.kind if plan.hours else DayKind.MOVED_WORKING_DAY
    return DayPlan(plan.date, kind, exception.reason, "exception", confirmed=True, hours=hours)
