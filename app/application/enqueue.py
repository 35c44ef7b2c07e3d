"""Puts messages into the outbox, in the transaction that causes them."""

from app.application.history import Writing
from app.domain.chat import Chat
from app.domain.message import OutboxKind, OutboxMessage


def notify_chat(
    writing: Writing, chat: Chat, kind: OutboxKind, text: str, *, ticket_id: str | None = None
) -> None:
    """Let the desk's own words wait for the relay."""
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
