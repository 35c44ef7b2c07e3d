"""Stopping: a stop in good order loses nothing that was acknowledged, and keeps nobody waiting."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from demo.process import STOP_SECONDS, ServiceProcess
from tests.e2e.agencies import submission, sync
from tests.e2e.stored import assert_stored_once, assert_whole
from tests.e2e.talk import until
from tests.e2e.writers import Writers

LONGER_THAN_ANY_WAIT = str(STOP_SECONDS * 4)
ENOUGH = 20
"""So many acknowledged tickets before it is told to stop."""
KILLED_BY = 128
HANGS_WHEN_CLOSING = """
import asyncio
from app.cli import cli
from app.adapters.sql.stores.sqlite import SqliteStore
async def close(store): await asyncio.sleep(3600)
SqliteStore.close = close
cli()
"""
HOLDS_THE_LOCK_WHEN_CLOSING = """
import ctypes
from app.cli import cli
from app.adapters.sql.stores.sqlite import SqliteStore
async def close(store): ctypes.PyDLL(None).sleep(3600)
SqliteStore.close = close
cli()
"""


@pytest.fixture
def service(process: ServiceProcess) -> ServiceProcess:
    """A service whose interpreter ends as a person's does."""
    return process.start()


@pytest.fixture
def draining(process: ServiceProcess) -> ServiceProcess:
    """A service that was told to stop, and goes on serving longer than any test waits for its end."""
    process.settings["SUPPORT_DRAIN_SECONDS"] = LONGER_THAN_ANY_WAIT
    process.start()
    process.signal(signal.SIGTERM)
    return process


@pytest.fixture
def unfinished(service: ServiceProcess) -> Iterator[socket.socket]:
    """A request that is under way and does not end: its body never comes to the promised length."""
    host, port = service.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=60)) as connection:
        head = ("POST /v1/tickets HTTP/1.1", "Host: desk", "Content-Type: application/json")
        key = f"Authorization: {service.headers['Authorization']}"
        more = ("Content-Length: 99", "Expect: 100-continue")
        connection.sendall("\r\n".join((*head, key, *more, "", "")).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")  # it asks for the body: the request runs
        connection.sendall(b"{")
        yield connection


async def test_stop_under_load_exits_with_0_and_loses_nothing(service: ServiceProcess) -> None:
    with service.http() as http:
        sync(http)
    writers = Writers()
    writing = asyncio.create_task(writers.write_until_gone(service))
    await until(lambda: len(writers.acknowledged) > ENOUGH or writing.done())
    status = await asyncio.to_thread(service.stop)
    await writing
    assert status == 0, service.log.read_text()[-2_000:]
    assert len(writers.acknowledged) > ENOUGH
    assert_whole(service)
    assert_stored_once(service, writers.acknowledged)
    # What SQLite's log held is in the file.
    wal = service.database.with_name(f"{service.database.name}-wal")
    assert not wal.exists() or wal.stat().st_size == 0


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_idle_service_stops_with_0(service: ServiceProcess, signal_: signal.Signals) -> None:
    service.signal(signal_)
    assert service.wait() == 0


def test_a_service_told_to_stop_is_not_ready_and_still_serves(draining: ServiceProcess) -> None:
    with draining.http() as http:
        _wait_until_draining(http)
        unready = http.get("/readyz?verbose")
        assert (unready.status_code, unready.json()["checks"]) == (503, {"serving": False})
        assert http.get("/livez").status_code == 200
        sync(http)
        answer = http.post("/v1/tickets", json=submission("Не открывается карточка"))
        assert answer.status_code == 201
        assert answer.headers["connection"] == "close"
        assert http.get(answer.headers["location"]).status_code == 200
    draining.signal(signal.SIGTERM)
    assert draining.wait() == KILLED_BY + signal.SIGTERM
    assert_whole(draining)


def test_after_the_drain_it_stops_with_0(process: ServiceProcess) -> None:
    process.settings["SUPPORT_DRAIN_SECONDS"] = "0.5"
    process.start()
    assert process.stop() == 0
    assert '"event":"draining"' in process.log.read_text()


def test_a_person_at_a_terminal_does_not_wait_for_the_drain(process: ServiceProcess) -> None:
    process.settings["SUPPORT_DRAIN_SECONDS"] = LONGER_THAN_ANY_WAIT
    process.start()
    process.signal(signal.SIGINT)
    assert process.wait() == 0


def test_ctrl_c_ends_a_drain_at_once(draining: ServiceProcess) -> None:
    with draining.http() as http:
        _wait_until_draining(http)
    draining.signal(signal.SIGINT)
    assert draining.wait() == KILLED_BY + signal.SIGINT


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_does_not_wait_for_requests_under_way(
    service: ServiceProcess, unfinished: socket.socket, second: signal.Signals
) -> None:
    service.signal(signal.SIGINT)
    _wait_until_closed(service)
    service.signal(second)
    assert service.wait() == KILLED_BY + second
    assert_whole(service)


@pytest.mark.slow
def test_a_request_that_does_not_end_does_not_keep_it_from_stopping_with_0(
    service: ServiceProcess, unfinished: socket.socket
) -> None:
    assert service.stop() == 0  # within the 30 seconds that `stop` waits
    assert_whole(service)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_does_not_close_does_not_keep_it_from_stopping(process: ServiceProcess) -> None:
    process.program = ("-c", HANGS_WHEN_CLOSING)
    process.start()
    assert process.stop() == 1
    logged = process.log.read_text()
    assert "stopped hard" in logged
    assert "LifespanOn.main >" in logged  # what has not ended


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_not_even_the_interpreters_lock_keeps_it_from_stopping(process: ServiceProcess) -> None:
    process.program = ("-c", HOLDS_THE_LOCK_WHEN_CLOSING)
    process.start()
    assert process.stop() == -signal.SIGALRM


def _wait_until_draining(http: httpx.Client) -> None:
    """Wait until it sends clients away: the signal has come through."""
    while "connection" not in http.get("/livez").headers:
        pass


def _wait_until_closed(service: ServiceProcess) -> None:
    """Wait until it takes no connections: the signal has come through."""
    with httpx.Client(base_url=service.url, trust_env=False) as http:
        try:
            while True:
                http.get("/livez", headers={"Connection": "close"})
        except httpx.TransportError:
            return
