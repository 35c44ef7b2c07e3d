"""Overrides of the work calendar, and the calendar built from them, cached until one of them changes."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from sqlalchemy import Executable, bindparam, delete, select, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.calendar import exception_of, exception_values
from app.adapters.sql.schema.tables import calendar_exceptions, calendar_version
from app.application.ports.calendar import StoredException
from app.domain.calendar.work_calendar import WorkCalendar

VERSION = select(calendar_version.c.version)
_BUMP = update(calendar_version).values(version=calendar_version.c.version + 1)
_ALL = select(calendar_exceptions).order_by(calendar_exceptions.c.day)
_GET = select(calendar_exceptions).where(calendar_exceptions.c.day == bindparam("wanted_day"))
_REMOVE = delete(calendar_exceptions).where(calendar_exceptions.c.day == bindparam("wanted_day"))
_FIRST = _ALL.limit(bindparam("limit"))
_NEXT = _FIRST.where(calendar_exceptions.c.day > bindparam("after"))


@cache
def _save(dialect: Dialect) -> Executable:
    return dialect.insert_or_replace(calendar_exceptions, "day")


class CalendarSource:
    """The base calendar, and the calendar of the newest committed version; shared by threads."""

    def __init__(self, base: WorkCalendar) -> None:
        self.base = base
        self.known: tuple[int, WorkCalendar] | None = None
        """Replaced as a whole, so that no thread sees a partial change."""


class SqlCalendarRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect, source: CalendarSource) -> None:
        self._connection = connection
        self._dialect = dialect
        self._source = source
        self._changed = False

    def begin(self) -> None:
        """Start a transaction without changes of the calendar."""
        self._changed = False

    def calendar(self) -> WorkCalendar:
        return self.calendar_of(self._connection.scalar(VERSION))

    def calendar_of(self, version: int) -> WorkCalendar:
        """Return the calendar; `version` is the present one."""
        known = self._source.known
        if known is not None and known[0] == version:
            return known[1]
        exceptions = [exception_of(row).exception for row in self._connection.execute(_ALL)]
        calendar = self._source.base.with_exceptions(exceptions)
        if not self._changed:
            # A version of this very transaction may be rolled back, and its number used again.
            self._source.known = (version, calendar)
        return calendar

    def get(self, day: date) -> StoredException | None:
        row = self._connection.execute(_GET, {"wanted_day": day}).first()
        return None if row is None else exception_of(row)

    def page(self, *, after: date | None, limit: int) -> Sequence[StoredException]:
        statement = _FIRST if after is None else _NEXT
        rows = self._connection.execute(statement, {"after": after, "limit": limit})
        return [exception_of(row) for row in rows]

    def save(self, stored: StoredException) -> None:
        self._bump()
        self._connection.execute(_save(self._dialect), exception_values(stored))

    def remove(self, day: date) -> None:
        self._bump()
        self._connection.execute(_REMOVE, {"wanted_day": day})

    def _bump(self) -> None:
        self._changed = True
        self._connection.execute(_BUMP)
