"""Chats, corrections, replies, assignments, moves, time and relays at once: nobody meets in a deadlock.

What the server ends as a deadlock the store runs again, a second later and without a word to the caller:
so a deadlock is seen here by work that ran more often than it was asked for.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from app.adapters.sql.repositories.chats import SqlChatRepository
from app.adapters.sql.repositories.outbox import SqlOutboxRepository
from app.adapters.sql.repositories.tickets import SqlTicketRepository
from app.adapters.sql.stores.postgres import PostgresStore
from app.application.chats.move_chat import move_chat
from app.application.customers.put_customer import put_customer
from app.application.customers.working_chats import assign_chat, unassign_chat
from app.application.errors import (
    ChatAssignedElsewhereError,
    ChatLimitReachedError,
    ChatNotAssignedError,
    FindingNotAllowedError,
    NotFoundError,
    TicketClosedError,
    TransitionNotAllowedError,
)
from app.application.ports.store import UnitOfWork
from app.application.sending.send_outbox import SendOutbox
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.housekeeping import Housekeeping
from app.application.tickets.post_message import PostedText, post_agent_message, post_customer_message
from app.application.tickets.record_time import TimeRecord, record_time
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import submit_ticket
from app.application.tickets.transition_ticket import Transition, transition_ticket
from app.domain.chats.inbox import InboxState
from app.domain.sending.outcome import Permanent, Remapped
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Action, Category, Finding, TariffName
from tests.adapters.postgres.test_freed_minutes import Meeting
from tests.application.chatter import Chatter
from tests.application.desk import AGENCY, CHAT, TEXTS, any_version, boxed, on_telegram
from tests.application.relay import RecordingWatch
from tests.fakes.scripted_messenger import ScriptedMessenger

pytestmark = pytest.mark.anyio

T = TypeVar("T")
SHARED, RIVAL = "-600", "agency-77"
"""A chat that goes to and fro between two customers, and the other one."""

REFUSALS = (
    ChatAssignedElsewhereError,
    ChatLimitReachedError,
    ChatNotAssignedError,
    FindingNotAllowedError,
    NotFoundError,
    TicketClosedError,
    TransitionNotAllowedError,
)
"""What may come of calls that cross each other."""


class CountingStore:
    """Counts how often works were asked for and how often they ran."""

    def __init__(self, inner: PostgresStore) -> None:
        self.inner = inner
        self.asked = self.ran = 0

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        self.asked += 1

        def counted(uow: UnitOfWork) -> T:
            self.ran += 1
            return work(uow)

        return await self.inner.write(counted)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self.inner.read(work)

    async def check(self) -> Mapping[str, bool]:
        return await self.inner.check()


class Process:
    """A service of the desk: its jobs, its relay, and the calls that it gets."""

    def __init__(self, store: PostgresStore, number: int) -> None:
        self.store = CountingStore(store)
        self.chatter = Chatter(self.store, process=number)
        self.messenger = ScriptedMessenger()
        self.watch = RecordingWatch()
        self.relay = SendOutbox(self.store, self.chatter, self.messenger, self.watch, chance=lambda: 0.5)
        self.housekeeping = Housekeeping(self.store, self.chatter, self, relay=f"relay-{number}")
        self.failures: list[Exception] = []

    def stuck(self, ticket_id: str, failure: Exception) -> None:
        self.failures.append(failure)

    async def send(self) -> None:
        for _ in range(3):
            await self.relay.run_once()
            await self.relay.settled()

    async def call(self, work: Callable[[UnitOfWork, Stamp], Any]) -> Any:
        stamp = self.chatter.stamp()
        return await self.store.write(lambda uow: work(uow, stamp))

    # What HTTP asks for

    async def reply(self, ticket: Ticket) -> None:
        words = PostedText("Подробности", TEXTS.of_message("Подробности"))
        await self.call(lambda uow, stamp: post_customer_message(uow, ticket.id, words, stamp))

    async def answer(self, ticket: Ticket, text: str = "Смотрим") -> None:
        words = PostedText(text, TEXTS.of_message(text))
        await self.call(lambda uow, stamp: post_agent_message(uow, ticket.id, "Ольга", words, stamp))

    async def act(self, ticket: Ticket, action: Action, **asked: Any) -> None:
        transition = Transition(action, "Ольга", **asked)
        await self.call(
            lambda uow, stamp: transition_ticket(uow, ticket.id, transition, stamp, check_version=any_version)
        )

    async def book(self, ticket: Ticket, minutes: int, reverses: str | None = None) -> str:
        booked = TimeRecord(minutes, "Ольга", self.chatter.now, reverses=reverses)
        entry_id: str = (await self.call(lambda uow, stamp: record_time(uow, ticket.id, booked, stamp))).id
        return entry_id

    async def put(self, customer_id: str, name: str) -> None:
        record = replace(boxed(TariffName.EXTENDED), id=customer_id, name=name)
        await self.call(lambda uow, stamp: put_customer(uow, record, stamp, check_version=any_version))

    async def assign(self, address: str, customer_id: str) -> None:
        await self.call(
            lambda uow, stamp: assign_chat(
                uow, customer_id, on_telegram(address), None, stamp, check_version=any_version
            )
        )

    async def unassign(self, address: str, customer_id: str) -> None:
        await self.call(lambda uow, stamp: unassign_chat(uow, customer_id, "telegram", address, stamp))


async def prepared(one: Process, number: int) -> tuple[Ticket, Ticket, str, str, str]:
    """A customer with two tickets in a group that moves; the new address has written already.

    In every other round the new address is a working chat of the customer too, with a ticket of its own.
    """
    chatter, customer = one.chatter, f"agency-8{number:02}"
    old, new = f"-8{number:03}", f"-100{number:03}"
    await chatter.put(boxed(TariffName.EXTENDED, id=customer), chat=old)
    first = await chatter.submitted("1", chat=old)
    await chatter.say("2", "/new Ещё одно", chat=old)
    await chatter.wait(seconds=3)
    second = chatter.seen.tickets[-1].view.ticket
    await one.act(first, Action.CLASSIFY, category=Category.FEATURE_EXPLANATION)
    entry = await one.book(first, 540)
    await one.act(second, Action.CLASSIFY, category=Category.FEATURE_EXPLANATION)
    if number % 2:
        await chatter.assign(new, customer)
        await chatter.submitted("1", chat=new)
    else:
        await chatter.say("1", "Мы переехали", chat=new)
    return first, second, entry, old, new


@pytest.mark.parametrize("rounds", [6, pytest.param(60, marks=pytest.mark.slow)])
async def test_whoever_takes_locks_meets_nobody_in_a_deadlock(
    store: PostgresStore, other: PostgresStore, rounds: int
) -> None:
    one, two = Process(store, 0), Process(other, 1)
    processes = (one, two)
    for customer_id in (AGENCY, RIVAL):
        await one.put(customer_id, "Агентство")
    await one.assign(CHAT, AGENCY)
    declined, opened = [await one.chatter.submitted(id_, "/new Сбой") for id_ in ("1", "2")]
    await one.act(declined, Action.DECLINE, finding=Finding.OUT_OF_SCOPE)
    booked = await one.book(opened, 540)

    async def one_round(number: int) -> None:
        first, second, entry, old, new = await prepared(one, number)
        owner, rival = (AGENCY, RIVAL)[:: 1 if number % 2 else -1]
        with suppress(NotFoundError):
            await one.unassign(SHARED, rival)
        await one.assign(SHARED, owner)
        shared = await one.chatter.submitted(f"s{number}", "/new Сбой", chat=SHARED)
        with suppress(TransitionNotAllowedError):
            await one.act(declined, Action.DECLINE, finding=Finding.OUT_OF_SCOPE)
        pause = {"finding": Finding.NOT_REPRODUCIBLE, "resume_at": one.chatter.now + timedelta(seconds=1)}
        await one.act(opened, Action.DEFER, **pause)
        for process in processes:
            process.chatter.now = one.chatter.now + timedelta(seconds=5)
            process.messenger.will(old, Remapped(new))
            process.messenger.will(CHAT, *[Permanent("bot_removed", chat_lost=True)] * (number % 3 == 0))
        say, edit, update = one.chatter.message, one.chatter.edit, one.chatter.update
        taken_back = {"revoked": "2", "at": one.chatter.now.isoformat()}
        await one.chatter.deliver(
            say(f"a{number}", "Ещё слово", reply_to="1"),
            edit("1", f"Сбой {number}"),
            update(**taken_back),
            say(f"b{number}", "Как дела?", chat=SHARED),
            say(f"c{number}", "/status", chat=SHARED),
            say(f"d{number}", "Уточняю", chat=old, reply_to="1"),
            update(chat=old, moved=(old, new)),
            update(chat=new, moved=(old, new)),
            say(f"e{number}", "И ещё", chat=new),
        )
        for ticket in (first, second, shared, opened):
            await one.answer(ticket, f"Ответ {number}")
        calls = (
            one.chatter.work(),
            two.chatter.work(),
            one.send(),
            two.send(),
            one.housekeeping.run_once(),
            two.housekeeping.run_once(),
            one.reply(declined),
            two.reply(opened),
            one.reply(first),
            two.answer(second),
            one.answer(shared),
            two.act(opened, Action.DEFER, finding=Finding.HOURS_EXHAUSTED),
            one.act(declined, Action.CLASSIFY, category=Category.API_CONSULTATION),
            two.act(second, Action.DECLINE, finding=Finding.OUT_OF_SCOPE),
            one.book(first, 540, reverses=entry),
            two.book(second, 1),
            one.book(opened, 1, reverses=booked),
            two.book(shared, 1),
            one.put(AGENCY, f"Агентство {number}"),
            two.put(first.customer_id, f"Агентство {number}"),
            one.unassign(SHARED, owner),
            two.assign(SHARED, rival),
            one.assign(new, first.customer_id),
        )
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert [e for e in ended if isinstance(e, Exception) and not isinstance(e, REFUSALS)] == []
        for _ in range(3):  # what one process left to the other is heard, gathered and closed
            await one.chatter.wait(seconds=15)

    for number in range(rounds):
        await one_round(number)
    assert await one.chatter.items(InboxState.PARKED) == []
    for process in processes:
        assert (process.failures, process.watch.failures, process.chatter.seen.failures) == ([], [], [])
    assert sum(p.store.ran for p in processes) == sum(p.store.asked for p in processes)


# The meetings one by one: each begins in the midst of the other


@pytest.fixture
async def processes(store: PostgresStore, other: PostgresStore) -> tuple[Process, Process]:
    """Two services, a customer with a chat, and a second chat of its own."""
    one, two = Process(store, 0), Process(other, 1)
    await one.put(AGENCY, "Агентство")
    for address in (CHAT, SHARED):
        await one.assign(address, AGENCY)
    return one, two


def met(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, meet: Callable[[], None]) -> None:
    """Meet right behind a call."""
    known = getattr(owner, name)

    def call_and_meet(*arguments: Any, **named: Any) -> Any:
        result = known(*arguments, **named)
        meet()
        return result

    monkeypatch.setattr(owner, name, call_and_meet)


def begun(two: Process, work: Callable[[UnitOfWork, Stamp], Any]) -> Meeting:
    stamp = two.chatter.stamp()
    return Meeting(two.store, lambda uow: work(uow, stamp))


def join_the_chats(uow: UnitOfWork, stamp: Stamp) -> None:
    """Take the news that the one chat goes on as the other one."""
    move_chat(WriteContext(uow, stamp.now, stamp.ids()), on_telegram(CHAT), on_telegram(SHARED))


def nothing_ran_twice(*processes: Process) -> bool:
    return all(process.store.ran == process.store.asked for process in processes)


async def an_answer_waits(process: Process, chat: str) -> None:
    """Let an agent's answer be what is sent to a chat next, its acknowledgement being long out."""
    ticket = await process.chatter.submitted("1", chat=chat)
    await process.send()
    await process.answer(ticket)
    process.chatter.now += timedelta(seconds=5)


async def test_a_chat_taken_away_while_a_message_to_it_is_claimed(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = processes
    await an_answer_waits(one, CHAT)
    meeting = begun(two, lambda uow, stamp: unassign_chat(uow, AGENCY, "telegram", CHAT, stamp))
    met(monkeypatch, SqlOutboxRepository, "heads", meeting.meet)
    await one.send()
    await meeting.ended()
    assert nothing_ran_twice(one, two)


async def test_news_of_a_move_while_a_sending_is_told_that_the_chat_has_moved(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = processes
    await an_answer_waits(one, SHARED)
    one.messenger.will(SHARED, Remapped(CHAT))
    meeting = begun(two, join_the_chats)
    met(monkeypatch, SqlOutboxRepository, "held_by", meeting.meet)
    await one.send()
    await meeting.ended()
    assert one.watch.failures == []
    assert nothing_ran_twice(one, two)


async def test_a_chat_with_two_tickets_is_joined_while_minutes_of_one_are_taken_back(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = processes
    deferred = await one.chatter.submitted("1", chat=SHARED)
    booked = await one.chatter.submitted("2", "/new Ещё", chat=SHARED)
    entry = await one.book(booked, 540)
    await one.act(deferred, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)
    meeting = begun(two, join_the_chats)
    met(monkeypatch, SqlTicketRepository, "lock", meeting.meet)
    await one.book(booked, 540, reverses=entry)
    await meeting.ended()
    assert nothing_ran_twice(one, two)


async def test_a_chat_is_renamed_while_its_words_join_a_ticket(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = processes
    await one.chatter.submitted("1")
    await one.chatter.deliver(one.chatter.message("2", "Ещё", reply_to="1"))
    meeting = begun(
        two,
        lambda uow, stamp: assign_chat(
            uow, AGENCY, on_telegram(CHAT), "Чат", stamp, check_version=any_version
        ),
    )
    met(monkeypatch, SqlChatRepository, "lock", meeting.meet)
    await one.chatter.work()
    await meeting.ended()
    assert one.chatter.seen.failures == []
    assert nothing_ran_twice(one, two)


async def test_a_submission_to_a_chat_that_is_just_being_joined_finds_the_one_that_stays(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs again, and that is told: the chat that it had found is not there any more."""
    one, two = processes
    said = Submission(AGENCY, "telegram", SHARED, "Сбой", TEXTS.of_message("Сбой"))
    meeting = begun(two, lambda uow, stamp: submit_ticket(uow, said, stamp))
    met(monkeypatch, SqlChatRepository, "absorb", meeting.meet)
    with capture_logs() as logs:
        await one.call(join_the_chats)
        await meeting.ended()
    (ticket,) = await one.chatter.tickets()
    assert (ticket.text, ticket.chat_address) == ("Сбой", SHARED)
    assert [(each["event"], each["state"]) for each in logs] == [("transaction retried", "23503")]
