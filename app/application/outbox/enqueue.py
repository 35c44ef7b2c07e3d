"""Stores messages in the outbox, in the transaction that causes them: one row per part."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.application.stamp import WriteContext
from app.domain.chats.chat import Chat
from app.domain.sending.part import OutboxKind, OutboxMessage
from app.domain.sending.splitting import split_text

NOTICE_DELAY = timedelta(seconds=2)
"""Time for which a notice waits for a newer one that replaces it: ten photos change a decision once."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """The ticket and the message to which an outgoing text belongs, the message it answers, and its topic."""

    ticket_id: str | None = None
    message_id: str | None = None
    reply_to: str | None = None
    topic: str | None = None


def enqueue(
    writing: WriteContext,
    chat: Chat,
    kind: OutboxKind,
    text: str,
    concerns: Concerns,
    *,
    not_before: datetime | None = None,
) -> None:
    """Store a text for the relay, in parts if it is too long for one message; only the first is a reply."""
    texts = split_text(text)
    whole_id = writing.ids.next()
    for part, words in enumerate(texts, start=1):
        writing.uow.outbox.add(
            OutboxMessage(
                id=whole_id,
                chat_id=chat.id,
                customer_id=chat.customer_id,
                ticket_id=concerns.ticket_id,
                message_id=concerns.message_id,
                kind=kind,
                text=words,
                created_at=writing.now,
                state_at=writing.now,
                part=part,
                parts=len(texts),
                reply_to=concerns.reply_to if part == 1 else None,
                not_before=not_before,
                topic=concerns.topic,
            )
        )


def notify_chat(
    writing: WriteContext,
    chat: Chat,
    kind: OutboxKind,
    text: str,
    *,
    ticket_id: str | None = None,
    topic: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Store an automatic message for the relay."""
    enqueue(writing, chat, kind, text, Concerns(ticket_id, topic=topic), not_before=not_before)
