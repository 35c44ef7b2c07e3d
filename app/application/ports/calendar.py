"""The repository of the work calendar and its overrides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.domain.calendar.service_hours import CalendarException
from app.domain.calendar.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class StoredException:
    """An override of one date, with the version that conditional requests compare."""

    exception: CalendarException
    updated_at: datetime
    version: int


class CalendarRepository(Protocol):
    """The work calendar with the overrides that operations have stored; they take effect at once."""

    def calendar(self) -> WorkCalendar:
        """Return the calendar as of this transaction; it is rebuilt only after an override has changed."""
        ...

    def get(self, day: date) -> StoredException | None: ...
    def page(self, *, after: date | None, limit: int) -> Sequence[StoredException]:
        """List by date."""
        ...

    def save(self, stored: StoredException) -> None:
        """Insert or replace the override of a date."""
        ...

    def remove(self, day: date) -> None: ...
