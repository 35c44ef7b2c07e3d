from collections.abc import Iterator

import pytest

from tests.api.wire.front import Front


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """A server for the tests of one module."""
    front = Front()
    front.start()
    yield front
    front.stop()


@pytest.fixture
def own() -> Iterator[Front]:
    """A server for one test, with room for four connections."""
    front = Front(limit=4)
    front.start()
    yield front
    front.echo.release.set()
    front.stop()
