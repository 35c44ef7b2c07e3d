from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from demo.process import ServiceProcess
from tests.e2e.forked import ForkedService, Nursery

Fresh = Callable[[], AbstractContextManager[ForkedService]]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Where the service is to keep things: nothing for a file of its own, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Give the process that forks services."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def service(nursery: Nursery, tmp_path: Path, database_url: str) -> Iterator[ServiceProcess]:
    """A fresh service on an empty database; whatever became of it, none is left."""
    process = ForkedService(nursery, tmp_path, database_url=database_url)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def second(nursery: Nursery, service: ServiceProcess) -> Iterator[ServiceProcess]:
    """Another process on the same database, with a key of its own."""
    process = ForkedService(nursery, service.data_dir, "second", service.database_url)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def process(tmp_path: Path, database_url: str) -> Iterator[ServiceProcess]:
    """The service as a person starts it, not yet started: for what a forked one does not show."""
    process = ServiceProcess(tmp_path, database_url=database_url)
    yield process
    process.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, nursery: Nursery, tmp_path: Path) -> Fresh:
    """Give a maker of services that start quickly, each on an empty database that goes with it."""
    server = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    numbers = count(1)

    @contextmanager
    def made() -> Iterator[ForkedService]:
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory(prefix=f"{next(numbers)}-", dir=tmp_path))
            url = "" if server is None else stack.enter_context(server.database())
            service = ForkedService(nursery, Path(folder), database_url=url)
            stack.callback(service.kill)
            yield service.start()

    return made


@pytest.fixture
def forked(fresh: Fresh) -> Iterator[ForkedService]:
    """A fresh service that starts quickly."""
    with fresh() as service:
        yield service


@pytest.fixture
def pair(forked: ForkedService) -> Iterator[tuple[ForkedService, ForkedService]]:
    """Two processes on one fresh database."""
    other = forked.beside()
    other.start()
    yield forked, other
    other.kill()
