"""Records staff time on a ticket, or reverses it (5.1, 5.2; R3, R4, R9)."""

from dataclasses import dataclass
from datetime import datetime

from app.application.errors import InvalidValueError, NotFoundError, ReversalExceedsEntryError
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.history import record
from app.application.tickets.redecide import latest_decision, redecide_hours_deferrals
from app.application.tickets.ticket_view import get_ticket, lock_ticket
from app.domain.customers.ledger import TimeEntry
from app.domain.tickets.event import Actor, ActorKind, Cause, EventType
from app.domain.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class TimeRecord:
    """Minutes of work done at an instant; `reverses` is the id of an entry to correct."""

    minutes: int
    agent: str
    performed_at: datetime
    activity: str | None = None
    note: str | None = None
    reverses: str | None = None


def record_time(
    uow: UnitOfWork, ticket_id: str, booked: TimeRecord, stamp: Stamp, *, only: str | None = None
) -> TimeEntry:
    """Add an entry to the ledger; freed minutes resume tickets that used-up hours deferred."""
    customer_id = get_ticket(uow, ticket_id, only=only).customer_id
    # The customer first: all transactions that count its minutes lock in one order.
    uow.customers.lock(customer_id)
    ticket = lock_ticket(uow, ticket_id, only=only)
    if booked.performed_at > stamp.now:
        raise InvalidValueError("/performed_at", "in_the_future")
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    reversed_entry = _entry_to_reverse(uow, ticket_id, booked)
    if reversed_entry is None:
        counted_at = booked.performed_at
        recorded = latest_decision(writing, ticket_id)
        counts = recorded.decision.outcome is not Outcome.SEPARATE_ORDER
    else:
        counted_at, counts = reversed_entry.counted_at, reversed_entry.counts
    entry = TimeEntry(
        id=writing.ids.next(),
        ticket_id=ticket_id,
        customer_id=customer_id,
        minutes=booked.minutes,
        agent=booked.agent,
        performed_at=booked.performed_at,
        counted_at=counted_at,
        counts=counts,
        activity=booked.activity,
        note=booked.note,
        reverses=booked.reverses,
        created_at=writing.now,
    )
    uow.time_entries.add(entry)
    actor = Actor(ActorKind.AGENT, booked.agent)
    record(writing, ticket, ticket, EventType.TIME_RECORDED, actor, time_entry_id=entry.id)
    if reversed_entry is not None:
        redecide_hours_deferrals(writing, customer_id, Cause.MINUTES_FREED)
    return entry


def _entry_to_reverse(uow: UnitOfWork, ticket_id: str, booked: TimeRecord) -> TimeEntry | None:
    """Return the entry that a correction reverses; a correction cannot be corrected."""
    if booked.reverses is None:
        return None
    entry = uow.time_entries.get(booked.reverses)
    if entry is None or entry.ticket_id != ticket_id or entry.reverses is not None:
        raise NotFoundError("time_entry_not_found")
    left = entry.minutes - uow.time_entries.reversed_minutes(entry.id)
    if booked.minutes > left:
        raise ReversalExceedsEntryError(left)
    return entry
