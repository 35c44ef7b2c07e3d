"""Decisions in the database."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, insert, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.histories import Histories
from app.adapters.sql.schema.mapping import ruling_of, ruling_values
from app.adapters.sql.schema.tables import rulings
from app.domain.regulation.ruling import Ruling

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
_HISTORY = Histories(rulings, ruling_of)


class SqlRulingRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, ruling: Ruling) -> None:
        self._connection.insert(_ADD, ruling_values(ruling))

    def latest(self, ticket_ids: Collection[str]) -> Mapping[str, Ruling]:
        rows = self._connection.execute(_LATEST, {"ticket_ids": list(ticket_ids)})
        return {row.ticket_id: ruling_of(row) for row in rows}

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Ruling]:
        return _HISTORY.page(self._connection, ticket_id, after, limit)
