"""Claims the first ticket of the queue for an agent, atomically (2.1)."""

from collections.abc import Collection

from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.history import record
from app.application.tickets.ticket_view import TicketView, view_ticket
from app.domain.tickets import life_cycle
from app.domain.tickets.event import Actor, ActorKind, EventType
from app.domain.vocabulary import Status


def claim_ticket(
    uow: UnitOfWork,
    agent: str,
    statuses: Collection[Status],
    stamp: Stamp,
    *,
    only: str | None = None,
) -> TicketView | None:
    """Start the first waiting ticket for the agent; None if no ticket waits."""
    ticket = uow.tickets.lock_first(statuses, only=only)
    if ticket is None:
        return None
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    started = record(
        writing,
        ticket,
        life_cycle.start(ticket, agent),
        EventType.STARTED,
        Actor(ActorKind.AGENT, agent),
    )
    return view_ticket(uow, started, writing.now)
