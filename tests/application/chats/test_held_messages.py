"""Messages of unassigned chats are held, so many per chat and for so long; all of them are counted (4.1)."""

from datetime import timedelta

import pytest

from app.application.administration.purge_old import PurgeOld
from app.application.chats import hold_message
from app.application.chats.receive_message import UpdateResult
from app.application.ports.inbox import UnassignedChat
from app.domain.chats.inbox import InboxState
from tests.application.chatter import Chatter
from tests.application.desk import a_customer
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore
from tests.fakes.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

STRANGER = "-77"
DAYS = timedelta(days=30)


@pytest.fixture
async def chat(monkeypatch: pytest.MonkeyPatch) -> Chatter:
    monkeypatch.setattr(hold_message, "MOST_HELD", 3)
    chatter = Chatter(RerunningStore(MemoryStore(CALENDAR)))
    await chatter.put()
    return chatter


async def write(chat: Chatter, *ids: int, address: str = STRANGER) -> None:
    for id_ in ids:
        await chat.say(str(id_), f"слово {id_}", chat=address)


async def listed(chat: Chatter) -> UnassignedChat:
    (only,) = await chat.unassigned()
    return only


async def purge(chat: Chatter) -> None:
    await PurgeOld(
        chat.store, chat, VirtualClock().steady_watch(), None, None, DAYS, chat.seen.expired
    ).run_once()


async def test_the_first_messages_of_a_chat_are_held_and_all_are_counted(chat: Chatter) -> None:
    started = chat.now
    for id_ in range(5):
        await write(chat, id_)
        chat.now += timedelta(minutes=1)
    await write(chat, 9, address="-78")
    assert chat.seen.results == {UpdateResult.HELD: 4, UpdateResult.DROPPED: 2}
    held = await chat.items(InboxState.HELD)
    assert [item.dedup_key for item in held if item.address == STRANGER] == ["1001", "1002", "1003"]
    _, seen = await chat.unassigned()
    assert (seen.messages, seen.held) == (5, 3)
    assert (seen.first_at, seen.last_at) == (started, started + timedelta(minutes=4))


async def test_a_chat_with_too_many_messages_is_told_once_a_day_as_every_other(chat: Chatter) -> None:
    await write(chat, 1, 2, 3, 4, 5)
    assert await chat.told(STRANGER) == ["unassigned_notice"]
    chat.now += timedelta(days=1)
    await write(chat, 6)
    assert await chat.told(STRANGER) == ["unassigned_notice"] * 2


async def test_a_dropped_update_that_is_repeated_is_known(chat: Chatter) -> None:
    updates = [chat.message(str(id_), "слово", chat=STRANGER) for id_ in range(5)]
    for _ in range(3):
        await chat.deliver(*updates)
        await chat.work()
    assert (await listed(chat)).messages == 5


async def test_what_is_held_becomes_a_ticket_when_the_chat_is_assigned(chat: Chatter) -> None:
    await write(chat, 1, 2, 3, 4, 5)
    await chat.put(a_customer("agency-900"), chat=STRANGER)
    await chat.work()
    await chat.wait(seconds=3)
    (ticket,) = await chat.tickets(STRANGER)
    assert await chat.texts(ticket) == ["слово 1", "слово 2", "слово 3"]
    assert await chat.unassigned() == []


async def test_what_is_held_for_thirty_days_is_deleted_counted_and_makes_room(chat: Chatter) -> None:
    await write(chat, 1)
    await chat.wait(days=1)
    await write(chat, 2, 3, 4)
    await chat.wait(days=28)
    await purge(chat)
    assert chat.seen.expirations == []
    await chat.wait(days=1, seconds=1)
    await purge(chat)
    assert chat.seen.expirations == [1]
    await write(chat, 5)
    seen = await listed(chat)
    assert (seen.messages, seen.held) == (5, 3)
    await chat.wait(days=31)
    await purge(chat)
    await purge(chat)
    assert chat.seen.expirations == [1, 3]
    assert ((await listed(chat)).messages, (await listed(chat)).held) == (5, 0)
    assert await chat.items(InboxState.HELD) == []


async def test_what_waits_for_a_person_or_its_turn_does_not_expire(chat: Chatter) -> None:
    await chat.deliver_raw(b"\xff")
    await chat.work()
    await write(chat, 1)
    await chat.put(a_customer("agency-900"), chat=STRANGER)
    chat.now += timedelta(days=99)
    await purge(chat)
    assert chat.seen.expirations == []
    states = [len(await chat.items(state)) for state in (InboxState.PARKED, InboxState.PENDING)]
    assert states == [1, 1]


async def test_nothing_expires_where_all_is_to_be_kept(chat: Chatter) -> None:
    await write(chat, 1)
    chat.now += timedelta(days=999)
    await PurgeOld(chat.store, chat, VirtualClock().steady_watch(), None, None).run_once()
    assert (await listed(chat)).held == 1


async def test_a_submission_in_the_making_is_held_with_its_chat(chat: Chatter) -> None:
    await chat.deliver(chat.message("1", "Не работает"))
    await chat.work()
    await chat.take_away()
    await chat.wait(seconds=3)
    assert ((await listed(chat)).messages, (await listed(chat)).held) == (1, 1)


async def test_two_addresses_of_one_unassigned_chat_are_counted_together(chat: Chatter) -> None:
    started = chat.now
    await write(chat, 1)
    await chat.wait(minutes=1)
    await write(chat, 2, 3, address="-88")
    await chat.deliver(chat.update("-88", moved=[STRANGER, "-88"]))
    await chat.work()
    seen = await listed(chat)
    assert (seen.chat.address, seen.messages, seen.held) == ("-88", 3, 3)
    assert (seen.first_at, seen.last_at) == (started, started + timedelta(minutes=1))
    await write(chat, 4, address="-88")
    assert ((await listed(chat)).messages, (await listed(chat)).held) == (4, 3)
