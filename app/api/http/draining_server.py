"""The server of the service, with a graceful stop: it first leaves the load balancer, then its clients."""

import asyncio
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from threading import Timer
from types import FrameType

import structlog
from fastapi import FastAPI

from app.api.http.bounded_server import BoundedServer
from app.api.http.connections import Connections
from app.observability.readiness import Readiness

GRACE_SECONDS = 20
"""Seconds that requests in flight may take after the last new one was accepted."""
CLOSING_SECONDS = 4
"""Seconds that closing the database may take then. With a drain of 5 s a whole stop takes less than 30."""
LAST_RESORT_SECONDS = GRACE_SECONDS + CLOSING_SECONDS + 0.5
"""When the kernel ends the process, counted from the end of the drain; with a drain of 5 s, below 30 too."""
SIGNALLED = 128
"""Added to the number of the signal in an exit code, as shells do."""
CLOSE = (b"connection", b"close")
log = structlog.get_logger("app.server")


class DrainingServer(BoundedServer):
    """Reports that it is not ready, serves for the drain, then completes the requests in flight.

    SIGTERM comes from an orchestrator whose load balancer may still send requests: the drain covers them.
    SIGINT comes from a person at a terminal: there is no drain. A second signal ends the process at once, as
    kill -9 does: acknowledged work is committed, and clients repeat the rest.
    """

    def __init__(
        self,
        app: FastAPI,
        connections: Connections,
        readiness: Readiness,
        drain_seconds: float,
        started: Callable[[], object],
    ) -> None:
        """Keep the readiness to turn off, the seconds to serve on, and the function to call at the start."""
        super().__init__(app, connections, loop="uvloop", timeout_graceful_shutdown=GRACE_SECONDS)
        self._readiness = readiness
        self._drain_seconds = drain_seconds
        self._stop_at: float | None = None
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and log the addresses: uvicorn does so only for a socket of its own."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            log.info("running on http://%s:%d", host, port)
        if not self.should_exit:
            self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as the system calls it
        """Turn readiness off and start to stop; a second signal stops the process at once.

        uvicorn's own handler raises the signal again in the end. A graceful stop must exit with 0.
        """
        if self._readiness.draining:
            os._exit(SIGNALLED + sig)  # flushes nothing; a raised signal would not end a process 1
        self._readiness.draining = True
        # The timer needs neither the loop nor a thread nor the interpreter's lock: any of them may hang.
        signal.setitimer(signal.ITIMER_REAL, self._drain_seconds + LAST_RESORT_SECONDS)
        if sig == signal.SIGINT:
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Advance the drain, about ten times a second; return True when it is time to stop."""
        if self._readiness.draining and not self.should_exit:
            now = asyncio.get_running_loop().time()
            if self._stop_at is None:
                self._stop_at = now + self._drain_seconds
                self._send_clients_away()
            self.should_exit = now >= self._stop_at
        return await super().on_tick(counter)

    def _send_clients_away(self) -> None:
        """Close each connection with its next response, so that none is cut when the listening ends."""
        log.info("draining", seconds=self._drain_seconds)
        self.config.encoded_headers.append(CLOSE)  # the server rebuilds its headers from these every second
        self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, complete the requests in flight, close the rest; all within a bound."""
        loop = asyncio.get_running_loop()
        deadline = Timer(GRACE_SECONDS + CLOSING_SECONDS, _end_hard, [loop])
        deadline.daemon = (
            True  # it outlives the event loop, whose last tasks may not end, but not the process
        )
        deadline.start()
        await super().shutdown(sockets)


def _end_hard(loop: asyncio.AbstractEventLoop) -> None:
    """End the process although something hangs: its supervisor would kill it anyway."""
    try:
        unfinished = sorted(_where(task.get_coro()) for task in asyncio.all_tasks(loop))
        frames = sys._current_frames().values()  # noqa: SLF001 - the only way to the stacks of other threads
        threads = ["".join(traceback.format_stack(frame)) for frame in frames]
        log.error("stopped hard: the time to stop has run out", unfinished=unfinished, threads=threads)
    finally:
        os._exit(1)


def _where(coroutine: object) -> str:
    """Return the names of a coroutine and of those that it waits for, the innermost last."""
    names = []
    while hasattr(coroutine, "cr_await"):
        names.append(getattr(coroutine, "__qualname__", "?"))
        coroutine = coroutine.cr_await
    return " > ".join(names)
