import httpx
import pytest

from tests.api.http.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def http(desk: Desk) -> httpx.AsyncClient:
    return desk.http
