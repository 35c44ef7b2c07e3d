"""What was said in a chat, by the provider's identity: whoever wrote, wherever it went."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.chats.inbound import InboundFile, InboundMessage, Sender
from app.domain.tickets.message import Revision
from app.domain.tickets.ticket import Author

MAX_TEXT = 16_384
"""Characters of a message's words, and of a submission's; a messenger's message has at most 4,096."""

MAX_NAME = 200
MAX_AGE = timedelta(days=365)
"""How old a message may say that it is."""


class ChatMessageKind(StrEnum):
    """Who wrote: somebody at the customer, somebody of staff in the messenger, or the desk itself."""

    CUSTOMER = "customer"
    STAFF = "staff"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a chat. Channel, address and `external_id` are the provider's name for it.

    `gathered` while it waits to become part of a submission; then, or at once, it belongs to a ticket,
    where it is the message `message_id`. Both stay None for what belongs to no ticket.
    """

    channel: str
    address: str
    external_id: str
    chat_id: str
    kind: ChatMessageKind
    author: Sender
    text: str
    occurred_at: datetime
    received_at: datetime
    files: tuple[InboundFile, ...] = ()
    group_key: str | None = None
    gathered: bool = False
    ticket_id: str | None = None
    message_id: str | None = None
    edited_at: datetime | None = None
    revisions: tuple[Revision, ...] = ()
    revoked_at: datetime | None = None
    topic: str | None = None


def sent_by_desk(
    channel: str,
    address: str,
    external_id: str,
    *,
    chat_id: str,
    ticket_id: str | None,
    message_id: str | None,
    at: datetime,
) -> ChatMessage:
    """Give what is kept of a message of ours: its words stand in the ticket or the outbox."""
    return ChatMessage(
        channel=channel,
        address=address,
        external_id=external_id,
        chat_id=chat_id,
        kind=ChatMessageKind.DESK,
        author=Sender(None),
        text="",
        occurred_at=at,
        received_at=at,
        ticket_id=ticket_id,
        message_id=message_id,
    )


def occurred(message: InboundMessage, now: datetime) -> datetime:
    """Give the instant of a message, as the provider tells it: never in the future, at most a year ago."""
    return max(min(message.occurred_at, now), now - MAX_AGE)


def clean(text: str, most: int = MAX_TEXT) -> str:
    """Give words that every database can store: no NUL, no half of a surrogate pair, not endless."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")[:most]


def author_of(sender: Sender) -> Author:
    """Give who wrote, as tickets keep it."""
    name = None if sender.name is None else clean(sender.name, MAX_NAME)
    return Author(name=name, external_id=sender.external_id)


def edited(message: ChatMessage, text: str, files: tuple[InboundFile, ...], at: datetime) -> ChatMessage:
    """Give a message in its new wording; the old one is kept as a revision."""
    revisions = message.revisions
    if text != message.text:
        revisions = (*revisions, Revision(message.text, at))
    return replace(message, text=text, files=files, edited_at=at, revisions=revisions)
