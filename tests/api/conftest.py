"""A service on its own migrated database for each test; the migrations run once a worker."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate import migrate
from app.domain.work_calendar import WorkCalendar
from tests.api.calls import World, a_world
from tests.api.service import OTHER, OTHER_CHAT, RENTAL, Service


@pytest.fixture(scope="session")
def base_calendar() -> WorkCalendar:
    return production_calendar()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("api") / "empty.sqlite3"
    migrate(str(file))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Give the engines, one after the other; a module whose tests store nothing new has one of them."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    """Give a database at head with nothing in it."""
    if engine == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    empty, folder = request.getfixturevalue("empty_database"), request.getfixturevalue("tmp_path")
    return f"sqlite:///{shutil.copy(empty, folder / 'desk.sqlite3')}"


@pytest.fixture
async def empty(database_url: str, base_calendar: WorkCalendar) -> AsyncIterator[Service]:
    """Give a service that knows nobody."""
    service = Service(database_url, base_calendar)
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture
async def service(empty: Service) -> Service:
    """Give a service with agency-17 on the extended tariff and agency-18 on a rental, a chat each."""
    await empty.customer()
    await empty.customer(OTHER, RENTAL, OTHER_CHAT)
    return empty


@pytest.fixture
async def world(service: Service) -> World:
    """Give a service in which every call finds something to do."""
    return await a_world(service)


@pytest.fixture(scope="module")
async def still(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, base_calendar: WorkCalendar
) -> AsyncIterator[World]:
    """Give a world that the tests of a module share, for calls that change nothing."""
    file = shutil.copy(empty_database, tmp_path_factory.mktemp("still") / "desk.sqlite3")
    service = Service(f"sqlite:///{file}", base_calendar)
    try:
        await service.customer()
        await service.customer(OTHER, RENTAL, OTHER_CHAT)
        yield await a_world(service)
    finally:
        await service.close()
