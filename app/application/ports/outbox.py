"""What sending needs of the store: the outbox, what is known of channels, and signs of life of the relay."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.domain.sending.breaker import Breaker
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState


@dataclass(frozen=True, slots=True)
class Due:
    """A part that stands first in its chat, and where it goes; `owner` is whose working chat it is now."""

    part: OutboxMessage
    address: str
    private: bool
    owner: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A part as operations see it: without its words and without the address, which may be a phone number."""

    part: OutboxMessage
    channel: str
    ticket_number: int | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many parts of a kind are in a state, and since when the first of them is there."""

    channel: str
    kind: OutboxKind
    state: PartState
    count: int
    oldest_at: datetime


class OutboxRepository(Protocol):
    """Parts of messages to send, in the order of each chat. Instants are those of the caller."""

    def add(self, message: OutboxMessage) -> None: ...
    def cancel(
        self, chat_id: str, at: datetime, *, for_nobody: bool = False
    ) -> Sequence[tuple[OutboxKind, str | None]]:
        """Cancel what waits for a chat, and mark the messages of the conversation likewise.

        Give of each part its kind and its ticket. `for_nobody`: only what was written to nobody's chat.
        """
        ...

    def bury(self, chat_id: str, code: str, at: datetime) -> None:
        """Give up what waits for a chat, and mark the messages of the conversation as failed."""
        ...

    def supersede(self, chat_id: str, ticket_id: str, kind: OutboxKind, at: datetime) -> None:
        """Cancel what waits of a kind for a ticket in its chat: something newer says it better."""
        ...

    def of_ticket(self, ticket_id: str) -> Sequence[OutboxMessage]:
        """List what still waits for a ticket, oldest first."""
        ...

    def heads(self, channel: str, now: datetime, limit: int) -> Sequence[Due]:
        """Hold and list the first waiting part of each chat that may be sent to now, oldest first.

        A chat may be sent to if it is reachable, rests no more and has nothing under way.
        """
        ...

    def next_due_at(self, channel: str, now: datetime) -> datetime | None:
        """Give when the next head that rests until then may be sent; None if none rests."""
        ...

    def expired(self, channel: str, now: datetime, limit: int) -> Sequence[OutboxMessage]:
        """Hold and list parts whose sender has not said for too long how it ended."""
        ...

    def held_by(self, sequence: int, lease_token: str) -> OutboxMessage | None:
        """Hold a part, if this was the last lease on it."""
        ...

    def lock(self, sequence: int) -> OutboxMessage | None:
        """Get a part, and hold it until the transaction ends."""
        ...

    def parts_of(self, part: OutboxMessage) -> Sequence[OutboxMessage]:
        """List all parts of the message that a part belongs to, in their order."""
        ...

    def save(self, part: OutboxMessage) -> None:
        """Replace what changes in a part: its state, and all that sending has to know."""
        ...

    def page(self, states: Collection[PartState], *, after: int, limit: int) -> Sequence[Listed]:
        """List parts in these states in the order of storing, behind the sequence `after`."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Drop up to `limit` parts that were sent or cancelled before an instant; give how many."""
        ...

    def backlog(self) -> Sequence[Backlog]:
        """Count what waits, is under way, is unknown or was given up."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How fast and whether at all we send: `full_at` is the pace's, `paused_until` the provider's wish."""

    channel: str
    full_at: datetime | None = None
    paused_until: datetime | None = None
    breaker: Breaker = field(default_factory=Breaker)


class ChannelRepository(Protocol):
    """What is known of channels, of the pace of chats in them, and of the relays that serve them."""

    def lock(self, channel: str) -> ChannelState:
        """Get, and hold the channel until the transaction ends: claims and ends of sendings take turns."""
        ...

    def find(self, channel: str) -> ChannelState:
        """Get; a channel that was never used is up."""
        ...

    def save(self, state: ChannelState) -> None:
        """Replace the stored state."""
        ...

    def rest(self, chat_id: str, channel: str, until: datetime, *, throttled: bool = False) -> None:
        """Send nothing to a chat before an instant; a rest that lasts longer stays."""
        ...

    def throttled_chats(self, channel: str, now: datetime) -> int:
        """Count the chats that rest because the provider asked for it."""
        ...

    def beat(self, relay: str, at: datetime) -> None:
        """Keep that a relay was alive at an instant."""
        ...

    def last_beat(self) -> datetime | None:
        """Give when any relay was last known to be alive."""
        ...
