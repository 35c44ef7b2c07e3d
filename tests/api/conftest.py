"""A service on its own migrated database for each test; the migrations run once a worker."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate import migrate
from app.domain.work_calendar import WorkCalendar
from app.settings import SQLITE
from tests.api.calls import World, a_world
from tests.api.service import OTHER, OTHER_CHAT, RENTAL, Service
from tests.postgres_server import PostgresServer


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


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Give the engines, one after the other; a module may say that one is enough for it."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    """Give a database at head with nothing in it."""
    if engine == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"{SQLITE}{request.getfixturevalue('database_file')}"


@pytest.fixture
async def empty(database_url: str, base_calendar: WorkCalendar) -> AsyncIterator[Service]:
    """Give a service that knows nobody."""
    service = Service(database_url, base_calendar)
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
    await _people(f"{SQLITE}{file}", base_calendar)
    return file


@pytest.fixture(scope="session")
async def peopled_template(postgres: PostgresServer, base_calendar: WorkCalendar) -> AsyncIterator[str]:
    """Give the name of the same on PostgreSQL."""
    with postgres.database() as url:
        await _people(url, base_calendar)
        yield urlsplit(url).path[1:]


async def _people(database_url: str, base_calendar: WorkCalendar) -> None:
    service = Service(database_url, base_calendar)
    try:
        await service.customer()
        await service.customer(OTHER, RENTAL, OTHER_CHAT)
    finally:
        await service.close()


@pytest.fixture
def peopled_file(peopled_database: Path, tmp_path: Path) -> str:
    return f"{SQLITE}{shutil.copy(peopled_database, tmp_path / 'desk.sqlite3')}"


@pytest.fixture
def peopled_copy(peopled_template: str, postgres: PostgresServer) -> Iterator[str]:
    with postgres.database(peopled_template) as url:
        yield url


@pytest.fixture
def peopled_url(engine: str, request: pytest.FixtureRequest) -> str:
    """Give a database that knows both agencies."""
    url: str = request.getfixturevalue("peopled_file" if engine == "sqlite" else "peopled_copy")
    return url


@pytest.fixture
async def service(peopled_url: str, base_calendar: WorkCalendar) -> AsyncIterator[Service]:
    """Give a service that knows both agencies."""
    service = Service(peopled_url, base_calendar)
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
    file = shutil.copy(peopled_database, tmp_path_factory.mktemp("still") / "desk.sqlite3")
    service = Service(f"{SQLITE}{file}", base_calendar)
    try:
        yield await a_world(service)
    finally:
        await service.close()
