"""Logs that cannot be written are lost, and nothing else is."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import structlog

from app.observability.logs import set_up_logs
from tests.api.service import ADMIN, Service, submission


@contextmanager
def full_disk() -> Iterator[None]:
    """Let standard error be a file on a full disk; within a test, for pytest sets it between the phases."""
    root = logging.getLogger()
    handlers, level, stderr = list(root.handlers), root.level, sys.stderr
    set_up_logs("DEBUG")
    sys.stderr = full = open("/dev/full", "w", buffering=1)  # noqa: PTH123, SIM115 - cannot be closed in good order
    try:
        yield
    finally:
        sys.stderr = stderr
        with suppress(OSError):
            full.close()
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


async def test_a_full_disk_of_the_logs_keeps_no_answer_back_and_breaks_no_connection(
    service: Service,
) -> None:
    # What the application raises after its answer would end the connection.
    transport = httpx.ASGITransport(app=service.app)
    headers = {"Authorization": f"Bearer {ADMIN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as client:
        with full_disk():
            for _ in range(3):
                assert (await client.post("/v1/tickets", json=submission())).status_code == 201
                logging.getLogger("uvicorn.error").error("of a library")
            service.store.write = None  # type: ignore[method-assign,assignment]  # a crash is logged before its answer
            crashed = await service.admin.post("/v1/tickets", json=submission())
    assert (crashed.status_code, crashed.json()["code"]) == (500, "internal_error")
