"""The sending rate: below the limits of providers (docs/decisions/0114-sending.md)."""

from datetime import datetime, timedelta

PRIVATE_GAP = timedelta(seconds=1)
"""Minimum gap between two messages to one person."""

GROUP_GAP = timedelta(seconds=3)
"""Minimum gap between two messages to one group: twenty per minute."""

CHANNEL_GAP = timedelta(milliseconds=40)
CHANNEL_BURST = 5
"""Messages per channel: five at once, then one per 40 ms; so never more than 30 within a second."""
CHANNEL_FULL = CHANNEL_BURST * CHANNEL_GAP
"""Longest time until all slots of a channel are free again."""

UNASSIGNED_GAP = timedelta(seconds=1)
"""Minimum gap between two messages to unassigned chats of a channel: sixty per minute."""

UNASSIGNED_PATIENCE = timedelta(seconds=10)
"""Time since the end of the last gap, after which an unassigned chat gets a slot before a working chat.

The seconds run in quiet times too, when no unassigned chat has a message to send.
"""


def chat_gap(*, private: bool) -> timedelta:
    """Return how long a chat rests after a message."""
    return PRIVATE_GAP if private else GROUP_GAP


def free_slots(full_at: datetime | None, now: datetime) -> int:
    """Return how many messages of the channel may go out now; `full_at` is a result of `take_slots`."""
    if full_at is None or full_at <= now:
        return CHANNEL_BURST
    return max(0, CHANNEL_BURST - -(-(full_at - now) // CHANNEL_GAP))


def take_slots(full_at: datetime | None, taken: int, now: datetime) -> datetime:
    """Return when all slots are free again, after `taken` more were used."""
    return max(full_at or now, now) + taken * CHANNEL_GAP


def may_tell_unassigned(unassigned_at: datetime | None, now: datetime) -> bool:
    """Check whether a message to an unassigned chat may go out; `unassigned_at` is the end of the gap."""
    return unassigned_at is None or unassigned_at <= now


def unassigned_first(unassigned_at: datetime | None, now: datetime) -> bool:
    """Check whether unassigned chats have had no free slot for too long."""
    return unassigned_at is None or now - unassigned_at >= UNASSIGNED_PATIENCE
