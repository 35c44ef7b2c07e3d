"""Messages of chats, and submissions in the making, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, delete, func, select, text, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.chats import (
    changing_chat_message_values,
    chat_message_of,
    chat_message_values,
    gathering_of,
    gathering_values,
)
from app.adapters.sql.schema.tables import GATHERED, IN_ALBUM, chat_messages, gatherings
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind, sent_by_desk
from app.domain.chats.gathering import Gathering

_IDENTITY = ("channel", "address", "external_id")
_IS_THE_ONE = [chat_messages.c[name] == bindparam(f"wanted_{name}") for name in _IDENTITY]
_OF_CHAT = chat_messages.c.chat_id == bindparam("chat_id")
_FIND = select(chat_messages).where(*_IS_THE_ONE)
_SAVE = update(chat_messages).where(*_IS_THE_ONE)
_GATHERED = (
    select(chat_messages)
    .where(text(GATHERED), _OF_CHAT)
    .order_by(chat_messages.c.occurred_at, chat_messages.c.sequence)
)
_OF_ALBUM = (
    select(chat_messages)
    .where(text(IN_ALBUM), _OF_CHAT, chat_messages.c.group_key == bindparam("group_key"))
    .order_by(chat_messages.c.sequence)
    .limit(1)
)
_LATEST = (
    select(chat_messages)
    .where(_OF_CHAT)
    .order_by(chat_messages.c.occurred_at.desc(), chat_messages.c.sequence.desc())
    .limit(1)
)
_LATEST_OF_KIND = _LATEST.where(chat_messages.c.kind == bindparam("kind"))

_GATHERING = select(gatherings).where(gatherings.c.chat_id == bindparam("chat_id"))
_REMOVE_GATHERING = delete(gatherings).where(gatherings.c.chat_id == bindparam("chat_id"))
_DUE = (
    select(gatherings)
    .where(gatherings.c.closes_at <= bindparam("now"))
    .order_by(gatherings.c.closes_at)
    .limit(bindparam("limit"))
)
_NEXT_AT = select(func.min(gatherings.c.closes_at))
_WAKE = (
    update(gatherings)
    .where(gatherings.c.chat_id == bindparam("wanted_chat_id"), gatherings.c.closes_at.is_(None))
    .values(closes_at=bindparam("at"))
)


@cache
def _add(dialect: Dialect) -> Executable:
    return dialect.insert_new(chat_messages, *_IDENTITY).returning(chat_messages.c.sequence)


@cache
def _save_gathering(dialect: Dialect) -> Executable:
    return dialect.insert_or_replace(gatherings, "chat_id")


class SqlChatMessageRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def find(self, channel: str, address: str, external_id: str) -> ChatMessage | None:
        return self._one(_FIND, _wanted(channel, address, external_id))

    def add(self, message: ChatMessage) -> bool:
        values = chat_message_values(message)
        return self._connection.execute(_add(self._dialect), values).first() is not None

    def save(self, message: ChatMessage) -> None:
        wanted = _wanted(message.channel, message.address, message.external_id)
        self._connection.execute(_SAVE, {**changing_chat_message_values(message), **wanted})

    def gathered(self, chat_id: str) -> Sequence[ChatMessage]:
        rows = self._connection.execute(_GATHERED, {"chat_id": chat_id})
        return [chat_message_of(row) for row in rows]

    def of_album(self, chat_id: str, group_key: str) -> ChatMessage | None:
        return self._one(_OF_ALBUM, {"chat_id": chat_id, "group_key": group_key})

    def latest(self, chat_id: str, kind: ChatMessageKind | None = None) -> ChatMessage | None:
        if kind is None:
            return self._one(_LATEST, {"chat_id": chat_id})
        return self._one(_LATEST_OF_KIND, {"chat_id": chat_id, "kind": kind.value})

    def add_sent(
        self,
        channel: str,
        address: str,
        external_id: str,
        *,
        chat_id: str,
        ticket_id: str | None,
        message_id: str | None,
        at: datetime,
    ) -> None:
        self.add(
            sent_by_desk(
                channel,
                address,
                external_id,
                chat_id=chat_id,
                ticket_id=ticket_id,
                message_id=message_id,
                at=at,
            )
        )

    def _one(self, statement: Executable, wanted: Mapping[str, Any]) -> ChatMessage | None:
        row = self._connection.execute(statement, wanted).first()
        return None if row is None else chat_message_of(row)


def _wanted(channel: str, address: str, external_id: str) -> dict[str, str]:
    return {"wanted_channel": channel, "wanted_address": address, "wanted_external_id": external_id}


class SqlGatheringRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def get(self, chat_id: str) -> Gathering | None:
        row = self._connection.execute(_GATHERING, {"chat_id": chat_id}).first()
        return None if row is None else gathering_of(row)

    def save(self, gathering: Gathering) -> None:
        self._connection.execute(_save_gathering(self._dialect), gathering_values(gathering))

    def remove(self, chat_id: str) -> None:
        self._connection.execute(_REMOVE_GATHERING, {"chat_id": chat_id})

    def due(self, now: datetime, limit: int) -> Sequence[Gathering]:
        rows = self._connection.execute(_DUE, {"now": now, "limit": limit})
        return [gathering_of(row) for row in rows]

    def next_at(self) -> datetime | None:
        at: datetime | None = self._connection.scalar(_NEXT_AT)
        return at

    def wake(self, chat_id: str, at: datetime) -> None:
        self._connection.execute(_WAKE, {"wanted_chat_id": chat_id, "at": at})
