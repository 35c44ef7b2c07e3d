"""Parsing of updates of the Telegram Bot API (10.x); unknown kinds and members are ignored.

All members used here were checked against the types of aiogram (make test-contracts).
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from app.adapters.messengers.telegram.content import files_of, text_of
from app.adapters.messengers.telegram.members import (
    Members,
    integer,
    member,
    optional_member,
    optional_text,
    whole,
)
from app.application.ports.messengers import UnreadableUpdateError
from app.domain.chats.address import AddressError, ChatAddress
from app.domain.chats.inbound import (
    ChatMoved,
    ChatReachable,
    Ignored,
    Inbound,
    InboundEvent,
    InboundMessage,
    Sender,
)

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "my_chat_member", "channel_post")
"""The requested kinds; channel posts only show that the bot was added to a channel."""

GROUP_ANONYMOUS = 1_087_968_824
"""The id that Telegram uses for an administrator who writes in the name of the group."""

MAX_NAME = 200

_FOREIGN_KINDS = frozenset(
    """
    channel_post edited_channel_post business_connection business_message edited_business_message
    deleted_business_messages message_reaction message_reaction_count inline_query chosen_inline_result
    callback_query shipping_query pre_checkout_query poll poll_answer chat_member chat_join_request
    chat_boost removed_chat_boost purchased_paid_media guest_message subscription managed_bot
    stopped_message_generation
    """.split()
)
_PRESENT = frozenset({"member", "administrator", "creator"})


def read_update(raw: bytes, bot_id: str) -> Inbound:
    """Parse one update as Telegram sent it.

    Raises UnreadableUpdateError if a required member is wrong.
    """
    update = _parsed(raw)
    key = f"{bot_id}:{integer(update, 'update_id')}"
    for kind, read in _READERS.items():
        if isinstance(update.get(kind), dict):
            return read(key, update[kind])
    return _ignored(key, next((kind for kind in update if kind in _FOREIGN_KINDS), "unknown"))


def _parsed(raw: bytes) -> Members:
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnreadableUpdateError("not JSON") from None
    if not isinstance(update, dict):
        raise UnreadableUpdateError("not an object")
    return update


def _ignored(key: str, kind: str, address: ChatAddress | None = None) -> Inbound:
    return Inbound(CHANNEL, key, address, Ignored(kind))


def _read_message(key: str, message: Members) -> Inbound:
    return _in_chat(key, message, _message_event)


def _read_edit(key: str, message: Members) -> Inbound:
    return _in_chat(key, message, _edit_event)


def _read_membership(key: str, change: Members) -> Inbound:
    return _in_chat(key, change, _membership_event)


_READERS: Mapping[str, Callable[[str, Members], Inbound]] = {
    "message": _read_message,
    "edited_message": _read_edit,
    "my_chat_member": _read_membership,
}


def _in_chat(key: str, content: Members, event_of: Callable[[Members], InboundEvent]) -> Inbound:
    chat = member(content, "chat")
    kind = chat.get("type")
    address = _address(chat)
    if kind == "channel":
        return _ignored(key, "channel_post", address)
    private = kind == "private"
    return Inbound(
        channel=CHANNEL,
        dedup_key=key,
        address=address,
        event=event_of(content),
        title=_person(chat) if private else optional_text(chat, "title", MAX_NAME),
        private=private,
    )


def _membership_event(change: Members) -> InboundEvent:
    now = member(change, "new_chat_member")
    status = now.get("status")
    if status == "restricted":
        return ChatReachable(now.get("is_member") is True and now.get("can_send_messages") is True)
    return ChatReachable(status in _PRESENT)


def _message_event(message: Members) -> InboundEvent:
    return _service_event(message) or _words(message, edited_at=None)


def _edit_event(message: Members) -> InboundEvent:
    return _words(message, edited_at=_instant(message, "edit_date" if "edit_date" in message else "date"))


def _service_event(message: Members) -> InboundEvent | None:
    """Return a move of the chat; both service messages of a move have the same effect (one may be lost)."""
    here = _address(member(message, "chat"))
    if whole(message.get("migrate_to_chat_id")):
        return ChatMoved(here, _address(message, "migrate_to_chat_id"))
    if whole(message.get("migrate_from_chat_id")):
        return ChatMoved(_address(message, "migrate_from_chat_id"), here)
    return None


def _words(message: Members, *, edited_at: datetime | None) -> InboundEvent:
    text, files = text_of(message), files_of(message)
    if text is None and not files:
        # Joined, renamed, pinned, a topic opened, or a kind newer than this code.
        return Ignored("service")
    sender = _sender(message)
    if sender is None:
        return Ignored("not_a_person")
    return InboundMessage(
        message_id=str(integer(message, "message_id")),
        sender=sender,
        occurred_at=_instant(message, "date"),
        text=text or "",
        files=files,
        group_key=optional_text(message, "media_group_id", MAX_NAME),
        reply_to=_reply(message),
        forwarded_from=_origin(optional_member(message, "forward_origin")),
        edited_at=edited_at,
        topic=_topic(message),
    )


def _sender(message: Members) -> Sender | None:
    """Return the author; None for other bots and for automatic posts of a linked channel."""
    person = optional_member(message, "from")
    if message.get("is_automatic_forward") is True:
        return None
    if person is None or person.get("id") == GROUP_ANONYMOUS:
        behind = optional_member(message, "sender_chat")
        return Sender(None, None if behind is None else optional_text(behind, "title", MAX_NAME))
    if person.get("is_bot") is True:
        return None
    return Sender(_address(person).text, _person(person))


def _address(holder: Members, name: str = "id") -> ChatAddress:
    """Return the address of a chat or a person."""
    try:
        return ChatAddress(CHANNEL, str(integer(holder, name)))
    except AddressError:
        raise UnreadableUpdateError(f"{name} is not an id of a chat or a person") from None


def _person(person: Members) -> str | None:
    names = (optional_text(person, name, MAX_NAME) for name in ("first_name", "last_name"))
    return " ".join(name for name in names if name)[:MAX_NAME] or None


def _topic(message: Members) -> str | None:
    """Return the topic of a forum; a thread of replies in a plain group has an id too but is not a topic."""
    inside = message.get("is_topic_message") is True and whole(message.get("message_thread_id"))
    return str(message["message_thread_id"]) if inside else None


def _reply(message: Members) -> str | None:
    answered = optional_member(message, "reply_to_message")
    if answered is None or not whole(answered.get("message_id")):
        return None
    opens_topic = answered["message_id"] == message.get("message_thread_id")
    # In a forum every message formally replies to the one that opened its topic.
    return None if message.get("is_topic_message") is True and opens_topic else str(answered["message_id"])


def _origin(origin: Members | None) -> str | None:
    if origin is None:
        return None
    person = optional_member(origin, "sender_user")
    if person is not None:
        return _person(person)
    for holder in ("sender_chat", "chat"):
        chat = optional_member(origin, holder)
        if chat is not None:
            return optional_text(chat, "title", MAX_NAME)
    return optional_text(origin, "sender_user_name", MAX_NAME)


def _instant(holder: Members, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(integer(holder, name), UTC)
    except (OverflowError, OSError, ValueError):
        raise UnreadableUpdateError(f"{name} is out of range") from None
