"""How fast we send: below what providers allow, so that they need not say so (messengers.md, 2.9)."""

from datetime import datetime, timedelta

PRIVATE_GAP = timedelta(seconds=1)
"""Between two messages to one person: one a second."""

GROUP_GAP = timedelta(seconds=3)
"""Between two messages to one group: twenty a minute."""

CHANNEL_GAP = timedelta(milliseconds=40)
CHANNEL_BURST = 5
"""Messages of a channel: five at once, else one every 40 ms; so never more than 30 within a second."""


def chat_gap(*, private: bool) -> timedelta:
    """Give how long a chat rests after a message."""
    return PRIVATE_GAP if private else GROUP_GAP


def free_slots(full_at: datetime | None, now: datetime) -> int:
    """Give how many messages of the channel may go out now; `full_at` is what `take_slots` gave."""
    if full_at is None or full_at <= now:
        return CHANNEL_BURST
    return max(0, CHANNEL_BURST - -(-(full_at - now) // CHANNEL_GAP))


def take_slots(full_at: datetime | None, taken: int, now: datetime) -> datetime:
    """Give when all slots are free again, after so many were taken."""
    return max(full_at or now, now) + taken * CHANNEL_GAP
