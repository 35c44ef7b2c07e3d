"""What clients asked and were told, as the checker reads it."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

NEVER = math.inf
"""When an operation ended that was never answered: it may take effect at any later time."""

QueueKey = tuple[int, str, str]


class Kind(StrEnum):
    """What was asked for."""

    SUBMIT = "submit"
    CLAIM = "claim"
    MOVE = "move"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_MESSAGE = "agent_message"
    ENTRY = "entry"
    READ = "read"


class Told(StrEnum):
    """What came of it, as far as the client knows."""

    OK = "ok"
    EMPTY = "empty"
    """A claim found nothing (204), a read found no such ticket (404)."""
    NOT_ALLOWED = "not_allowed"
    """The life cycle forbids it (409)."""
    OUTDATED = "outdated"
    """The version is another one (412)."""
    UNCHANGED = "unchanged"
    """The database could not be reached and nothing was changed (503 store_unavailable)."""
    UNKNOWN = "unknown"
    """No answer came, or one that says that it is not known (503 outcome_unknown)."""


@dataclass(frozen=True)
class Seen:
    """What an answer showed of a ticket; None for what it does not show."""

    version: int | None = None
    status: str | None = None
    assignee: str | None = None
    messages: tuple[str, ...] | None = None
    entries: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Op:
    """An operation of one client, from before it was sent until after it was answered.

    One under an Idempotency-Key is one operation however often it is sent. `mark` is its own text: that of
    the submission, message or entry, or the name of the agent who claims or moves.
    """

    kind: Kind
    mark: str
    began: float
    ended: float
    told: Told
    ticket: str | None = None
    action: str = ""
    if_match: int | None = None
    seen: Seen = field(default_factory=Seen)
    place: QueueKey | None = None
    """The place in the order of work of the ticket that a submission made or a claim took."""
    sent: int = 1
    """How often it was sent until it was answered."""
    answers: tuple[bytes, ...] = ()
    """Every 2xx under its key, status and headers included; there is one, however often it is given."""


@dataclass(frozen=True)
class History:
    """Operations, and what was in the books when all was over.

    `submitted` holds the mark and the id of each ticket, `claimed` the agent and the ticket of each start.
    """

    ops: tuple[Op, ...]
    submitted: tuple[tuple[str, str], ...]
    claimed: tuple[tuple[str, str], ...] = ()
