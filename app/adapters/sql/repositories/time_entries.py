"""The ledger in the database, which also computes the sums."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, func, insert, select, true

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.histories import Histories
from app.adapters.sql.schema.mapping.customers import time_entry_of, time_entry_values
from app.adapters.sql.schema.tables import tickets, time_entries
from app.domain.customers.ledger import TicketMinutes, TimeEntry

_ADD = insert(time_entries).inline()
_GET = select(time_entries).where(time_entries.c.id == bindparam("entry_id"))
_REVERSED = select(func.coalesce(func.sum(time_entries.c.minutes), 0)).where(
    time_entries.c.reverses == bindparam("entry_id")
)
_SUM = func.coalesce(
    func.sum(
        case((time_entries.c.reverses.is_(None), time_entries.c.minutes), else_=-time_entries.c.minutes)
    ),
    0,
)
_COUNTING = (
    time_entries.c.customer_id == bindparam("customer_id"),
    time_entries.c.counts == true(),
    time_entries.c.counted_at >= bindparam("since"),
    time_entries.c.counted_at <= bindparam("until"),
)
USED = select(_SUM).where(*_COUNTING)
_BY_TICKET = (
    select(time_entries.c.ticket_id, tickets.c.number, _SUM.label("minutes"))
    .join(tickets, tickets.c.id == time_entries.c.ticket_id)
    .where(*_COUNTING)
    .group_by(time_entries.c.ticket_id, tickets.c.number)
    .having(_SUM != 0)
    .order_by(tickets.c.number)
)
_HISTORY = Histories(time_entries, time_entry_of)


class SqlTimeEntryRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, entry: TimeEntry) -> None:
        self._connection.execute(_ADD, time_entry_values(entry))

    def get(self, entry_id: str) -> TimeEntry | None:
        row = self._connection.execute(_GET, {"entry_id": entry_id}).first()
        return None if row is None else time_entry_of(row)

    def reversed_minutes(self, entry_id: str) -> int:
        return int(self._connection.scalar(_REVERSED, {"entry_id": entry_id}))

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[TimeEntry]:
        return _HISTORY.page(self._connection, ticket_id, after, limit)

    def minutes_used(self, customer_id: str, since: datetime, until: datetime) -> int:
        wanted = {"customer_id": customer_id, "since": since, "until": until}
        return int(self._connection.scalar(USED, wanted))

    def minutes_by_ticket(
        self, customer_id: str, since: datetime, until: datetime
    ) -> Sequence[TicketMinutes]:
        wanted = {"customer_id": customer_id, "since": since, "until": until}
        rows = self._connection.execute(_BY_TICKET, wanted)
        return [TicketMinutes(row.ticket_id, row.number, int(row.minutes)) for row in rows]
