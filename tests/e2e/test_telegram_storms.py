"""Telegram delivers again and again, the database goes away, processes die: one effect each, nothing lost."""

import asyncio
import json
import re
import resource
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.domain.sending.policy import REPEATED
from simulator.telegram import Chat, person
from tests.adapters.postgres.wire import Cut, Wire
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.stored import ask, count_of
from tests.e2e.talk import ENGINEER, SECRET, Talk, talk_with, unix_now, until

AT_ONCE = 30
COPIES = 20
CHATS = 30
KILLS = 6
BUSY = 503
_LENGTH = re.compile(rb"\r\ncontent-length: ([0-9]+)\r\n")
SETTLING_SECONDS = 900.0
"""Far more than ten thousand updates take: only an end that never comes is to be told from a slow machine."""

LEASES_AND_REPEATS = 400.0
"""Seconds in which what a killed relay had begun is settled and, where it may be, sent once more."""

T = Any


@pytest.fixture
async def talk(nursery: Nursery, tmp_path: Path, database_url: str) -> AsyncIterator[Talk]:
    """A simulated Telegram beside a service on an empty database, not started yet."""
    service = ForkedService(nursery, tmp_path, database_url=database_url)
    async with talk_with(service) as talk:
        yield talk
    service.kill()


async def _at_once(works: list[Callable[[], Awaitable[T]]], most: int = AT_ONCE) -> list[T]:
    """Do so many at one time; give what comes of each."""
    room = asyncio.Semaphore(most)

    async def one(work: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await work()

    return list(await asyncio.gather(*map(one, works)))


# Every update twenty times


def _updates(chat: Chat, number: int) -> list[dict[str, Any]]:
    """Two messages, an edit of the first, and a note that the bot is there."""
    now = int(unix_now())
    told = {"date": now, "from": person(number), "chat": chat.shown}
    # Ids of the chat's own count: the acknowledgement takes the next one.
    first, second = (
        {"message_id": next(chat.ids), "text": f"Сбой {number}-{place}", **told} for place in (1, 2)
    )
    bot = {"id": 1, "is_bot": True, "first_name": "?"}
    member = {"user": bot, "status": "member"}
    contents: list[dict[str, Any]] = [
        {"message": first},
        {"message": second},
        {"edited_message": {**first, "text": f"Сбой {number}-1, правка", "edit_date": now}},
        {"my_chat_member": {**told, "old_chat_member": member, "new_chat_member": member}},
    ]
    return [{"update_id": 10_000 + number * 4 + place, **content} for place, content in enumerate(contents)]


async def _delivered(talk: Talk, updates: list[bytes]) -> Counter[int]:
    """Deliver updates, so many at one time, on connections that are kept; count the statuses.

    As Telegram does, what is answered 503 is delivered again, and nothing else is. As plain as can be: of two
    hundred thousand deliveries the service is to have the time, not the client.
    """
    address = urlsplit(talk.service.url)
    head = (
        f"POST /webhooks/telegram HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
    ).encode()
    waiting, statuses = iter(updates), Counter[int]()

    async def carry() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            for update in waiting:
                while await _answered_with(reader, writer, head, update, statuses) == BUSY:  # noqa: ASYNC110 - as Telegram does
                    await asyncio.sleep(0.2)
        finally:
            writer.close()
            await writer.wait_closed()

    async with asyncio.TaskGroup() as couriers:
        for _ in range(AT_ONCE):
            couriers.create_task(carry())
    return statuses


async def _answered_with(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    head: bytes,
    update: bytes,
    statuses: Counter[int],
) -> int:
    """Post once; give the status and count it."""
    writer.write(head + f"{len(update)}\r\n\r\n".encode() + update)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    status, length = int(answer.split(b" ", 2)[1]), int(_LENGTH.search(answer)[1])  # type: ignore[index]
    assert status == BUSY or length == 0, "Telegram runs what it finds in an answer"
    await reader.readexactly(length)
    statuses[status] += 1
    return status


@pytest.mark.parametrize("chats", [8, pytest.param(2_500, marks=pytest.mark.slow)])
async def test_every_update_twenty_times_shuffled_has_one_effect(talk: Talk, chats: int) -> None:
    await talk.start()
    made = await _at_once([talk.agency for _ in range(chats)], most=8)
    updates = [each for number, (_, chat) in enumerate(made) for each in _updates(chat, number)]
    copies = [json.dumps(update).encode() for update in updates] * COPIES
    secrets.SystemRandom().shuffle(copies)
    statuses = await _delivered(talk, copies)
    assert (statuses.pop(200), set(statuses) - {BUSY}) == (len(copies), set())

    def settled() -> bool:
        waiting = "SELECT count(*) FROM inbox WHERE state <> 'done'"
        open_ones = "SELECT count(*) FROM gatherings"
        return ask(talk.service, waiting) == [(0,)] and ask(talk.service, open_ones) == [(0,)]

    await until(settled, SETTLING_SECONDS)
    await until(lambda: len(_told(made)) >= chats, SETTLING_SECONDS)
    assert count_of(talk.service, "inbox") == len(updates)
    assert count_of(talk.service, "tickets") == chats
    found = ask(talk.service, "SELECT text FROM messages WHERE author = 'customer'")
    texts = [text for number in range(chats) for text in (f"Сбой {number}-1, правка", f"Сбой {number}-2")]
    assert sorted(row[0] for row in found) == sorted(texts)
    assert [len(chat.from_bot) for _, chat in made] == [1] * chats
    again = f", {statuses[BUSY]} of them again after 503" if statuses[BUSY] else ""
    print(f"{len(copies)} deliveries of {len(updates)} updates{again}: one effect each")  # noqa: T201 - a figure


def _told(made: list[tuple[str, Chat]]) -> list[str]:
    return [text for _, chat in made for text in chat.from_bot]


# The database is away

Away = Callable[[], AbstractAsyncContextManager[None]]


async def _delivered_after_all(talk: Talk, away: Away) -> None:
    made = [await talk.agency() for _ in range(5)]
    async with away():
        for number, (_, chat) in enumerate(made):
            talk.telegram.say(chat, f"Не работает выгрузка {number}")
        await until(lambda: len(talk.telegram.deliveries) >= 2 * len(made))
        refused = {status for _, status in talk.telegram.deliveries}
    assert refused == {503}
    await talk.telegram.settled()
    for number, (customer, chat) in enumerate(made):
        ticket = await talk.ticket(customer)
        assert ticket["text"] == f"Не работает выгрузка {number}"
        await until(lambda chat=chat: chat.from_bot)  # type: ignore[misc]
        assert len(chat.from_bot) == 1


async def test_what_comes_while_the_disk_is_full_is_refused_and_taken_later(
    nursery: Nursery, tmp_path: Path
) -> None:
    service = ForkedService(nursery, tmp_path)

    @asynccontextmanager
    async def full() -> AsyncIterator[None]:
        _, hard = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (0, hard))
        yield
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (hard, hard))

    try:
        async with talk_with(service) as talk:
            await talk.start()
            await _delivered_after_all(talk, full)
    finally:
        service.kill()


async def test_what_comes_while_the_server_is_away_is_refused_and_taken_later(
    nursery: Nursery, tmp_path: Path, postgres_url: str
) -> None:
    wire = Wire(postgres_url)
    await wire.open()
    service = ForkedService(nursery, tmp_path, database_url=wire.url)

    @asynccontextmanager
    async def away() -> AsyncIterator[None]:
        wire.cut = Cut.EVERYWHERE
        wire.tear()
        yield
        wire.cut = Cut.NOWHERE

    try:
        async with talk_with(service) as talk:
            await talk.start()
            await _delivered_after_all(talk, away)
    finally:
        service.kill()
        await wire.close()


# Processes that die, and two at once


async def _answered(talk: Talk, number: int, customer: str) -> None:
    """Answer the ticket of a customer, as a client does that survives the service: again with one key."""
    said = {"author": "agent", "agent": ENGINEER, "text": f"Ответ {number}"}
    headers = {"Idempotency-Key": f"answer-{number}"}
    while True:
        try:
            found = (await talk.http.get("/v1/tickets", params={"customer_id": customer})).json()["items"]
            if found:
                path = f"/v1/tickets/{found[0]['id']}/messages"
                answer = await talk.http.post(path, json=said, headers=headers)
                assert answer.status_code == 201, answer.text
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)


def _unsettled(talk: Talk) -> int:
    waiting = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'leased')"
    count: int = ask(talk.service, waiting)[0][0]
    return count


def _assert_nothing_lost_or_blindly_doubled(talk: Talk, made: list[tuple[str, Chat]]) -> Counter[str]:
    """Hold the chats against the books; give how many parts ended how."""
    rows = ask(
        talk.service,
        "SELECT c.address, o.kind, o.state, o.text FROM outbox AS o JOIN chats AS c ON c.id = o.chat_id",
    )
    chats = {str(chat.id): chat for _, chat in made}
    assert Counter((row[0], row[1]) for row in rows) == {
        (address, kind): 1 for address in chats for kind in ("acknowledgement", "answer")
    }
    for address, kind, state, text in rows:
        arrived = [told for told in chats[address].from_bot if told in {text, REPEATED + text}]
        assert state in {"sent", "unknown"}
        assert arrived.count(text) <= 1
        assert arrived.count(REPEATED + text) <= (kind == "answer")
        assert arrived or state == "unknown"
    found = ask(talk.service, "SELECT text FROM messages WHERE author = 'customer'")
    assert sorted(row[0] for row in found) == sorted(f"Сбой {number}" for number in range(len(made)))
    assert count_of(talk.service, "tickets") == len(made)
    return Counter(row[2] for row in rows)


@pytest.mark.slow
async def test_a_service_killed_in_the_middle_loses_and_doubles_nothing(talk: Talk) -> None:
    await talk.start()
    made = [await talk.agency() for _ in range(CHATS)]
    answers = []
    for number, (customer, chat) in enumerate(made):
        talk.telegram.say(chat, f"Сбой {number}")
        answers.append(asyncio.create_task(_answered(talk, number, customer)))
    for _ in range(KILLS):
        await asyncio.sleep(0.5 + secrets.randbelow(2_500) / 1_000)
        talk.service.kill()
        await talk.start()
    await asyncio.gather(*answers)
    await talk.telegram.settled()
    await until(lambda: _unsettled(talk) == 0, LEASES_AND_REPEATS)
    states = _assert_nothing_lost_or_blindly_doubled(talk, made)
    print(f"{KILLS} kills, {dict(states)}: 0 lost, 0 doubled blindly")  # noqa: T201 - a figure


@pytest.mark.slow
async def test_two_services_on_one_server_send_everything_once(
    nursery: Nursery, tmp_path: Path, postgres_url: str
) -> None:
    service = ForkedService(nursery, tmp_path, database_url=postgres_url)
    async with talk_with(service) as talk:
        await talk.start()
        other = service.beside()
        other.settings = service.settings
        try:
            await asyncio.to_thread(other.start)
            made = [await talk.agency() for _ in range(3 * CHATS)]
            answers = []
            for number, (customer, chat) in enumerate(made):
                talk.telegram.say(chat, f"Сбой {number}")
                answers.append(asyncio.create_task(_answered(talk, number, customer)))
            await asyncio.gather(*answers)
            await until(lambda: _unsettled(talk) == 0)
            states = _assert_nothing_lost_or_blindly_doubled(talk, made)
            assert states == {"sent": 2 * len(made)}
        finally:
            other.kill()
            service.kill()
