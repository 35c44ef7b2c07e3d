"""A submission in the making: a burst of messages, an album or a forwarded batch is one (4.1, 4.2).

It closes two seconds after its latest message, and at most ten seconds after its first. The deadline is a
stored instant, so a restart changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.chats.chat_message import MAX_TEXT

QUIET = timedelta(seconds=2)
LONGEST = timedelta(seconds=10)
POSTPONED = LONGEST
"""Time to the next try to close a gathering for whose ticket there was no room."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """The submission that a chat is writing now; at most one per chat.

    `started_at` is the first message's own time; `opened_at` and `closes_at` are times of the desk's clock.
    `closes_at` is None while the chat is unassigned: the messages wait until it is assigned.
    """

    chat_id: str
    author_id: str | None
    started_at: datetime
    opened_at: datetime
    closes_at: datetime | None

    @property
    def is_postponed(self) -> bool:
        """Whether there was no room for its ticket: it then accepts every message until it can be closed."""
        return self.closes_at is not None and self.closes_at > self.opened_at + LONGEST

    def is_over(self, received_at: datetime, occurred_at: datetime) -> bool:
        """Check whether a message with this own time came too late to be gathered."""
        overdue = self.closes_at is not None and self.closes_at <= received_at
        return overdue or occurred_at - self.started_at > LONGEST

    def awaits(self, received_at: datetime, now: datetime) -> bool:
        """Check whether to wait for a message that came in time and is not processed yet."""
        in_time = self.closes_at is not None and received_at < self.closes_at
        return in_time and now < self.opened_at + LONGEST


def begin(chat_id: str, author_id: str | None, occurred_at: datetime, now: datetime) -> Gathering:
    """Return a gathering opened with its first message."""
    return Gathering(chat_id, author_id, occurred_at, now, now + QUIET)


def extend(gathering: Gathering, author_id: str | None, occurred_at: datetime, now: datetime) -> Gathering:
    """Return the gathering with one more message; only a message of the same author extends the deadline."""
    started_at = min(gathering.started_at, occurred_at)
    closes_at = gathering.closes_at
    if author_id == gathering.author_id and closes_at is not None:
        closes_at = max(closes_at, min(now + QUIET, gathering.opened_at + LONGEST))
    return replace(gathering, started_at=started_at, closes_at=closes_at)


def postpone(gathering: Gathering, now: datetime) -> Gathering:
    """Return the gathering with the instant of the next try to close it."""
    return replace(gathering, closes_at=max(now, gathering.opened_at + QUIET) + POSTPONED)


def joined(texts: Iterable[str]) -> str:
    """Join the texts of a submission with newlines, cut to the maximum length of a submission.

    Nothing is lost by the cut: each text is a message of the ticket as well.
    """
    return "\n".join(text for text in texts if text)[:MAX_TEXT]
