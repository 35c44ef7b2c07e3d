"""The inbox, what was said in chats and the rest of what messengers need, in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.application.ports.inbox import ChatKey, UnassignedChat
from app.application.ports.store import UnitOfWork
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind
from app.domain.chats.gathering import Gathering
from app.domain.chats.inbound import InboundFile, Sender
from app.domain.chats.inbox import InboxItem, InboxState, ReceivedUpdate, done, failed, held
from app.domain.chats.staff import StaffMember
from app.domain.sending.part import OutboxKind
from app.domain.tickets.message import MessageAuthor, Revision
from app.domain.tickets.ticket import Author
from app.domain.vocabulary import AttachmentKind, Status
from tests.contracts.builders import (
    START,
    a_chat,
    a_message,
    a_ticket,
    a_waiting_message,
    add_tickets,
    an_id,
    at,
)
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio

CHAT, OTHER = "-1001", "-1002"
ALL = 100


def an_update(key: str, address: str | None = CHAT, **changed: Any) -> ReceivedUpdate:
    return replace(ReceivedUpdate("telegram", key, address, b"\0\xff{}", START), **changed)


def a_chat_message(id_: str = "1", **changed: Any) -> ChatMessage:
    message = ChatMessage(
        channel="telegram",
        address=CHAT,
        external_id=id_,
        chat_id=a_chat().id,
        kind=ChatMessageKind.CUSTOMER,
        author=Sender("501", "Анна"),
        text="Слова",
        occurred_at=at(1),
        received_at=at(2),
    )
    return replace(message, **changed)


async def add(store: AnyStore, *updates: ReceivedUpdate) -> list[bool]:
    return [await store.write(lambda uow: uow.inbox.add(update)) for update in updates]


async def waiting(store: AnyStore, address: str | None = CHAT) -> list[InboxItem]:
    chat = ChatKey("telegram", address)
    return list(await store.read(lambda uow: uow.inbox.waiting(chat, ALL)))


async def due(store: AnyStore, minutes: float = 0) -> list[str | None]:
    return [chat.address for chat in await store.read(lambda uow: uow.inbox.due(at(minutes), ALL))]


async def settle(store: AnyStore, item: InboxItem) -> None:
    await store.write(lambda uow: uow.inbox.settle(item))


# The inbox


async def test_an_update_is_stored_once_under_its_key_in_its_channel(store: AnyStore) -> None:
    again = an_update("1", OTHER, raw=b"other")
    elsewhere = an_update("1", channel="whatsapp")
    assert await add(store, an_update("1"), again, elsewhere) == [True, False, True]
    (item,) = await waiting(store)
    assert item == InboxItem(
        item.sequence, "telegram", "1", CHAT, b"\0\xff{}", START, InboxState.PENDING, 0, START
    )


async def test_a_chats_updates_wait_in_their_order_and_chats_in_that_of_their_first(store: AnyStore) -> None:
    await add(store, an_update("1", OTHER), an_update("2"), an_update("3", OTHER), an_update("4", None))
    assert [item.dedup_key for item in await waiting(store, OTHER)] == ["1", "3"]
    assert [item.dedup_key for item in await waiting(store, None)] == ["4"]
    assert await due(store) == [OTHER, CHAT, None]
    assert await store.read(lambda uow: uow.inbox.due(START, 1)) == [ChatKey("telegram", OTHER)]
    assert await due(store, -1) == []


async def test_working_chats_are_due_before_chats_of_nobody(store: AnyStore) -> None:
    """Known or unknown, and without any address; by all addresses that a working chat has had."""
    await store.write(lambda uow: uow.chats.add(a_chat(3, None)))
    await store.write(lambda uow: uow.chats.add_address(a_chat(), "-9"))
    unknown = ("-404", a_chat(3).address, None)
    await add(store, *(an_update(str(n), address) for n, address in enumerate((*unknown, "-9", OTHER))))
    assert await due(store) == ["-9", OTHER, *unknown]
    assert await store.read(lambda uow: uow.inbox.due(START, 1)) == [ChatKey("telegram", "-9")]


async def test_only_the_first_of_a_chat_can_be_taken(store: AnyStore) -> None:
    await add(store, an_update("1"), an_update("2"), an_update("3", OTHER))
    first, second = await waiting(store)
    assert await store.write(lambda uow: uow.inbox.take(second)) is None
    assert await store.write(lambda uow: uow.inbox.take(first)) == first
    await settle(store, done(first, at(1)))
    assert await store.write(lambda uow: uow.inbox.take(first)) is None
    assert await store.write(lambda uow: uow.inbox.take(second)) == second


async def test_a_failed_update_keeps_its_chat_waiting_until_it_is_due_or_parked(store: AnyStore) -> None:
    await add(store, an_update("1"), an_update("2"), an_update("3", OTHER))
    (first, second), (other,) = await waiting(store), await waiting(store, OTHER)
    later = failed(first, "crashed:KeyError", START)
    await settle(store, later)
    await settle(store, done(other, START))
    assert await waiting(store) == [later, second]
    assert (await due(store), await due(store, 1)) == ([], [CHAT])
    assert await store.read(lambda uow: uow.inbox.next_due_at()) == later.due_at
    await settle(store, failed(later, "unreadable", START, for_good=True))
    assert (await due(store), await waiting(store)) == ([CHAT], [second])


async def test_parked_updates_are_listed_and_replayed(store: AnyStore) -> None:
    await add(store, *(an_update(str(number)) for number in range(4)))
    items = await waiting(store)
    for item in items[:3]:
        await settle(store, failed(item, "unreadable", START, for_good=True))
    parked = await store.read(lambda uow: uow.inbox.of_state(InboxState.PARKED, after=0, limit=2))
    rest = await store.read(
        lambda uow: uow.inbox.of_state(InboxState.PARKED, after=parked[-1].sequence, limit=2)
    )
    assert [item.dedup_key for item in (*parked, *rest)] == ["0", "1", "2"]
    numbers = [parked[0].sequence, items[3].sequence, 999]
    assert await store.write(lambda uow: uow.inbox.replay(numbers, at(9))) == 1
    (again, _) = await waiting(store)
    assert again == replace(items[0], due_at=at(9))
    assert await store.write(lambda uow: uow.inbox.replay(None, at(9))) == 2
    assert await store.write(lambda uow: uow.inbox.replay([], at(9))) == 0


async def test_held_updates_of_all_addresses_of_a_chat_are_released(store: AnyStore) -> None:
    await store.write(lambda uow: uow.chats.add_address(a_chat(), "-9"))
    await add(store, an_update("1"), an_update("2", "-9"), an_update("3", OTHER))
    for address in (CHAT, "-9", OTHER):
        for item in await waiting(store, address):
            await settle(store, held(item))
    assert await due(store) == []
    assert await store.write(lambda uow: uow.inbox.release(a_chat().id, at(3))) == 2
    assert await due(store, 3) == [CHAT, "-9"]


async def test_what_waits_is_counted(store: AnyStore) -> None:
    empty = await store.read(lambda uow: uow.inbox.summary())
    assert (set(empty.counts.values()), empty.oldest_at) == ({0}, None)
    await add(store, an_update("1"), *(an_update(str(n), received_at=at(n)) for n in range(2, 6)))
    first, second, third, *_ = await waiting(store)
    for item in (held(first), failed(second, "x", START, for_good=True), done(third, START)):
        await settle(store, item)
    summary = await store.read(lambda uow: uow.inbox.summary())
    assert summary.counts == {InboxState.PENDING: 2, InboxState.HELD: 1, InboxState.PARKED: 1}
    assert summary.oldest_at == at(4)


async def test_done_updates_are_purged_in_time_and_nothing_else(store: AnyStore) -> None:
    await add(store, *(an_update(str(number)) for number in range(5)))
    for item, minute in zip(await waiting(store), (1, 2, 3), strict=False):
        await settle(store, done(item, at(minute)))
    assert await store.write(lambda uow: uow.inbox.purge(before=at(3), limit=1)) == 1
    assert await store.write(lambda uow: uow.inbox.purge(before=at(3), limit=9)) == 1
    left = await store.read(lambda uow: uow.inbox.of_state(InboxState.DONE, after=0, limit=9))
    assert ([item.dedup_key for item in left], len(await waiting(store))) == (["2"], 2)


async def test_held_updates_are_counted_by_chat_and_purged_by_their_age(store: AnyStore) -> None:
    def held_of(uow: UnitOfWork) -> list[int]:
        return [uow.inbox.held_of(id_) for id_ in (a_chat().id, a_chat(2).id, an_id(404))]

    def purge(uow: UnitOfWork) -> int:
        return uow.inbox.purge_held(before=at(4), limit=2)

    await store.write(lambda uow: uow.chats.add_address(a_chat(), "-9"))
    addresses = (CHAT, "-9", OTHER, CHAT, CHAT, CHAT)
    await add(store, *(an_update(str(n), each, received_at=at(n)) for n, each in enumerate(addresses)))
    for address in (CHAT, "-9", OTHER):
        for item in await waiting(store, address):
            if item.dedup_key != "3":
                await settle(store, held(item))
    assert await store.read(held_of) == [4, 1, 0]
    assert [await store.write(purge) for _ in range(3)] == [2, 1, 0]
    assert await store.read(held_of) == [2, 0, 0]
    assert [item.dedup_key for item in await waiting(store)] == ["3"]


# What was said in chats


async def test_a_chats_message_comes_back_as_it_was_stored(store: AnyStore) -> None:
    whole = a_chat_message(
        files=(InboundFile("p", "u", AttachmentKind.VIDEO, "a.mp4", "video/mp4", 7),),
        group_key="g",
        gathered=True,
        edited_at=at(3),
        revisions=(Revision("Слва", at(3)),),
        revoked_at=at(4),
        author=Sender(None),
        topic="7",
    )
    for message in (whole, a_chat_message("2", kind=ChatMessageKind.STAFF)):
        assert await store.write(lambda uow: uow.chat_messages.add(message))
        found = await store.read(lambda uow: uow.chat_messages.find("telegram", CHAT, message.external_id))
        assert found == message
    assert not await store.write(lambda uow: uow.chat_messages.add(a_chat_message(text="Другие")))
    for channel, address in (("whatsapp", CHAT), ("telegram", OTHER)):
        assert await store.read(lambda uow: uow.chat_messages.find(channel, address, "1")) is None


async def test_a_chats_message_is_changed_in_what_changes(store: AnyStore) -> None:
    await store.write(lambda uow: add_tickets(uow, a_ticket()))
    await store.write(lambda uow: uow.chat_messages.add(a_chat_message(gathered=True)))
    changed = a_chat_message(
        text="Слова!", ticket_id=an_id(1), message_id=an_id(7), revisions=(Revision("Слова", at(5)),)
    )
    await store.write(lambda uow: uow.chat_messages.save(changed))
    assert await store.read(lambda uow: uow.chat_messages.find("telegram", CHAT, "1")) == changed


async def test_what_is_gathered_is_given_by_its_own_time(store: AnyStore) -> None:
    messages = (
        a_chat_message("1", gathered=True, occurred_at=at(2)),
        a_chat_message("2", gathered=True, occurred_at=at(1)),
        a_chat_message("3", occurred_at=at(1)),
        a_chat_message("4", gathered=True, occurred_at=at(2)),
        a_chat_message("5", gathered=True, chat_id=a_chat(2).id),
    )
    for message in messages:
        await store.write(lambda uow: uow.chat_messages.add(message))
    gathered = await store.read(lambda uow: uow.chat_messages.gathered(a_chat().id))
    assert [message.external_id for message in gathered] == ["2", "1", "4"]


async def test_the_latest_message_and_an_albums_first_are_found(store: AnyStore) -> None:
    messages = (
        a_chat_message("1", occurred_at=at(5), group_key="a"),
        a_chat_message("2", occurred_at=at(3), group_key="a"),
        a_chat_message("3", occurred_at=at(5)),
        a_chat_message("4", chat_id=a_chat(2).id, occurred_at=at(9), group_key="a"),
    )
    assert await store.read(lambda uow: uow.chat_messages.latest(a_chat().id)) is None
    for message in messages:
        await store.write(lambda uow: uow.chat_messages.add(message))
    await store.write(
        lambda uow: uow.chat_messages.add_sent(
            "telegram", CHAT, "9", chat_id=a_chat().id, ticket_id=None, message_id=None, at=at(7)
        )
    )

    def latest(uow: UnitOfWork) -> list[str]:
        found = (
            uow.chat_messages.latest(a_chat().id),
            uow.chat_messages.latest(a_chat().id, ChatMessageKind.CUSTOMER),
            uow.chat_messages.of_album(a_chat().id, "a"),
        )
        return [message.external_id for message in found if message is not None]

    assert await store.read(latest) == ["9", "3", "1"]
    assert await store.read(lambda uow: uow.chat_messages.of_album(a_chat().id, "b")) is None


# Submissions in the making, notices, staff


async def test_a_gathering_is_one_a_chat_and_due_by_its_deadline(store: AnyStore) -> None:
    first = Gathering(a_chat().id, "501", at(1), at(1), at(3))
    second = Gathering(a_chat(2).id, None, at(1), at(1), at(2))
    for gathering in (first, second, replace(first, author_id="502", closes_at=at(4))):
        await store.write(lambda uow: uow.gatherings.save(gathering))
    first = replace(first, author_id="502", closes_at=at(4))
    assert await store.read(lambda uow: uow.gatherings.get(a_chat().id)) == first
    assert await store.read(lambda uow: uow.gatherings.due(at(4), ALL)) == [second, first]
    assert await store.read(lambda uow: uow.gatherings.due(at(3), ALL)) == [second]
    assert await store.read(lambda uow: uow.gatherings.next_at()) == at(2)
    await store.write(lambda uow: uow.gatherings.remove(second.chat_id))
    assert await store.read(lambda uow: uow.gatherings.get(second.chat_id)) is None


async def test_a_gathering_without_a_deadline_sleeps_until_it_is_woken(store: AnyStore) -> None:
    asleep = Gathering(a_chat().id, None, at(1), at(1), None)
    await store.write(lambda uow: uow.gatherings.save(asleep))
    assert await store.read(lambda uow: uow.gatherings.due(at(99), ALL)) == []
    assert await store.read(lambda uow: uow.gatherings.next_at()) is None
    for minute in (5, 6):
        await store.write(lambda uow: uow.gatherings.wake(asleep.chat_id, at(minute)))
    assert await store.read(lambda uow: uow.gatherings.next_at()) == at(5)


async def test_chats_of_nobody_are_counted_and_listed_the_latest_writer_first(store: AnyStore) -> None:
    def count(uow: UnitOfWork) -> None:
        uow.unassigned_chats.count(a_chat().id, at(5))
        uow.unassigned_chats.count(a_chat(2).id, at(9))
        uow.unassigned_chats.count(a_chat().id, at(2), messages=3)

    await store.write(count)
    whole = await store.read(lambda uow: uow.unassigned_chats.page(after=None, limit=ALL))
    assert whole == [
        UnassignedChat(a_chat(2, "agency-18"), 1, at(9), at(9), held=0),
        UnassignedChat(a_chat(), 4, at(2), at(5), held=0),
    ]
    after = whole[0].last_at, whole[0].chat.id
    assert await store.read(lambda uow: uow.unassigned_chats.page(after=after, limit=ALL)) == whole[1:]
    await store.write(lambda uow: uow.unassigned_chats.merge(a_chat().id, a_chat(2).id))
    await store.write(lambda uow: uow.unassigned_chats.merge(a_chat().id, an_id(404)))
    whole = await store.read(lambda uow: uow.unassigned_chats.page(after=None, limit=ALL))
    assert whole[1:] == [UnassignedChat(a_chat(), 5, at(2), at(9), held=0)]
    await store.write(lambda uow: uow.unassigned_chats.remove(a_chat(2).id))
    assert await store.read(lambda uow: uow.unassigned_chats.page(after=None, limit=ALL)) == whole[1:]


async def test_what_is_still_held_of_a_listed_chat_is_told_with_its_count(store: AnyStore) -> None:
    """Updates of all its addresses, and the submission that was in the making."""
    await store.write(lambda uow: uow.chats.add_address(a_chat(), "-9"))
    await add(store, an_update("1"), an_update("2", "-9"), an_update("3"), an_update("4", OTHER))
    await add(store, an_update("5", CHAT, channel="whatsapp"))
    for address in (CHAT, "-9", OTHER):
        for item in (await waiting(store, address))[:1]:
            await settle(store, held(item))
    gathered = [a_chat_message("1", gathered=True), a_chat_message("2"), a_chat_message("3", gathered=True)]
    for message in gathered:
        await store.write(lambda uow: uow.chat_messages.add(message))
    await store.write(lambda uow: uow.unassigned_chats.count(a_chat().id, at(5), messages=7))
    (listed,) = await store.read(lambda uow: uow.unassigned_chats.page(after=None, limit=ALL))
    assert listed == UnassignedChat(a_chat(), 7, at(5), at(5), held=4)


async def test_a_notice_is_told_again_only_after_its_time(store: AnyStore) -> None:
    async def tell(minute: float, subject: str = "") -> bool:
        now = at(minute)
        kind, since = OutboxKind.TEXT_REQUEST, now - timedelta(minutes=10)
        return await store.write(
            lambda uow: uow.notices.claim(a_chat().id, kind, subject, now, unless_since=since)
        )

    assert [await tell(0), await tell(9), await tell(0, "other")] == [True, False, True]
    assert [await tell(10), await tell(19), await tell(20)] == [True, False, True]


async def test_a_notice_that_is_forgotten_was_never_told(store: AnyStore) -> None:
    chat_id, kind = a_chat().id, OutboxKind.TEXT_REQUEST

    def tell(uow: UnitOfWork) -> list[bool]:
        subjects = ("one", "other")
        return [uow.notices.claim(chat_id, kind, each, at(1), unless_since=at(0)) for each in subjects]

    assert await store.write(tell) == [True, True]
    await store.write(lambda uow: uow.notices.forget(chat_id, kind, "one"))
    await store.write(lambda uow: uow.notices.forget(chat_id, kind, "a third"))
    assert await store.write(tell) == [True, False]


async def test_who_has_tickets_in_a_chat_is_listed(store: AnyStore) -> None:
    theirs = [a_ticket(1, customer_id="agency-18"), a_ticket(2), a_ticket(3, status=Status.CLOSED)]
    await store.write(lambda uow: add_tickets(uow, *theirs))
    owners = [await store.read(lambda uow: uow.tickets.owners_in(id_)) for id_ in (a_chat().id, an_id(404))]
    assert [list(each) for each in owners] == [["agency-17", "agency-18"], []]


async def test_staff_is_kept_by_channel_and_id(store: AnyStore) -> None:
    members = [StaffMember("telegram", id_, f"Имя {id_}", START, 1) for id_ in ("9", "10")]
    members.append(StaffMember("whatsapp", "9", "Пётр", START, 1))
    for member in members:
        await store.write(lambda uow: uow.staff.save(member))
    renamed = replace(members[0], name="Ольга", version=2)
    await store.write(lambda uow: uow.staff.save(renamed))
    listed = await store.read(lambda uow: uow.staff.page(after=None, limit=2))
    rest = await store.read(lambda uow: uow.staff.page(after=("telegram", "9"), limit=2))
    assert [*listed, *rest] == [members[1], renamed, members[2]]
    assert await store.write(lambda uow: uow.staff.remove("telegram", "9"))
    assert not await store.write(lambda uow: uow.staff.remove("telegram", "9"))
    assert await store.read(lambda uow: uow.staff.find("telegram", "9")) is None
    assert await store.read(lambda uow: uow.staff.find("whatsapp", "9")) == members[2]


# What chats, tickets and messages have more


async def test_a_chat_has_several_addresses_and_one_of_them_is_present(store: AnyStore) -> None:
    chat = a_chat()
    assert await store.write(lambda uow: uow.chats.add_address(chat, "-9"))
    assert not await store.write(lambda uow: uow.chats.add_address(chat, OTHER))
    moved = replace(chat, address="-9", private=True, reachable=False, unreachable_since=at(3), version=2)
    await store.write(lambda uow: uow.chats.set_address(moved))
    await store.write(lambda uow: uow.chats.save(moved))
    for address in (chat.address, "-9"):
        assert await store.read(lambda uow: uow.chats.find("telegram", address)) == moved
    assert await store.write(lambda uow: uow.chats.lock_by_id(chat.id)) == moved
    assert await store.write(lambda uow: uow.chats.lock_by_id(an_id(404))) is None


async def test_a_chat_that_is_absorbed_leaves_everything_to_the_other_one(store: AnyStore) -> None:
    kept, stub = a_chat(), a_chat(3, None)

    def prepare(uow: UnitOfWork) -> None:
        uow.chats.add(stub)
        uow.chats.add_address(stub, "-9")
        add_tickets(uow, a_ticket(1, stub))
        uow.chat_messages.add(a_chat_message(chat_id=stub.id, address="-9"))
        uow.outbox.add(a_waiting_message(1, a_ticket(1, stub)))
        uow.gatherings.save(Gathering(stub.id, None, at(1), at(1), at(3)))
        uow.unassigned_chats.count(stub.id, at(1))
        uow.notices.claim(stub.id, OutboxKind.STATUS, "", at(1), unless_since=at(0))

    await store.write(prepare)
    await store.write(lambda uow: uow.chats.absorb(kept, stub))

    def look(uow: UnitOfWork) -> list[Any]:
        message = uow.chat_messages.find("telegram", "-9", "1")
        ticket = uow.tickets.get(an_id(1))
        return [
            uow.chats.get(stub.id),
            uow.chats.find("telegram", "-9"),
            uow.chats.find("telegram", stub.address),
            ticket and (ticket.chat_id, ticket.chat_address),
            message and message.chat_id,
            [waiting.chat_id for waiting in uow.outbox.of_ticket(an_id(1))],
            [gathering.chat_id for gathering in uow.gatherings.due(at(9), ALL)],
            uow.unassigned_chats.page(after=None, limit=ALL),
        ]

    expected = [None, kept, kept, (kept.id, kept.address), kept.id, [kept.id], [kept.id], []]
    assert await store.read(look) == expected


async def test_the_tickets_of_a_chat_are_given_newest_first_without_the_closed(store: AnyStore) -> None:
    tickets = [a_ticket(number) for number in range(1, 5)]
    tickets[2] = replace(tickets[2], status=Status.CLOSED)
    await store.write(lambda uow: add_tickets(uow, *tickets, a_ticket(9, a_chat(2, "agency-18"))))
    found = await store.read(lambda uow: uow.tickets.of_chat(a_chat().id, 2))
    assert [ticket.number for ticket in found] == [4, 2]


async def test_a_message_keeps_its_wordings_and_who_sent_it(store: AnyStore) -> None:
    sent = a_message(author=MessageAuthor.CUSTOMER, agent=None, delivery=None, sender=Author("Анна", "501"))
    await store.write(lambda uow: add_tickets(uow, a_ticket()))
    await store.write(lambda uow: uow.messages.add(sent))
    await store.write(lambda uow: uow.messages.add(a_message(2)))
    edited = replace(sent, text="Иначе", revisions=(Revision(sent.text, at(3)),), revoked_at=at(4))
    await store.write(lambda uow: uow.messages.save(edited))
    assert await store.read(lambda uow: uow.messages.get(an_id(1), sent.id)) == edited
    assert await store.read(lambda uow: uow.messages.get(an_id(2), sent.id)) is None
    latest = await store.read(lambda uow: uow.messages.latest_of(an_id(1), MessageAuthor.CUSTOMER))
    assert latest == edited
