"""The state of channels, the pace of their chats, and the heartbeats of relays, in the database."""

from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, func, select, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.outbox import channel_of, channel_values
from app.adapters.sql.schema.tables import channels, chat_paces, chats, relays
from app.application.ports.outbox import ChannelState

_FIND = select(channels).where(channels.c.channel == bindparam("wanted"))
_LOCK = _FIND.with_for_update(key_share=True)
_SAVE = (
    update(channels)
    .where(channels.c.channel == bindparam("wanted"))
    .values({column.name: bindparam(column.name) for column in channels.c if column.name != "channel"})
)
_PACE = select(chat_paces).where(chat_paces.c.chat_id == bindparam("wanted")).with_for_update()
_REST = (
    update(chat_paces)
    .where(chat_paces.c.chat_id == bindparam("wanted"))
    .values(next_at=bindparam("next_at"), throttled_until=bindparam("throttled_until"))
)
_THROTTLED = (
    select(func.count())
    .select_from(chat_paces.join(chats, chats.c.id == chat_paces.c.chat_id))
    .where(chat_paces.c.channel == bindparam("wanted"), chat_paces.c.throttled_until > bindparam("now"))
    .where(chats.c.customer_id.is_not(None))
)
_LAST_BEAT = select(func.max(relays.c.beat_at))


@cache
def _add(dialect: Dialect) -> Executable:
    return dialect.insert_new(channels, "channel")


@cache
def _add_pace(dialect: Dialect) -> Executable:
    return dialect.insert_new(chat_paces, "chat_id").returning(chat_paces.c.chat_id)


@cache
def _beat(dialect: Dialect) -> Executable:
    return dialect.insert_or_replace(relays, "name")


class SqlChannelRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def lock(self, channel: str) -> ChannelState:
        row = self._connection.execute(_LOCK, {"wanted": channel}).first()
        if row is None:
            self._connection.execute(_add(self._dialect), channel_values(ChannelState(channel)))
            row = self._connection.execute(_LOCK, {"wanted": channel}).first()
        return channel_of(row)

    def find(self, channel: str) -> ChannelState:
        row = self._connection.execute(_FIND, {"wanted": channel}).first()
        return ChannelState(channel) if row is None else channel_of(row)

    def save(self, state: ChannelState) -> None:
        values = channel_values(state)
        self._connection.execute(_SAVE, {**values, "wanted": values.pop("channel")})

    def rest(self, chat_id: str, channel: str, until: datetime, *, throttled: bool = False) -> None:
        throttled_until = until if throttled else None
        pace = {
            "chat_id": chat_id,
            "channel": channel,
            "next_at": until,
            "throttled_until": throttled_until,
        }
        if self._connection.execute(_add_pace(self._dialect), pace).first() is not None:
            return
        known = self._connection.execute(_PACE, {"wanted": chat_id}).first()
        longer = {
            "wanted": chat_id,
            "next_at": max(until, known.next_at),
            "throttled_until": throttled_until or known.throttled_until,
        }
        self._connection.execute(_REST, longer)

    def throttled_chats(self, channel: str, now: datetime) -> int:
        count: int | None = self._connection.scalar(_THROTTLED, {"wanted": channel, "now": now})
        return count or 0

    def beat(self, relay: str, at: datetime) -> None:
        self._connection.execute(_beat(self._dialect), {"name": relay, "beat_at": at})

    def last_beat(self) -> datetime | None:
        at: datetime | None = self._connection.scalar(_LAST_BEAT)
        return at
