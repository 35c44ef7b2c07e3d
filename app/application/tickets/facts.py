"""Reads the facts of a case from the store, before a decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from app.application.errors import NotFoundError
from app.application.ports.customers import CustomerSnapshot
from app.application.ports.store import UnitOfWork
from app.application.tickets.submission import Submission
from app.domain.calendar.service_hours import month_bounds, moscow_day
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.customers.customer import Customer
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.entitlement import Entitlement
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import OFFICIAL_CHANNELS

T = TypeVar("T")


def get_customer(uow: UnitOfWork, customer_id: str, *, only: str | None = None) -> Customer:
    """Get a customer that the caller may see; `only` confines the caller to one customer."""
    return _seen(uow.customers.get, customer_id, only)


def share_customer(uow: UnitOfWork, customer_id: str, *, only: str | None = None) -> Customer:
    """Get a customer likewise with a shared lock: its minutes stay until the transaction ends."""
    return _seen(uow.customers.share, customer_id, only)


def _seen(find: Callable[[str], T | None], customer_id: str, only: str | None) -> T:
    found = None if only not in {None, customer_id} else find(customer_id)
    if found is None:
        raise NotFoundError("customer_not_found")
    return found


def entitlement_at(uow: UnitOfWork, customer: Customer, at: datetime) -> Entitlement:
    """Return the customer's entitlement at an instant, with the minutes of its month up to it (R3)."""
    used = uow.time_entries.minutes_used(customer.id, month_start_of(at), at)
    return customer.entitlement_on(moscow_day(at), used)


def month_start_of(at: datetime) -> datetime:
    """Return the start of an instant's Moscow month, from which its minutes count (R3)."""
    day = moscow_day(at)
    return month_bounds(day.year, day.month)[0]


def snapshot_of(
    uow: UnitOfWork, submission: Submission, as_of: datetime, *, only: str | None = None
) -> CustomerSnapshot:
    """Return the customer's facts for a submission, with its chat if it is a working chat (4.1)."""
    official = submission.channel in OFFICIAL_CHANNELS
    address = submission.chat_address if official else None

    def find(customer_id: str) -> CustomerSnapshot | None:
        return uow.snapshots.find(customer_id, submission.channel, address, month_start_of(as_of), as_of)

    return _seen(find, submission.customer_id, only)


def submission_case(
    submission: Submission,
    entitlement: Entitlement,
    calendar: WorkCalendar,
    *,
    chat_assigned: bool,
    as_of: datetime,
) -> Case:
    """Build the case of a submission."""
    facts = SubmissionFacts(
        channel=submission.channel,
        chat_assigned=chat_assigned,
        category=submission.category,
        impact=submission.impact,
        has_words=submission.text_facts.has_words,
        obscene_level=submission.text_facts.obscene_level,
        attachment_kinds=submission.attachment_kinds,
        has_steps=bool(submission.reproduction_steps),
        knowledge_base_checked=submission.knowledge_base_checked,
        sent_to_manager=submission.sent_to_manager,
        obscenity_policy=submission.text_facts.obscenity_policy,
    )
    return Case(facts, entitlement, as_of, CalendarFacts.at(as_of, calendar))


def with_ticket(case: Case, ticket: Ticket) -> Case:
    """Return the case with the ticket's present text facts, category and impact (R5, R10)."""
    submission = replace(
        case.submission,
        category=ticket.category,
        impact=ticket.impact,
        has_words=ticket.has_words,
        obscene_level=ticket.obscene_level,
    )
    return replace(case, submission=submission)


def as_of_today(uow: UnitOfWork, case: Case, ticket: Ticket, now: datetime) -> Case:
    """Return the case of a ticket with the entitlement of this instant (R5).

    The chat stays assigned in the case: unassigning a chat does not affect its tickets.
    """
    customer = get_customer(uow, ticket.customer_id)
    return Case(
        submission=with_ticket(case, ticket).submission,
        entitlement=entitlement_at(uow, customer, now),
        as_of=now,
        calendar=CalendarFacts.at(now, uow.calendar.calendar()),
    )
