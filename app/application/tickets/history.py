"""Writes the history: every change of a ticket is stored together with its event."""

from dataclasses import replace

from app.application.stamp import WriteContext
from app.domain.language.hints import TriageHints
from app.domain.regulation.case import Case
from app.domain.regulation.clauses import EDITION
from app.domain.regulation.decision import Decision
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.tickets.event import Actor, Cause, Event, EventType, changes_between
from app.domain.tickets.ticket import Ticket


def record(  # noqa: PLR0913 - an event's links are keywords, each call names the two or three it has
    writing: WriteContext,
    before: Ticket,
    after: Ticket,
    type_: EventType,
    actor: Actor,
    *,
    cause: Cause | None = None,
    note: str | None = None,
    decision_id: str | None = None,
    message_id: str | None = None,
    time_entry_id: str | None = None,
    hints: TriageHints | None = None,
) -> Ticket:
    """Store a changed ticket and its event; return the ticket in its new version."""
    saved = replace(after, updated_at=writing.now, version=before.version + 1)
    writing.uow.tickets.save(saved)
    writing.uow.events.add(
        Event(
            id=writing.ids.next(),
            ticket_id=saved.id,
            customer_id=saved.customer_id,
            type=type_,
            actor=actor,
            at=writing.now,
            status_from=before.status,
            status_to=saved.status,
            changes=changes_between(before, saved),
            cause=cause,
            note=note,
            decision_id=decision_id,
            message_id=message_id,
            time_entry_id=time_entry_id,
            hints=hints,
        )
    )
    return saved


def keep_decision(writing: WriteContext, ticket_id: str, decision: Decision, facts: Case) -> DecisionRecord:
    """Store a later decision on a ticket with its facts, and make the ticket searchable by it."""
    writing.uow.tickets.set_outcome(ticket_id, decision.outcome, reason_codes(decision))
    return add_decision(writing, ticket_id, decision, facts)


def add_decision(writing: WriteContext, ticket_id: str, decision: Decision, facts: Case) -> DecisionRecord:
    """Store a decision with its facts."""
    recorded = DecisionRecord(writing.ids.next(), ticket_id, decision, facts, writing.now, EDITION)
    writing.uow.decisions.add(recorded)
    return recorded


def reason_codes(decision: Decision) -> tuple[str, ...]:
    """Return the code of each reason once; the list finds a ticket by these."""
    return tuple(dict.fromkeys(str(reason.code) for reason in decision.reasons))
