"""Holds the first messages of an unassigned chat until it is assigned, and counts all (4.1)."""

from datetime import datetime, timedelta

from app.application.outbox.tell_once import tell_once_a_day
from app.application.stamp import WriteContext
from app.domain.chats.chat import Chat
from app.domain.sending.part import OutboxKind
from app.domain.wording.customer import UNASSIGNED

NEWS_OF_A_MOVE = timedelta(seconds=30)
"""Delay of the notice: the first messages of a supergroup may arrive before the news of its move (R12)."""

MOST_HELD = 1_000
"""Held updates per chat: further messages are counted, and dropped."""


def hold_message(
    writing: WriteContext, chat: Chat, at: datetime, messages: int = 1, *, topic: str | None = None
) -> None:
    """Count messages of an unassigned chat, and explain there once a day how the chat is connected."""
    writing.uow.unassigned_chats.count(chat.id, at, messages)
    kind = OutboxKind.UNASSIGNED_NOTICE
    tell_once_a_day(writing, chat, kind, UNASSIGNED, topic=topic, delay=NEWS_OF_A_MOVE)


def has_room(writing: WriteContext, chat: Chat) -> bool:
    """Check whether one more update of an unassigned chat may be held."""
    return writing.uow.inbox.held_of(chat.id) < MOST_HELD
