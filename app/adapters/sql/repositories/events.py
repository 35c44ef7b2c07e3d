"""The history in the database."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, insert, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.histories import Histories
from app.adapters.sql.schema.mapping.tickets import event_of, event_values, step_of
from app.adapters.sql.schema.tables import events
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import Event

_ADD = insert(events).inline()
_STEPS = (
    select(events.c.ticket_id, events.c.at, events.c.type, events.c.actor_kind, events.c.status_to)
    .where(events.c.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(events.c.ticket_id, events.c.sequence)
)
_HISTORY = Histories(events, event_of)


class SqlEventRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, event: Event) -> None:
        self._connection.insert(_ADD, event_values(event))

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Event]:
        return _HISTORY.page(self._connection, ticket_id, after, limit)

    def steps(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Step]]:
        steps: dict[str, list[Step]] = {ticket_id: [] for ticket_id in ticket_ids}
        for row in self._connection.execute(_STEPS, {"ticket_ids": list(steps)}):
            steps[row.ticket_id].append(step_of(row))
        return steps
