"""Chats in the database, found by each address that they have had (R12)."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Executable, bindparam, delete, insert, select, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.chats import chat_of, chat_values
from app.adapters.sql.schema.tables import (
    chat_addresses,
    chat_messages,
    chat_paces,
    chats,
    gatherings,
    notices,
    outbox,
    tickets,
    unassigned_chats,
)
from app.domain.chats.address import is_address
from app.domain.chats.chat import Chat

PAGE = 500
"""Chats read by one statement."""

_CHANGING = (
    "customer_id",
    "title",
    "assigned_at",
    "updated_at",
    "version",
    "private",
    "reachable",
    "unreachable_since",
)
_GET = select(chats).where(chats.c.id == bindparam("wanted_id"))
_FIND = (
    select(chats)
    .join(chat_addresses, chat_addresses.c.chat_id == chats.c.id)
    .where(chat_addresses.c.channel == bindparam("channel"))
    .where(chat_addresses.c.address == bindparam("address"))
)
_LOCK = _FIND.with_for_update(of=chats, key_share=True)
_HOLD = _GET.with_for_update(of=chats, key_share=True)
_OF_CUSTOMER = (
    select(chats)
    .where(chats.c.customer_id == bindparam("customer_id"))
    .order_by(chats.c.assigned_at, chats.c.id)
)
_ADDRESSES = select(chats.c.id, chats.c.channel, chats.c.address).order_by(chats.c.id)
_OF_IDS = select(chats).where(chats.c.id.in_(bindparam("ids", expanding=True))).order_by(chats.c.id)
_ADD = insert(chats)
_REMOVE = delete(chats).where(chats.c.id == bindparam("wanted_id"))
_SAVE = (
    update(chats)
    .where(chats.c.id == bindparam("wanted_id"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_SET_ADDRESS = (
    update(chats).where(chats.c.id == bindparam("wanted_id")).values(address=bindparam("present_address"))
)
_GIVE_AWAY = tuple(
    update(table).where(table.c.chat_id == bindparam("stub_id")).values(chat_id=bindparam("kept_id"))
    # Tickets, then the rows that wait for them: the order in which all transactions lock them.
    for table in (tickets, outbox, chat_messages, chat_addresses)
)
_HAS_GATHERING = select(gatherings.c.chat_id).where(gatherings.c.chat_id == bindparam("wanted_id"))
_GIVE_GATHERING = (
    update(gatherings)
    .where(gatherings.c.chat_id == bindparam("stub_id"))
    .values(chat_id=bindparam("kept_id"))
)
_FORGET = tuple(
    delete(table).where(table.c.chat_id == bindparam("stub_id"))
    for table in (gatherings, unassigned_chats, notices, chat_paces)
)


@cache
def _add_address(dialect: Dialect) -> Executable:
    added = dialect.insert_new(chat_addresses, "channel", "address")
    return added.returning(chat_addresses.c.chat_id)


class SqlChatRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def get(self, chat_id: str) -> Chat | None:
        return self._one(_GET, {"wanted_id": chat_id})

    def find(self, channel: str, address: str) -> Chat | None:
        return self._one(_FIND, {"channel": channel, "address": address})

    def lock(self, channel: str, address: str) -> Chat | None:
        return self._one(_LOCK, {"channel": channel, "address": address})

    def lock_by_id(self, chat_id: str) -> Chat | None:
        return self._one(_HOLD, {"wanted_id": chat_id})

    def of_customer(self, customer_id: str) -> Sequence[Chat]:
        rows = self._connection.execute(_OF_CUSTOMER, {"customer_id": customer_id})
        return [chat_of(row) for row in rows]

    def misspelt(self) -> Sequence[Chat]:
        wrong = [
            row.id
            for row in self._connection.execute(_ADDRESSES, {})
            if not is_address(row.channel, row.address)
        ]
        pages = (wrong[start : start + PAGE] for start in range(0, len(wrong), PAGE))
        return [
            chat_of(row) for ids in pages for row in self._connection.execute(_OF_IDS, {"ids": list(ids)})
        ]

    def add(self, chat: Chat) -> bool:
        # The address refers to the chat, so the chat is added first, and removed if it lost the race.
        self._connection.execute(_ADD, chat_values(chat))
        address = {"channel": chat.channel, "address": chat.address, "chat_id": chat.id}
        if self._connection.execute(_add_address(self._dialect), address).first() is not None:
            return True
        self._connection.execute(_REMOVE, {"wanted_id": chat.id})
        return False

    def save(self, chat: Chat) -> None:
        changed = {name: getattr(chat, name) for name in _CHANGING}
        self._connection.execute(_SAVE, {**changed, "wanted_id": chat.id})

    def add_address(self, chat: Chat, address: str) -> bool:
        added = {"channel": chat.channel, "address": address, "chat_id": chat.id}
        return self._connection.execute(_add_address(self._dialect), added).first() is not None

    def set_address(self, chat: Chat) -> None:
        present = {"wanted_id": chat.id, "present_address": chat.address}
        self._connection.execute(_SET_ADDRESS, present)

    def absorb(self, kept: Chat, stub: Chat) -> None:
        both = {"kept_id": kept.id, "stub_id": stub.id}
        for given in _GIVE_AWAY:
            self._connection.execute(given, both)
        if self._connection.execute(_HAS_GATHERING, {"wanted_id": kept.id}).first() is None:
            self._connection.execute(_GIVE_GATHERING, both)
        for forgotten in _FORGET:
            self._connection.execute(forgotten, {"stub_id": stub.id})
        self._connection.execute(_REMOVE, {"wanted_id": stub.id})

    def _one(self, statement: Executable, wanted: Mapping[str, str]) -> Chat | None:
        row = self._connection.execute(statement, wanted).first()
        return None if row is None else chat_of(row)
