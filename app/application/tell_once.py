"""Tells a chat now and then only what it would otherwise be told with every message."""

from datetime import timedelta

from app.application.enqueue import notify_chat
from app.application.history import Writing
from app.domain.chat import Chat
from app.domain.message import OutboxKind

ONCE_A = timedelta(days=1)
AT_ONCE = timedelta()


def tell_once_a_day(
    writing: Writing,
    chat: Chat,
    kind: OutboxKind,
    text: str,
    *,
    ticket_id: str | None = None,
    delay: timedelta = AT_ONCE,
) -> None:
    """Tell it unless it was told in this chat, about this ticket, within a day."""
    since = writing.now - ONCE_A
    if writing.uow.notices.claim(chat.id, kind, ticket_id or "", writing.now, unless_since=since):
        notify_chat(writing, chat, kind, text, ticket_id=ticket_id, not_before=writing.now + delay)
