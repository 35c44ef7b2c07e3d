"""A resolved ticket of which nobody speaks any more counts as closed (design 1, section 5)."""

from app.application.history import Writing
from app.domain.event import EventType
from app.domain.life_cycle import REOPENING_MINUTES
from app.domain.ticket import Ticket


def silent_too_long(writing: Writing, ticket: Ticket) -> bool:
    """Say whether a resolved ticket has been silent for three working days."""
    steps = writing.uow.events.steps((ticket.id,))[ticket.id]
    resolved_at = next(s.at for s in reversed(steps) if s.type is EventType.RESOLVED)
    last_message_at = writing.uow.messages.last_at(ticket.id)
    silent_since = max(resolved_at, last_message_at or resolved_at)
    calendar = writing.uow.calendar.calendar()
    return calendar.working_minutes_between(silent_since, writing.now) >= REOPENING_MINUTES
