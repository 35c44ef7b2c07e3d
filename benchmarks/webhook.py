"""Time until an update of Telegram is answered, at fifty per second, while the desk processes others."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.client import Connection
from benchmarks.processes import cpu_seconds
from benchmarks.results import Line, at_most
from benchmarks.servers import folder, postgres, postgres_database
from demo.process import ServiceProcess
from simulator.telegram import TOKEN, TelegramSimulator, person

RATE = 50
SECONDS = 40.0
WARM_UP = 100
CUSTOMERS = 50
CHATS_EACH = 3
FIRST_CHAT = 5_000_000
CONNECTIONS = 40
ASKED_MS = 250.0
SECRET = "of-the-benchmark"  # noqa: S105 - of a simulated messenger
TARIFF = {"tariff": "extended", "from": "2025-01-01", "until": "2099-12-31"}
RECORD = {"contract_accepted_on": "2025-01-01", "licence": "boxed", "tariffs": [TARIFF]}


def measure() -> Iterator[Line]:
    """Measure both engines."""
    with folder() as place:
        yield from _lines("SQLite, FULL", place, "")
    with folder() as place, postgres() as server, postgres_database(server, "bench_webhook") as database:
        yield from _lines("PostgreSQL, fsync", place, database)


def _lines(engine: str, place: Path, database: str) -> Iterator[Line]:
    waits, tickets, cpu = asyncio.run(_measured(place, database))
    waits.sort()
    p50, p99 = (waits[int(len(waits) * share)] for share in (0.5, 0.99))
    what = f"{engine}: an update of Telegram stored and answered, {RATE} a second"
    yield at_most(f"{what}, p99 in ms", p99, ASKED_MS, "{:.1f}")
    told = f"{p50:.1f} and {waits[-1]:.1f} ms; {tickets} tickets meanwhile, CPU {cpu * 1000:.2f} ms each"
    yield Line(f"{what}, p50 and worst", told)


async def _measured(place: Path, database: str) -> tuple[list[float], int, float]:
    """Return the milliseconds of each answer, the number of tickets, and the CPU seconds per update."""
    async with TelegramSimulator(time.time) as telegram:  # noqa: TID251 - the messenger's own clock
        service = ServiceProcess(place, database_url=database)
        service.settings |= {
            "SUPPORT_TELEGRAM_TOKEN": TOKEN,
            "SUPPORT_TELEGRAM_SECRET": SECRET,
            "SUPPORT_TELEGRAM_API_URL": telegram.api_url,
        }
        await asyncio.to_thread(service.start)
        try:
            await asyncio.to_thread(_introduce, service)
            for chat in range(CUSTOMERS * CHATS_EACH):
                telegram.chat(FIRST_CHAT + chat, "private")
            before = cpu_seconds([service.pid])
            waits = await _load(service.url)
            cpu = (cpu_seconds([service.pid]) - before) / len(waits)
            with service.http() as http:
                newest = http.get("/v1/tickets", params={"limit": "1"}).json()["items"][0]["number"]
            return waits[WARM_UP:], int(newest.partition("-")[2]), cpu
        finally:
            await asyncio.to_thread(service.stop)


def _introduce(service: ServiceProcess) -> None:
    with service.http() as http:
        for number in range(CUSTOMERS):
            path = f"/v1/customers/agency-{number}"
            http.put(path, json={"name": f"Агентство {number}", **RECORD}).raise_for_status()
            for chat in range(CHATS_EACH):
                address = FIRST_CHAT + number * CHATS_EACH + chat
                http.put(f"{path}/chats/telegram/{address}", json={}).raise_for_status()


async def _load(url: str) -> list[float]:
    """Deliver at a steady rate, whether answers come or not; a late start counts as waiting."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await Connection.open(url))
    waits: list[float] = []

    async def deliver(number: int, due: float) -> None:
        connection = await free.get()
        await connection.send(_request(number))
        waits.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    began = time.perf_counter()
    deliveries = []
    for number in range(WARM_UP + int(RATE * SECONDS)):
        due = began + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        deliveries.append(asyncio.create_task(deliver(number, due)))
    await asyncio.gather(*deliveries)
    while not free.empty():
        free.get_nowait().close()
    return waits


def _request(number: int) -> bytes:
    chat = FIRST_CHAT + number % (CUSTOMERS * CHATS_EACH)
    message: dict[str, Any] = {
        "message_id": number + 1,
        "date": int(time.time()),  # noqa: TID251 - the messenger's own clock
        "from": person(number),
        "chat": {"id": chat, "type": "private", "first_name": "Анна"},
        "text": "Со вчерашнего вечера объекты не выгружаются на порталы, фид пустой.",
    }
    body = json.dumps({"update_id": 1_000_000 + number, "message": message}).encode()
    lines = (
        "POST /webhooks/telegram HTTP/1.1",
        "Host: desk",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body
