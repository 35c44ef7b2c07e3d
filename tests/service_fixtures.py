"""A service on a migrated database for each test; the migrations run once a worker.

Databases are put back to what they held: nothing (`empty`), two agencies (`peopled`), or a ticket of
each of them and more (`world`).
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate.run import migrate
from app.domain.calendar.work_calendar import WorkCalendar
from app.settings import POSTGRESQL, SQLITE
from tests.api.calls import Places, World, a_world
from tests.api.service import OTHER, OTHER_CHAT, RENTAL, Service
from tests.postgres_server import KeptStates, LastingConnections, PostgresServer


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


class KeptFiles:
    """The same as `KeptStates` for SQLite: a fresh copy of a file each time."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self._folder = folder
        self._desk = folder / "desk" / "desk.sqlite3"
        shutil.copy(empty, folder / "empty")

    def keep(self, state: str) -> None:
        shutil.copy(self._desk, self._folder / state)

    def put_back(self, state: str) -> str:
        shutil.rmtree(self._desk.parent, ignore_errors=True)  # with the log of a service that is still there
        self._desk.parent.mkdir()
        return f"{SQLITE}{shutil.copy(self._folder / state, self._desk)}"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Give the engines, one after the other; a module may say that one is enough for it."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def states(
    engine: str,
    request: pytest.FixtureRequest,
    empty_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> KeptStates | KeptFiles:
    if engine == "sqlite":
        return KeptFiles(tmp_path_factory.mktemp("states"), empty_database)
    kept: KeptStates = request.getfixturevalue("kept_states")
    return kept


@pytest.fixture(scope="session")
def kept_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the attachments that the state `world` knows."""
    return tmp_path_factory.mktemp("attachments")


@pytest.fixture(scope="session")
async def places(
    states: KeptStates | KeptFiles,
    base_calendar: WorkCalendar,
    kept_folder: Path,
    lasting: LastingConnections,
) -> tuple[Places, Places]:
    """Keep the states `peopled` and `world`; give where things are in the latter."""
    async with a_service(states.put_back("empty"), base_calendar, lasting) as service:
        await people(service)
    states.keep("peopled")
    async with a_service(states.put_back("peopled"), base_calendar, lasting, kept_folder) as service:
        world = await a_world(service)
    states.keep("world")
    return world.mine, world.theirs


@asynccontextmanager
async def a_service(
    database_url: str,
    base_calendar: WorkCalendar,
    lasting: LastingConnections | None = None,
    folder: Path | None = None,
) -> AsyncIterator[Service]:
    store = None
    if lasting is not None and database_url.startswith(POSTGRESQL):
        store = lasting.store(database_url, base_calendar)
    service = Service(database_url, base_calendar, folder=folder, store=store)
    try:
        yield service
    finally:
        await service.close()


async def people(service: Service) -> None:
    """Put agency-17 on the extended tariff and agency-18 on a rental, a chat each."""
    await service.customer()
    await service.customer(OTHER, RENTAL, OTHER_CHAT)


@pytest.fixture
def database_url(states: KeptStates | KeptFiles) -> str:
    """Give a database at head with nothing in it."""
    return states.put_back("empty")


@pytest.fixture
def peopled_url(places: tuple[Places, Places], states: KeptStates | KeptFiles) -> str:
    """Give a database that knows both agencies."""
    return states.put_back("peopled")


@pytest.fixture
async def empty(
    database_url: str, base_calendar: WorkCalendar, lasting: LastingConnections
) -> AsyncIterator[Service]:
    """Give a service that knows nobody."""
    async with a_service(database_url, base_calendar, lasting) as service:
        yield service


@pytest.fixture
async def service(
    peopled_url: str, base_calendar: WorkCalendar, lasting: LastingConnections
) -> AsyncIterator[Service]:
    """Give a service that knows both agencies."""
    async with a_service(peopled_url, base_calendar, lasting) as service:
        yield service


@pytest.fixture
async def world(
    places: tuple[Places, Places],
    states: KeptStates | KeptFiles,
    base_calendar: WorkCalendar,
    kept_folder: Path,
    lasting: LastingConnections,
) -> AsyncIterator[World]:
    """Give a service in which every call finds something to do."""
    async with a_service(states.put_back("world"), base_calendar, lasting, kept_folder) as service:
        yield World(service, *places)


@pytest.fixture(scope="session")
async def still(
    engine: str,
    request: pytest.FixtureRequest,
    empty_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    base_calendar: WorkCalendar,
) -> AsyncIterator[World]:
    """Give a world that tests share, for calls that change nothing."""
    with ExitStack() as close:
        if engine == "sqlite":
            file = shutil.copy(empty_database, tmp_path_factory.mktemp("still") / "desk.sqlite3")
            url = f"{SQLITE}{file}"
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            url = close.enter_context(server.database())
        async with a_service(url, base_calendar) as service:
            await people(service)
            yield await a_world(service)
