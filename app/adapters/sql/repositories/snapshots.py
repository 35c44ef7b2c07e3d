"""The facts by which a submission is decided, in one statement: on PostgreSQL each one is a round trip."""

from datetime import datetime

from sqlalchemy import and_, bindparam, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.calendar import VERSION, SqlCalendarRepository
from app.adapters.sql.repositories.time_entries import USED
from app.adapters.sql.schema.mapping.chats import chat_of
from app.adapters.sql.schema.mapping.customers import customer_of
from app.adapters.sql.schema.tables import chat_addresses, chats, customers
from app.application.ports.customers import CustomerSnapshot

_ADDRESS = and_(
    chat_addresses.c.channel == bindparam("channel"), chat_addresses.c.address == bindparam("address")
)
_ITS_CHAT = and_(chats.c.id == chat_addresses.c.chat_id, chats.c.customer_id == customers.c.id)
_CHAT_COLUMNS = [column.label(f"chat_{column.key}") for column in chats.c]
_FIND = (
    select(
        *customers.c,
        *_CHAT_COLUMNS,
        USED.scalar_subquery().label("minutes_used"),
        VERSION.scalar_subquery().label("calendar_version"),
    )
    .select_from(customers.outerjoin(chat_addresses, _ADDRESS).outerjoin(chats, _ITS_CHAT))
    .where(customers.c.id == bindparam("customer_id"))
)


class _ChatColumns:
    """The columns of the chat in a row that has other columns of the same names."""

    def __init__(self, row: object) -> None:
        self._row = row

    def __getattr__(self, name: str) -> object:
        return getattr(self._row, f"chat_{name}")


class SqlSnapshotRepository:
    def __init__(self, connection: SqlConnection, calendar: SqlCalendarRepository) -> None:
        self._connection = connection
        self._calendar = calendar

    def find(
        self, customer_id: str, channel: str, address: str | None, since: datetime, until: datetime
    ) -> CustomerSnapshot | None:
        wanted = {
            "customer_id": customer_id,
            "channel": channel,
            "address": address,
            "since": since,
            "until": until,
        }
        row = self._connection.execute(_FIND, wanted).first()
        if row is None:
            return None
        return CustomerSnapshot(
            customer=customer_of(row),
            minutes_used=int(row.minutes_used),
            chat=None if row.chat_id is None else chat_of(_ChatColumns(row)),
            calendar=self._calendar.calendar_of(row.calendar_version),
        )
