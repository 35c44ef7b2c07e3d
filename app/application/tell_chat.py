"""Lets the desk say something in a chat by itself, in the transaction that causes it."""

from datetime import timedelta

from app.application.history import Writing
from app.domain.chat import Chat
from app.domain.message import OutboxKind, OutboxMessage

ONCE_A = timedelta(days=1)
"""How often at most what is said now and then only."""


def tell_chat(
    writing: Writing, chat: Chat, kind: OutboxKind, text: str, *, ticket_id: str | None = None
) -> None:
    """Let a text wait for the relay."""
    writing.uow.outbox.add(
        OutboxMessage(
            id=writing.ids.next(),
            chat_id=chat.id,
            ticket_id=ticket_id,
            message_id=None,
            kind=kind,
            text=text,
            created_at=writing.now,
        )
    )


def tell_once_a_day(
    writing: Writing, chat: Chat, kind: OutboxKind, text: str, *, ticket_id: str | None = None
) -> None:
    """Tell it unless it was told in this chat, about this ticket, within a day."""
    since = writing.now - ONCE_A
    if writing.uow.notices.claim(chat.id, kind, ticket_id or "", writing.now, unless_since=since):
        tell_chat(writing, chat, kind, text, ticket_id=ticket_id)
