"""A desk that was copied answers every read as before, byte for byte, whichever engines it went between."""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.application.administration.api_keys import new_key
from app.domain.calendar.work_calendar import WorkCalendar
from app.settings import SQLITE
from tests.api.calls import GUARDED, Places, a_world
from tests.api.service import OTHER, SERVICE, Service
from tests.postgres_server import PostgresServer

READING = [call for call in GUARDED if call.method == "GET"]
BOOKED_OUT = "agency-40"
AUTHOR = {"name": "Анна", "external_id": "7"}
KEY = {"Idempotency-Key": "crm-0001"}
TOLD = ("etag", "link", "location", "content-language", "cache-control", "content-type")
SEARCHES = ("query=выгрузка", "query=фото ID_7", "query=выгружать объявление", "number=3", "sort=-updated_at")


@pytest.fixture
def bare_url(engine: str, tmp_path: Path, postgres: PostgresServer) -> Iterator[str]:
    """Give the other engine's database, without a schema."""
    if engine == "postgresql":
        yield f"{SQLITE}{tmp_path / 'copied' / 'desk.sqlite3'}"
        return
    with postgres.database("template1") as url:
        yield url


async def live(service: Service) -> list[Places]:
    """Let the desk do a bit of everything: what comes of it has to come over."""
    world = await a_world(service)
    await service.submit(headers=KEY, external_id="crm-1", author=AUTHOR)
    await service.key("tickets:read", customer=OTHER)
    told = await service.submitted(text="Фото с камеры ID_7 не выгружаются", category="product_defect")
    service.clock.now += timedelta(minutes=7)
    await service.moved(told["id"], "start")
    await service.moved(told["id"], "request_information", text="Какая площадка?")
    said = {"author": "customer", "text": "Все площадки, выгрузка объявлений стоит"}
    await service.admin.post(f"/v1/tickets/{told['id']}/messages", json=said)
    await service.moved(told["id"], "start")
    await service.moved(told["id"], "transfer_to_development", reference="DEV-7", url="https://dev.example/7")
    await service.moved(told["id"], "announce_release", version="2.1", date="2026-12-01", text="Выйдет в 2.1")
    declined = await service.submitted(category="web_design")
    await service.moved(declined["id"], "close")
    await service.customer(BOOKED_OUT, SERVICE, "-100400")
    busy = await service.submitted(customer_id=BOOKED_OUT, chat_id="-100400")
    entry = (await service.book(busy["id"], 200, note="Разбор")).json()
    await service.submitted(customer_id=BOOKED_OUT, chat_id="-100400", impact="function")
    await service.book(busy["id"], 15, reverses=entry["id"])
    for number in range(3, 5):
        await service.submitted(category=None, text="" if number == 3 else f"Вопрос № {number}")
    await service.admin.delete("/v1/work-calendar/exceptions/2026-12-29")
    file = await service.uploaded(customer_id=BOOKED_OUT)
    return [world.mine, world.theirs, Places(BOOKED_OUT, "-100400", busy["id"], file["id"])]


async def readings(service: Service, places: list[Places]) -> dict[str, tuple[Any, ...]]:
    """Give all that the desk answers to reads, every page of every list and every ticket in it."""
    waiting = {place.path(call) for call in READING for place in places}
    waiting |= {f"/v1/tickets?{search}" for search in SEARCHES}
    waiting |= {f"/v1/customers/{place.customer_id}/usage?month=2026-11" for place in places}
    waiting |= {f"{path}?limit=2" for path in ("/v1/tickets", "/v1/queue", "/v1/customers")}
    answers: dict[str, tuple[Any, ...]] = {}
    # Not the client that holds every answer against the document: other tests do, and it takes its time.
    http = httpx.AsyncClient(transport=httpx.ASGITransport(service.app), headers=service.admin.headers)
    while waiting:
        path = waiting.pop()
        answer = await http.get(f"http://desk{path}")
        assert answer.status_code == 200, answer.text
        answers[path] = (answer.content, *(answer.headers.get(name) for name in TOLD))
        waiting |= {path for path in onward(answer) if path not in answers}
    return answers


def onward(answer: httpx.Response) -> set[str]:
    """Give where an answer leads: the next page, and every part of each ticket."""
    found = {link["url"] for link in answer.links.values()}
    if answer.request.url.path == "/v1/tickets":
        ids = [ticket["id"] for ticket in answer.json()["items"]]
        parts = ("", "/decisions", "/events", "/events?limit=2", "/messages", "/time-entries")
        found |= {f"/v1/tickets/{id_}{part}" for id_ in ids for part in parts}
    return found


async def goes_on(service: Service) -> list[tuple[Any, ...]]:
    """Give what the desk answers to what comes next: a repeated call, and new ones."""
    replayed = await service.submit(headers=KEY, external_id="crm-1", author=AUTHOR)
    assert replayed.headers["idempotency-replayed"] == "true"
    next_one = await service.submitted(text="Следующее обращение")
    crm = service.client(new_key((1).to_bytes(32, "big")).token)
    allowed, refused = await crm.get("/v1/tickets"), await crm.get("/v1/customers")
    claimed = await service.admin.post("/v1/queue/claims", json={"agent": "Пётр"})
    return [
        (replayed.status_code, replayed.content, replayed.headers["etag"], replayed.headers["location"]),
        (next_one["number"], next_one["queue_position"]),
        (allowed.status_code, [ticket["customer_id"] for ticket in allowed.json()["items"]]),
        (refused.status_code,),
        (claimed.status_code, claimed.json()["number"]),
    ]


async def copy(*urls: str) -> tuple[int | None, bytes, list[str]]:
    """Run the command; give its exit code, what it printed, and the lines that it logged."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORT_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "copy", "--from", urls[0], "--to", urls[1]),
        cwd=Path(__file__).parents[2],
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, logged = await process.communicate()
    return process.returncode, printed, logged.decode().splitlines()


async def test_a_copied_desk_answers_alike_and_goes_on_alike(
    service: Service, bare_url: str, base_calendar: WorkCalendar
) -> None:
    places = await live(service)
    before = await readings(service, places)
    assert len(before) > 70

    status, printed, logged = await copy(service.database_url, bare_url)

    assert (status, printed) == (0, b""), logged
    assert [line.split()[:2] for line in logged if line.startswith("tickets ")] == [["tickets", "9"]]
    assert logged[-1] == "copied and verified"
    copied = Service(bare_url, base_calendar, folder=service.folder)
    copied.clock.now = service.clock.now
    try:
        after = await readings(copied, places)
        assert {path for path, answer in before.items() if after.get(path) != answer} == set()
        assert after.keys() == before.keys()
        assert await goes_on(copied) == await goes_on(service)
        status, _, logged = await copy(service.database_url, bare_url)
        assert (status, logged[-1].split(":")[0]) == (2, "Not copied")
    finally:
        await copied.close()
