"""One month of the work calendar as plain text, for `python -m app calendar`."""

from datetime import date, timedelta

from app.domain.calendar.service_hours import DayKind, DayPlan, month_bounds, moscow_day
from app.domain.calendar.work_calendar import WorkCalendar

# Not strftime: its names follow the machine's locale.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_UNCONFIRMED = "?"


def render_month(calendar: WorkCalendar, year: int, month: int) -> str:
    """Return the month day by day with its sums, in readable form; the text ends with a newline.

    Works for years 2 to 9998. Raises ValueError for a month outside 1 to 12.
    """
    starts_at, ends_at = month_bounds(year, month)
    last_day = moscow_day(ends_at) - timedelta(days=1)
    days = calendar.days(date(year, month, 1), last_day)
    width = max(len(_hours(day)) for day in days)
    minutes = calendar.working_minutes_between(starts_at, ends_at)
    lines = [
        f"Work calendar, {_MONTHS[month - 1]} {year} (Moscow time)",
        "",
        *(_line(day, width) for day in days),
        "",
        f"Working days:    {sum(bool(day.hours) for day in days)}",
        f"Working minutes: {minutes} ({minutes // 60} h {minutes % 60:02} min)",
        f"Known through:   {calendar.known_through}",
    ]
    if any(not day.confirmed for day in days):
        lines.append(f"{_UNCONFIRMED} not confirmed: days off may still be moved by decree")
    return "\n".join(lines) + "\n"


def _line(day: DayPlan, width: int) -> str:
    mark = " " if day.confirmed else _UNCONFIRMED
    weekday = _WEEKDAYS[day.date.weekday()]
    return f"{mark} {day.date} {weekday}  {_hours(day):<{width}}  {_why(day)}".rstrip()


def _hours(day: DayPlan) -> str:
    return ", ".join(f"{part.opens:%H:%M}-{part.closes:%H:%M}" for part in day.hours) or "closed"


def _why(day: DayPlan) -> str:
    """Return why the day is not simply a working day; empty if it is one."""
    if day.source == "exception":
        # An operator's text may have several lines; a day has one.
        return f"exception: {' '.join((day.name or '').split())}"
    if day.source == "weekend":
        return "weekend"
    if day.kind is DayKind.MOVED_WORKING_DAY:
        return f"moved working day: {day.name}"
    if day.kind is DayKind.DAY_OFF:
        return f"day off: {day.name or 'outside the calendar'}"
    return "shortened before a public holiday" if day.source == "production_calendar" else ""
