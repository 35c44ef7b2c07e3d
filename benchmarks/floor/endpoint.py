"""Parts that both floors share: the endpoint, the names of a run, the process."""

import os
import pickle
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7  # noqa: TID251 - a floor has no id source

from benchmarks.floor.script import Names, Script


class Submission(BaseModel):
    """The body of a submission."""

    model_config = ConfigDict(extra="forbid")

    customer_id: str
    channel: str
    chat_id: str
    text: str
    category: str | None = None
    impact: str = "none"
    subject: str | None = None


Run = Callable[[Names], Awaitable[None]]
"""Runs the script with the names of a run; returns when its transaction is committed."""


def floor_app(
    script: Script, run: Run, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]
) -> FastAPI:
    """Build the application around the script."""
    app = FastAPI(openapi_url=None, lifespan=lifespan)

    async def post(request: Request, submission: Submission) -> Response:  # noqa: ARG001 - it is only validated
        key = request.headers["idempotency-key"]
        names = [key, key.encode().hex(), *[str(uuid7()) for _ in range(script.ids)]]
        await run(names)
        headers = {"Location": script.location.written(names)}
        return Response(script.body.written(names), 201, headers, "application/json")

    app.add_api_route("/v1/tickets", post, methods=["POST"], status_code=201)
    return app


def given() -> tuple[str, Script]:
    """Return the database and the script that the caller names."""
    script: Script = pickle.loads(Path(os.environ["FLOOR_SCRIPT"]).read_bytes())  # noqa: S301 - ours
    return os.environ["FLOOR_DATABASE"], script


def serve(app: FastAPI) -> None:
    """Serve as the service does; print the address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2_048)
    sys.stdout.write(f"running on http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, http="httptools", loop="uvloop", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listener])
