from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.process import ServiceProcess
from tests.browser.chromium import Chromium
from tests.e2e.agencies import sync


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The running service with the customers of the document's examples, its limits as they come."""
    process = ServiceProcess(tmp_path_factory.mktemp("service"))
    process.settings = {"SUPPORT_RATE_LIMIT": "6000", "SUPPORT_FAILED_KEY_LIMIT": "60"}
    try:
        with process.start().http() as http:
            sync(http)
        yield process
    finally:
        process.kill()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("chromium") / "profile") as chromium:
        yield chromium


@pytest.fixture(scope="session")
def photographs() -> Path:
    """Where the pictures of the pages go: git ignores it."""
    return Path(__file__).parents[2] / "build" / "screenshots"
