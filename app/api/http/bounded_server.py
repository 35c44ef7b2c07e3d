"""uvicorn's server with bounded connections, configured in one place for the service and the relay."""

import asyncio
from functools import partial
from typing import Any, cast

import uvicorn
from fastapi import FastAPI

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

    async def on_tick(self, counter: int) -> bool:
        """Check the deadlines of the connections about once a second."""
        if counter % TICKS_PER_SWEEP == 0:
            self._connections.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)
