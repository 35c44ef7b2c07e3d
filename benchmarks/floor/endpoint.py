"""What the floors of both engines share: the endpoint, the rows, the answer, the process."""

import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7  # noqa: TID251 - a floor has no id source


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What one transaction works on."""

    submission: Submission
    key: str
    id: str
    event_id: str
    message_id: str
    now: str


Submit = Callable[[Asked], Awaitable[bytes]]
"""Runs the five statements and commits; gives the body of the answer."""


def floor_app(submit: Submit, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """Build the application around the five statements."""
    app = FastAPI(openapi_url=None, lifespan=lifespan)

    async def post(request: Request, submission: Submission) -> Response:
        now = datetime.now(UTC).isoformat()  # noqa: TID251 - a floor has no clock
        ids = [str(uuid7()) for _ in range(3)]
        asked = Asked(submission, request.headers["idempotency-key"], ids[0], ids[1], ids[2], now)
        headers = {"Location": f"/v1/tickets/{asked.id}"}
        return Response(await submit(asked), 201, headers, "application/json")

    async def ready() -> Response:
        return Response(status_code=200)

    app.add_api_route("/v1/tickets", post, methods=["POST"], status_code=201)
    app.add_api_route("/readyz", ready, methods=["GET"])
    return app


def body_of(asked: Asked, number: int, entitlement: Any) -> bytes:  # noqa: ANN401 - a row of either driver
    """Render the answer: members and bytes of about the size of a ticket's."""
    sent = asked.submission
    ticket = {
        **sent.model_dump(),
        "id": asked.id,
        "number": f"STP-{number:06d}",
        "status": "queued",
        "priority": "normal",
        "decision": {
            "outcome": "accepted",
            "paid_until": entitlement[0],
            "minutes_used": int(entitlement[1]),
            "reasons": [],
            "notices": [{"code": code, "clause": clause, "message": MESSAGE} for code, clause in NOTICES],
            "decided_at": asked.now,
        },
        "allowed_actions": ["classify", "start", "defer", "decline"],
        "times": dict.fromkeys(("received_at", "earliest_start_at", "first_reaction_at"), asked.now),
        "created_at": asked.now,
        "updated_at": asked.now,
        "version": 1,
    }
    return json.dumps(ticket, ensure_ascii=False).encode()


NOTICES = (("knowledge_base_first", "1.2"), ("outside_service_hours", "2.1"), ("no_guaranteed_time", "2.3"))
MESSAGE = "Служба не гарантирует время решения обращения: оно зависит от ответов клиента и партнёров."
ACKNOWLEDGEMENT = "Обращение зарегистрировано. Мы ответим в рабочее время."


def serve(app: FastAPI) -> None:
    """Serve as the service does; print the address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2_048)
    sys.stdout.write(f"running on http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, http="httptools", loop="uvloop", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listener])


def database() -> str:
    """Give the database that the caller names."""
    return os.environ["FLOOR_DATABASE"]
