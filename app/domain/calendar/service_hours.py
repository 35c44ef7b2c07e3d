"""Terms of the work calendar: one day's plan, its service hours, Moscow days and months.

Clause 2.1 gives the hours in Moscow time. Moscow changed its offset until 26 October 2014, so
every conversion goes through the time zone database, never through a fixed "+3".
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")


class DayKind(StrEnum):
    """The kind of one date for the support service."""

    WORKING = "working"
    DAY_OFF = "day_off"
    MOVED_WORKING_DAY = "moved_working_day"  # open although the date is otherwise a day off (R1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Service time from `opens_at` up to, not including, `closes_at`; both aware, in UTC."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """A part of one day in which the service works: Moscow wall clock, half-open."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Reject hours that are empty, run backwards or carry a time zone."""
        if self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            msg = "service hours are Moscow wall clock times without a zone"
            raise ValueError(msg)
        if self.opens >= self.closes:
            msg = f"service hours must open before they close: {self.opens}-{self.closes}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """Facts of the production calendar about a date that differs from a plain weekday or weekend.

    `shortened` marks a working day that labour law shortens by an hour before a public holiday; whether the
    service closes early then is the calendar's choice (R2).
    """

    working: bool
    name: str | None = None
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class CalendarException:
    """An override of one date by the operators; without hours the service is closed on that date."""

    date: date
    hours: tuple[ServiceHours, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The plan of one Moscow date, and its source.

    `source` is "weekday", "weekend", "production_calendar" or "exception". `confirmed` is False until the
    decree that moves days off in that year is in the data. `hours` are in order and don't touch or overlap.
    """

    date: date
    kind: DayKind
    name: str | None
    source: str
    confirmed: bool
    hours: tuple[ServiceHours, ...]

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The service hours as instants."""
        return tuple(
            interval
            for part in self.hours
            # An hour that the clocks skipped (until 2011) would end before it begins.
            if (interval := _interval(self.date, part)).opens_at < interval.closes_at
        )


def in_order(hours: tuple[ServiceHours, ...]) -> tuple[ServiceHours, ...]:
    """Return the same service time, sorted, with overlapping and adjacent parts merged."""
    merged: list[ServiceHours] = []
    for part in sorted(hours, key=lambda each: each.opens):
        if merged and part.opens <= merged[-1].closes:
            last = merged.pop()
            merged.append(ServiceHours(last.opens, max(last.closes, part.closes)))
        else:
            merged.append(part)
    return tuple(merged)


def moscow_day(at: datetime) -> date:
    """Return the date on a Moscow wall calendar at this instant."""
    try:
        return at.astimezone(MOSCOW).date()
    except OverflowError:  # within a day of the first or last datetime
        return at.date()


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """Return the first instant of a Moscow month and of the month after it, in UTC.

    Works for years 2 to 9998. Raises ValueError for a month outside 1 to 12.
    """
    following = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
    return _midnight(year, month), _midnight(*following)


def _midnight(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=MOSCOW).astimezone(UTC)


def _interval(day: date, part: ServiceHours) -> Interval:
    opens_at = datetime.combine(day, part.opens, MOSCOW).astimezone(UTC)
    return Interval(opens_at, datetime.combine(day, part.closes, MOSCOW).astimezone(UTC))
