"""An event: one change of a ticket. The history is append-only and replays to the present state."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.language.hints import TriageHints
from app.domain.tickets.ticket import Development, Release, Settlement, Ticket
from app.domain.vocabulary import Category, Impact, Priority, Status


class EventType(StrEnum):
    """The kind of an event."""

    REGISTERED = "ticket.registered"
    CLASSIFIED = "ticket.classified"
    STARTED = "ticket.started"
    RELEASED = "ticket.released"
    INFORMATION_REQUESTED = "ticket.information_requested"
    WAITING_FOR_PARTNER = "ticket.waiting_for_partner"
    TRANSFERRED_TO_DEVELOPMENT = "ticket.transferred_to_development"
    RELEASE_ANNOUNCED = "ticket.release_announced"
    DEFERRED = "ticket.deferred"
    DECLINED = "ticket.declined"
    REQUEUED = "ticket.requeued"
    RESOLVED = "ticket.resolved"
    CLOSED = "ticket.closed"
    REOPENED = "ticket.reopened"
    REDECIDED = "ticket.redecided"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_SENT = "message.sent"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_REVOKED = "message.revoked"
    TIME_RECORDED = "time.recorded"


class Cause(StrEnum):
    """The cause of a change that no agent made."""

    SUBMISSION = "submission"
    CUSTOMER_MESSAGE = "customer_message"
    MESSAGE_EDITED = "message_edited"
    RECORD_CHANGED = "record_changed"
    MINUTES_FREED = "minutes_freed"
    SILENCE = "silence"
    RESUMED = "resumed"


class ActorKind(StrEnum):
    """The kind of actor: the desk's own rules, a staff member, or the customer."""

    SYSTEM = "system"
    AGENT = "agent"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of an event; `name` is set for agents only (events don't keep customers' names)."""

    kind: ActorKind
    name: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
CUSTOMER = Actor(ActorKind.CUSTOMER)


@dataclass(frozen=True, slots=True)
class State:
    """The part of a ticket that its history changes."""

    status: Status
    category: Category | None
    impact: Impact
    priority: Priority | None
    assignee: str | None = None
    resume_at: datetime | None = None
    development: Development | None = None
    release: Release | None = None
    settlement: Settlement | None = None


STATE_FIELDS = tuple(State.__slots__)


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a ticket; `changes` maps each changed field of the state to its new value.

    `status_from` is None only for the registration. `cause` names the reason for a change that no agent
    made; `note` is an agent's own remark. `hints` are the triage hints shown with the event that first
    classifies a ticket, so that hint and choice are stored together.
    """

    id: str
    ticket_id: str
    customer_id: str
    type: EventType
    actor: Actor
    at: datetime
    status_from: Status | None
    status_to: Status
    changes: dict[str, object]
    cause: Cause | None = None
    note: str | None = None
    decision_id: str | None = None
    message_id: str | None = None
    time_entry_id: str | None = None
    hints: TriageHints | None = None


def state_of(ticket: Ticket) -> State:
    """Return the part of a ticket that its history changes."""
    return State(**{field: getattr(ticket, field) for field in STATE_FIELDS})


def changes_between(before: Ticket | None, after: Ticket) -> dict[str, object]:
    """Return the changed fields with their new values; all fields if there was no ticket before."""
    new = state_of(after)
    old = None if before is None else state_of(before)
    return {
        field: getattr(new, field)
        for field in STATE_FIELDS
        if old is None or getattr(new, field) != getattr(old, field)
    }


def replay(events: Iterable[Event]) -> State:
    """Replay a ticket's whole history, oldest first, and return its present state."""
    state: State | None = None
    for event in events:
        # The first event names every field, later ones those that changed.
        fields: dict[str, Any] = event.changes
        state = State(**fields) if state is None else replace(state, **fields)
    if state is None:
        message = "a ticket's history starts with its registration"
        raise ValueError(message)
    return state
