"""Events of a messenger, in the same form for every channel (4.1, 4.4).

An adapter turns a provider's update into these values; no code beyond the adapter knows the provider's
format.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.chats.address import ChatAddress
from app.domain.vocabulary import AttachmentKind


@dataclass(frozen=True, slots=True)
class Sender:
    """The author of an event as the channel names them; `external_id` is None if the channel hides it."""

    external_id: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file of a message that stays at the provider until it is downloaded.

    `provider_id` requests it from the provider; equal values of `unique_id` mean the same file. `name` and
    `media_type` come from the sender and are never trusted; `size` is in bytes.
    """

    provider_id: str
    unique_id: str
    kind: AttachmentKind
    name: str | None = None
    media_type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message in its present form; `message_id` and `reply_to` are unique within the chat's address.

    `text` is the text or the caption, empty if there is neither. `group_key` is shared by the parts of one
    album. `forwarded_from` names the author of a forwarded text; `sender` is still the person who forwarded
    it. `edited_at` marks an edit: the message replaces the one with the same id. `topic` is the part of the
    chat in which it was written, None for the chat itself.
    """

    message_id: str
    sender: Sender
    occurred_at: datetime
    text: str
    files: tuple[InboundFile, ...] = ()
    group_key: str | None = None
    reply_to: str | None = None
    forwarded_from: str | None = None
    edited_at: datetime | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class MessageRevoked:
    """A message that the customer deleted; its text is kept for staff (R10)."""

    message_id: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """A change of a chat's address: it is still the same chat, not a second one (R12)."""

    old: ChatAddress
    new: ChatAddress


@dataclass(frozen=True, slots=True)
class ChatReachable:
    """A change of whether the desk may write to the chat: it was added, removed, blocked or unblocked."""

    reachable: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event on which the desk does not act; `kind` is its short label for the metrics."""

    kind: str


InboundEvent = InboundMessage | MessageRevoked | ChatMoved | ChatReachable | Ignored


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update of a provider: its chat, its event, and the key that identifies a repetition.

    `dedup_key` is unique within the channel's account. `address` is the chat's address at the provider, None
    for an update of no chat. `private` marks a conversation of one person with the desk.
    """

    channel: str
    dedup_key: str
    address: ChatAddress | None
    event: InboundEvent
    title: str | None = None
    private: bool = False
