"""The wall clock of a running service steps: work goes on at once, and nothing is lost or done twice."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.process import ServiceProcess
from tests.e2e.agencies import RENTAL, submission, sync
from tests.e2e.talk import Talk, talk_with, until

HOUR, DAY = 3_600, 86_400
SOON = 25.0
"""Seconds within which work must be done; the steps are at least an hour long."""

STEPPED = """
import sys
from datetime import timedelta
from pathlib import Path
from app.adapters import system
from app.application.stamp import Stamp

class SteppedClock(system.SystemClock):
    def stamp(self):
        stamp = super().stamp()
        return Stamp(stamp.now + timedelta(seconds=float(Path({ahead!r}).read_text())), stamp.first_id)

system.SystemClock = SteppedClock
from app.cli import cli
cli()
"""


class SteppedService(ServiceProcess):
    """A service whose wall clock, behind our own port, is ahead of the machine's by a number of seconds."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder, database_url=database_url)
        self._ahead = folder / "ahead"
        self.program = ("-c", STEPPED.format(ahead=str(self._ahead)))
        self.set_ahead(0)

    def set_ahead(self, seconds: int) -> None:
        """Step the clock: the file is replaced at once, for the service reads it all the time."""
        new = self._ahead.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._ahead)


@pytest.fixture
def stepped(tmp_path: Path, database_url: str) -> Iterator[SteppedService]:
    service = SteppedService(tmp_path, database_url)
    yield service
    service.kill()


@pytest.fixture
async def talk(stepped: SteppedService) -> AsyncIterator[Talk]:
    async with talk_with(stepped) as talk:
        await talk.start()
        yield talk


async def steps(talk: Talk, direction: str) -> float:
    text = (await talk.http.get("/metrics")).text
    name = f'support_clock_steps_total{{direction="{direction}"}} '
    return next(float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name))


async def goes_on(talk: Talk, old: dict[str, Any], step: int, stepped: SteppedService) -> None:
    """Step the clock while a submission is being written, and check that all goes on."""
    customer, chat = await talk.agency()
    old_chat = next(one for one in talk.telegram.chats.values() if str(one.id) == old["chat_id"])
    talk.telegram.say(chat, "Не работает выгрузка объектов")
    time.sleep(0.3)  # noqa: ASYNC251 - the message is stored, and its submission is open
    stepped.set_ahead(step)
    answered = await talk.answer(old, f"Ответ после шага {step}")
    await until(lambda: f"Ответ после шага {step}" in old_chat.from_bot, SOON)
    await until(lambda: talk.delivered(old, answered), SOON)
    (ticket,) = await until(lambda: talk.tickets(customer), SOON)
    await until(lambda: any(ticket["number"] in told for told in chat.from_bot), SOON)


async def test_work_goes_on_at_once_whatever_the_clock_does(talk: Talk, stepped: SteppedService) -> None:
    customer, chat = await talk.agency()
    old = await talk.registered(customer, chat, "Не открывается карточка объекта")

    for step in (-HOUR, 365 * DAY, 0):
        await goes_on(talk, old, step, stepped)

    assert len(chat.from_bot) == 4, "nothing was sent twice"
    assert (await steps(talk, "back"), await steps(talk, "forward")) == (2, 1)
    assert stepped.log.read_text("utf-8").count("clock stepped") == 3
    ready = (await talk.http.get("/readyz", params={"verbose": "1"})).json()
    assert (ready["status"], ready["clock"]) == ("ready", "unsettled")


async def test_a_service_started_after_a_step_back_goes_on_too(talk: Talk, stepped: SteppedService) -> None:
    customer, chat = await talk.agency()
    ticket = await talk.registered(customer, chat, "Не открывается карточка объекта")
    first = await talk.answer(ticket, "Ответ до перезапуска")
    await until(lambda: talk.delivered(ticket, first), SOON)  # no part is left under way
    stepped.kill()
    stepped.set_ahead(-HOUR)
    await talk.start()
    answered = await talk.answer(ticket, "Ответ после перезапуска")

    await until(lambda: "Ответ после перезапуска" in chat.from_bot, SOON)
    await until(lambda: talk.delivered(ticket, answered), SOON)


@pytest.mark.slow  # tests/api/http/test_conventions.py shows the same without a process
def test_an_idempotency_key_survives_steps(stepped: SteppedService) -> None:
    key = {"Idempotency-Key": "one"}
    with stepped, stepped.http() as http:
        sync(http)
        first = http.post("/v1/tickets", json=submission("Не работает"), headers=key)
        for ahead in (25 * HOUR, 365 * DAY, -HOUR):
            stepped.set_ahead(ahead)
            time.sleep(1.5)  # the relay has looked at the clock
            again = http.post("/v1/tickets", json=submission("Не работает"), headers=key)
            assert (again.status_code, again.content) == (201, first.content)
        tickets = http.get("/v1/tickets", params={"customer_id": RENTAL}).json()["items"]
    assert len(tickets) == 1
