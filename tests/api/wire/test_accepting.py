"""New connections are accepted in bulk: they do not wait for the requests of the others."""

import asyncio
import errno
import socket
import threading
from contextlib import ExitStack
from typing import Any

import pytest

from app.api.http import accepting
from tests.api.wire.front import HOST, Front

GET = b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n"
NEWCOMERS = 60
TURNS = 10


def test_many_connections_are_accepted_within_a_few_turns_of_the_loop(front: Front) -> None:
    blocked, arrived = threading.Event(), threading.Event()

    async def turns() -> int:
        blocked.set()
        arrived.wait(10)
        for turn in range(10 * NEWCOMERS):
            if len(front.server.server_state.connections) >= NEWCOMERS:
                return turn
            await asyncio.sleep(0)
        return 10 * NEWCOMERS

    counted = asyncio.run_coroutine_threadsafe(turns(), front._loop)
    assert blocked.wait(10)
    with ExitStack() as stack:
        for _ in range(NEWCOMERS):
            stack.enter_context(front.connect())
        arrived.set()
        assert counted.result(10) <= TURNS


class Exhausted:
    """A listener that fails a few times."""

    def __init__(self, listener: socket.socket, codes: list[int]) -> None:
        self.listener = listener
        self.codes = codes
        self.calls = 0

    def accept(self) -> Any:
        self.calls += 1
        if self.codes:
            raise OSError(self.codes.pop(), "failed")
        return self.listener.accept()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listener, name)


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ECONNABORTED])
def test_a_failed_accept_neither_spins_nor_ends_the_listening(
    code: int, own: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "PAUSE_SECONDS", 0.1)
    (acceptor,) = own.server._acceptors
    failing = Exhausted(own.listener, [code])
    monkeypatch.setattr(acceptor, "_listener", failing)
    assert own.talk(GET, expected=1).statuses == [200]
    assert failing.calls <= 3


def test_connections_are_accepted_without_delay_of_small_packets(own: Front) -> None:
    with own.connect():
        own.talk(GET, expected=1)
        (protocol,) = own.protocols()
        accepted = protocol.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
