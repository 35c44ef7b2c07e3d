"""Conversations and the outbox in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, text, tuple_, update

from app.adapters.sql.connection import SqlConnection
from app.adapters.sql.mapping import message_of, message_values, outbox_message_of, outbox_values
from app.adapters.sql.repositories.histories import Histories
from app.adapters.sql.tables import STILL_TO_SEND, messages, outbox
from app.domain.message import DeliveryState, Message, MessageAuthor, OutboxMessage

_ADD = insert(messages).inline()
_LAST_AT = select(func.max(messages.c.created_at)).where(messages.c.ticket_id == bindparam("ticket_id"))
_OF_TICKET = messages.c.ticket_id == bindparam("wanted_ticket_id")
_GET = select(messages).where(_OF_TICKET, messages.c.id == bindparam("wanted_id"))
_SAVE = (
    update(messages)
    .where(_OF_TICKET, messages.c.id == bindparam("wanted_id"))
    .values({name: bindparam(name) for name in ("text", "revisions", "revoked_at")})
)
_LATEST_OF = (
    select(messages)
    .where(_OF_TICKET, messages.c.author == bindparam("author"))
    .order_by(messages.c.sequence.desc())
    .limit(1)
)
_HISTORY = Histories(messages, message_of)

_WAITS = text(STILL_TO_SEND)
_CANCELLED = DeliveryState.CANCELLED.value
_QUEUE = insert(outbox)
_WAITING_OF_TICKET = (
    select(outbox).where(_WAITS, outbox.c.ticket_id == bindparam("ticket_id")).order_by(outbox.c.id)
)
_WAITING_OF_CHAT = select(outbox.c.ticket_id, outbox.c.message_id).where(
    _WAITS, outbox.c.chat_id == bindparam("wanted_chat_id"), outbox.c.message_id.is_not(None)
)
_CANCEL_MESSAGES = (
    update(messages)
    .where(tuple_(messages.c.ticket_id, messages.c.id).in_(_WAITING_OF_CHAT))
    .values(delivery_state=_CANCELLED, delivery_at=bindparam("cancelled_at"))
)
_CANCEL = (
    update(outbox)
    .where(_WAITS, outbox.c.chat_id == bindparam("wanted_chat_id"))
    .values(state=_CANCELLED, state_at=bindparam("cancelled_at"))
)


class SqlMessageRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, message: Message) -> None:
        self._connection.insert(_ADD, message_values(message))

    def get(self, ticket_id: str, message_id: str) -> Message | None:
        wanted = {"wanted_ticket_id": ticket_id, "wanted_id": message_id}
        row = self._connection.execute(_GET, wanted).first()
        return None if row is None else message_of(row)

    def save(self, message: Message) -> None:
        values = message_values(message)
        changed = {name: values[name] for name in ("text", "revisions", "revoked_at")}
        wanted = {"wanted_ticket_id": message.ticket_id, "wanted_id": message.id}
        self._connection.execute(_SAVE, {**changed, **wanted})

    def latest_of(self, ticket_id: str, author: MessageAuthor) -> Message | None:
        wanted = {"wanted_ticket_id": ticket_id, "author": author.value}
        row = self._connection.execute(_LATEST_OF, wanted).first()
        return None if row is None else message_of(row)

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Message]:
        return _HISTORY.page(self._connection, ticket_id, after, limit)

    def last_at(self, ticket_id: str) -> datetime | None:
        at: datetime | None = self._connection.scalar(_LAST_AT, {"ticket_id": ticket_id})
        return at


class SqlOutboxRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, message: OutboxMessage) -> None:
        self._connection.insert(_QUEUE, outbox_values(message))

    def cancel(self, chat_id: str, at: datetime) -> None:
        wanted = {"wanted_chat_id": chat_id, "cancelled_at": at}
        self._connection.execute(_CANCEL_MESSAGES, wanted)
        self._connection.execute(_CANCEL, wanted)

    def of_ticket(self, ticket_id: str) -> Sequence[OutboxMessage]:
        rows = self._connection.execute(_WAITING_OF_TICKET, {"ticket_id": ticket_id})
        return [outbox_message_of(row) for row in rows]
