"""Sends a notice at most once a day that every message of a chat would otherwise cause.

A day is 24 hours here: with calendar days, midnight could cause two notices within a minute. The request for
a text without obscenity (`ask_to_reword`) counts Moscow days instead, and keeps the day on the ticket: the
acknowledgement, which may contain the same request, is stored with the same row.
"""

from datetime import datetime, timedelta

from app.application.outbox.enqueue import notify_chat
from app.application.ports.store import UnitOfWork
from app.application.stamp import WriteContext
from app.domain.chats.chat import Chat
from app.domain.sending.part import OutboxKind

ONCE_A = timedelta(days=1)
AT_ONCE = timedelta()
TOLD_ONCE = frozenset({OutboxKind.UNASSIGNED_NOTICE, OutboxKind.TEXT_REQUEST, OutboxKind.FILE_TOO_LARGE})


def tell_once_a_day(
    writing: WriteContext,
    chat: Chat,
    kind: OutboxKind,
    text: str,
    *,
    ticket_id: str | None = None,
    topic: str | None = None,
    delay: timedelta = AT_ONCE,
) -> None:
    """Send a notice, unless this chat got it about this ticket within a day."""
    since = writing.now - ONCE_A
    if writing.uow.notices.claim(chat.id, kind, ticket_id or "", writing.now, unless_since=since):
        later = writing.now + delay
        notify_chat(writing, chat, kind, text, ticket_id=ticket_id, topic=topic, not_before=later)


def cancel_waiting(uow: UnitOfWork, chat_id: str, at: datetime, *, for_nobody: bool = False) -> None:
    """Cancel the waiting parts of a chat; a cancelled notice does not count as sent.

    `for_nobody` confines this to parts that were written while the chat was unassigned.
    """
    for kind, ticket_id in uow.outbox.cancel(chat_id, at, for_nobody=for_nobody):
        if kind in TOLD_ONCE:
            uow.notices.forget(chat_id, kind, ticket_id or "")
