"""Probes, pages and the document."""

import asyncio
import re
from html import escape
from typing import Any

import httpx
import openapi_spec_validator
import pytest

from app.api.http.problems import PROBLEM_TYPES
from app.api.openapi.document import build_openapi
from app.api.openapi.pages import FOREIGN_LOGO
from app.application.errors import StoreUnavailableError
from app.domain.vocabulary import Language
from tests.api.http.desk import Desk
from tests.api.limits import missing_limits


async def test_liveness_never_asks_the_store(desk: Desk) -> None:
    desk.store.broken = True

    assert (await desk.http.get("/livez")).json() == {"status": "live"}


async def test_readiness_follows_the_store(desk: Desk) -> None:
    ready = await desk.http.get("/readyz")
    verbose = await desk.http.get("/readyz?verbose")

    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    assert verbose.json()["checks"] == {"serving": True, "database": True}


async def test_a_broken_store_is_not_ready(desk: Desk) -> None:
    def broken() -> Any:
        raise StoreUnavailableError

    desk.store.checks = broken

    answer = await desk.http.get("/readyz?verbose", headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert answer.json()["checks"] == {"serving": True, "database": False}
    assert answer.headers["retry-after"] == "1"


async def test_a_draining_service_is_not_ready(desk: Desk) -> None:
    desk.readiness.draining = True

    assert (await desk.http.get("/readyz")).status_code == 503


async def test_checks_are_shared_and_believed_for_a_second(desk: Desk) -> None:
    asked = 0

    async def slow() -> dict[str, bool]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.02)
        return {"database": True}

    desk.store.checks = slow
    await asyncio.gather(*(desk.http.get("/readyz") for _ in range(20)))
    await desk.http.get("/readyz")

    assert asked == 1


async def test_a_hanging_store_is_not_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.observability.readiness.PATIENCE_SECONDS", 0.02)
    hang = asyncio.Event()

    async def hanging() -> dict[str, bool]:
        await hang.wait()
        return {"database": True}

    desk.store.checks = hanging

    assert (await desk.http.get("/readyz")).status_code == 503
    hang.set()
    await asyncio.sleep(0)
    assert (await desk.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_pages_need_nobody_else(http: httpx.AsyncClient, path: str) -> None:
    page = await http.get(path)

    assert page.status_code == 200
    assert "://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    named = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.text)
    assert len(named) >= 3
    for address in named:
        found = await http.get(address)
        assert found.status_code == 200, address
        assert FOREIGN_LOGO not in found.content


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_root_leads_to_the_contract(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/")

    assert (answer.status_code, answer.headers["location"], answer.content) == (307, "/docs", b"")
    assert answer.headers["cache-control"] == "no-store"
    assert (await http.post("/")).headers["allow"] == "GET, HEAD"


async def test_pages_ask_for_no_key(http: httpx.AsyncClient) -> None:
    del http.headers["Authorization"]

    answers = [await http.get(path) for path in ("/", "/docs", "/problems", "/problems/not_found")]

    assert [answer.status_code for answer in answers] == [307, 200, 200, 200]


@pytest.mark.parametrize(
    ("language", "title"), [("ru", "<h1>Ошибки API</h1>"), ("en", "<h1>API problems</h1>")]
)
async def test_the_index_of_problems_links_every_page(
    http: httpx.AsyncClient, language: str, title: str
) -> None:
    wanted = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}

    index = await http.get("/problems", headers=wanted)
    page = await http.get("/problems/not_found", headers=wanted)
    head = await http.head("/problems", headers=wanted)

    assert title in index.text
    assert set(re.findall(r'href="/problems/(\w+)"', index.text)) == set(PROBLEM_TYPES)
    for kind in PROBLEM_TYPES.values():
        assert escape(kind.title.in_language(Language(language))) in index.text
    assert 'href="/problems"' in page.text
    told = ("content-type", "content-language", "vary", "cache-control", "content-security-policy")
    assert {name: index.headers[name] for name in told} == {name: page.headers[name] for name in told}
    assert (index.headers["content-language"], index.headers["vary"]) == (language, "Accept, Accept-Language")
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in told} == {name: index.headers[name] for name in told}


async def test_the_index_of_problems_is_json_for_programs(http: httpx.AsyncClient) -> None:
    answer = await http.get("/problems", headers={"Accept-Language": "en"})
    one = await http.get("/problems/rate_limited", headers={"Accept-Language": "en"})

    items = {item["code"]: item for item in answer.json()["items"]}
    assert list(items) == list(PROBLEM_TYPES)
    assert items["rate_limited"] == one.json()
    for name in ("content-type", "content-language", "vary", "cache-control"):
        assert answer.headers[name] == one.headers[name]


async def test_unknown_assets_are_not_served(http: httpx.AsyncClient) -> None:
    for name in ("nothing.js", "..%2f__init__.py", "%2e%2e/core.py"):
        assert (await http.get(f"/docs/assets/{name}")).status_code == 404


async def test_the_version_is_told(http: httpx.AsyncClient) -> None:
    assert (await http.get("/version")).json()["version"]


def test_the_document_is_valid_and_bounded(desk: Desk) -> None:
    document = build_openapi(desk.app)

    openapi_spec_validator.validate(document)
    assert missing_limits(document) == []


def test_the_document_says_what_the_guard_does(desk: Desk) -> None:
    document = build_openapi(desk.app)
    make = document["paths"]["/v1/things"]["post"]
    live = document["paths"]["/livez"]["get"]
    change = document["paths"]["/v1/things/{number}"]["patch"]
    show = document["paths"]["/v1/things/{number}"]["get"]

    assert set(make["responses"]) == set("201 400 401 403 408 409 413 415 422 429 500 503".split())
    assert (make["security"], make["x-required-scope"]) == ([{"bearer": []}], "tickets:write")
    assert make["requestBody"]["content"]["application/json"]["examples"]
    assert {"ETag", "Location", "Idempotency-Replayed"} <= set(make["responses"]["201"]["headers"])
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in make["parameters"]
    assert live["security"] == []
    assert {"412", "428"} <= set(change["responses"])
    assert "304" in show["responses"]
    assert set(document["paths"]) == {
        "/livez",
        "/readyz",
        "/version",
        "/v1/things",
        "/v1/things/{number}",
    }
    assert "HTTPValidationError" not in document["components"]["schemas"]
    kind = document["components"]["schemas"]["ThingIn"]["properties"]["kind"]
    assert kind == {
        "type": ["string", "null"],
        "maxLength": 20,
        "description": "Kind.",
    }
    assert document["webhooks"] == {}


def test_missing_limits_are_found(desk: Desk) -> None:
    document = build_openapi(desk.app)
    del document["components"]["schemas"]["ThingIn"]["properties"]["name"]["maxLength"]

    assert "/components/schemas/ThingIn/properties/name: maxLength" in missing_limits(document)
