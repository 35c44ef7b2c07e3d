"""Decisions, events, messages, the outbox and the ledger in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.application.ports.store import UnitOfWork
from app.domain.customers.ledger import TicketMinutes
from app.domain.language.hints import CategoryHint, TriageHints
from app.domain.regulation.decision import Reason
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import STATE_FIELDS, Actor, ActorKind, Cause, EventType
from app.domain.tickets.message import Delivery, DeliveryState, MessageAuthor
from app.domain.tickets.ticket import Development, Release, Settlement
from app.domain.vocabulary import (
    Category,
    Clause,
    Finding,
    Impact,
    Outcome,
    Priority,
    Resolution,
    Status,
)
from tests.contracts.builders import (
    AGENCY,
    OTHER_AGENCY,
    START,
    a_chat,
    a_decision_record,
    a_message,
    a_ticket,
    a_waiting_message,
    add_tickets,
    an_entry,
    an_event,
    an_id,
    at,
)
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio

TICKET, OTHER = a_ticket(1), a_ticket(2)


@pytest.fixture(autouse=True)
async def tickets(store: AnyStore) -> None:
    await store.write(lambda uow: add_tickets(uow, TICKET, OTHER, a_ticket(3, a_chat(2, OTHER_AGENCY))))


async def test_a_decision_comes_back_as_it_was_made(store: AnyStore) -> None:
    finding = Reason(Finding.HOURS_EXHAUSTED, Clause.C5_2, Outcome.DEFERRED)
    recorded = a_decision_record()
    recorded = replace(
        recorded,
        decision=replace(recorded.decision, reasons=(finding, *recorded.decision.reasons)),
    )
    await store.write(lambda uow: uow.decisions.add(recorded))
    (stored,) = await store.read(lambda uow: uow.decisions.of_ticket(TICKET.id, after=None, limit=9))
    assert stored == recorded
    assert isinstance(stored.decision.reasons[0].code, Finding)
    assert not isinstance(stored.decision.reasons[1].code, Finding)


async def test_the_latest_decision_is_given_for_each_ticket(store: AnyStore) -> None:
    for recorded in (a_decision_record(1), a_decision_record(3), a_decision_record(2, OTHER)):
        await store.write(lambda uow: uow.decisions.add(recorded))
    latest = await store.read(lambda uow: uow.decisions.latest((TICKET.id, OTHER.id, an_id(3))))
    assert latest == {TICKET.id: a_decision_record(3), OTHER.id: a_decision_record(2, OTHER)}
    assert await store.read(lambda uow: uow.decisions.latest(())) == {}


async def test_histories_are_listed_in_the_order_of_storing_page_by_page(store: AnyStore) -> None:
    for n in (3, 1, 2):
        await store.write(lambda uow: uow.decisions.add(a_decision_record(n)))
        await store.write(lambda uow: uow.events.add(an_event(n)))
        await store.write(lambda uow: uow.messages.add(a_message(n)))
        await store.write(lambda uow: uow.time_entries.add(an_entry(n)))
    # Ids are made before the transaction: they do not tell which of two that waited was stored first.
    kinds: tuple[tuple[Callable[[int], Any], Callable[[UnitOfWork], Any]], ...] = (
        (a_decision_record, lambda uow: uow.decisions.of_ticket),
        (an_event, lambda uow: uow.events.of_ticket),
        (a_message, lambda uow: uow.messages.of_ticket),
        (an_entry, lambda uow: uow.time_entries.of_ticket),
    )
    for make, of_ticket in kinds:
        first = await store.read(lambda uow: of_ticket(uow)(TICKET.id, after=None, limit=2))
        rest = await store.read(lambda uow: of_ticket(uow)(TICKET.id, after=first[-1].id, limit=2))
        assert [*first, *rest] == [make(n) for n in (3, 1, 2)]
        assert not await store.read(lambda uow: of_ticket(uow)(OTHER.id, after=None, limit=2))


async def test_an_event_comes_back_as_it_was_stored(store: AnyStore) -> None:
    changes = {
        "status": Status.RESOLVED,
        "category": Category.PRODUCT_DEFECT,
        "impact": Impact.FUNCTION,
        "priority": None,
        "assignee": "Ольга",
        "resume_at": at(0.5),
        "development": Development("JC-1", "https://example.org/1"),
        "release": Release("2.4", date(2026, 12, 1)),
        "settlement": Settlement(Resolution.FIXED, "Исправлено"),
    }
    event = an_event(
        type=EventType.RESOLVED,
        actor=Actor(ActorKind.AGENT, "Ольга"),
        status_from=Status.IN_PROGRESS,
        status_to=Status.RESOLVED,
        changes=changes,
        cause=Cause.CUSTOMER_MESSAGE,
        note="проверено",
        decision_id=an_id(1, 2),
        message_id=an_id(1, 4),
        time_entry_id=an_id(1, 6),
        hints=TriageHints((CategoryHint(Category.OTHER, Clause.C4_6, ("счёт",)),), Impact.CRM_DOWN),
    )
    await store.write(lambda uow: uow.events.add(event))
    (stored,) = await store.read(lambda uow: uow.events.of_ticket(TICKET.id, after=None, limit=9))
    assert stored == event
    assert {name: type(value) for name, value in stored.changes.items()} == {
        name: type(value) for name, value in changes.items()
    }
    assert set(changes) == set(STATE_FIELDS)


async def test_the_steps_of_each_ticket_are_given_in_the_order_of_storing(store: AnyStore) -> None:
    started = an_event(
        2,
        type=EventType.STARTED,
        actor=Actor(ActorKind.AGENT, "Ольга"),
        status_from=Status.NEW,
        status_to=Status.IN_PROGRESS,
        changes={"status": Status.IN_PROGRESS},
    )
    for event in (started, an_event(1), an_event(3, OTHER)):
        await store.write(lambda uow: uow.events.add(event))
    registered = Step(at(1), EventType.REGISTERED, ActorKind.CUSTOMER, Status.NEW)
    steps = await store.read(lambda uow: uow.events.steps((TICKET.id, OTHER.id, an_id(3))))
    assert steps == {
        TICKET.id: [Step(at(2), EventType.STARTED, ActorKind.AGENT, Status.IN_PROGRESS), registered],
        OTHER.id: [replace(registered, at=at(3))],
        an_id(3): [],
    }


async def test_rows_added_one_after_the_other_keep_their_order(store: AnyStore) -> None:
    def work(uow: UnitOfWork) -> None:
        for n in (3, 1, 2):
            uow.messages.add(a_message(n))
            uow.events.add(an_event(n))

    await store.write(work)
    wanted = [a_message(n).id for n in (3, 1, 2)] + [an_event(n).id for n in (3, 1, 2)]
    messages = await store.read(lambda uow: uow.messages.of_ticket(TICKET.id, after=None, limit=9))
    events = await store.read(lambda uow: uow.events.of_ticket(TICKET.id, after=None, limit=9))
    assert [one.id for one in messages] + [one.id for one in events] == wanted


async def test_messages_come_back_as_they_were_written(store: AnyStore) -> None:
    words = "Строка\n\tещё — «кавычки» \U0001f600 '; DROP TABLE messages; --"
    customers = a_message(
        2, author=MessageAuthor.CUSTOMER, agent=None, text=words, delivery=None, sent_at=at(1)
    )
    failed = a_message(3, delivery=Delivery(DeliveryState.CANCELLED, at(4), "blocked"))
    for message in (a_message(1), customers, failed):
        await store.write(lambda uow: uow.messages.add(message))
    stored = await store.read(lambda uow: uow.messages.of_ticket(TICKET.id, after=None, limit=9))
    assert stored == [a_message(1), customers, failed]


async def test_the_time_of_the_newest_message_is_known(store: AnyStore) -> None:
    await store.write(lambda uow: uow.messages.add(a_message(1, created_at=at(8))))
    await store.write(lambda uow: uow.messages.add(a_message(2, created_at=at(7))))
    assert await store.read(lambda uow: uow.messages.last_at(TICKET.id)) == at(8)
    assert await store.read(lambda uow: uow.messages.last_at(OTHER.id)) is None


async def test_waiting_messages_are_listed_in_the_order_of_storing(store: AnyStore) -> None:
    for n in (2, 1):
        await store.write(lambda uow: uow.outbox.add(a_waiting_message(n)))
    waiting = await store.read(lambda uow: uow.outbox.of_ticket(TICKET.id))
    assert waiting == [a_waiting_message(2), a_waiting_message(1)]
    assert await store.read(lambda uow: uow.outbox.of_ticket(OTHER.id)) == []


async def test_cancelling_a_chat_cancels_what_waits_for_it_and_nothing_else(store: AnyStore) -> None:
    elsewhere = a_ticket(3, a_chat(2, OTHER_AGENCY))
    for n, ticket in ((1, TICKET), (2, OTHER), (3, elsewhere)):
        await store.write(lambda uow: uow.messages.add(a_message(n, ticket)))
        waiting = a_waiting_message(n, ticket, message_id=an_id(n, kind=4))
        await store.write(lambda uow: uow.outbox.add(waiting))
    await store.write(lambda uow: uow.outbox.add(a_waiting_message(4)))
    await store.write(lambda uow: uow.messages.add(a_message(5)))

    await store.write(lambda uow: uow.outbox.cancel(TICKET.chat_id, at(99)))

    assert await store.read(lambda uow: uow.outbox.of_ticket(TICKET.id)) == []
    assert await store.read(lambda uow: uow.outbox.of_ticket(OTHER.id)) == []
    assert len(await store.read(lambda uow: uow.outbox.of_ticket(elsewhere.id))) == 1
    for ticket, expected in (
        (TICKET, [Delivery(DeliveryState.CANCELLED, at(99)), Delivery(DeliveryState.PENDING, at(5))]),
        (OTHER, [Delivery(DeliveryState.CANCELLED, at(99))]),
        (elsewhere, [Delivery(DeliveryState.PENDING, at(3))]),
    ):
        stored = await store.read(lambda uow: uow.messages.of_ticket(ticket.id, after=None, limit=9))
        assert [message.delivery for message in stored] == expected


async def test_a_message_that_was_cancelled_keeps_the_time_of_its_cancellation(store: AnyStore) -> None:
    await store.write(lambda uow: uow.messages.add(a_message(1)))
    await store.write(lambda uow: uow.outbox.add(a_waiting_message(1, message_id=an_id(1, kind=4))))
    await store.write(lambda uow: uow.outbox.cancel(TICKET.chat_id, at(99)))
    await store.write(lambda uow: uow.outbox.cancel(TICKET.chat_id, at(100)))
    (stored,) = await store.read(lambda uow: uow.messages.of_ticket(TICKET.id, after=None, limit=9))
    assert stored.delivery == Delivery(DeliveryState.CANCELLED, at(99))


async def test_time_entries_come_back_as_they_were_stored(store: AnyStore) -> None:
    entry = an_entry(activity="consultation", note="по телефону", counts=False, performed_at=at(-5))
    await store.write(lambda uow: uow.time_entries.add(entry))
    assert await store.read(lambda uow: uow.time_entries.get(entry.id)) == entry
    assert await store.read(lambda uow: uow.time_entries.get(an_id(404))) is None


async def test_minutes_are_summed_with_both_ends_of_the_span(store: AnyStore) -> None:
    for n in range(1, 6):
        await store.write(lambda uow: uow.time_entries.add(an_entry(n, minutes=2**n)))
    used = await store.read(lambda uow: uow.time_entries.minutes_used(AGENCY, at(2), at(4)))
    assert used == 2**2 + 2**3 + 2**4
    assert await store.read(lambda uow: uow.time_entries.minutes_used(OTHER_AGENCY, START, at(99))) == 0


async def test_reversals_and_uncounted_minutes_are_left_out_of_the_sums(store: AnyStore) -> None:
    entries = (
        an_entry(1, minutes=60),
        an_entry(2, minutes=20, reverses=an_entry(1).id),
        an_entry(3, minutes=10, reverses=an_entry(1).id),
        an_entry(4, minutes=90, counts=False),
        an_entry(5, OTHER, minutes=15),
        an_entry(6, OTHER, minutes=15, reverses=an_entry(5).id),
        an_entry(7, a_ticket(3, a_chat(2, OTHER_AGENCY)), minutes=7),
    )
    for entry in entries:
        await store.write(lambda uow: uow.time_entries.add(entry))
    span = START, at(99)
    assert await store.read(lambda uow: uow.time_entries.minutes_used(AGENCY, *span)) == 30
    assert await store.read(lambda uow: uow.time_entries.minutes_by_ticket(AGENCY, *span)) == [
        TicketMinutes(TICKET.id, 1, 30)
    ]
    assert await store.read(lambda uow: uow.time_entries.reversed_minutes(an_entry(1).id)) == 30
    assert await store.read(lambda uow: uow.time_entries.reversed_minutes(an_entry(4).id)) == 0


async def test_minutes_by_ticket_are_ordered_by_number(store: AnyStore) -> None:
    for n, ticket in ((1, OTHER), (2, TICKET), (3, OTHER)):
        await store.write(lambda uow: uow.time_entries.add(an_entry(n, ticket, minutes=10)))
    by_ticket = await store.read(lambda uow: uow.time_entries.minutes_by_ticket(AGENCY, START, at(99)))
    assert by_ticket == [TicketMinutes(TICKET.id, 1, 10), TicketMinutes(OTHER.id, 2, 20)]


async def test_a_priority_in_the_changes_stays_a_priority(store: AnyStore) -> None:
    event = an_event(changes={"priority": Priority.CRITICAL, "category": None})
    await store.write(lambda uow: uow.events.add(event))
    (stored,) = await store.read(lambda uow: uow.events.of_ticket(TICKET.id, after=None, limit=1))
    assert stored.changes["priority"] is Priority.CRITICAL
    assert stored.changes["category"] is None
