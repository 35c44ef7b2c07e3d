"""The life cycle of a ticket as data: the sources and the target of each action (2.1-2.3, 4.2, 4.6)."""

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
"""The statuses that wait for classification; a queue of these alone has its own order."""

KEPT_WHEN_ACCEPTED = frozenset(
    {
        Status.IN_PROGRESS,
        Status.WAITING_PARTNER,
        Status.IN_DEVELOPMENT,
        Status.WAITING_RELEASE,
    }
)
"""Statuses that an accepting new decision leaves unchanged, together with the assignee."""

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
    """The statuses in which an action is allowed, and the event that records it."""

    sources: frozenset[Status]
    event: EventType
    target: Status | None = None
    """The resulting status; None: the queue (`queued`, or `new` without a category) or a decision sets it."""


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
    """Return whether a status is open, paused or done."""
    if status in OPEN:
        return StatusCategory.OPEN
    return StatusCategory.PAUSED if status in PAUSED else StatusCategory.DONE


def allowed_actions(ticket: Ticket) -> tuple[Action, ...]:
    """Return the actions that an agent may take now, in the order of the table."""
    return _allowed(ticket.status, categorised=ticket.category is not None)


def is_allowed(ticket: Ticket, action: Action) -> bool:
    """Check whether the life cycle allows an action now; resolving needs a category."""
    return action in allowed_actions(ticket)


@cache
def _allowed(status: Status, *, categorised: bool) -> tuple[Action, ...]:
    return tuple(
        action
        for action, rule in LIFE_CYCLE.items()
        if status in rule.sources and (categorised or action is not Action.RESOLVE)
    )


def settle(ticket: Ticket, decision: Decision) -> Ticket:
    """Return the ticket after a decision: with its new status, priority and resumption."""
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
    """Return the first status of a ticket by its outcome, which must be one that registers it."""
    return _waiting(category) if outcome is Outcome.ACCEPTED else _STATUS_BY_OUTCOME[outcome]


def to_queue(ticket: Ticket) -> Ticket:
    """Return the ticket at its old place, unassigned: `queued`, or `new` while it has no category."""
    return replace(ticket, status=_waiting(ticket.category), assignee=None, resume_at=None, settlement=None)


def _waiting(category: Category | None) -> Status:
    return Status.NEW if category is None else Status.QUEUED


def start(ticket: Ticket, agent: str) -> Ticket:
    """Return the ticket in progress, assigned to the agent."""
    return replace(ticket, status=Status.IN_PROGRESS, assignee=agent)


def reopen(ticket: Ticket, priority: Priority) -> Ticket:
    """Return a resolved or declined ticket in the queue again, with its old priority and place."""
    return replace(
        ticket,
        status=Status.QUEUED,
        assignee=None,
        resume_at=None,
        settlement=None,
        priority=ticket.priority or priority,
    )


def close(ticket: Ticket) -> Ticket:
    """Return the ticket closed; a separate order closed this way was not placed."""
    settlement = ticket.settlement
    if ticket.status is Status.SEPARATE_ORDER:
        settlement = Settlement(Resolution.ORDER_NOT_PLACED)
    return replace(ticket, status=Status.CLOSED, assignee=None, settlement=settlement)
