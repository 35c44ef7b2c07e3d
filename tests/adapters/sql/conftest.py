"""A store on a file of its own; the contract's fixtures give the file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.sql.stores.sqlite import SqliteStore
from app.domain.calendar.work_calendar import WorkCalendar
from tests.contracts.builders import add_agencies
from tests.contracts.conftest import calendar, database, migrated

__all__ = ["calendar", "database", "migrated"]


@pytest.fixture
async def store(database: Path, calendar: WorkCalendar) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(str(database), calendar, busy_timeout_ms=1)
    try:
        await opened.write(add_agencies)
        yield opened
    finally:
        await opened.close()
