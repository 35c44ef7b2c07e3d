"""The outbox and what is known of channels, in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from app.application.ports.outbox import Backlog, ChannelState
from app.application.ports.store import UnitOfWork
from app.application.sending.claim_outgoing import claim_outgoing
from app.application.sending.leased_part import Chance, Lease
from app.application.sending.send_outbox import SendOutbox
from app.application.sending.settle_outgoing import settle_outgoing
from app.application.stamp import Stamp
from app.domain.sending.breaker import Breaker
from app.domain.sending.outcome import Sent
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState
from app.domain.tickets.message import Delivery, DeliveryState
from tests.application.relay import RecordingWatch
from tests.contracts.builders import (
    OTHER_AGENCY,
    a_chat,
    a_message,
    a_ticket,
    a_waiting_message,
    add_tickets,
    an_id,
    at,
)
from tests.contracts.conftest import AnyStore
from tests.fakes.scripted_messenger import ScriptedMessenger

pytestmark = pytest.mark.anyio

TICKET = a_ticket()
ELSEWHERE = a_ticket(2, a_chat(2, OTHER_AGENCY))
LEASED = {"state": PartState.LEASED, "lease_until": at(5), "lease_token": an_id(1, 9)}


@pytest.fixture(autouse=True)
async def _tickets(store: AnyStore) -> None:
    await store.write(lambda uow: add_tickets(uow, TICKET, ELSEWHERE))


async def add(store: AnyStore, *parts: OutboxMessage) -> None:
    for part in parts:
        await store.write(lambda uow: uow.outbox.add(part))


async def everything(store: AnyStore) -> list[OutboxMessage]:
    found = await store.read(lambda uow: uow.outbox.page(set(PartState), after=0, limit=1_000))
    return [each.part for each in found]


async def heads(store: AnyStore, minutes: float = 50, limit: int = 9) -> list[str]:
    found = await store.write(lambda uow: uow.outbox.heads("telegram", at(minutes), limit))
    return [due.part.id for due in found]


async def change(store: AnyStore, sequence: int, **changed: Any) -> None:
    def work(uow: UnitOfWork) -> None:
        part = uow.outbox.lock(sequence)
        assert part is not None
        uow.outbox.save(replace(part, **changed))

    await store.write(work)


async def change_chat(store: AnyStore, **changed: Any) -> None:
    def work(uow: UnitOfWork) -> None:
        chat = uow.chats.get(TICKET.chat_id)
        assert chat is not None
        uow.chats.save(replace(chat, **changed))

    await store.write(work)


async def test_a_part_comes_back_as_it_was_stored_and_as_it_was_changed(store: AnyStore) -> None:
    part = a_waiting_message(
        part=2,
        parts=3,
        reply_to="55",
        not_before=at(7),
        customer_id=None,
        ticket_id=None,
        message_id=an_id(4),
        topic="7",
    )
    await add(store, part)
    assert await everything(store) == [part]
    changed: dict[str, Any] = {
        **LEASED,
        "state_at": at(3),
        "reply_to": None,
        "not_before": None,
        "attempts": 4,
        "repeated": True,
        "error_code": "busy",
        "external_id": "77",
        "topic": None,
    }
    (sequence,) = [each.sequence for each in await everything(store)]
    await change(store, sequence, **changed)
    assert await everything(store) == [replace(part, **changed)]


async def test_the_first_of_each_chat_is_due_in_the_order_of_storing(store: AnyStore) -> None:
    first, second = a_waiting_message(3), a_waiting_message(1)
    other = a_waiting_message(2, ELSEWHERE)
    await add(store, first, second, other)
    found = await store.write(lambda uow: uow.outbox.heads("telegram", at(0), 9))
    assert [(due.part, due.address, due.private, due.owner) for due in found] == [
        (first, "-1001", False, "agency-17"),
        (other, "-1002", False, "agency-18"),
    ]
    assert await heads(store, limit=1) == [first.id]
    assert await store.write(lambda uow: uow.outbox.heads("whatsapp", at(0), 9)) == []


@pytest.mark.parametrize("state", PartState)
async def test_only_what_waits_or_is_under_way_holds_up_what_follows(
    store: AnyStore, state: PartState
) -> None:
    await add(store, a_waiting_message(1, state=state), a_waiting_message(2))
    expected = {PartState.PENDING: [an_id(1, 5)], PartState.LEASED: []}
    assert await heads(store) == expected.get(state, [an_id(2, 5)])


async def test_a_part_or_a_chat_that_rests_is_due_when_it_has_rested(store: AnyStore) -> None:
    await add(store, a_waiting_message(1, not_before=at(10)), a_waiting_message(2, ELSEWHERE))
    await store.write(lambda uow: uow.channels.rest(ELSEWHERE.chat_id, "telegram", at(20)))
    for minutes, due, next_at in (
        (9, [], at(10)),
        (10, [an_id(1, 5)], at(20)),
        (19.99, [an_id(1, 5)], at(20)),
        (20, [an_id(1, 5), an_id(2, 5)], None),
    ):
        assert await heads(store, minutes) == due
        assert await store.read(lambda uow: uow.outbox.next_due_at("telegram", at(minutes))) == next_at


async def test_of_two_rests_the_longer_one_holds(store: AnyStore) -> None:
    await add(store, a_waiting_message(1))
    for until in (20, 10):
        await store.write(lambda uow: uow.channels.rest(TICKET.chat_id, "telegram", at(until)))
    assert await heads(store, 15) == []
    assert await heads(store, 20) == [an_id(1, 5)]


async def test_throttled_chats_are_counted_while_they_rest(store: AnyStore) -> None:
    def rest(uow: UnitOfWork) -> None:
        uow.channels.rest(TICKET.chat_id, "telegram", at(20), throttled=True)
        uow.channels.rest(TICKET.chat_id, "telegram", at(30))
        uow.channels.rest(ELSEWHERE.chat_id, "telegram", at(30))

    await store.write(rest)
    for minutes, count in ((19, 1), (20, 0)):
        assert await store.read(lambda uow: uow.channels.throttled_chats("telegram", at(minutes))) == count
    assert await store.read(lambda uow: uow.channels.throttled_chats("whatsapp", at(0))) == 0


NOTICE = OutboxKind.UNASSIGNED_NOTICE
STRANGER = a_chat(3, None)


def a_notice(number: int, **changed: Any) -> OutboxMessage:
    """Give a notice to a chat of nobody."""
    stranger = {"chat_id": STRANGER.id, "customer_id": None, "ticket_id": None, "kind": NOTICE}
    return a_waiting_message(number, **{**stranger, **changed})


async def test_parts_for_chats_of_nobody_wait_in_a_line_of_their_own(store: AnyStore) -> None:
    await store.write(lambda uow: uow.chats.add(STRANGER))
    await add(store, a_notice(1, not_before=at(10)), a_waiting_message(2, not_before=at(20)))
    for minutes, unassigned, due, next_at in (
        (9, True, [], at(10)),
        (9, False, [], at(20)),
        (10, True, [an_id(1, 5)], None),
        (10, False, [], at(20)),
        (20, True, [an_id(1, 5)], None),
        (20, False, [an_id(2, 5)], None),
    ):
        now = at(minutes)
        found = await store.write(lambda uow: uow.outbox.heads("telegram", now, 9, unassigned=unassigned))
        assert [each.part.id for each in found] == due
        told = await store.read(lambda uow: uow.outbox.next_due_at("telegram", now, unassigned=unassigned))
        assert told == next_at


@pytest.mark.parametrize("state", [PartState.PENDING, PartState.LEASED])
async def test_a_notice_of_yesterday_does_not_move_a_working_chat_to_the_other_line(
    store: AnyStore, state: PartState
) -> None:
    """It may be under way while the chat is assigned; what follows it keeps the chat's order."""
    await store.write(lambda uow: uow.chats.add(STRANGER))
    await add(store, a_notice(1, state=state), a_waiting_message(2, chat_id=STRANGER.id))
    assert await store.write(lambda uow: uow.outbox.heads("telegram", at(50), 9, unassigned=True)) == []
    assert await heads(store) == ([an_id(1, 5)] if state is PartState.PENDING else [])


async def test_a_throttled_chat_of_nobody_is_not_counted(store: AnyStore) -> None:
    await store.write(lambda uow: uow.chats.add(STRANGER))
    for chat_id in (TICKET.chat_id, STRANGER.id):
        await store.write(lambda uow: uow.channels.rest(chat_id, "telegram", at(20), throttled=True))
    assert await store.read(lambda uow: uow.channels.throttled_chats("telegram", at(0))) == 1


async def test_a_chat_that_cannot_be_reached_is_not_due(store: AnyStore) -> None:
    await add(store, a_waiting_message(1))
    await change_chat(store, reachable=False)
    assert await heads(store) == []
    assert await store.read(lambda uow: uow.outbox.next_due_at("telegram", at(0))) is None
    await change_chat(store, reachable=True, private=True)
    (due,) = await store.write(lambda uow: uow.outbox.heads("telegram", at(0), 9))
    assert due.private


async def test_a_lease_expires_when_its_time_is_over(store: AnyStore) -> None:
    await add(store, a_waiting_message(1), a_waiting_message(2, ELSEWHERE))
    first, _ = await everything(store)
    await change(store, first.sequence, **LEASED)
    for minutes, late in ((5, []), (5.1, [an_id(1, 5)])):
        found = await store.write(lambda uow: uow.outbox.expired("telegram", at(minutes), 9))
        assert [part.id for part in found] == late
    assert await store.write(lambda uow: uow.outbox.expired("whatsapp", at(9), 9)) == []


async def test_only_the_last_lease_holds_a_part(store: AnyStore) -> None:
    await add(store, a_waiting_message(1))
    (part,) = await everything(store)
    await change(store, part.sequence, **LEASED)
    held = await store.write(lambda uow: uow.outbox.held_by(part.sequence, an_id(1, 9)))
    assert held is not None
    assert await store.write(lambda uow: uow.outbox.held_by(part.sequence, an_id(2, 9))) is None
    assert await store.write(lambda uow: uow.outbox.lock(part.sequence + 1)) is None


async def test_parts_of_one_message_are_found_together(store: AnyStore) -> None:
    parts = [a_waiting_message(1, part=n, parts=3) for n in (1, 2, 3)]
    await add(store, *parts, a_waiting_message(2))
    stored = await everything(store)
    assert await store.read(lambda uow: uow.outbox.parts_of(stored[1])) == parts
    assert await store.write(lambda uow: uow.outbox.parts_of(stored[3])) == [stored[3]]


async def test_what_waits_for_a_lost_chat_is_given_up_and_nothing_else(store: AnyStore) -> None:
    for n, ticket in ((1, TICKET), (2, ELSEWHERE)):
        await store.write(lambda uow: uow.messages.add(a_message(n, ticket)))
        await add(store, a_waiting_message(n, ticket, message_id=an_id(n, kind=4)))
    await add(store, a_waiting_message(3, state=PartState.SENT))
    await store.write(lambda uow: uow.outbox.bury(TICKET.chat_id, "blocked", at(9)))
    states = [(part.state.value, part.error_code) for part in await everything(store)]
    assert states == [("dead", "blocked"), ("pending", None), ("sent", None)]
    (message,) = await store.read(lambda uow: uow.messages.of_ticket(TICKET.id, after=None, limit=9))
    assert message.delivery == Delivery(DeliveryState.FAILED, at(9), "blocked")


async def test_what_is_superseded_is_of_that_ticket_and_kind_and_still_waits(store: AnyStore) -> None:
    notice = OutboxKind.DECISION_NOTICE
    other = a_ticket(3)
    await store.write(lambda uow: add_tickets(uow, other))
    await add(
        store,
        a_waiting_message(1, kind=notice, state=PartState.LEASED),
        a_waiting_message(2, kind=notice),
        a_waiting_message(3),
        a_waiting_message(4, other, kind=notice),
    )
    await store.write(lambda uow: uow.outbox.supersede(TICKET.chat_id, TICKET.id, notice, at(9)))
    states = [part.state.value for part in await everything(store)]
    assert states == ["leased", "cancelled", "pending", "pending"]


async def test_what_is_cancelled_is_told(store: AnyStore) -> None:
    notice = OutboxKind.UNASSIGNED_NOTICE
    await add(
        store,
        a_waiting_message(1),
        a_waiting_message(2, kind=notice, customer_id=None, ticket_id=None),
        a_waiting_message(3, state=PartState.SENT),
        a_waiting_message(4, ELSEWHERE),
    )
    first = await store.write(lambda uow: uow.outbox.cancel(TICKET.chat_id, at(9), for_nobody=True))
    assert list(first) == [(notice, None)]
    then = await store.write(lambda uow: uow.outbox.cancel(TICKET.chat_id, at(9)))
    assert list(then) == [(OutboxKind.ANSWER, TICKET.id)]
    states = [part.state.value for part in await everything(store)]
    assert states == ["cancelled", "cancelled", "sent", "pending"]


async def test_what_has_ended_is_purged_in_time_and_nothing_else(store: AnyStore) -> None:
    ended = [PartState.SENT, PartState.CANCELLED, PartState.SENT, PartState.SENT]
    await add(store, *(a_waiting_message(n, state=state) for n, state in enumerate(ended, start=1)))
    stays = [PartState.PENDING, PartState.DEAD, PartState.UNKNOWN]
    await add(store, *(a_waiting_message(n, state=state, state_at=at(0)) for n, state in enumerate(stays, 5)))

    async def purge(limit: int) -> int:
        return await store.write(lambda uow: uow.outbox.purge(before=at(4), limit=limit))

    assert [await purge(2), await purge(2), await purge(2)] == [2, 1, 0]
    assert [part.state for part in await everything(store)] == [PartState.SENT, *stays]


async def test_how_far_a_message_got_is_kept_and_when_it_was_sent(store: AnyStore) -> None:
    await store.write(lambda uow: uow.messages.add(a_message(1)))
    failed = Delivery(DeliveryState.FAILED, at(7), "blocked")
    for delivery, sent_at in ((failed, None), (Delivery(DeliveryState.SENT, at(8)), at(8)), (failed, at(8))):
        await store.write(lambda uow: uow.messages.set_delivery(TICKET.id, an_id(1, 4), delivery))
        (message,) = await store.read(lambda uow: uow.messages.of_ticket(TICKET.id, after=None, limit=9))
        assert (message.delivery, message.sent_at) == (delivery, sent_at)


async def test_parts_are_listed_by_state_page_by_page_with_their_tickets(store: AnyStore) -> None:
    states = [PartState.DEAD, PartState.SENT, PartState.UNKNOWN, PartState.PENDING, PartState.DEAD]
    await add(store, *(a_waiting_message(n, state=state) for n, state in enumerate(states, start=1)))
    await add(store, a_waiting_message(6, ticket_id=None, state=PartState.DEAD))

    async def listed(*wanted: PartState) -> list[tuple[str, int | None]]:
        seen: list[tuple[str, int | None]] = []
        after = 0
        while True:
            page = await store.read(lambda uow: uow.outbox.page(set(wanted), after=after, limit=2))
            seen += [(each.part.id, each.ticket_number) for each in page]
            if len(page) < 2:
                return seen
            after = page[-1].part.sequence

    assert await listed(PartState.UNKNOWN, PartState.DEAD) == [
        (an_id(1, 5), 1),
        (an_id(3, 5), 1),
        (an_id(5, 5), 1),
        (an_id(6, 5), None),
    ]
    assert await listed(PartState.PENDING, PartState.LEASED) == [(an_id(4, 5), 1)]
    assert len(await listed(*PartState)) == 6


async def test_the_backlog_counts_what_is_not_done(store: AnyStore) -> None:
    answer, notice = OutboxKind.ANSWER, OutboxKind.CLOSING
    for n, (kind, state) in enumerate(
        [
            (answer, PartState.PENDING),
            (answer, PartState.PENDING),
            (notice, PartState.DEAD),
            (answer, PartState.SENT),
            (answer, PartState.CANCELLED),
        ],
        start=1,
    ):
        await add(store, a_waiting_message(n, kind=kind, state=state))
    assert sorted(await store.read(lambda uow: uow.outbox.backlog()), key=lambda each: each.kind) == [
        Backlog("telegram", answer, PartState.PENDING, 2, at(1)),
        Backlog("telegram", notice, PartState.DEAD, 1, at(3)),
    ]


async def test_a_channel_that_was_never_used_is_up_and_its_state_is_kept(store: AnyStore) -> None:
    assert await store.read(lambda uow: uow.channels.find("telegram")) == ChannelState("telegram")
    assert await store.write(lambda uow: uow.channels.lock("telegram")) == ChannelState("telegram")
    breaker = Breaker(4, an_id(1, 1), True, at(1), "wrong_token", at(2), 3)
    state = ChannelState("telegram", at(3), at(4), breaker, at(5))
    await store.write(lambda uow: uow.channels.save(state))
    assert await store.read(lambda uow: uow.channels.find("telegram")) == state
    assert await store.write(lambda uow: uow.channels.lock("telegram")) == state


async def test_the_last_sign_of_life_is_the_newest_of_any_relay(store: AnyStore) -> None:
    assert await store.read(lambda uow: uow.channels.last_beat()) is None
    for relay, minutes in (("a", 3), ("b", 2), ("b", 1)):
        await store.write(lambda uow: uow.channels.beat(relay, at(minutes)))
    assert await store.read(lambda uow: uow.channels.last_beat()) == at(3)


async def test_eight_claimers_send_every_part_once_and_each_chat_in_its_order(store: AnyStore) -> None:
    chats, each = 6, 12

    def fill(uow: UnitOfWork) -> None:
        for n in range(chats):
            chat = a_chat(100 + n)
            ticket = a_ticket(100 + n, chat)
            uow.chats.add(chat)
            add_tickets(uow, ticket)
            for part in range(each):
                uow.outbox.add(a_waiting_message(1_000 * n + part, ticket))

    await store.write(fill)
    sent: list[tuple[str, str]] = []
    turns = 0

    def stamp() -> Stamp:
        nonlocal turns
        turns += 1
        return Stamp(at(60) + timedelta(seconds=turns * 3), turns << 20)

    def claim(now: Stamp) -> Callable[[UnitOfWork], tuple[Lease, ...]]:
        return lambda uow: claim_outgoing(uow, "telegram", 2, now, Chance()).leases

    async def claimer() -> None:
        while len(sent) < chats * each:
            await asyncio.sleep(0)
            for lease in await store.write(claim(stamp())):
                sent.append((lease.message.address, lease.message.reference))
                await asyncio.sleep(0)
                now = stamp()
                await store.write(lambda uow: settle_outgoing(uow, lease, Sent("1"), now, Chance()))

    async with asyncio.timeout(60):
        await asyncio.gather(*(claimer() for _ in range(8)))
    assert len(sent) == len(set(sent)) == chats * each
    for address in {address for address, _ in sent}:
        theirs = [reference for at_address, reference in sent if at_address == address]
        assert theirs == sorted(theirs)
    assert {part.state for part in await everything(store)} == {PartState.SENT}


class Relay:
    """Sends to a messenger that takes everything, at times that the test sets."""

    def __init__(self, store: AnyStore) -> None:
        self.now = at(60)
        self.messenger = ScriptedMessenger()
        self.sent: list[tuple[datetime, str]] = []
        self._ids = 1 << 70
        self._job = SendOutbox(store, self, self.messenger, RecordingWatch(), chance=lambda: 0.5)

    def stamp(self) -> Stamp:
        self._ids += 1 << 20
        return Stamp(self.now, self._ids)

    async def run(self, seconds: float = 0.0) -> None:
        end = self.now + timedelta(seconds=seconds)
        while True:
            before = len(self.messenger.taken)
            await self._job.run_once()
            await self._job.settled()
            self.sent += [(self.now, each.address) for each in self.messenger.taken[before:]]
            if self.now >= end:
                return
            self.now += timedelta(seconds=0.25)


async def an_answer_goes_before_strangers(store: AnyStore, strangers: int, seconds: float) -> Relay:
    def fill(uow: UnitOfWork, first: int) -> None:
        for number in range(first, min(first + 500, strangers)):
            stranger = a_chat(1_000 + number, None)
            uow.chats.add(stranger)
            uow.outbox.add(a_notice(1_000 + number, chat_id=stranger.id))

    for first in range(0, strangers, 500):
        await store.write(lambda uow: fill(uow, first))
    relay = Relay(store)
    await relay.run(2)
    await add(store, a_waiting_message(1, ELSEWHERE))
    await relay.run()
    assert relay.sent[-1] == (relay.now, "-1002")
    await relay.run(seconds)
    return relay


async def test_an_answer_goes_before_strangers_who_are_told_one_a_second(store: AnyStore) -> None:
    relay = await an_answer_goes_before_strangers(store, strangers=20, seconds=25)
    times = [sent_at for sent_at, address in relay.sent if address != "-1002"]
    assert [(late - early).total_seconds() for early, late in pairwise(times)] == [1.0] * 19
    assert {part.state for part in await everything(store)} == {PartState.SENT}


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
async def test_an_answer_goes_before_three_thousand_strangers(store: AnyStore) -> None:
    relay = await an_answer_goes_before_strangers(store, strangers=3_000, seconds=120)
    told = len(relay.sent) - 1
    assert 120 <= told <= 123
