"""The order of work (2.1, 5.2): priority, then arrival, then id; later events never change a place."""

from collections.abc import Callable, Collection
from datetime import datetime

from app.domain.tickets.life_cycle import TRIAGE
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import PRIORITY_ORDER, Priority, Status

POSITION_CAP = 1_000
"""Positions are counted up to here; this number means "here or later"."""

QueueKey = tuple[int, datetime, str]


def priority_rank(priority: Priority | None) -> int:
    """Return the rank of a priority, 0 for the most urgent; a ticket without one is listed last."""
    return len(PRIORITY_ORDER) if priority is None else PRIORITY_ORDER.index(priority)


def queue_key(ticket: Ticket) -> QueueKey:
    """Return the sort key of a waiting ticket: the smallest is worked first."""
    if ticket.priority is None:
        message = "a ticket without a priority does not stand in the queue"
        raise ValueError(message)
    return priority_rank(ticket.priority), ticket.received_at, ticket.id


def triage_rank(ticket: Ticket) -> int:
    """Return the rank in the triage list: by priority, then suspected outages first (2.1)."""
    return 2 * priority_rank(ticket.priority) + (not ticket.hints.check_first)


def triage_key(ticket: Ticket) -> QueueKey:
    """Return the sort key of a ticket that waits for classification; the main queue uses `queue_key`."""
    return triage_rank(ticket), ticket.received_at, ticket.id


def key_of(statuses: Collection[Status]) -> Callable[[Ticket], QueueKey]:
    """Return the function whose key orders the waiting tickets of these statuses."""
    return triage_key if frozenset(statuses) == TRIAGE else queue_key
