"""Conversations in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.histories import Histories
from app.adapters.sql.schema.mapping.tickets import delivery_values, message_of, message_values
from app.adapters.sql.schema.tables import messages
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor

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

_DELIVERY = (
    update(messages)
    .where(messages.c.ticket_id == bindparam("of_ticket_id"), messages.c.id == bindparam("wanted_id"))
    .values({n: bindparam(n) for n in ("delivery_state", "delivery_at", "delivery_error")})
)
_SENT = _DELIVERY.values(sent_at=bindparam("delivery_at", type_=messages.c.sent_at.type))


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

    def set_delivery(self, ticket_id: str, message_id: str, delivery: Delivery) -> None:
        statement = _SENT if delivery.state is DeliveryState.SENT else _DELIVERY
        told = {"of_ticket_id": ticket_id, "wanted_id": message_id, **delivery_values(delivery)}
        self._connection.execute(statement, told)
