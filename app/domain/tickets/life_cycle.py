"""The life of a ticket as data (design 1, section 5): which action leads from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from app.domain.regulation.decision import Decision
from app.domain.tickets.event import EventType
from app.domain.tickets.ticket import Settlement, Ticket
from app.domain.vocabulary import (
    Action,
    Category,
    Outcome,
    Priority,
    Resolution,
    Status,
    StatusCategory,
    WaitingOn,
)

OPEN = frozenset({Status.NEW, Status.QUEUED, Status.IN_PROGRESS})
DONE = frozenset({Status.RESOLVED, Status.DECLINED, Status.CLOSED})
PAUSED = frozenset(Status) - OPEN - DONE
WAITING_IN_QUEUE = frozenset({Status.NEW, Status.QUEUED})
TRIAGE = frozenset({Status.NEW})
"""What waits to be classified; alone it has an order of its own."""

KEPT_WHEN_ACCEPTED = frozenset(
    {
        Status.IN_PROGRESS,
        Status.WAITING_PARTNER,
        Status.IN_DEVELOPMENT,
        Status.WAITING_RELEASE,
    }
)
"""Statuses that a new decision leaves alone, with their assignee, when it accepts again."""

PAUSE_CAUSES: Mapping[Status, WaitingOn] = MappingProxyType(
    {
        Status.WAITING_CUSTOMER: WaitingOn.CUSTOMER,
        Status.WAITING_PARTNER: WaitingOn.PARTNER,
        Status.IN_DEVELOPMENT: WaitingOn.DEVELOPMENT,
        Status.WAITING_RELEASE: WaitingOn.RELEASE,
        Status.DEFERRED: WaitingOn.DEFERRED,
        Status.SEPARATE_ORDER: WaitingOn.SEPARATE_ORDER,
    }
)

REOPENING_MINUTES = 1_620
"""Working minutes (three days) of silence after which a resolved ticket counts as closed."""


@dataclass(frozen=True, slots=True)
class AllowedTransition:
    """From where an action is allowed, and the event that records it."""

    sources: frozenset[Status]
    event: EventType
    target: Status | None = None
    """Where it leads; None: to the queue (`queued`, or `new` without a category) or by a decision."""


LIFE_CYCLE: Mapping[Action, AllowedTransition] = MappingProxyType(
    {
        Action.CLASSIFY: AllowedTransition(frozenset(Status) - {Status.CLOSED}, EventType.CLASSIFIED),
        Action.START: AllowedTransition(WAITING_IN_QUEUE, EventType.STARTED, Status.IN_PROGRESS),
        Action.RELEASE: AllowedTransition(frozenset({Status.IN_PROGRESS}), EventType.RELEASED),
        Action.REQUEST_INFORMATION: AllowedTransition(
            frozenset({Status.IN_PROGRESS}),
            EventType.INFORMATION_REQUESTED,
            Status.WAITING_CUSTOMER,
        ),
        Action.WAIT_FOR_PARTNER: AllowedTransition(
            frozenset({Status.IN_PROGRESS}),
            EventType.WAITING_FOR_PARTNER,
            Status.WAITING_PARTNER,
        ),
        Action.TRANSFER_TO_DEVELOPMENT: AllowedTransition(
            frozenset({Status.IN_PROGRESS, Status.SEPARATE_ORDER}),
            EventType.TRANSFERRED_TO_DEVELOPMENT,
            Status.IN_DEVELOPMENT,
        ),
        Action.ANNOUNCE_RELEASE: AllowedTransition(
            frozenset({Status.IN_PROGRESS, Status.IN_DEVELOPMENT}),
            EventType.RELEASE_ANNOUNCED,
            Status.WAITING_RELEASE,
        ),
        Action.DEFER: AllowedTransition(OPEN | PAUSED, EventType.DEFERRED),
        Action.DECLINE: AllowedTransition(OPEN | PAUSED, EventType.DECLINED),
        Action.REQUEUE: AllowedTransition(PAUSED, EventType.REQUEUED),
        Action.RESOLVE: AllowedTransition(
            frozenset({Status.IN_PROGRESS, Status.IN_DEVELOPMENT, Status.WAITING_RELEASE}),
            EventType.RESOLVED,
            Status.RESOLVED,
        ),
        Action.CLOSE: AllowedTransition(
            frozenset({Status.RESOLVED, Status.DECLINED, Status.SEPARATE_ORDER}),
            EventType.CLOSED,
            Status.CLOSED,
        ),
        Action.REOPEN: AllowedTransition(
            frozenset({Status.RESOLVED, Status.DECLINED}), EventType.REOPENED, Status.QUEUED
        ),
    }
)

_STATUS_BY_OUTCOME: Mapping[Outcome, Status] = MappingProxyType(
    {
        Outcome.DECLINED: Status.DECLINED,
        Outcome.DEFERRED: Status.DEFERRED,
        Outcome.SEPARATE_ORDER: Status.SEPARATE_ORDER,
    }
)


def status_category(status: Status) -> StatusCategory:
    """Say whether a status is open, paused or done."""
    if status in OPEN:
        return StatusCategory.OPEN
    return StatusCategory.PAUSED if status in PAUSED else StatusCategory.DONE


def allowed_actions(ticket: Ticket) -> tuple[Action, ...]:
    """Give the actions open to an agent now, in the order of the table."""
    return _allowed(ticket.status, categorised=ticket.category is not None)


def is_allowed(ticket: Ticket, action: Action) -> bool:
    """Say whether the life cycle allows an action now; resolving needs a category."""
    return action in allowed_actions(ticket)


@cache
def _allowed(status: Status, *, categorised: bool) -> tuple[Action, ...]:
    return tuple(
        action
        for action, rule in LIFE_CYCLE.items()
        if status in rule.sources and (categorised or action is not Action.RESOLVE)
    )


def settle(ticket: Ticket, decision: Decision) -> Ticket:
    """Give the ticket as a decision on it leaves it: status, priority and resumption."""
    if decision.outcome is Outcome.ACCEPTED and ticket.status in KEPT_WHEN_ACCEPTED:
        return replace(ticket, priority=decision.priority, resume_at=decision.resume_at)
    return replace(
        ticket,
        status=first_status(decision.outcome, ticket.category),
        assignee=None,
        settlement=None,
        priority=decision.priority,
        resume_at=decision.resume_at,
    )


def first_status(outcome: Outcome, category: Category | None) -> Status:
    """Give the status of a new ticket by its outcome, which must register it."""
    return _waiting(category) if outcome is Outcome.ACCEPTED else _STATUS_BY_OUTCOME[outcome]


def to_queue(ticket: Ticket) -> Ticket:
    """Put a ticket back to its old place, unassigned: `queued`, or `new` while it has no category."""
    return replace(ticket, status=_waiting(ticket.category), assignee=None, resume_at=None, settlement=None)


def _waiting(category: Category | None) -> Status:
    return Status.NEW if category is None else Status.QUEUED


def start(ticket: Ticket, agent: str) -> Ticket:
    """Begin work: the ticket is the agent's."""
    return replace(ticket, status=Status.IN_PROGRESS, assignee=agent)


def reopen(ticket: Ticket, priority: Priority) -> Ticket:
    """Take up a resolved or declined ticket again, with its old priority and place."""
    return replace(
        ticket,
        status=Status.QUEUED,
        assignee=None,
        resume_at=None,
        settlement=None,
        priority=ticket.priority or priority,
    )


def close(ticket: Ticket) -> Ticket:
    """End a ticket; a separate order that ends here was not placed."""
    settlement = ticket.settlement
    if ticket.status is Status.SEPARATE_ORDER:
        settlement = Settlement(Resolution.ORDER_NOT_PLACED)
    return replace(ticket, status=Status.CLOSED, assignee=None, settlement=settlement)
