from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.process import ServiceProcess


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Where the service is to keep things: nothing for a file of its own, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[ServiceProcess]:
    """A fresh service on an empty database; whatever became of it, none is left."""
    process = ServiceProcess(tmp_path, database_url=database_url)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def second(service: ServiceProcess) -> Iterator[ServiceProcess]:
    """Another process on the same database."""
    process = ServiceProcess(service.data_dir, "second", service.database_url)
    process.start()
    yield process
    process.kill()
