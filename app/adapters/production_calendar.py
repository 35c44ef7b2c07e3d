"""The Russian production calendar of the `holidays` package as a work calendar.

`date in holidays` does not know moved Saturdays; `is_working_day()` does, so it decides. The
package's own data of moved days says how far the calendar is known and which days are shortened.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from holidays import HolidayBase, country_holidays

from app.domain.calendar.service_days import ServiceDays
from app.domain.calendar.service_hours import DayFacts
from app.domain.calendar.work_calendar import WorkCalendar

_MOVED_WORKING_DAYS = {
    5: "Рабочая суббота (перенос)",
    6: "Рабочее воскресенье (перенос)",
}
_MOVED, _MOVED_FROM_ANOTHER_YEAR = 4, 5  # items of a row: month, day, month, day (, year)
_ONE_DAY = timedelta(days=1)

_Row = tuple[Any, ...]
"""A row of the package's data: month and day, then the original month and day, or a name."""


def production_calendar(*, close_early_on_shortened_days: bool = False) -> WorkCalendar:
    """Return the calendar of clause 2.1 without overrides; reads no file and no network."""
    return WorkCalendar(
        ServiceDays(
            production_days,
            known_through(),
            close_early_on_shortened_days=close_early_on_shortened_days,
        )
    )


def known_through() -> date:
    """Return 31 December of the last year for which the package has moved days off.

    Without a decree the package still answers for a year, and the answer looks complete.
    """
    return date(max(country_holidays("RU").special_public_holidays), 12, 31)


def production_days(year: int) -> Mapping[date, DayFacts]:
    """Return the dates of the year that differ from a plain weekday or weekend day."""
    # The next year too: its 1 January determines whether 31 December is an eve.
    calendar = country_holidays("RU", years=(year, year + 1), language="ru", expand=False)
    moved = dict(_moved_days(calendar))
    not_statutory = {*moved.values(), *_observed_days(calendar)}
    eves = {day - _ONE_DAY for day in calendar if day not in not_statutory}
    named = set(calendar) | calendar.weekend_workdays
    # A working Saturday is as long as the day it was exchanged for (order 588n of 2009, item 1): Saturday 1
    # November 2025 was shortened because it replaced Monday 3, an eve.
    stand_ins = {day for day in calendar.weekend_workdays if moved.get(day) in eves}
    return {
        day: DayFacts(
            working=(working := calendar.is_working_day(day)),
            name=_name(calendar, day, working=working),
            shortened=working and (day in eves or day in stand_ins),
        )
        for day in sorted(named | eves)
        if day.year == year
    }


def _name(calendar: HolidayBase, day: date, *, working: bool) -> str | None:
    if not working:
        return calendar.get(day)
    return _MOVED_WORKING_DAYS.get(day.weekday())


def _moved_days(calendar: HolidayBase) -> Iterator[tuple[date, date]]:
    """Yield the days off that a decree moved: the original day, then the new one."""
    for year, entry in _entries(calendar.special_public_holidays):
        if len(entry) >= _MOVED:
            to_month, to_day, from_month, from_day = entry[:_MOVED]
            from_year = entry[_MOVED] if len(entry) == _MOVED_FROM_ANOTHER_YEAR else year
            yield date(from_year, from_month, from_day), date(year, to_month, to_day)


def _observed_days(calendar: HolidayBase) -> Iterator[date]:
    """Yield the days off in lieu of a holiday on a weekend; they are not holidays themselves."""
    for year, entry in _entries(calendar.special_public_holidays_observed):
        yield date(year, entry[0], entry[1])


def _entries(by_year: Mapping[int, _Row]) -> Iterator[tuple[int, _Row]]:
    for year, entries in by_year.items():
        # The package omits the tuple around the only entry of a year.
        for entry in entries if isinstance(entries[0], tuple) else (entries,):
            yield year, entry
