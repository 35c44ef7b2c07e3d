"""A relay killed at every step: nothing lost, nothing doubled blindly, each chat in its order."""

import asyncio
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest

from app.adapters.production_calendar import production_calendar
from app.application.ports.store import UnitOfWork
from app.domain.sending.part import WORDS_OF_AGENTS, OutboxKind, OutboxMessage, PartState
from app.domain.sending.policy import REPEATED
from app.wiring import open_store
from tests.contracts.builders import (
    a_chat,
    a_message,
    a_ticket,
    a_waiting_message,
    add_agencies,
    add_tickets,
    an_id,
)

ROOT = Path(__file__).parents[2]
CHATS = 2
KILLS = 24
"""More steps than it takes to send what waits for two chats."""

LEASE_AND_MORE = 200.0

pytestmark = pytest.mark.slow


@dataclass
class Provider:
    """What stands in the chats, by the reference of each part, in the order of arrival."""

    file: Path
    url: str
    written: dict[str, OutboxKind] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def taken(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            _, reference, words = line.split("\t")
            found[reference].append(words)
        return found

    def order(self) -> dict[str, list[str]]:
        """Give for each chat the references in the order in which they arrived first."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for line in self.file.read_text().splitlines():
            address, reference, _ = line.split("\t")
            found[address][reference] = None
        return {address: list(references) for address, references in found.items()}

    async def fill(self) -> None:
        """Let an acknowledgement and an answer wait for each chat."""
        store = open_store(self.url, production_calendar())

        def work(uow: UnitOfWork) -> None:
            for chat in range(CHATS):
                ticket = a_ticket(10 + chat, a_chat(10 + chat))
                for kind in (OutboxKind.ACKNOWLEDGEMENT, OutboxKind.ANSWER):
                    number = next(self.numbers)
                    message_id = an_id(number, 4) if kind in WORDS_OF_AGENTS else None
                    if message_id is not None:
                        uow.messages.add(a_message(number, ticket))
                    waiting = a_waiting_message(number, ticket, kind=kind, text=f"слова {number}")
                    uow.outbox.add(replace(waiting, message_id=message_id))
                    self.written[f"{waiting.id}.1"] = kind

        try:
            await store.write(work)
        finally:
            await store.close()

    async def begin(self) -> None:
        store = open_store(self.url, production_calendar())

        def work(uow: UnitOfWork) -> None:
            add_agencies(uow)
            for n in range(10, 10 + CHATS):
                uow.chats.add(a_chat(n, private=True))
                add_tickets(uow, a_ticket(n, a_chat(n)))

        try:
            await store.write(work)
        finally:
            await store.close()

    async def parts(self) -> list[OutboxMessage]:
        store = open_store(self.url, production_calendar())
        try:
            found = await store.read(lambda uow: uow.outbox.page(set(PartState), after=0, limit=10_000))
        finally:
            await store.close()
        return [each.part for each in found]

    def start(self, kill_at: int, ahead: float) -> subprocess.Popen[bytes]:
        arguments = [self.url, str(self.file), str(kill_at), str(ahead)]
        return subprocess.Popen([sys.executable, "-m", "tests.worker.child", *arguments], cwd=ROOT)


def check(provider: Provider, parts: Sequence[OutboxMessage]) -> dict[str, int]:
    """Hold the chats against the books; give what came of how many."""
    taken: dict[str, list[str]] = provider.taken()
    states: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        reference = f"{part.id}.{part.part}"
        arrived = taken[reference]
        states[part.state.value] += 1
        assert part.state in {PartState.SENT, PartState.UNKNOWN}, part.state
        if part.state is PartState.SENT:
            assert arrived, "said to be sent, and nobody has it"
        if part.kind not in WORDS_OF_AGENTS:
            assert len(arrived) <= 1, "an automatic message was sent twice"
            assert arrived in ([], [part.text])
        else:
            assert len(arrived) <= 2
            assert arrived[1:] in ([], [f"{REPEATED}{part.text}".replace("\n", " ")])
            states["repeated"] += len(arrived) == 2
    assert len(parts) == len(provider.written)
    assert set(taken) <= set(provider.written)
    for references in provider.order().values():
        assert references == sorted(references)
    return dict(states)


async def test_a_relay_killed_at_every_step_loses_and_doubles_nothing(url: str, tmp_path: Path) -> None:
    provider = Provider(tmp_path / "taken", url)
    await provider.begin()
    kills, ahead = 0, 0.0
    for kill_at in range(1, KILLS + 1):
        await provider.fill()
        with provider.start(kill_at, ahead) as process:
            status = await asyncio.to_thread(process.wait, 60)
        ahead += LEASE_AND_MORE + 60 * 40
        if status == 0:
            break
        assert status == -signal.SIGKILL
        kills += 1
    with provider.start(0, ahead) as process:
        assert await asyncio.to_thread(process.wait, 60) == 0
    states = check(provider, await provider.parts())
    assert kills > KILLS / 2
    print(f"{kills} kills at as many steps, {states}: 0 lost, 0 doubled blindly")  # noqa: T201 - a figure


async def test_two_relays_on_one_database_send_everything_once(url: str, tmp_path: Path) -> None:
    provider = Provider(tmp_path / "taken", url)
    await provider.begin()
    for _ in range(20):
        await provider.fill()
    with provider.start(0, 0.0) as one, provider.start(0, 0.0) as two:
        statuses = [await asyncio.to_thread(each.wait, 60) for each in (one, two)]
    assert statuses == [0, 0]
    assert check(provider, await provider.parts()) == {"sent": 80, "repeated": 0}
