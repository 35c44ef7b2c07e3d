from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.process import ServiceProcess


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    """A fresh service on an empty data directory; whatever became of it, none is left."""
    process = ServiceProcess(tmp_path)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def second(service: ServiceProcess) -> Iterator[ServiceProcess]:
    """Another process on the same database file."""
    process = ServiceProcess(service.data_dir, "second")
    process.start()
    yield process
    process.kill()
