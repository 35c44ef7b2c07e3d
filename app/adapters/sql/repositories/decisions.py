"""Decisions in the database."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, insert, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.histories import Histories
from app.adapters.sql.schema.mapping.tickets import decision_record_of, decision_record_values
from app.adapters.sql.schema.tables import rulings
from app.domain.regulation.decision_record import DecisionRecord

_ADD = insert(rulings).inline()
_later = rulings.alias("later")
_LATEST = select(rulings).where(
    rulings.c.ticket_id.in_(bindparam("ticket_ids", expanding=True)),
    rulings.c.sequence
    == select(_later.c.sequence)
    .where(_later.c.ticket_id == rulings.c.ticket_id)
    .order_by(_later.c.sequence.desc())
    .limit(1)
    .scalar_subquery(),
)
_HISTORY = Histories(rulings, decision_record_of)


class SqlDecisionRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, recorded: DecisionRecord) -> None:
        self._connection.insert(_ADD, decision_record_values(recorded))

    def latest(self, ticket_ids: Collection[str]) -> Mapping[str, DecisionRecord]:
        rows = self._connection.execute(_LATEST, {"ticket_ids": list(ticket_ids)})
        return {row.ticket_id: decision_record_of(row) for row in rows}

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[DecisionRecord]:
        return _HISTORY.page(self._connection, ticket_id, after, limit)
