"""Decides again on a ticket: after a reply, after classification, or because minutes became free."""

from app.application.outbox.ask_to_reword import ask_to_reword
from app.application.outbox.tell_customer import tell_if_changed
from app.application.stamp import WriteContext
from app.application.tickets.facts import as_of_today, get_customer, with_ticket
from app.application.tickets.history import keep_decision, record
from app.domain.calendar.service_hours import moscow_day
from app.domain.customers.customer import Customer
from app.domain.language.hints import TriageHints
from app.domain.regulation.case import Case
from app.domain.regulation.decide import REFUSED, decide
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.tickets.event import SYSTEM, Actor, Cause, EventType
from app.domain.tickets.life_cycle import settle
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Licence


def latest_decision(writing: WriteContext, ticket_id: str) -> DecisionRecord:
    """Return the latest decision on a ticket; every ticket has one."""
    return writing.uow.decisions.latest((ticket_id,))[ticket_id]


def kept_facts(writing: WriteContext, ticket: Ticket) -> Case:
    """Return the ticket's case with the entitlement of the latest decision: an open ticket keeps it (R5)."""
    return with_ticket(latest_decision(writing, ticket.id).facts, ticket)


def todays_facts(writing: WriteContext, ticket: Ticket) -> Case:
    """Return the ticket's case with the entitlement of this instant (R5)."""
    return as_of_today(writing.uow, latest_decision(writing, ticket.id).facts, ticket, writing.now)


def redecide(  # noqa: PLR0913 - the members of the event beside the decision, each by its name
    writing: WriteContext,
    before: Ticket,
    ticket: Ticket,
    facts: Case,
    *,
    type_: EventType = EventType.REDECIDED,
    actor: Actor = SYSTEM,
    cause: Cause | None = None,
    note: str | None = None,
    hints: TriageHints | None = None,
) -> Ticket:
    """Decide on changed facts and store the result; `ticket` is `before` with the caller's changes.

    A deferral that would have ended already is decided by the present entitlement instead (R5).
    """
    decision = decide(facts)
    if decision.resume_at is not None and decision.resume_at <= writing.now:
        facts = as_of_today(writing.uow, facts, ticket, writing.now)
        decision = decide(facts)
    known = latest_decision(writing, ticket.id).decision
    recorded = keep_decision(writing, ticket.id, decision, facts)
    settled = settle(ticket, decision)
    if decision.deferred_by_words:
        settled = ask_to_reword(writing, settled)
    else:
        tell_if_changed(writing, ticket, known, decision)
    return record(
        writing,
        before,
        settled,
        type_,
        actor,
        cause=cause,
        note=note,
        decision_id=recorded.id,
        hints=hints,
    )


def redecide_hours_deferrals(writing: WriteContext, customer_id: str, cause: Cause) -> None:
    """Decide again on tickets deferred by used-up hours, if the customer has minutes again (5.1, 5.2).

    A change that frees minutes and also ends the entitlement leaves open tickets as they are (R5).
    """
    deferred = writing.uow.tickets.deferred_by_hours(customer_id)
    if not deferred:
        return
    customer = get_customer(writing.uow, customer_id)
    for ticket in deferred:
        facts = todays_facts(writing, ticket)
        decision = decide(facts)
        stands = decision.deferred_by_hours or decision.outcome in REFUSED
        if _has_minutes(customer, facts, writing) and not stands:
            redecide(writing.not_before(ticket), ticket, ticket, facts, cause=cause)


def _has_minutes(customer: Customer, facts: Case, writing: WriteContext) -> bool:
    """Check whether minutes are free: some are left, or the licence needs none (R16)."""
    left = facts.entitlement.minutes_left(moscow_day(writing.now))
    return customer.licence is Licence.RENTAL if left is None else left > 0
