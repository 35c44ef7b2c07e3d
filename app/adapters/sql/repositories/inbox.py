"""The inbox in the database: each chat's updates are taken in turn, by one worker at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, and_, bindparam, func, select, text, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.purges import purge, purge_of
from app.adapters.sql.schema.mapping.inbox import NO_CHAT, inbox_item_of, update_values
from app.adapters.sql.schema.tables import DONE, HELD, IN_TURN, PARKED, chat_addresses, chats, inbox
from app.application.ports.inbox import ChatKey, InboxSummary
from app.domain.chats.inbox import InboxItem, InboxState, ReceivedUpdate

_WAITS, _HELD, _PARKED, _DONE = text(IN_TURN), text(HELD), text(PARKED), text(DONE)
_CONDITIONS = {
    InboxState.PENDING: _WAITS,
    InboxState.HELD: _HELD,
    InboxState.PARKED: _PARKED,
    InboxState.DONE: _DONE,
}
_PENDING = InboxState.PENDING.value

_first_of_chat = (
    select(func.min(inbox.c.sequence).label("sequence"))
    .where(_WAITS)
    .group_by(inbox.c.channel, inbox.c.address)
    .subquery("first_of_chat")
)
_FIRST_ONES = select(inbox).join(_first_of_chat, _first_of_chat.c.sequence == inbox.c.sequence)
_of_address = and_(chat_addresses.c.channel == inbox.c.channel, chat_addresses.c.address == inbox.c.address)
_DUE = (
    _FIRST_ONES.outerjoin(chat_addresses, _of_address)
    .outerjoin(chats, chats.c.id == chat_addresses.c.chat_id)
    .with_only_columns(inbox.c.channel, inbox.c.address)
    .where(inbox.c.due_at <= bindparam("now"))
    .order_by(chats.c.customer_id.is_(None), inbox.c.sequence)
    .limit(bindparam("limit"))
)
_NEXT_DUE_AT = _FIRST_ONES.with_only_columns(func.min(inbox.c.due_at))
_OF_CHAT = inbox.c.channel == bindparam("channel"), inbox.c.address == bindparam("address")
_WAITING = select(inbox).where(_WAITS, *_OF_CHAT).order_by(inbox.c.sequence).limit(bindparam("limit"))
_earlier = inbox.alias("earlier")
_TAKE = (
    select(inbox)
    .where(inbox.c.sequence == bindparam("sequence"))
    .where(text("inbox.state = 'pending'"))
    .where(
        ~select(_earlier.c.sequence)
        .where(text("earlier.state = 'pending'"))
        .where(_earlier.c.channel == inbox.c.channel, _earlier.c.address == inbox.c.address)
        .where(_earlier.c.sequence < inbox.c.sequence)
        .exists()
    )
    .with_for_update(of=inbox, skip_locked=True)
)
_SETTLE = (
    update(inbox)
    .where(inbox.c.sequence == bindparam("wanted_sequence"))
    .values({name: bindparam(name) for name in ("state", "attempts", "due_at", "error", "done_at")})
)
_ADDRESSES = select(chat_addresses.c.address).where(chat_addresses.c.chat_id == bindparam("chat_id"))
_CHANNEL = select(chats.c.channel).where(chats.c.id == bindparam("chat_id")).scalar_subquery()
_ANEW = {"state": _PENDING, "attempts": 0, "due_at": bindparam("at"), "error": None}
_RELEASE = (
    update(inbox).where(_HELD, inbox.c.channel == _CHANNEL, inbox.c.address.in_(_ADDRESSES)).values(_ANEW)
)
_HELD_OF = (
    select(func.count())
    .select_from(inbox)
    .where(_HELD, inbox.c.channel == _CHANNEL, inbox.c.address.in_(_ADDRESSES))
)
_REPLAY_ALL = update(inbox).where(_PARKED).values(_ANEW)
_REPLAY = _REPLAY_ALL.where(inbox.c.sequence.in_(bindparam("sequences", expanding=True)))
_COUNT = {
    state: select(func.count()).select_from(inbox).where(condition)
    for state, condition in _CONDITIONS.items()
    if state is not InboxState.DONE
}
_OLDEST = select(func.min(inbox.c.received_at)).where(_WAITS)
_PURGE = purge_of(inbox, inbox.c.done_at, _DONE)
_PURGE_HELD = purge_of(inbox, inbox.c.received_at, _HELD)


@cache
def _add(dialect: Dialect) -> Executable:
    return dialect.insert_new(inbox, "channel", "dedup_key").returning(inbox.c.sequence)


@cache
def _of_state(state: InboxState) -> Executable:
    return (
        select(inbox)
        .where(_CONDITIONS[state], inbox.c.sequence > bindparam("after"))
        .order_by(inbox.c.sequence)
        .limit(bindparam("limit"))
    )


class SqlInboxRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def add(self, update: ReceivedUpdate) -> bool:
        return self._connection.execute(_add(self._dialect), update_values(update)).first() is not None

    def due(self, now: datetime, limit: int) -> Sequence[ChatKey]:
        rows = self._connection.execute(_DUE, {"now": now, "limit": limit})
        return [ChatKey(row.channel, row.address or None) for row in rows]

    def next_due_at(self) -> datetime | None:
        at: datetime | None = self._connection.scalar(_NEXT_DUE_AT)
        return at

    def waiting(self, chat: ChatKey, limit: int) -> Sequence[InboxItem]:
        wanted = {"channel": chat.channel, "address": chat.address or NO_CHAT, "limit": limit}
        return [inbox_item_of(row) for row in self._connection.execute(_WAITING, wanted)]

    def take(self, item: InboxItem) -> InboxItem | None:
        row = self._connection.execute(_TAKE, {"sequence": item.sequence}).first()
        return None if row is None else inbox_item_of(row)

    def settle(self, item: InboxItem) -> None:
        settled = {
            "wanted_sequence": item.sequence,
            "state": item.state.value,
            "attempts": item.attempts,
            "due_at": item.due_at,
            "error": item.error,
            "done_at": item.done_at,
        }
        self._connection.execute(_SETTLE, settled)

    def release(self, chat_id: str, at: datetime) -> int:
        return self._connection.change(_RELEASE, {"chat_id": chat_id, "at": at})

    def held_of(self, chat_id: str) -> int:
        count: int = self._connection.scalar(_HELD_OF, {"chat_id": chat_id})
        return count

    def replay(self, sequences: Collection[int] | None, at: datetime) -> int:
        if sequences is None:
            return self._connection.change(_REPLAY_ALL, {"at": at})
        return self._connection.change(_REPLAY, {"sequences": list(sequences), "at": at})

    def of_state(self, state: InboxState, *, after: int, limit: int) -> Sequence[InboxItem]:
        rows = self._connection.execute(_of_state(state), {"after": after, "limit": limit})
        return [inbox_item_of(row) for row in rows]

    def summary(self) -> InboxSummary:
        counts: dict[InboxState, int] = {
            state: self._connection.scalar(count) or 0 for state, count in _COUNT.items()
        }
        return InboxSummary(counts, self._connection.scalar(_OLDEST))

    def purge(self, *, before: datetime, limit: int) -> int:
        return purge(self._connection, _PURGE, before, limit)

    def purge_held(self, *, before: datetime, limit: int) -> int:
        return purge(self._connection, _PURGE_HELD, before, limit)
