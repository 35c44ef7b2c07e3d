"""Every test of a store runs on each of them."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate.run import migrate
from app.adapters.sql.stores.postgres import PostgresStore
from app.adapters.sql.stores.sqlite import SqliteStore
from app.domain.calendar.work_calendar import WorkCalendar
from tests.contracts.builders import add_agencies
from tests.fakes.memory_store import MemoryStore
from tests.postgres_server import LastingConnections

AnyStore = MemoryStore | SqliteStore | PostgresStore
OpenStore = Callable[[], AnyStore]


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return production_calendar()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database at head with nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    migrate(str(file))
    return file


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "support.db"))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(
    request: pytest.FixtureRequest, calendar: WorkCalendar, lasting: LastingConnections
) -> AsyncIterator[AnyStore]:
    """Give a store that knows two customers with a chat each."""
    opened: AnyStore
    if request.param == "memory":
        opened = MemoryStore(calendar)
    elif request.param == "postgresql":
        opened = lasting.store(request.getfixturevalue("kept_states").put_back("empty"), calendar)
    else:
        opened = SqliteStore.open(str(request.getfixturevalue("database")), calendar)
    try:
        await opened.write(add_agencies)
        yield opened
    finally:
        await opened.close()
