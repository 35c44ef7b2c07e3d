"""Ten thousand messages through a Telegram that fails at random: 0 lost, 0 doubled blindly (O3)."""

import asyncio
import json
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from app.adapters.messengers.telegram.api import Patience, TelegramApi
from app.adapters.messengers.telegram.messenger import TelegramMessenger
from app.adapters.production_calendar import production_calendar
from app.adapters.system import by_chance
from app.application.ports.store import Store, UnitOfWork
from app.application.sending.send_outbox import SendOutbox
from app.domain.sending.part import WORDS_OF_AGENTS, OutboxKind, OutboxMessage, PartState
from app.domain.sending.policy import REPEATED
from app.observability.sending_metrics import RelayMetrics
from app.wiring import open_store
from app.worker.runner import Job, Relay, Wake
from simulator.loopback import Reply, Request, json_reply
from simulator.telegram import TOKEN, TelegramSimulator, refusal
from tests.contracts.builders import (
    a_chat,
    a_message,
    a_ticket,
    a_waiting_message,
    add_agencies,
    add_tickets,
    an_id,
)
from tests.worker.child import FastClock

CHATS = 500
ROUNDS = 20
FIRST = 10_000
HURRIED = Patience(connect=2.0, answer=0.3, whole=0.5)
KINDS = (OutboxKind.ACKNOWLEDGEMENT, OutboxKind.ANSWER)

pytestmark = pytest.mark.slow


class Weather:
    """Faults by the words and the number of the attempt: as good as chance, and the same again."""

    def __init__(self, telegram: TelegramSimulator) -> None:
        self._telegram = telegram
        self._attempts: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self._faults: dict[int, tuple[str, Callable[[Request], Reply]]] = {}
        for percent, name, fault in (
            (3, "not taken, no answer", lambda _: Reply(cut_after=0)),
            (3, "taken, no answer", lambda request: replace(self._taken(request), cut_after=0)),
            (3, "taken, half an answer", lambda request: replace(self._taken(request), cut_after=60)),
            (2, "taken, too late", lambda request: replace(self._taken(request), delay=1.0)),
            (2, "not taken, a page", lambda _: Reply(200, b"<h1>Log in</h1>")),
            (2, "taken, half a JSON", self._half),
            (4, "502", lambda _: Reply(502, b"<h1>Bad Gateway</h1>")),
            (4, "500", lambda _: refusal(500, "Internal Server Error")),
            (2, "503", lambda _: Reply(503, b"", {"Retry-After": "2"})),
            (2, "429", lambda _: refusal(429, "Too Many Requests", retry_after=1)),
        ):
            for _ in range(percent):
                self._faults[len(self._faults)] = (name, fault)

    def __call__(self, request: Request) -> Reply | None:
        if not request.path.endswith("/sendMessage"):
            return None
        words = request.json["text"]
        self._attempts[words] += 1
        drawn = zlib.crc32(f"{words}:{self._attempts[words]}".encode()) % 100
        name, fault = self._faults.get(drawn, ("fine", None))
        self.met[name] += 1
        return None if fault is None else fault(request)

    def _taken(self, request: Request) -> Reply:
        asked = request.json
        written = self._telegram.bot_writes(self._telegram.chats[asked["chat_id"]], asked)
        return json_reply({"ok": True, "result": written})

    def _half(self, request: Request) -> Reply:
        whole = self._taken(request).body
        return Reply(200, whole[: len(whole) // 2])


async def _fill(store: Store) -> None:
    """Let acknowledgements and answers wait in turn for each chat."""
    chats = [a_chat(FIRST + number, private=True, address=str(FIRST + number)) for number in range(CHATS)]

    def begin(uow: UnitOfWork) -> None:
        add_agencies(uow)
        for number, chat in enumerate(chats):
            uow.chats.add(chat)
            add_tickets(uow, a_ticket(FIRST + number, chat))

    def one_round(uow: UnitOfWork, turn: int) -> None:
        for number, chat in enumerate(chats):
            ticket, kind = a_ticket(FIRST + number, chat), KINDS[turn % 2]
            own = turn * CHATS + number + 1
            message_id = None
            if kind in WORDS_OF_AGENTS:
                uow.messages.add(a_message(own, ticket))
                message_id = an_id(own, 4)
            waiting = a_waiting_message(own, ticket, kind=kind, text=f"слова {own}")
            uow.outbox.add(replace(waiting, message_id=message_id))

    await store.write(begin)
    for turn in range(ROUNDS):
        await store.write(lambda uow, turn=turn: one_round(uow, turn))  # type: ignore[misc]


async def _parts(store: Store, states: set[PartState]) -> list[OutboxMessage]:
    found = await store.read(lambda uow: uow.outbox.page(states, after=0, limit=2 * CHATS * ROUNDS))
    return [each.part for each in found]


async def _send_all(store: Store, telegram: TelegramSimulator) -> None:
    api = TelegramApi(TOKEN, telegram.api_url, f"{telegram.api_url}/file", patience=HURRIED)
    messenger, wake = TelegramMessenger(api), Wake()
    watch = RelayMetrics(CollectorRegistry())
    sender = SendOutbox(store, FastClock(0.0), messenger, watch, chance=by_chance, wake=wake.hint)
    relay = Relay([Job("outbox", sender.run_once, finish=sender.finish)], wake, pause=0.02)
    relay.start()
    waiting = {PartState.PENDING, PartState.LEASED}
    while await store.read(lambda uow: uow.outbox.page(waiting, after=0, limit=1)):  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    await relay.stop()
    await messenger.close()


async def test_ten_thousand_messages_through_bad_weather(url: str) -> None:
    store = open_store(url, production_calendar())
    async with TelegramSimulator(lambda: 1_795_330_800.0) as telegram:
        for number in range(CHATS):
            telegram.chat(FIRST + number, "private")
        weather = Weather(telegram)
        telegram.faults.append(weather)
        await _fill(store)
        await _send_all(store, telegram)
        parts = await _parts(store, set(PartState))
        taken = [text for chat in telegram.chats.values() for text in chat.from_bot]
        orders = [chat.from_bot for chat in telegram.chats.values()]
    await store.close()
    written, arrived = {part.text for part in parts}, Counter(taken)
    assert len(parts) == len(written) == CHATS * ROUNDS
    assert {text.removeprefix(REPEATED) for text in arrived} <= written
    ends: Counter[str] = Counter()
    for part in parts:
        plain, marked = arrived[part.text], arrived[REPEATED + part.text]
        assert part.state in {PartState.SENT, PartState.UNKNOWN}, (part.state, part.error_code)
        assert plain <= 1
        assert marked <= (part.kind in WORDS_OF_AGENTS)
        assert plain + marked or part.state is PartState.UNKNOWN, "said to be sent, and nobody has it"
        arrival = "arrived" if plain + marked else "not arrived"
        ends[f"{part.kind.value} {part.state.value}, {arrival}{', repeated' if marked else ''}"] += 1
    for order in orders:
        first = list(dict.fromkeys(int(text.removeprefix(REPEATED).split()[1]) for text in order))
        assert first == sorted(first)
    told = json.dumps({"met": dict(weather.met), "ends": dict(ends)}, ensure_ascii=False, indent=1)
    print(told)  # noqa: T201 - a figure
