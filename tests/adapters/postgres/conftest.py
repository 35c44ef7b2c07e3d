"""Stores on one database, on wires that can be cut."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.stores.postgres import PostgresStore
from app.domain.calendar.work_calendar import WorkCalendar
from tests.adapters.postgres.wire import Wire
from tests.contracts.builders import add_agencies


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return production_calendar()


@pytest.fixture
async def store(postgres_url: str, calendar: WorkCalendar) -> AsyncIterator[PostgresStore]:
    opened = PostgresStore.open(postgres_url, calendar)
    try:
        await opened.write(add_agencies)
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def other(
    store: PostgresStore, postgres_url: str, calendar: WorkCalendar
) -> AsyncIterator[PostgresStore]:
    """Give another process's store on the same database."""
    opened = PostgresStore.open(postgres_url, calendar)
    yield opened
    await opened.close()


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    wire = Wire(postgres_url)
    await wire.open()
    yield wire
    await wire.close()


@pytest.fixture
async def wired(store: PostgresStore, wire: Wire, calendar: WorkCalendar) -> AsyncIterator[PostgresStore]:
    """Give a store whose wire can be cut."""
    opened = await asyncio.to_thread(PostgresStore.open, wire.url, calendar)
    yield opened
    await opened.close()
