"""Chats write to the desk on every store: at once, again and again, in any order, with poison among it."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from app.application.chats.inbox_worker import CHATS_AT_ONCE, UPDATES_AT_ONCE
from app.application.chats.receive_message import UpdateResult
from app.application.chats.receive_update import read_key, receive_update
from app.application.errors import StoreUnavailableError
from app.domain.chats.inbox import InboxState, ReceivedUpdate
from tests.application.chatter import FAULT, Chatter, Update, shuffled
from tests.application.desk import AGENCY, a_customer
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio

COPIES = 20
AT_ONCE = 40
"""Connections that Telegram opens at most, unless it is told otherwise."""


async def deliver_at_once(chat: Chatter, updates: Sequence[Update]) -> int:
    """Store updates from many requests at once; give how many were new."""
    keys = [read_key(chat.messenger, json.dumps(update).encode(), chat.now) for update in updates]
    new = 0
    for first in range(0, len(keys), AT_ONCE):
        some = keys[first : first + AT_ONCE]
        new += sum(await asyncio.gather(*(sent_until_taken(chat, key) for key in some)))
    return new


async def sent_until_taken(chat: Chatter, update: ReceivedUpdate) -> bool:
    """Send an update again while the answer is 503, as messengers do."""
    while True:
        try:
            return await chat.store.write(lambda uow: receive_update(uow, update))
        except StoreUnavailableError:
            continue


async def people(chat: Chatter, chats: int) -> list[str]:
    """Make so many customers with a chat each; give the addresses."""
    addresses = [f"-70{number:03}" for number in range(chats)]
    for number, address in enumerate(addresses):
        await chat.put(a_customer(f"agency-{700 + number}"), chat=address)
    return addresses


async def settle(chat: Chatter) -> None:
    await chat.work()
    await chat.wait(seconds=3)


async def test_twenty_first_messages_of_a_chat_at_once_are_one_ticket(store: AnyStore) -> None:
    chat = Chatter(store)
    await chat.put(a_customer(AGENCY))
    assert await deliver_at_once(chat, [chat.message(str(n), f"слово {n}") for n in range(20)]) == 20
    await settle(chat)
    (ticket,) = await chat.tickets()
    assert sorted(await chat.texts(ticket)) == sorted(f"слово {n}" for n in range(20))
    assert await chat.told() == ["acknowledgement"]


async def every_update_has_one_effect(store: AnyStore, chats: int, messages: int) -> None:
    chat = Chatter(store)
    addresses = await people(chat, chats)
    updates = [
        chat.message(str(number), f"слово {number}", chat=address)
        for number in range(messages)
        for address in addresses
    ]
    copies = shuffled([update for update in updates for _ in range(COPIES)])
    assert await deliver_at_once(chat, copies) == len(updates)
    await settle(chat)
    for address in addresses:
        (ticket,) = await chat.tickets(address)
        assert sorted(await chat.texts(ticket)) == sorted(f"слово {n}" for n in range(messages))
        assert await chat.told(address) == ["acknowledgement"]
    assert len(chat.seen.tickets) == chats


async def test_every_update_twenty_times_at_once_and_shuffled_has_one_effect(store: AnyStore) -> None:
    await every_update_has_one_effect(store, chats=5, messages=6)


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
async def test_ten_thousand_updates_twenty_times_each_have_one_effect_each(store: AnyStore) -> None:
    await every_update_has_one_effect(store, chats=500, messages=20)


async def poison_is_parked_and_others_go_on(store: AnyStore, updates: int) -> None:
    chat = Chatter(store)
    addresses = await people(chat, 10)
    batch = [
        chat.message(str(number), f"слово {number}", chat=addresses[number % 10]) for number in range(updates)
    ]
    batch[3]["message"]["text"] = FAULT
    await deliver_at_once(chat, batch[: updates // 2])
    await chat.deliver_raw(b"\xff")
    await deliver_at_once(chat, batch[updates // 2 :])
    await settle(chat)
    for number in (0, 1, 2, 4, 5, 6, 7, 8, 9):
        (ticket,) = await chat.tickets(addresses[number])
        assert len(await chat.messages(ticket)) == updates // 10
    for _ in range(4):
        await chat.wait(seconds=2)
    await chat.wait(seconds=3)
    (ticket,) = await chat.tickets(addresses[3])
    assert len(await chat.messages(ticket)) == updates // 10 - 1
    parked = await chat.items(InboxState.PARKED)
    assert [item.error for item in parked] == ["crashed:ZeroDivisionError", "unreadable"]
    assert await chat.items(InboxState.PENDING) == []


async def test_poison_among_others_is_parked_and_delays_no_other_chat(store: AnyStore) -> None:
    await poison_is_parked_and_others_go_on(store, updates=40)


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
async def test_poison_among_a_thousand_is_parked_and_delays_no_other_chat(store: AnyStore) -> None:
    await poison_is_parked_and_others_go_on(store, updates=1_000)


async def test_a_chat_that_moves_while_it_writes_stays_one_chat(store: AnyStore) -> None:
    """T8: its messages overtake the news, and are told that it is nobody's chat."""
    chat = Chatter(store)
    await chat.put(a_customer(AGENCY))
    ticket = await chat.submitted("1", "Не работает")
    await chat.say("1", "из супергруппы", chat="-88")
    assert [seen.chat.address for seen in await chat.unassigned()] == ["-88"]
    await chat.deliver(chat.update(moved=["-1001", "-88"]), chat.update("-88", moved=["-1001", "-88"]))
    await settle(chat)
    (moved,) = await chat.tickets("-88")
    assert (moved.id, moved.chat_address) == (ticket.id, "-88")
    assert await chat.texts(ticket) == ["Не работает", "из супергруппы"]
    assert (await chat.unassigned(), await chat.told("-88")) == ([], ["acknowledgement"])
    mine = await chat.read(lambda uow: uow.chats.of_customer(AGENCY))
    assert [each.address for each in mine] == ["-88"]


async def test_what_a_chat_said_before_it_was_anybodys_is_processed_when_it_is(store: AnyStore) -> None:
    chat = Chatter(store)
    await people(chat, 1)
    for number in range(3):
        await chat.say(str(number), f"слово {number}", chat="-77")
    assert (await chat.tickets("-77"), await chat.told("-77")) == ([], ["unassigned_notice"])
    await chat.put(a_customer("agency-900"), chat="-77")
    await settle(chat)
    (ticket,) = await chat.tickets("-77")
    assert await chat.texts(ticket) == ["слово 0", "слово 1", "слово 2"]
    assert await chat.unassigned() == []


@pytest.mark.parametrize(("strangers", "each"), [(200, 1), (10, 30)])
async def test_a_working_chat_is_heard_before_all_strangers_that_wrote_earlier(
    store: AnyStore, strangers: int, each: int
) -> None:
    chat = Chatter(store)
    await chat.put(a_customer(AGENCY))
    early = [
        chat.message(f"{stranger}-{number}", "Здравствуйте", chat=f"{800_000 + stranger}")
        for stranger in range(strangers)
        for number in range(each)
    ]
    await deliver_at_once(chat, early)
    await chat.inbox_job.run_once()
    heard = chat.seen.results.total()
    assert heard <= CHATS_AT_ONCE * UPDATES_AT_ONCE < strangers * each
    await chat.deliver(chat.message("1", "Не работает"))
    await chat.inbox_job.run_once()
    assert chat.seen.results[UpdateResult.GATHERED] == 1
    assert chat.seen.results.total() - heard <= CHATS_AT_ONCE * UPDATES_AT_ONCE
    await settle(chat)
    assert chat.seen.results[UpdateResult.HELD] == strangers * each
