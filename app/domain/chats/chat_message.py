"""Messages of a chat under the provider's identity, by any author and with any route."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.chats.inbound import InboundFile, InboundMessage, Sender
from app.domain.tickets.message import Revision
from app.domain.tickets.ticket import Author

MAX_TEXT = 16_384
"""Maximum characters of a message's or submission's text; a messenger's message has at most 4,096."""

MAX_NAME = 200
MAX_AGE = timedelta(days=365)
"""Maximum age that the provider's timestamp of a message may claim."""


class ChatMessageKind(StrEnum):
    """The author of a message: a person at the customer, a staff member in the messenger, or the desk."""

    CUSTOMER = "customer"
    STAFF = "staff"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a chat; channel, address and `external_id` identify it at the provider.

    `gathered` is true while the message waits to become part of a submission. A message that belongs to a
    ticket has `ticket_id`, and `message_id` is its id there; both are None for a message outside any ticket.
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
    """Return the record of a message sent by the desk; its text is kept in the ticket or the outbox."""
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
    """Return when a message was sent by the provider's clock: at most a year ago, never in the future."""
    return max(min(message.occurred_at, now), now - MAX_AGE)


def clean(text: str, most: int = MAX_TEXT) -> str:
    """Return text that every database can store: without NUL or lone surrogates, and cut to `most`."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")[:most]


def author_of(sender: Sender) -> Author:
    """Return the sender as tickets store an author."""
    name = None if sender.name is None else clean(sender.name, MAX_NAME)
    return Author(name=name, external_id=sender.external_id)


def edited(message: ChatMessage, text: str, files: tuple[InboundFile, ...], at: datetime) -> ChatMessage:
    """Return the message with its new text; the old text is kept as a revision."""
    revisions = message.revisions
    if text != message.text:
        revisions = (*revisions, Revision(message.text, at))
    return replace(message, text=text, files=files, edited_at=at, revisions=revisions)
