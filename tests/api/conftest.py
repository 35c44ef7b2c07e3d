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


@pytest.fixture
def database_file(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "desk.sqlite3"))


@pytest.fixture
async def empty(database_file: Path, base_calendar: WorkCalendar) -> AsyncIterator[Service]:
    """Give a service that knows nobody."""
    service = Service(database_file, base_calendar)
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture(scope="session")
async def peopled_database(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, base_calendar: WorkCalendar
) -> Path:
    """Give a database with agency-17 on the extended tariff and agency-18 on a rental, a chat each."""
    file = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("peopled") / "desk.sqlite3"))
    service = Service(file, base_calendar)
    try:
        await service.customer()
        await service.customer(OTHER, RENTAL, OTHER_CHAT)
    finally:
        await service.close()
    return file


@pytest.fixture
async def service(
    peopled_database: Path, database_file: Path, base_calendar: WorkCalendar
) -> AsyncIterator[Service]:
    """Give a service that knows both agencies."""
    shutil.copy(peopled_database, database_file)
    service = Service(database_file, base_calendar)
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture
async def world(service: Service) -> World:
    """Give a service in which every call finds something to do."""
    return await a_world(service)


@pytest.fixture(scope="module")
async def still(
    peopled_database: Path, tmp_path_factory: pytest.TempPathFactory, base_calendar: WorkCalendar
) -> AsyncIterator[World]:
    """Give a world that the tests of a module share, for calls that change nothing."""
    file = Path(shutil.copy(peopled_database, tmp_path_factory.mktemp("still") / "desk.sqlite3"))
    service = Service(file, base_calendar)
    try:
        yield await a_world(service)
    finally:
        await service.close()
