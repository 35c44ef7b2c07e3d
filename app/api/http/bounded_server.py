"""uvicorn's server with bounded connections, configured in one place for the service and the relay."""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import uvicorn
from fastapi import FastAPI

from app.api.http.accepting import Acceptor
from app.api.http.bounded_http import BoundedHttpProtocol
from app.api.http.connections import Connections

TICKS_PER_SWEEP = 10
"""uvicorn ticks ten times per second."""


class BoundedServer(uvicorn.Server):
    """Serves an application over HTTP/1 within the bounds of its connections."""

    def __init__(self, app: FastAPI, connections: Connections, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Configure uvicorn; `options` are those in which servers differ."""
        protocol = cast("type[asyncio.Protocol]", partial(BoundedHttpProtocol, connections=connections))
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                **options,
            )
        )
        self._connections = connections
        self._acceptors: list[Acceptor] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; uvicorn gets no socket, because its way accepts too slowly."""
        await super().startup([])
        self._acceptors = [Acceptor(one, self.config.backlog, self._protocol) for one in sockets or ()]

    def _protocol(self) -> asyncio.Protocol:
        create = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        return create(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, then stop as uvicorn does."""
        for acceptor in self._acceptors:
            await acceptor.stop()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Check the deadlines of the connections about once a second."""
        if counter % TICKS_PER_SWEEP == 0:
            self._connections.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)
