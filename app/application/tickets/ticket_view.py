"""A ticket as it is shown: with its latest decision, its clocks and its position in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.application.errors import NotFoundError
from app.application.ports.store import UnitOfWork
from app.domain.attachments.attachment import Attachment
from app.domain.language.hints import HintVerdict
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.tickets.clocks import Measured, measure
from app.domain.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with its latest decision, its clocks as of the call and its attachments.

    `queue_position` is None outside the queue. `attachments` are those of the submission. `triage` is the
    verdict on the hints, if this call classified the ticket for the first time.
    """

    ticket: Ticket
    recorded: DecisionRecord
    measured: Measured
    queue_position: int | None
    attachments: tuple[Attachment, ...] = ()
    triage: HintVerdict | None = field(default=None, compare=False)


def get_ticket(uow: UnitOfWork, ticket_id: str, *, only: str | None = None) -> Ticket:
    """Get a ticket that the caller may see; `only` confines the caller to one customer's tickets."""
    return _allowed(uow.tickets.get(ticket_id), only)


def lock_ticket(uow: UnitOfWork, ticket_id: str, *, only: str | None = None) -> Ticket:
    """Get a ticket that the caller may change, and lock it."""
    return _allowed(uow.tickets.lock(ticket_id), only)


def lock_ticket_to_decide(uow: UnitOfWork, ticket_id: str, *, only: str | None = None) -> Ticket:
    """Lock a ticket to decide on it again, and share its customer, so that the minutes stay as they are.

    The customer comes first: a transaction that records minutes locks the customer, then tickets.
    """
    uow.customers.share(get_ticket(uow, ticket_id, only=only).customer_id)
    return lock_ticket(uow, ticket_id, only=only)


def _allowed(ticket: Ticket | None, only: str | None) -> Ticket:
    if ticket is None or only not in {None, ticket.customer_id}:
        raise NotFoundError("ticket_not_found")
    return ticket


def view_ticket(uow: UnitOfWork, ticket: Ticket, now: datetime) -> TicketView:
    """Return one ticket as it is shown."""
    return view_tickets(uow, (ticket,), now)[0]


def view_tickets(uow: UnitOfWork, tickets: Sequence[Ticket], now: datetime) -> list[TicketView]:
    """Return tickets as they are shown, by four queries for all of them."""
    if not tickets:
        return []
    ids = [ticket.id for ticket in tickets]
    decisions = uow.decisions.latest(ids)
    steps = uow.events.steps(ids)
    places = uow.tickets.queue_places(ids)
    files = uow.attachments.of_submissions(ids)
    calendar = uow.calendar.calendar()
    return [
        TicketView(
            ticket=ticket,
            recorded=decisions[ticket.id],
            measured=measure(ticket.received_at, steps[ticket.id], now, calendar),
            queue_position=places.get(ticket.id),
            attachments=tuple(files.get(ticket.id, ())),
        )
        for ticket in tickets
    ]
