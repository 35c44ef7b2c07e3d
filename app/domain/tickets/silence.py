"""The silence after which a resolved ticket counts as closed: three working days."""

from datetime import datetime, timedelta

from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.tickets.life_cycle import REOPENING_MINUTES

_LONGEST = timedelta(days=60)
"""Three working days never take longer than this, holidays included."""

_MICROSECOND = timedelta(microseconds=1)


def silent_since_before(calendar: WorkCalendar, now: datetime) -> datetime:
    """Return the latest instant from which three working days have passed by `now`.

    If the calendar has no such instant within two months, returns the instant two months ago.
    """
    early, late = now - _LONGEST, now
    while late - early > _MICROSECOND:
        middle = early + (late - early) // 2
        if calendar.working_minutes_between(middle, now) >= REOPENING_MINUTES:
            early = middle
        else:
            late = middle
    return early
