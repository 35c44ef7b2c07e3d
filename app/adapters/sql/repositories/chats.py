"""Chats in the database, found by every address that they have had (R12)."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, delete, insert, select, update

from app.adapters.sql.dialect import Dialect
from app.adapters.sql.mapping import chat_of, chat_values
from app.adapters.sql.tables import chat_addresses, chats
from app.domain.chat import Chat

_GET = select(chats).where(chats.c.id == bindparam("wanted_id"))
_FIND = (
    select(chats)
    .join(chat_addresses, chat_addresses.c.chat_id == chats.c.id)
    .where(chat_addresses.c.channel == bindparam("channel"))
    .where(chat_addresses.c.address == bindparam("address"))
)
_LOCK = _FIND.with_for_update(of=chats, key_share=True)
_OF_CUSTOMER = (
    select(chats)
    .where(chats.c.customer_id == bindparam("customer_id"))
    .order_by(chats.c.assigned_at, chats.c.id)
)
_ADD = insert(chats)
_REMOVE = delete(chats).where(chats.c.id == bindparam("wanted_id"))
_SAVE = (
    update(chats)
    .where(chats.c.id == bindparam("wanted_id"))
    .values(
        {name: bindparam(name) for name in ("customer_id", "title", "assigned_at", "updated_at", "version")}
        | {name: bindparam(name) for name in ("private", "reachable")}
    )
)
_GO_ON = update(chats).where(chats.c.id == bindparam("wanted_id")).values(address=bindparam("new_address"))


@cache
def _add_address(dialect: Dialect) -> Executable:
    added = dialect.insert_new(chat_addresses, "channel", "address")
    return added.returning(chat_addresses.c.chat_id)


class SqlChatRepository:
    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def get(self, chat_id: str) -> Chat | None:
        return self._one(_GET, {"wanted_id": chat_id})

    def find(self, channel: str, address: str) -> Chat | None:
        return self._one(_FIND, {"channel": channel, "address": address})

    def lock(self, channel: str, address: str) -> Chat | None:
        return self._one(_LOCK, {"channel": channel, "address": address})

    def of_customer(self, customer_id: str) -> Sequence[Chat]:
        rows = self._connection.execute(_OF_CUSTOMER, {"customer_id": customer_id})
        return [chat_of(row) for row in rows]

    def add(self, chat: Chat) -> bool:
        # The address refers to the chat, so the chat goes in first, and out again if it lost the race.
        self._connection.execute(_ADD, chat_values(chat))
        address = {"channel": chat.channel, "address": chat.address, "chat_id": chat.id}
        if self._connection.execute(_add_address(self._dialect), address).first() is not None:
            return True
        self._connection.execute(_REMOVE, {"wanted_id": chat.id})
        return False

    def save(self, chat: Chat) -> None:
        changed = {
            "wanted_id": chat.id,
            "customer_id": chat.customer_id,
            "title": chat.title,
            "assigned_at": chat.assigned_at,
            "updated_at": chat.updated_at,
            "version": chat.version,
            "private": chat.private,
            "reachable": chat.reachable,
        }
        self._connection.execute(_SAVE, changed)

    def add_address(self, chat_id: str, channel: str, address: str) -> bool:
        added = {"channel": channel, "address": address, "chat_id": chat_id}
        if self._connection.execute(_add_address(self._dialect), added).first() is None:
            return False
        self._connection.execute(_GO_ON, {"wanted_id": chat_id, "new_address": address})
        return True

    def _one(self, statement: Executable, wanted: Mapping[str, str]) -> Chat | None:
        row = self._connection.execute(statement, wanted).first()
        return None if row is None else chat_of(row)
