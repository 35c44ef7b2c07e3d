"""Closes resolved tickets after three working days without a message."""

from datetime import datetime

from app.application.outbox.tell_customer import tell_closed
from app.application.stamp import WriteContext
from app.application.tickets.history import record
from app.domain.tickets import life_cycle
from app.domain.tickets.event import SYSTEM, Cause, EventType
from app.domain.tickets.ticket import Ticket


def close_for_silence(writing: WriteContext, ticket: Ticket) -> Ticket:
    """Close a resolved ticket automatically, and notify the customer."""
    closed = life_cycle.close(ticket)
    tell_closed(writing, closed, by_silence=True)
    return record(writing, ticket, closed, EventType.CLOSED, SYSTEM, cause=Cause.SILENCE)


def silent_too_long(writing: WriteContext, ticket: Ticket) -> bool:
    """Check whether three working days have passed since the resolution and the last message."""
    return _working_minutes(writing, _silent_since(writing, ticket)) >= life_cycle.REOPENING_MINUTES


def _silent_since(writing: WriteContext, ticket: Ticket) -> datetime:
    steps = writing.uow.events.steps((ticket.id,))[ticket.id]
    resolved_at = next(step.at for step in reversed(steps) if step.type is EventType.RESOLVED)
    last_message_at = writing.uow.messages.last_at(ticket.id)
    return max(resolved_at, last_message_at or resolved_at)


def _working_minutes(writing: WriteContext, since: datetime) -> int:
    return writing.uow.calendar.calendar().working_minutes_between(since, writing.now)
