"""What a messenger brings, told the same way for every channel (4.1, 4.4).

An adapter turns a provider's update into these values; nothing beyond it knows the provider's words.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.vocabulary import AttachmentKind


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the channel names them; `external_id` is None where the channel hides it."""

    external_id: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class InboundFile:
    """Something that came with a message and lies at the provider until it is downloaded.

    `provider_id` asks the provider for it, `unique_id` says whether two are the same. `name` and
    `media_type` are the sender's own words, never to be trusted; `size` is in bytes.
    """

    provider_id: str
    unique_id: str
    kind: AttachmentKind
    name: str | None = None
    media_type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message as it stands now. `message_id` and `reply_to` are unique only within the chat's address.

    `text` is the text or the caption, empty where there is neither. `group_key` is shared by the parts
    of one album. `forwarded_from` names the author of forwarded words; the sender wrote to us all the same.
    `edited_at` tells an edit: the message replaces the one with the same id. `topic` is the part of the chat
    that it was written in, None for the chat itself.
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
    """The customer took a message back; its words are kept for staff (R10)."""

    message_id: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The chat goes on under another address: the same chat, not a second one (R12)."""

    old_address: str
    new_address: str


@dataclass(frozen=True, slots=True)
class ChatReachable:
    """Whether the desk may write to the chat from now on: it was added, removed, blocked or let in again."""

    reachable: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing that the desk acts on; `kind` is a short word for the metrics."""

    kind: str


InboundEvent = InboundMessage | MessageRevoked | ChatMoved | ChatReachable | Ignored


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update of a provider: in which chat, what happened, and the key by which a repetition is known.

    `dedup_key` is unique within the channel's account. `address` is the chat's address at the provider,
    None where the update belongs to no chat. `private` is a conversation of one person with the desk.
    """

    channel: str
    dedup_key: str
    address: str | None
    event: InboundEvent
    title: str | None = None
    private: bool = False
