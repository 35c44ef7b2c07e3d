"""The inbox: every update of a provider as it came, until it has had its one effect (4.1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class InboxState(StrEnum):
    """Where an update stands."""

    PENDING = "pending"
    HELD = "held"
    """Of a chat that is nobody's working chat: it waits until somebody's it is."""
    DONE = "done"
    PARKED = "parked"
    """It failed too often; a person looks at it."""


MAX_TRIES = 5
FIRST_PAUSE = timedelta(milliseconds=200)
"""Before the second try; doubled for each further one, so that a chat waits three seconds at most."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An update as the webhook stores it. `dedup_key` is unique within the channel.

    `address` is None where the update belongs to no chat.
    """

    channel: str
    dedup_key: str
    address: str | None
    raw: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A stored update; `sequence` is the order of storing. `error` is a code, never words of the update."""

    sequence: int
    channel: str
    dedup_key: str
    address: str | None
    raw: bytes
    received_at: datetime
    state: InboxState
    attempts: int
    due_at: datetime
    error: str | None = None
    done_at: datetime | None = None


def done(item: InboxItem, now: datetime) -> InboxItem:
    """Give the update after it has had its effect."""
    return replace(item, state=InboxState.DONE, error=None, done_at=now)


def held(item: InboxItem) -> InboxItem:
    """Give the update as it waits for its chat to become somebody's."""
    return replace(item, state=InboxState.HELD, error=None)


def failed(item: InboxItem, error: str, now: datetime, *, for_good: bool = False) -> InboxItem:
    """Give the update after a try that failed: later once more, or parked after the last try."""
    tries = item.attempts + 1
    parked = for_good or tries >= MAX_TRIES
    pause = FIRST_PAUSE * 2 ** (tries - 1)
    return replace(
        item,
        state=InboxState.PARKED if parked else InboxState.PENDING,
        attempts=tries,
        due_at=now if parked else now + pause,
        error=error,
    )
