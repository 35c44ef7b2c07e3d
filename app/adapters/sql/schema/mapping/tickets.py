"""Rows of tickets and of their history to values of the domain, and back."""

from app.adapters.sql.schema import documents
from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.domain.language.hints import NO_HINTS
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import Actor, ActorKind, Cause, Event, EventType
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.queue import priority_rank, triage_rank
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import (
    PRIORITY_ORDER,
    Category,
    Impact,
    ObscenityLevel,
    Outcome,
    Priority,
    Status,
)

_PRIORITIES: tuple[Priority | None, ...] = (*PRIORITY_ORDER, None)


def ticket_values(ticket: Ticket, outcome: Outcome | None) -> Values:
    """Return the values of a new ticket; the database assigns its number."""
    return {
        "id": ticket.id,
        "external_id": ticket.external_id,
        "customer_id": ticket.customer_id,
        "channel": ticket.channel,
        "chat_id": ticket.chat_id,
        "author": documents.from_author(ticket.author),
        "subject": ticket.subject,
        "text": ticket.text,
        "reproduction_steps": list(ticket.reproduction_steps),
        "hints": documents.from_hints(ticket.hints),
        "received_at": ticket.received_at,
        "created_at": ticket.created_at,
        "outcome": documents.from_word(outcome),
        **changing_values(ticket),
    }


def changing_values(ticket: Ticket) -> Values:
    """Return the values that change in the life of a ticket."""
    waits = ticket.status in WAITING_IN_QUEUE and ticket.assignee is None
    rank = priority_rank(ticket.priority)
    return {
        "category": documents.from_word(ticket.category),
        "impact": ticket.impact.value,
        "status": ticket.status.value,
        "rank": rank,
        "queue_rank": rank if waits else None,
        "assignee": ticket.assignee,
        "resume_at": ticket.resume_at,
        "development": documents.from_development(ticket.development),
        "release": documents.from_release(ticket.release),
        "settlement": documents.from_settlement(ticket.settlement),
        "updated_at": ticket.updated_at,
        "version": ticket.version,
        "has_words": ticket.has_words,
        "obscene_level": documents.from_word(ticket.obscene_level),
        "language": documents.from_language(ticket.language),
        "triage_rank": triage_rank(ticket) if waits and ticket.status is Status.NEW else None,
        "topic": ticket.topic,
    }


def ticket_of(row: AnyRow) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.number,
        external_id=row.external_id,
        customer_id=row.customer_id,
        channel=row.channel,
        chat_id=row.chat_id,
        chat_address=row.chat_address,
        author=documents.to_author(row.author),
        subject=row.subject,
        text=row.text,
        reproduction_steps=tuple(row.reproduction_steps),
        category=documents.to_word(Category, row.category),
        impact=Impact(row.impact),
        status=Status(row.status),
        priority=_PRIORITIES[row.rank],
        assignee=row.assignee,
        resume_at=row.resume_at,
        development=documents.to_development(row.development),
        release=documents.to_release(row.release),
        settlement=documents.to_settlement(row.settlement),
        received_at=row.received_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        has_words=row.has_words,
        obscene_level=documents.to_word(ObscenityLevel, row.obscene_level),
        language=documents.to_language(row.language),
        hints=documents.to_hints(row.hints) or NO_HINTS,
        topic=row.topic,
    )


def decision_record_values(recorded: DecisionRecord) -> Values:
    return {
        "id": recorded.id,
        "ticket_id": recorded.ticket_id,
        "decision": documents.from_decision(recorded.decision),
        "facts": documents.from_facts(recorded.facts),
        "decided_at": recorded.decided_at,
        "edition": recorded.edition,
    }


def decision_record_of(row: AnyRow) -> DecisionRecord:
    return DecisionRecord(
        id=row.id,
        ticket_id=row.ticket_id,
        decision=documents.to_decision(row.decision),
        facts=documents.to_facts(row.facts),
        decided_at=row.decided_at,
        edition=row.edition,
    )


def event_values(event: Event) -> Values:
    return {
        "id": event.id,
        "ticket_id": event.ticket_id,
        "customer_id": event.customer_id,
        "type": event.type.value,
        "actor_kind": event.actor.kind.value,
        "actor_name": event.actor.name,
        "at": event.at,
        "status_from": documents.from_word(event.status_from),
        "status_to": event.status_to.value,
        "changes": documents.from_changes(event.changes),
        "cause": documents.from_word(event.cause),
        "note": event.note,
        "decision_id": event.decision_id,
        "message_id": event.message_id,
        "time_entry_id": event.time_entry_id,
        "hints": None if event.hints is None else documents.from_hints(event.hints, always=True),
    }


def event_of(row: AnyRow) -> Event:
    return Event(
        id=row.id,
        ticket_id=row.ticket_id,
        customer_id=row.customer_id,
        type=EventType(row.type),
        actor=Actor(ActorKind(row.actor_kind), row.actor_name),
        at=row.at,
        status_from=documents.to_word(Status, row.status_from),
        status_to=Status(row.status_to),
        changes=documents.to_changes(row.changes),
        cause=documents.to_word(Cause, row.cause),
        note=row.note,
        decision_id=row.decision_id,
        message_id=row.message_id,
        time_entry_id=row.time_entry_id,
        hints=documents.to_hints(row.hints),
    )


def step_of(row: AnyRow) -> Step:
    return Step(row.at, EventType(row.type), ActorKind(row.actor_kind), Status(row.status_to))


def message_values(message: Message) -> Values:
    return {
        "id": message.id,
        "ticket_id": message.ticket_id,
        "author": message.author.value,
        "agent": message.agent,
        "text": message.text,
        "sent_at": message.sent_at,
        "created_at": message.created_at,
        **delivery_values(message.delivery),
        "sender": documents.from_author(message.sender),
        "revisions": documents.from_revisions(message.revisions) or None,
        "revoked_at": message.revoked_at,
    }


def delivery_values(delivery: Delivery | None) -> Values:
    return {
        "delivery_state": None if delivery is None else delivery.state.value,
        "delivery_at": None if delivery is None else delivery.at,
        "delivery_error": None if delivery is None else delivery.error_code,
    }


def message_of(row: AnyRow) -> Message:
    delivery = None
    if row.delivery_state is not None:
        delivery = Delivery(DeliveryState(row.delivery_state), row.delivery_at, row.delivery_error)
    return Message(
        id=row.id,
        ticket_id=row.ticket_id,
        author=MessageAuthor(row.author),
        agent=row.agent,
        text=row.text,
        sent_at=row.sent_at,
        created_at=row.created_at,
        delivery=delivery,
        sender=documents.to_author(row.sender),
        revisions=documents.to_revisions(row.revisions or []),
        revoked_at=row.revoked_at,
    )
