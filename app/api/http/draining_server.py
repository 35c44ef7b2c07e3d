"""uvicorn's server with an end in good order: it leaves the load balancer first, then its clients."""

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
import uvicorn

from app.observability.readiness import Readiness

GRACE_SECONDS = 20
"""How long requests in flight may still take once no new ones are taken."""
CLOSING_SECONDS = 4
"""How long the rest may take then: closing the database. A drain of 5 s leaves the whole below 30."""
LAST_RESORT_SECONDS = GRACE_SECONDS + CLOSING_SECONDS + 0.5
"""When the kernel ends the process, counted from the end of the drain: below 30 with a drain of 5 s, too."""
SIGNALLED = 128
"""What shells add to the number of the signal that ended a process."""
CLOSE = (b"connection", b"close")
log = structlog.get_logger("app.server")


class DrainingServer(uvicorn.Server):
    """Says that it is not ready and still serves for a while; then lets the requests under way end.

    SIGTERM comes from a machine that may still send requests here: it has the drain to notice. SIGINT
    comes from a person who waits at a terminal: nothing is drained. A second signal ends the process
    at once, as kill -9 does: what was acknowledged is committed, the rest the clients repeat.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        readiness: Readiness,
        drain_seconds: float,
        started: Callable[[], object] = bool,
    ) -> None:
        """Keep the readiness to turn off, the seconds to serve on, and the function to call at the start."""
        super().__init__(config)
        self._readiness = readiness
        self._drain_seconds = drain_seconds
        self._stop_at: float | None = None
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and log where it listens: uvicorn does so only for a socket of its own."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            log.info("running on http://%s:%d", host, port)
        self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as the system calls it
        """Turn readiness off, and begin to stop; stop at once when told so again.

        Not uvicorn's own, which raises the signal again in the end: a stop in good order exits with 0.
        """
        if self._readiness.draining:
            os._exit(SIGNALLED + sig)  # nothing is flushed; raising the signal would not end a process 1
        self._readiness.draining = True
        # Needs neither the loop nor a thread nor the interpreter's lock, any of which may be what hangs.
        signal.setitimer(signal.ITIMER_REAL, self._drain_seconds + LAST_RESORT_SECONDS)
        if sig == signal.SIGINT:
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Do what is due, about ten times a second; True when it is time to stop."""
        if self._readiness.draining and not self.should_exit:
            now = asyncio.get_running_loop().time()
            if self._stop_at is None:
                self._stop_at = now + self._drain_seconds
                self._send_clients_away()
            self.should_exit = now >= self._stop_at
        return await super().on_tick(counter)

    def _send_clients_away(self) -> None:
        """End each connection with its next answer, so that none is cut when the listening ends."""
        log.info("draining", seconds=self._drain_seconds)
        self.config.encoded_headers.append(CLOSE)  # from these the server's headers are made every second
        self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, let requests end, close the rest; all that within a bound."""
        loop = asyncio.get_running_loop()
        deadline = Timer(GRACE_SECONDS + CLOSING_SECONDS, _end_hard, [loop])
        deadline.daemon = (
            True  # it outlives the event loop, whose last tasks may not end, but not the process
        )
        deadline.start()
        await super().shutdown(sockets)


def _end_hard(loop: asyncio.AbstractEventLoop) -> None:
    """End although something does not let go: who waits for the end would kill it anyway."""
    try:
        unfinished = sorted(_where(task.get_coro()) for task in asyncio.all_tasks(loop))
        frames = sys._current_frames().values()  # noqa: SLF001 - nothing else tells where other threads are
        threads = ["".join(traceback.format_stack(frame)) for frame in frames]
        log.error("stopped hard: not everything has ended in time", unfinished=unfinished, threads=threads)
    finally:
        os._exit(1)


def _where(coroutine: object) -> str:
    """Name a coroutine and those that it waits for, one in the other."""
    names = []
    while hasattr(coroutine, "cr_await"):
        names.append(getattr(coroutine, "__qualname__", "?"))
        coroutine = coroutine.cr_await
    return " > ".join(names)
