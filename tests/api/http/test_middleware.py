"""Request ids, common headers, HEAD, metrics and a log that nobody can forge or read secrets from."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import structlog
from prometheus_client import CollectorRegistry

from app.api.http.middleware import HttpMiddleware
from app.observability.http_metrics import HttpMetrics
from app.observability.logs import set_up_logs
from tests.api.http.desk import ADMIN, READER, Desk

FORGED = '\r\n{"level":"fake"}\u2028{"level":"fake"}\u2029\x85\x7f'
CANARY = "kanareyka-7F3a"


@pytest.fixture
def _logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logs()
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("given", ["abc", "A-b_9", "x" * 64])
async def test_a_good_request_id_comes_back(http: httpx.AsyncClient, given: str) -> None:
    assert (await http.get("/livez", headers={"X-Request-ID": given})).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "é".encode(), 'a"b', "a\tb"])
async def test_another_one_is_made_instead_of_a_bad_one(http: httpx.AsyncClient, given: Any) -> None:
    made = (await http.get("/livez", headers={"X-Request-ID": given})).headers["x-request-id"]

    assert made.isascii()
    assert 20 <= len(made) <= 64


async def test_every_answer_carries_the_common_headers(http: httpx.AsyncClient) -> None:
    for path in ("/livez", "/v1/things", "/v1/nothing", "/v1/breaks"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]


async def test_head_is_get_without_the_body(desk: Desk) -> None:
    desk.store.things.append("a")
    for path in ("/v1/things/0", "/livez", "/v1/nothing", "/docs/assets/swagger-ui.css"):
        got, head = await desk.http.get(path), await desk.http.head(path)
        assert head.status_code == got.status_code
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.content == b""
        assert head.headers.get("etag") == got.headers.get("etag")


async def test_metrics_count_by_template(http: httpx.AsyncClient) -> None:
    await http.get("/v1/things/5")
    await http.get(f"/v1/{CANARY}")
    await http.request("BREW", f"/v1/{CANARY}")

    text = (await http.get("/metrics")).text

    assert 'support_http_requests_total{method="GET",route="/v1/things/{number}",status="404"} 1.0' in text
    assert 'route="unmatched"' in text
    assert 'method="other"' in text
    assert "support_http_requests_in_flight 1.0" in text
    assert "support_http_request_seconds_bucket" in text
    assert CANARY not in text


@pytest.mark.usefixtures("_logs")
async def test_a_request_is_one_line_of_the_log(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.store.things.append("a")
    await desk.http.get(
        "/v1/things/0",
        headers={"X-Request-ID": "my-id", "Authorization": f"Bearer {READER}"},
    )

    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)

    assert told["event"] == "request"
    assert (told["route"], told["method"], told["status"]) == ("/v1/things/{number}", "GET", 200)
    assert (told["request_id"], told["key_id"]) == ("my-id", f"key-{READER}")
    assert told["duration_ms"] >= 0
    assert {"timestamp", "level"} <= told.keys()


@pytest.mark.usefixtures("_logs")
async def test_nobody_forges_a_line(http: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]) -> None:
    raw = FORGED.encode()
    await http.post("/v1/things", json={"name": FORGED, FORGED: FORGED})
    await http.post("/v1/things", json={"name": "boom", "kind": FORGED[:20]})
    await http.get("/v1/things", params={"q": FORGED, "cursor": FORGED})
    await http.get("/v1/" + quote(FORGED))
    hostile: Any = {"X-Request-ID": raw.replace(b"\r\n", b""), "User-Agent": raw[2:]}
    await http.get("/livez", headers=hostile)
    logging.getLogger("library").warning("said %s", FORGED)
    structlog.get_logger().warning(FORGED, text=FORGED)

    lines = capsys.readouterr().err.split("\n")

    assert lines.pop() == ""
    assert len(lines) >= 7
    for line in lines:
        assert json.loads(line).get("level") != "fake"
        assert line.isascii()
        assert line.isprintable()


@pytest.mark.usefixtures("_logs")
async def test_nothing_secret_is_logged(http: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]) -> None:
    await http.get(f"/v1/breaks?{CANARY}")
    await http.post("/v1/things", json={"name": "boom", "kind": CANARY})
    await http.post("/v1/things", json={"name": CANARY * 9})
    await http.get("/v1/who", headers={"Authorization": f"Bearer {CANARY}"})
    await http.get(f"/v1/{CANARY}/{CANARY}")
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("library").exception("it broke")
        structlog.get_logger().exception("it broke too")

    logged = capsys.readouterr().err

    assert CANARY not in logged
    assert ADMIN not in logged
    assert "very secret words" not in logged
    assert "builtins.RuntimeError" in logged
    assert "breaks" in logged


@pytest.mark.usefixtures("_logs")
def test_clients_and_the_server_are_kept_quiet() -> None:
    assert logging.getLogger("httpx").level == logging.WARNING
    assert logging.getLogger("httpcore").level == logging.WARNING
    assert logging.getLogger("uvicorn.access").propagate is False
    assert logging.getLogger("uvicorn.error").propagate is True


async def test_a_crash_after_the_answer_began_goes_on_to_the_server() -> None:
    async def crashing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("late")

    wrapped = HttpMiddleware(crashing, HttpMetrics(CollectorRegistry()))
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    with pytest.raises(RuntimeError, match="late"):
        await wrapped(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_a_client_that_goes_away_is_no_failure(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/things",
        "query_string": b"",
        "headers": [
            (b"authorization", f"Bearer {ADMIN}".encode()),
            (b"content-type", b"application/json"),
        ],
    }
    await desk.app(scope, receive, send)

    assert sent == []
    assert "request failed" not in capsys.readouterr().out
