"""A messenger whose updates are a small JSON of our own; it sends nothing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from app.application.ports.messengers import Outgoing, UnreadableUpdateError
from app.domain.chats.address import ChatAddress
from app.domain.chats.inbound import (
    ChatMoved,
    ChatReachable,
    Ignored,
    Inbound,
    InboundEvent,
    InboundFile,
    InboundMessage,
    MessageRevoked,
    Sender,
)
from app.domain.sending.outcome import SendOutcome, Sent
from app.domain.vocabulary import AttachmentKind


class JsonMessenger:
    """Reads `{"key", "chat"?, "title"?, "private"?, "message" | "revoked" | "moved" | "reachable" | …}`."""

    max_units = 4_096

    def __init__(self, channel: str = "telegram") -> None:
        self.channel = channel

    def read(self, raw: bytes) -> Inbound:
        try:
            update = json.loads(raw)
            key, event = str(update["key"]), _event(update, self.channel)
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableUpdateError("key") from error
        return Inbound(
            channel=self.channel,
            dedup_key=key,
            address=None if update.get("chat") is None else ChatAddress(self.channel, update["chat"]),
            event=event,
            title=update.get("title"),
            private=update.get("private", False),
        )

    async def send(self, message: Outgoing) -> SendOutcome:
        return Sent(message.reference)

    def download(self, provider_id: str) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def check(self) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is held."""


def _event(update: dict[str, Any], channel: str) -> InboundEvent:
    if "message" in update:
        return _message(update["message"])
    if "revoked" in update:
        return MessageRevoked(update["revoked"], _instant(update["at"]))
    if "moved" in update:
        return ChatMoved(*(ChatAddress(channel, address) for address in update["moved"]))
    if "reachable" in update:
        return ChatReachable(update["reachable"])
    return Ignored(update.get("ignored", "unknown"))


def _message(message: dict[str, Any]) -> InboundMessage:
    edited_at = message.get("edited_at")
    return InboundMessage(
        message_id=message["id"],
        sender=Sender(message.get("author"), message.get("name")),
        occurred_at=_instant(message["at"]),
        text=message.get("text", ""),
        files=tuple(
            InboundFile(f"{message['id']}-{kind}", f"u-{message['id']}-{kind}", AttachmentKind(kind))
            for kind in message.get("files", ())
        ),
        group_key=message.get("album"),
        reply_to=message.get("reply_to"),
        topic=message.get("topic"),
        edited_at=None if edited_at is None else _instant(edited_at),
    )


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
