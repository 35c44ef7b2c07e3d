"""Service time of a run of years as sorted integers: the arithmetic under the work calendar.

Instants are microseconds since 1970 in UTC. Integers make every answer exact, and one bisection
over prefix sums answers each question in O(log intervals).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain
from operator import sub

from app.domain.calendar.service_hours import Interval

MINUTE = 60_000_000
"""Microseconds in a minute."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_SECOND = 1_000_000


def to_micros(at: datetime) -> int:
    """Return microseconds since 1970 for an aware datetime of any zone, exactly."""
    since = at - _EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


def to_instant(micros: int) -> datetime:
    """Return the aware UTC datetime of these microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


class Spans:
    """The openings and closings of one year, in order, in two tuples so that windows join cheaply."""

    __slots__ = ("closes", "opens")

    def __init__(self, intervals: Iterable[Interval]) -> None:
        pairs = tuple(intervals)
        self.opens = tuple(to_micros(interval.opens_at) for interval in pairs)
        self.closes = tuple(to_micros(interval.closes_at) for interval in pairs)


class ServiceWindow:
    """The service time of consecutive years; immutable, so threads may share it.

    `starts_at` and `ends_at` are the Moscow midnights around it. Interval i is
    [`opens`[i], `closes`[i]), and `before`[i] is the service time in the window ahead of it.
    """

    __slots__ = ("before", "closes", "ends_at", "first_year", "last_year", "opens", "starts_at")

    def __init__(
        self, first_year: int, last_year: int, bounds: tuple[int, int], spans: Iterable[Spans]
    ) -> None:
        years = tuple(spans)
        self.first_year, self.last_year = first_year, last_year
        self.starts_at, self.ends_at = bounds
        self.opens = tuple(chain.from_iterable(year.opens for year in years))
        self.closes = tuple(chain.from_iterable(year.closes for year in years))
        self.before: tuple[int, ...] = tuple(accumulate(map(sub, self.closes, self.opens), initial=0))

    def worked(self, at: int) -> int:
        """Return the service time from the start of the window up to this instant."""
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.closes[index]) - self.opens[index]

    def instant_of(self, worked: int) -> int | None:
        """Return the earliest instant by which this much time (> 0) is worked; None beyond the window.

        The earliest one: work that ends with the day ends at its closing time, not the next morning.
        """
        if worked > self.before[-1]:
            return None
        index = bisect_left(self.before, worked) - 1
        return self.opens[index] + worked - self.before[index]

    def next_opening(self, at: int) -> int | None:
        """Return the first opening strictly after the instant; None when the window has none."""
        index = bisect_right(self.opens, at)
        return self.opens[index] if index < len(self.opens) else None

    def closing(self, at: int) -> int | None:
        """Return when the interval that holds the instant closes; None if the service is closed then."""
        index = bisect_right(self.opens, at) - 1
        return self.closes[index] if index >= 0 and at < self.closes[index] else None

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the intervals that share time with [start, end), clipped to it."""
        first = bisect_right(self.closes, start)
        last = bisect_left(self.opens, end)
        return [
            (max(start, opens), min(end, closes))
            for opens, closes in zip(self.opens[first:last], self.closes[first:last], strict=True)
        ]
