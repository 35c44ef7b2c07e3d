"""A message of a ticket's conversation, and how far its delivery to the chat got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.tickets.ticket import Author


class MessageAuthor(StrEnum):
    """The author of a message."""

    CUSTOMER = "customer"
    AGENT = "agent"


class DeliveryState(StrEnum):
    """The progress of an outgoing message; the relay sends it.

    `unknown`: it may be in the chat, but the provider sent no answer; it is never resent blindly.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The state of an outgoing message and since when it holds."""

    state: DeliveryState
    at: datetime
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text, and when it was replaced."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the customer or of an agent, kept as written.

    `sender` is the person as the messenger names them. An edited message keeps its earlier texts; a deleted
    one keeps its text (R10).
    """

    id: str
    ticket_id: str
    author: MessageAuthor
    agent: str | None
    text: str
    sent_at: datetime | None
    created_at: datetime
    delivery: Delivery | None = None
    sender: Author | None = None
    revisions: tuple[Revision, ...] = ()
    revoked_at: datetime | None = None
