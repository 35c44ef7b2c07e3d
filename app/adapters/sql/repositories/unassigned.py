"""Unassigned chats, and the times of the desk's latest notices to a chat, in the database (4.1)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, delete, func, insert, select, text, tuple_, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.chats import chat_of
from app.adapters.sql.schema.tables import (
    GATHERED,
    HELD,
    chat_addresses,
    chat_messages,
    chats,
    inbox,
    notices,
    unassigned_chats,
)
from app.application.ports.inbox import UnassignedChat
from app.domain.sending.part import OutboxKind

_KEY = tuple_(unassigned_chats.c.last_at, unassigned_chats.c.chat_id)
_LAST = tuple_(
    bindparam("last_at", type_=unassigned_chats.c.last_at.type),
    bindparam("last_id", type_=unassigned_chats.c.chat_id.type),
)
_GET = select(unassigned_chats).where(unassigned_chats.c.chat_id == bindparam("chat_id"))
_ADD = insert(unassigned_chats)
_COUNT = (
    update(unassigned_chats)
    .where(unassigned_chats.c.chat_id == bindparam("wanted_chat_id"))
    .values({name: bindparam(name) for name in ("messages", "first_at", "last_at")})
)
_REMOVE = delete(unassigned_chats).where(unassigned_chats.c.chat_id == bindparam("chat_id"))
_ADDRESSES = select(chat_addresses.c.address).where(chat_addresses.c.chat_id == chats.c.id).correlate(chats)
_HELD_UPDATES = (
    select(func.count())
    .select_from(inbox)
    .where(text(f"inbox.{HELD}"), inbox.c.channel == chats.c.channel, inbox.c.address.in_(_ADDRESSES))
    .correlate(chats)
    .scalar_subquery()
)
_GATHERED_MESSAGES = (
    select(func.count())
    .select_from(chat_messages)
    .where(text(f"chat_messages.{GATHERED}"), chat_messages.c.chat_id == chats.c.id)
    .correlate(chats)
    .scalar_subquery()
)
_FIRST = (
    select(
        unassigned_chats.c.messages,
        unassigned_chats.c.first_at,
        unassigned_chats.c.last_at,
        (_HELD_UPDATES + _GATHERED_MESSAGES).label("held"),
        chats,
    )
    .join(chats, chats.c.id == unassigned_chats.c.chat_id)
    .order_by(unassigned_chats.c.last_at.desc(), unassigned_chats.c.chat_id.desc())
    .limit(bindparam("limit"))
)
_NEXT = _FIRST.where(_KEY < _LAST)
_TELL_AGAIN = (
    update(notices)
    .where(notices.c.chat_id == bindparam("wanted_chat_id"))
    .where(notices.c.kind == bindparam("wanted_kind"), notices.c.subject == bindparam("wanted_subject"))
    .where(notices.c.told_at <= bindparam("unless_since"))
    .values(told_at=bindparam("at"))
)
_FORGET = delete(notices).where(
    notices.c.chat_id == bindparam("chat_id"),
    notices.c.kind == bindparam("kind"),
    notices.c.subject == bindparam("subject"),
)


@cache
def _tell_first(dialect: Dialect) -> Executable:
    return dialect.insert_new(notices, "chat_id", "kind", "subject").returning(notices.c.told_at)


class SqlUnassignedChatRepository:
    """The list of unassigned chats; the caller locks a chat, so that its count has one writer."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def count(self, chat_id: str, at: datetime, messages: int = 1) -> None:
        known = self._connection.execute(_GET, {"chat_id": chat_id}).first()
        if known is None:
            counted = {"chat_id": chat_id, "messages": messages, "first_at": at, "last_at": at}
            self._connection.execute(_ADD, counted)
            return
        counted = {
            "wanted_chat_id": chat_id,
            "messages": known.messages + messages,
            "first_at": min(known.first_at, at),
            "last_at": max(known.last_at, at),
        }
        self._connection.execute(_COUNT, counted)

    def merge(self, kept_id: str, stub_id: str) -> None:
        stub = self._connection.execute(_GET, {"chat_id": stub_id}).first()
        if stub is not None:
            self.count(kept_id, stub.first_at, stub.messages)
            self.count(kept_id, stub.last_at, 0)

    def remove(self, chat_id: str) -> None:
        self._connection.execute(_REMOVE, {"chat_id": chat_id})

    def page(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[UnassignedChat]:
        last_at, last_id = after or (None, None)
        wanted = {"last_at": last_at, "last_id": last_id, "limit": limit}
        rows = self._connection.execute(_FIRST if after is None else _NEXT, wanted)
        return [
            UnassignedChat(chat_of(row), row.messages, row.first_at, row.last_at, row.held) for row in rows
        ]


class SqlNoticeRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def claim(
        self, chat_id: str, kind: OutboxKind, subject: str, at: datetime, *, unless_since: datetime
    ) -> bool:
        told = {"chat_id": chat_id, "kind": kind.value, "subject": subject, "told_at": at}
        if self._connection.execute(_tell_first(self._dialect), told).first() is not None:
            return True
        again = {
            "wanted_chat_id": chat_id,
            "wanted_kind": kind.value,
            "wanted_subject": subject,
            "unless_since": unless_since,
            "at": at,
        }
        return self._connection.change(_TELL_AGAIN, again) == 1

    def forget(self, chat_id: str, kind: OutboxKind, subject: str) -> None:
        said = {"chat_id": chat_id, "kind": kind.value, "subject": subject}
        self._connection.execute(_FORGET, said)
