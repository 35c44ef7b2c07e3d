"""The window of service time, which grows when a question reaches beyond it."""

from collections.abc import Callable
from threading import Lock

from app.domain.calendar.service_hours import month_bounds, moscow_day
from app.domain.calendar.service_window import ServiceWindow, Spans, to_instant, to_micros

FIRST_YEAR, LAST_YEAR = 2000, 2101
"""Moscow years that the calendar spans; outside them the service counts as closed."""

_STEP = 4
"""Years added beyond the one that a question needs, because the next question is usually near it."""

_SPAN = to_micros(month_bounds(FIRST_YEAR, 1)[0]), to_micros(month_bounds(LAST_YEAR, 12)[1])


class ServiceYears:
    """A holder of one window, replaced as a whole: a thread sees either the old one or the new one."""

    def __init__(self, spans_of: Callable[[int], Spans], first_year: int, last_year: int) -> None:
        self._spans_of = spans_of
        self._lock = Lock()
        self.window = self._built(max(FIRST_YEAR, first_year), min(LAST_YEAR, last_year))

    def covering(self, first: int, last: int) -> ServiceWindow:
        """Return a window that holds both instants, as far as the years reach."""
        window = self.window
        if window.starts_at <= first and last <= window.ends_at:
            return window
        return self._grown(_year(first), _year(last))

    def beyond(self, window: ServiceWindow) -> ServiceWindow | None:
        """Return a window that ends later than this one; None if the last year is reached."""
        if window.last_year >= LAST_YEAR:
            return None
        return self._grown(window.first_year, window.last_year + 1)

    def _grown(self, first_year: int, last_year: int) -> ServiceWindow:
        with self._lock:
            window = self.window
            first, last = window.first_year, window.last_year
            if first_year < first:
                first = max(FIRST_YEAR, first_year - _STEP)
            if last_year > last:
                last = min(LAST_YEAR, last_year + _STEP)
            if (first, last) != (window.first_year, window.last_year):
                window = self.window = self._built(first, last)
            return window

    def _built(self, first: int, last: int) -> ServiceWindow:
        bounds = to_micros(month_bounds(first, 1)[0]), to_micros(month_bounds(last, 12)[1])
        return ServiceWindow(first, last, bounds, map(self._spans_of, range(first, last + 1)))


def _year(micros: int) -> int:
    first, last = _SPAN
    if micros < first:
        return FIRST_YEAR
    return LAST_YEAR if micros >= last else moscow_day(to_instant(micros)).year
