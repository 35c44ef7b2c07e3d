"""The inbox: every update of a provider as received, kept until it is processed exactly once (4.1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class InboxState(StrEnum):
    """The state of a stored update."""

    PENDING = "pending"
    HELD = "held"
    """The update belongs to an unassigned chat and waits until the chat is assigned."""
    DONE = "done"
    PARKED = "parked"
    """The update failed too often; staff must look at it."""


MAX_TRIES = 5
FIRST_PAUSE = timedelta(milliseconds=200)
"""Pause before the second try; it doubles for each further one, so a chat waits three seconds at most."""
LONGEST_PAUSE = FIRST_PAUSE * 2 ** (MAX_TRIES - 2)
"""Pause before the last try."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An update as the webhook stores it; `dedup_key` is unique within the channel.

    `address` is None for an update of no chat.
    """

    channel: str
    dedup_key: str
    address: str | None
    raw: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A stored update; `sequence` is the order of storing, `error` a code without any text of the update."""

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
    """Return the update in the state after processing."""
    return replace(item, state=InboxState.DONE, error=None, done_at=now)


def held(item: InboxItem) -> InboxItem:
    """Return the update in the state that waits for its chat to be assigned."""
    return replace(item, state=InboxState.HELD, error=None)


def failed(item: InboxItem, error: str, now: datetime, *, for_good: bool = False) -> InboxItem:
    """Return the update after a failed try: due again later, or parked after the last try."""
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
