"""A message of a ticket's conversation, and how far its delivery to the chat got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.tickets.ticket import Author


class MessageAuthor(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"


class DeliveryState(StrEnum):
    """How far an outgoing message got; sending itself is the relay's work.

    `unknown`: it may be in the chat, no answer came; it is not sent again blindly.
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
    """An earlier wording, and when it was replaced."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """Words of the customer or of an agent, kept as they were written.

    `sender` is the person as the messenger names them. An edited message keeps its earlier wordings, one
    that was taken back keeps its words (R10).
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
