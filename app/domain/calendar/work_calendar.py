"""The work calendar of clause 2.1: 9:00-18:00 Moscow time on working days of the production calendar.

One value answers every question about service time. Nothing here reads a clock or a file: facts
about days come from an injected source, year by year and only when a question needs them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from app.domain.calendar.service_days import SATURDAY, ServiceDays, overridden, spans_of
from app.domain.calendar.service_hours import (
    CalendarException,
    DayKind,
    DayPlan,
    Interval,
    month_bounds,
    moscow_day,
)
from app.domain.calendar.service_window import MINUTE, Spans, to_instant, to_micros
from app.domain.calendar.service_years import FIRST_YEAR, LAST_YEAR, ServiceYears

_YEARS_BACK, _YEARS_AHEAD = 3, 2
"""Years around `known_through` that are built at once: a running service asks about these."""


class WorkCalendar:
    """Service time by date and by instant; instants are accepted in any zone and returned in UTC.

    Immutable from outside, so threads may share it: only a cache inside grows. Outside the years FIRST_YEAR
    to LAST_YEAR the service is closed, which is not an error.
    """

    __slots__ = ("_days", "_exceptions", "_years")

    def __init__(
        self,
        days: ServiceDays,
        exceptions: Iterable[CalendarException] = (),
        years: tuple[int, int] | None = None,
    ) -> None:
        """Build these years at once and others on demand; the last of two exceptions for a date wins."""
        known = min(max(days.known_through.year, FIRST_YEAR), LAST_YEAR)
        first, last = years or (known - _YEARS_BACK, known + _YEARS_AHEAD)
        self._days = days
        self._exceptions = {exception.date: exception for exception in exceptions}
        self._years = ServiceYears(self._spans_source(), first, last)

    @property
    def known_through(self) -> date:
        """Last date whose moved days off are decreed and in the data; later dates are unconfirmed."""
        return self._days.known_through

    def with_exceptions(self, exceptions: Iterable[CalendarException]) -> "WorkCalendar":
        """Return a calendar with these overrides in place of any earlier ones.

        The new calendar shares every year that has no override.
        """
        window = self._years.window
        return WorkCalendar(self._days, exceptions, (window.first_year, window.last_year))

    # Days

    def day(self, day: date) -> DayPlan:
        """Return the plan of one Moscow date; a date outside the years is closed."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            source = "weekend" if day.weekday() >= SATURDAY else "weekday"
            return DayPlan(day, DayKind.DAY_OFF, None, source, confirmed=False, hours=())
        plan = self._days.plans(day.year)[(day - date(day.year, 1, 1)).days]
        exception = self._exceptions.get(day)
        return overridden(plan, exception) if exception else plan

    def days(self, first: date, last: date) -> tuple[DayPlan, ...]:
        """Return the plans of the dates from first to last, both included."""
        return tuple(self.day(first + timedelta(days=number)) for number in range((last - first).days + 1))

    # Instants

    def is_open(self, at: datetime) -> bool:
        """Check whether the service is open at this instant (2.1); the closing instant itself is closed."""
        return self.closes_at(at) is not None

    def closes_at(self, at: datetime) -> datetime | None:
        """Return when the service, open at this instant, closes; None if it is closed."""
        micros = to_micros(at)
        return _instant(self._years.covering(micros, micros).closing(micros))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first opening strictly after this instant; None at the end of the years."""
        micros = to_micros(at)
        window = self._years.covering(micros, micros)
        while (found := window.next_opening(micros)) is None:
            if (longer := self._years.beyond(window)) is None:
                return None
            window = longer
        return to_instant(found)

    def first_service_instant(self, at: datetime) -> datetime | None:
        """Return `at` itself if the service is open, otherwise the next opening."""
        return at.astimezone(UTC) if self.is_open(at) else self.next_opening(at)

    def first_service_instant_of_next_month(self, at: datetime) -> datetime | None:
        """Return the first service instant of the Moscow month after the one of `at` (R4)."""
        day = moscow_day(at)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return self.first_service_instant(at)
        return self.first_service_instant(month_bounds(day.year, day.month)[1])

    # Working time

    def add_working_minutes(self, at: datetime, minutes: int) -> datetime | None:
        """Return the earliest instant from `at` on by which this many working minutes have passed.

        An end exactly at closing time stays there. Zero minutes have passed at `at` itself, open or not.
        Returns None if the years end first. Raises ValueError for a negative number.
        """
        if minutes <= 0:
            if minutes < 0:
                msg = f"working minutes to add must not be negative: {minutes}"
                raise ValueError(msg)
            return at.astimezone(UTC)
        micros = to_micros(at)
        window = self._years.covering(micros, micros)
        wanted = minutes * MINUTE
        while (found := window.instant_of(window.worked(micros) + wanted)) is None:
            if (longer := self._years.beyond(window)) is None:
                return None
            window = longer
        return to_instant(found)

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes in [start, end), floored; 0 when end <= start."""
        return self._worked(start, end) // MINUTE

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the exact working time in [start, end), for sums that are floored afterwards."""
        return timedelta(microseconds=self._worked(start, end))

    def working_intervals(self, start: datetime, end: datetime) -> tuple[Interval, ...]:
        """Return the service time in [start, end) as intervals clipped to it, in order."""
        first, last = to_micros(start), to_micros(end)
        if last <= first:
            return ()
        return tuple(
            Interval(to_instant(opens), to_instant(closes))
            for opens, closes in self._years.covering(first, last).between(first, last)
        )

    def _worked(self, start: datetime, end: datetime) -> int:
        first, last = to_micros(start), to_micros(end)
        if last <= first:
            return 0
        window = self._years.covering(first, last)
        return window.worked(last) - window.worked(first)

    def _spans_source(self) -> Callable[[int], Spans]:
        changed = {day.year for day in self._exceptions}

        def spans(year: int) -> Spans:
            if year in changed:
                return spans_of(self.days(date(year, 1, 1), date(year, 12, 31)))
            return self._days.spans(year)

        return spans


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else to_instant(micros)
