"""The queue of work: statements are built once for each shape of a request."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    bindparam,
    func,
    select,
    tuple_,
)

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.ticket_columns import (
    IS_CLASSIFIED,
    QUEUE_COLUMNS,
    TICKETS,
    TRIAGE_COLUMNS,
    WAITS,
)
from app.adapters.sql.schema.mapping.tickets import ticket_of
from app.adapters.sql.schema.tables import tickets
from app.domain.tickets.life_cycle import TRIAGE, WAITING_IN_QUEUE
from app.domain.tickets.queue import POSITION_CAP, QueueKey
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Status

_AFTER = tuple_(
    bindparam("after_rank", type_=tickets.c.rank.type),
    bindparam("after_received_at", type_=tickets.c.received_at.type),
    bindparam("after_id", type_=tickets.c.id.type),
)

_FRONT = POSITION_CAP - 1
"""Number of places that are counted."""

_WAITING_OF = select(tickets.c.id).where(WAITS, tickets.c.id.in_(bindparam("ticket_ids", expanding=True)))
_IN_FRONT = select(*QUEUE_COLUMNS).where(WAITS).order_by(*QUEUE_COLUMNS).limit(_FRONT)
_IDS_IN_FRONT = _IN_FRONT.with_only_columns(tickets.c.id)


def place_of(key: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the place of a key in the queue: 1 is next, counted up to the cap."""
    # The first places are read in the order of their index, whatever the planner estimates.
    front = _IN_FRONT.subquery()
    ahead = select(func.count() + 1).where(tuple_(*front.c) < tuple_(*key))
    return ahead.correlate(tickets).scalar_subquery()


_PLACE = select(place_of(QUEUE_COLUMNS)).where(WAITS, tickets.c.id == bindparam("ticket_id"))


def list_queue(
    connection: SqlConnection,
    dialect: Dialect,
    statuses: Collection[Status],
    only: str | None,
    after: QueueKey | None,
    limit: int,
) -> Sequence[Ticket]:
    """List a part of the queue in the order of work, or unclassified tickets in the order of triage."""
    waiting = frozenset(statuses) & WAITING_IN_QUEUE
    if not waiting:
        return []
    statement = _page(dialect, waiting, only is not None, after is not None)
    rank, received_at, ticket_id = after or (None, None, None)
    wanted = {
        "only": only,
        "limit": limit,
        "after_rank": rank,
        "after_received_at": received_at,
        "after_id": ticket_id,
    }
    return [ticket_of(row) for row in connection.execute(statement, wanted)]


def lock_first(
    connection: SqlConnection, dialect: Dialect, statuses: Collection[Status], only: str | None
) -> Ticket | None:
    """Lock the first ticket that is not locked by another transaction."""
    waiting = frozenset(statuses) & WAITING_IN_QUEUE
    if not waiting:
        return None
    statement = _first(dialect, waiting, only is not None)
    row = connection.execute(statement, {"only": only}).first()
    return None if row is None else ticket_of(row)


def queue_places(connection: SqlConnection, ticket_ids: Collection[str]) -> Mapping[str, int]:
    """Return the places of waiting tickets: of one by counting, of several by reading the first places."""
    if len(ticket_ids) == 1:
        (ticket_id,) = ticket_ids
        place = connection.scalar(_PLACE, {"ticket_id": ticket_id})
        return {} if place is None else {ticket_id: place}
    waiting = set(connection.scalars(_WAITING_OF, {"ticket_ids": list(ticket_ids)}))
    if not waiting:
        return {}
    places = dict.fromkeys(waiting, POSITION_CAP)
    for place, ticket_id in enumerate(connection.scalars(_IDS_IN_FRONT), start=1):
        if ticket_id in waiting:
            places[ticket_id] = place
    return places


@cache
def _page(dialect: Dialect, statuses: frozenset[Status], confined: bool, continued: bool) -> Executable:  # noqa: FBT001 - a cache key
    order = _order(dialect, statuses, confined)
    statement = _waiting(statuses, confined).order_by(*order).limit(bindparam("limit"))
    return statement.where(tuple_(*order) > _AFTER) if continued else statement


@cache
def _first(dialect: Dialect, statuses: frozenset[Status], confined: bool) -> Executable:  # noqa: FBT001 - a cache key
    statement = _waiting(statuses, confined).order_by(*_order(dialect, statuses, confined)).limit(1)
    return statement.with_for_update(of=tickets, key_share=True, skip_locked=True)


def _waiting(statuses: frozenset[Status], confined: bool) -> Select[Any]:  # noqa: FBT001 - as above
    # Written as in the indexes, so that SQLite recognises them, and without more: PostgreSQL treats two
    # conditions as independent of each other.
    if statuses == WAITING_IN_QUEUE:
        statement = TICKETS.where(WAITS)
    elif statuses == TRIAGE:
        statement = TICKETS.where(~IS_CLASSIFIED, *((WAITS,) if confined else ()))
    else:
        statement = TICKETS.where(WAITS, IS_CLASSIFIED)
    if confined:
        statement = statement.where(tickets.c.customer_id == bindparam("only"))
    return statement


def _order(dialect: Dialect, statuses: frozenset[Status], confined: bool) -> tuple[ColumnElement[Any], ...]:  # noqa: FBT001 - as above
    """Return the order; one customer's unclassified tickets are found by the queue's index and sorted."""
    if statuses != TRIAGE:
        return QUEUE_COLUMNS
    return tuple(dialect.unindexed(column) for column in TRIAGE_COLUMNS) if confined else TRIAGE_COLUMNS
