"""A part of an outgoing message: its purpose and its progress."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OutboxKind(StrEnum):
    """The purpose of an outgoing message; each class has its own retry policy."""

    ACKNOWLEDGEMENT = "acknowledgement"
    DECISION_NOTICE = "decision_notice"
    ANSWER = "answer"
    INFORMATION_REQUEST = "information_request"
    RELEASE_NOTICE = "release_notice"
    RESOLUTION = "resolution"
    CLOSING = "closing"
    STATUS = "status"
    WELCOME = "welcome"
    TEXT_REQUEST = "text_request"
    FILE_TOO_LARGE = "file_too_large"
    UNASSIGNED_NOTICE = "unassigned_notice"


WORDS_OF_AGENTS = frozenset(
    {
        OutboxKind.ANSWER,
        OutboxKind.INFORMATION_REQUEST,
        OutboxKind.RELEASE_NOTICE,
        OutboxKind.RESOLUTION,
    }
)
"""Kinds of messages written by a person; all others are automatic."""


class PartState(StrEnum):
    """The progress of a part of an outgoing message; staff may retry an unknown or a dead one."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A part of a message to send to a chat, stored in the transaction that causes it.

    Parts of one message share its `id`; `sequence`, assigned by the store, is their order in the chat.
    `customer_id` is the customer whose working chat it was written for: the part is never sent to another
    customer. `attempts` counts the charged ones; `repeated` marks a text that may be in the chat already.
    `lease_token` identifies the sending process. `topic` is the part of the chat that the message is for.
    """

    id: str
    chat_id: str
    customer_id: str | None
    ticket_id: str | None
    message_id: str | None
    kind: OutboxKind
    text: str
    created_at: datetime
    state_at: datetime
    part: int = 1
    parts: int = 1
    reply_to: str | None = None
    not_before: datetime | None = None
    state: PartState = PartState.PENDING
    attempts: int = 0
    repeated: bool = False
    lease_until: datetime | None = None
    lease_token: str | None = None
    error_code: str | None = None
    external_id: str | None = None
    topic: str | None = None
    sequence: int = field(default=0, compare=False)
