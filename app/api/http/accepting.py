"""Accepts connections in bulk, so that a new one does not wait for the requests of the others.

uvloop's own server accepts one connection per turn of the loop, and a turn may serve every busy connection.
"""

import asyncio
import errno
import socket
from collections.abc import Callable

ACCEPTS_PER_TURN = 100
PAUSE_SECONDS = 0.5
"""Without free descriptors or memory, new connections wait in the kernel for so long."""
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Acceptor:
    """Accepts the connections of one listening socket."""

    def __init__(
        self, listener: socket.socket, backlog: int, protocol: Callable[[], asyncio.Protocol]
    ) -> None:
        """Start to accept in the running loop."""
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._connecting: set[asyncio.Task[object]] = set()
        self._pause: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        listener.listen(backlog)
        self._resume()

    async def stop(self) -> None:
        """Accept no more, and complete what was accepted."""
        self._loop.remove_reader(self._listener)
        if self._pause is not None:
            self._pause.cancel()
        if self._connecting:
            await asyncio.wait(self._connecting)

    def _resume(self) -> None:
        self._pause = None
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(ACCEPTS_PER_TURN):
            try:
                connection, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as failure:
                if failure.errno in _EXHAUSTED:
                    self._loop.remove_reader(self._listener)
                    self._pause = self._loop.call_later(PAUSE_SECONDS, self._resume)
                    return
                continue  # the client is gone already
            task = self._loop.create_task(self._connect(connection))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            connection.close()
