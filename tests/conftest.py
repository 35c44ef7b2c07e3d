"""What holds for every test: asyncio, no network but loopback, hypothesis without deadlines."""

import gc
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.postgres_server import (
    KeptStates,
    LastingConnections,
    PostgresServer,
    kept_open,
    query,
    started,
    template_of,
)

settings.register_profile("default", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("default")

pytest_plugins = ["tests.service_fixtures"]

LOOPBACK_NAMES = {None, "", "localhost"}


class NetworkIsOff(BaseException):
    """A test reached for the network; no `except Exception` may hide it."""


def _refuse_unless_loopback(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOOPBACK_NAMES:
        return
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        raise NetworkIsOff(f"tests may not look up {name!r}") from None
    if not (address.is_loopback or address.is_unspecified):
        raise NetworkIsOff(f"tests may not connect to {name}")


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_unless_loopback(address[0])
        return connect(self, address)

    return guarded


def _guarded_lookup(getaddrinfo: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_loopback(host)
        return getaddrinfo(host, *args, **kwargs)

    return guarded


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a soak be shorter than it is meant to be."""
    told = "share of the length of each soak, say 0.1 to see that it works; the full length by default"
    parser.addoption("--soak-share", type=float, default=1.0, help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Turn the network off before any test module is imported."""
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
    patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
    patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
    config.add_cleanup(patch.undo)


def pytest_collection() -> None:
    """Look for no garbage among what is only being made."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the collector look only at what the tests make: modules and tests stay to the end."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def soak_share(pytestconfig: pytest.Config) -> float:
    """Give the share of its length that a soak is to run."""
    share: float = pytestconfig.getoption("--soak-share")
    return share


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[PostgresServer]:
    """Give the run's PostgreSQL server; it is started when a test first asks for it."""
    own = tmp_path_factory.getbasetemp()
    url = started(own.parent if hasattr(pytestconfig, "workerinput") else own, pytestconfig)
    with kept_open(url):
        server = PostgresServer(url, template_of(url))
        yield server
        query(url, f"DROP DATABASE {server.template} WITH (FORCE)")


@pytest.fixture(scope="session")
def kept_states(postgres: PostgresServer) -> Iterator[KeptStates]:
    """Give a database for one test after the other."""
    with postgres.database() as url, kept_open(url):
        yield KeptStates(url)


@pytest.fixture(scope="session")
async def lasting() -> AsyncIterator[LastingConnections]:
    """Give connections for the stores of one test after the other; none is made before one is needed."""
    connections = LastingConnections()
    yield connections
    await connections.close()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Give the URL of a database at head with nothing in it."""
    with postgres.database() as url:
        yield url
