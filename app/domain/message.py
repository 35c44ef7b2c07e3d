"""A message of a ticket's conversation, and its way out to the chat."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ticket import Author


class MessageAuthor(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"


class DeliveryState(StrEnum):
    """How far an outgoing message got; sending itself is the relay's work."""

    PENDING = "pending"
    SENT = "sent"
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


class OutboxKind(StrEnum):
    """What a waiting message is for; each class has its own policy of sending again."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    INFORMATION_REQUEST = "information_request"
    RELEASE_NOTICE = "release_notice"
    RESOLUTION = "resolution"
    STATUS = "status"
    WELCOME = "welcome"
    TEXT_REQUEST = "text_request"
    UNASSIGNED_NOTICE = "unassigned_notice"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message to send to a chat, stored in the transaction that causes it.

    `ticket_id` is None for what is said of no ticket.
    """

    id: str
    chat_id: str
    ticket_id: str | None
    message_id: str | None
    kind: OutboxKind
    text: str
    created_at: datetime
