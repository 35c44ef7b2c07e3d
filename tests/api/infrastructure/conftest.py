from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.infrastructure.desk import Desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    async with desk.http:
        yield desk


@pytest.fixture
def http(desk: Desk) -> httpx.AsyncClient:
    return desk.http
