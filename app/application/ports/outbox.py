"""Repositories of sending: the outbox, the state of channels, and heartbeats of relays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.domain.sending.breaker import Breaker
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState


@dataclass(frozen=True, slots=True)
class Due:
    """A part that is first in its chat, and its address; `owner` is the customer of the chat now."""

    part: OutboxMessage
    address: str
    private: bool
    owner: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A part as operations see it: without its text and its address, which may be a phone number."""

    part: OutboxMessage
    channel: str
    ticket_number: int | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of parts of a kind in a state, and the instant since which the oldest is in it."""

    channel: str
    kind: OutboxKind
    state: PartState
    count: int
    oldest_at: datetime


class OutboxRepository(Protocol):
    """Parts of outgoing messages, in the order of each chat. Instants are those of the caller."""

    def add(self, message: OutboxMessage) -> None: ...
    def cancel(
        self, chat_id: str, at: datetime, *, for_nobody: bool = False
    ) -> Sequence[tuple[OutboxKind, str | None]]:
        """Cancel the waiting parts of a chat, and mark the messages of the conversation as cancelled.

        Return the kind and the ticket of each part. `for_nobody` confines this to parts that were written
        while the chat was unassigned.
        """
        ...

    def bury(self, chat_id: str, code: str, at: datetime) -> None:
        """Mark the waiting parts of a chat as dead, and the messages of the conversation as failed."""
        ...

    def supersede(self, chat_id: str, ticket_id: str, kind: OutboxKind, at: datetime) -> None:
        """Cancel the waiting parts of a kind for a ticket: a newer message replaces them."""
        ...

    def of_ticket(self, ticket_id: str) -> Sequence[OutboxMessage]:
        """List the waiting parts of a ticket, oldest first."""
        ...

    def heads(self, channel: str, now: datetime, limit: int, *, unassigned: bool = False) -> Sequence[Due]:
        """Lock and list the first waiting part of each chat that is ready now, oldest first.

        A chat is ready if it is reachable, its rest is over and none of its parts is being sent. Chats for
        which no waiting part was written while they were assigned are listed only as `unassigned`.
        """
        ...

    def next_due_at(self, channel: str, now: datetime, *, unassigned: bool = False) -> datetime | None:
        """Return the instant at which the next resting part of these chats may be sent; None without one."""
        ...

    def expired(self, channel: str, now: datetime, limit: int) -> Sequence[OutboxMessage]:
        """Lock and list the parts whose lease has expired."""
        ...

    def held_by(self, sequence: int, lease_token: str) -> OutboxMessage | None:
        """Lock a part, if this was the last lease on it."""
        ...

    def lock(self, sequence: int) -> OutboxMessage | None:
        """Get a part and lock it until the transaction ends."""
        ...

    def parts_of(self, part: OutboxMessage) -> Sequence[OutboxMessage]:
        """List all parts of the same message, in their order."""
        ...

    def save(self, part: OutboxMessage) -> None:
        """Replace the members that change while a part is being sent."""
        ...

    def page(self, states: Collection[PartState], *, after: int, limit: int) -> Sequence[Listed]:
        """List parts in these states in the order of storing, beginning after the sequence `after`."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete up to `limit` parts that were sent or cancelled before an instant; return their number."""
        ...

    def backlog(self) -> Sequence[Backlog]:
        """Count the parts that wait, are being sent, are unknown or were given up."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The pace and the health of a channel; the provider has asked for a pause until `paused_until`.

    No part for an unassigned chat is claimed before `unassigned_at`.
    """

    channel: str
    full_at: datetime | None = None
    paused_until: datetime | None = None
    breaker: Breaker = field(default_factory=Breaker)
    unassigned_at: datetime | None = None


class ChannelRepository(Protocol):
    """States of channels, pauses of chats in them, and heartbeats of the relays that serve them."""

    def lock(self, channel: str) -> ChannelState:
        """Get the channel and lock it until the transaction ends: claiming and settling take turns."""
        ...

    def find(self, channel: str) -> ChannelState:
        """Get the state; an unused channel is up."""
        ...

    def save(self, state: ChannelState) -> None:
        """Replace the stored state."""
        ...

    def rest(self, chat_id: str, channel: str, until: datetime, *, throttled: bool = False) -> None:
        """Pause a chat until an instant; a longer pause stays."""
        ...

    def throttled_chats(self, channel: str, now: datetime) -> int:
        """Count the working chats that are paused at the provider's request."""
        ...

    def beat(self, relay: str, at: datetime) -> None:
        """Store a relay's heartbeat."""
        ...

    def last_beat(self) -> datetime | None:
        """Return the instant of the latest heartbeat of any relay."""
        ...
