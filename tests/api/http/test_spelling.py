"""An address has one spelling: its fixed parts are not percent-encoded, its parameters may be."""

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute, Match

from app.adapters.system import SystemClock
from app.api.http.spelling import SpelledRoute
from app.main import create_app
from app.worker.probes import relay_probes
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.virtual_clock import VirtualClock

SERVICE = create_app().router.routes


def probes_of_a_relay() -> FastAPI:
    return relay_probes(MemoryStore(CALENDAR), SystemClock(), [], CollectorRegistry(), VirtualClock().watch())


RELAY = probes_of_a_relay().router.routes


def encoded(text: str) -> str:
    return "".join(f"%{ord(sign):02x}" for sign in text)


def match_of(route: SpelledRoute, sent: str) -> Match:
    path = str(httpx.URL(f"http://desk{sent}").path)  # decoded, as the server decodes it
    method = next(iter(route.methods or ()))
    found, _ = route.matches({"type": "http", "method": method, "path": path, "raw_path": sent.encode()})
    return found


def filled(route: SpelledRoute) -> list[str]:
    return [part if not part.startswith("{") else "a-7" for part in route.path_format.split("/")]


@pytest.mark.parametrize("route", [*SERVICE, *RELAY], ids=str)
def test_no_fixed_part_of_an_address_may_be_encoded(route: BaseRoute) -> None:
    assert isinstance(route, SpelledRoute)
    own = route.path_format.split("/")
    for place, part in enumerate(own):
        parts = filled(route)
        assert match_of(route, "/".join(parts)) is Match.FULL
        for sign in set(parts[place]):
            sent = "/".join([*parts[:place], parts[place].replace(sign, encoded(sign)), *parts[place + 1 :]])
            assert match_of(route, sent) is (Match.FULL if part.startswith("{") else Match.NONE), sent


@pytest.mark.parametrize(
    "path", ["/%6detrics", "/metric%73", "/%6D%65%74%72%69%63%73", "/%6Civez", "/d%6fcs"]
)
async def test_another_spelling_is_not_found(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_another_spelling_is_not_found_before_its_method_is_looked_at(http: httpx.AsyncClient) -> None:
    assert (await http.post("/%6detrics")).status_code == 404
    assert (await http.post("/metrics")).status_code == 405


async def test_a_relay_has_one_spelling_too() -> None:
    app = probes_of_a_relay()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relay") as http:
        assert (await http.get("/livez")).status_code == 200
        assert (await http.get("/%6civez")).status_code == 404
        assert (await http.get("/%6detrics")).status_code == 404
