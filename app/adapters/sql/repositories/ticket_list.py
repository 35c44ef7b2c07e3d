"""The ticket list: one statement for each combination of filters, order and continuation."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, select, tuple_, union_all

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.ticket_columns import TICKETS
from app.adapters.sql.repositories.ticket_filters import (
    ORDERS,
    Values,
    conditions_of,
    count_up_to,
    crowd_of,
    leader_of,
    serves_in_order,
    values_of,
)
from app.adapters.sql.schema.mapping.tickets import ticket_of
from app.adapters.sql.schema.tables import tickets
from app.application.ports.tickets import TicketFilter, TicketKey, TicketSort
from app.domain.tickets.ticket import Ticket

MOST_WAYS = 12
"""Maximum number of values of one filter looked up one by one: as many as there are statuses."""


def list_tickets(
    connection: SqlConnection,
    dialect: Dialect,
    wanted: TicketFilter,
    sort: TicketSort,
    after: TicketKey | None,
    limit: int,
) -> Sequence[Ticket]:
    """List the tickets that match the filter: at most `limit` of those after `after`."""
    values = values_of(wanted, dialect)
    filters = frozenset(values)
    leader = leader_of(filters, sort)
    ways = _ways(values, sort, leader)
    if leader is not None and not ways and _crowded(connection, dialect, leader, sort, values):
        leader = None
    statement = _statement(dialect, filters, sort, leader, after is not None, ways)
    values.update((f"after_{place}", part) for place, part in enumerate(after or ()))
    return [ticket_of(row) for row in connection.execute(statement, {**values, "limit": limit})]


def _ways(values: Values, sort: TicketSort, leader: str | None) -> int:
    """Return the number of values to look up one by one, adding a parameter for each; 0 for none.

    An index returns the tickets of one status in order, but not those of two, which would be sorted.
    """
    if leader is None or not serves_in_order(leader, sort):
        return 0
    each = values[leader]
    if isinstance(each, str) or len(each) == 1:
        return 1
    if len(each) > MOST_WAYS:
        return 0
    values.update((f"{leader}_{way}", value) for way, value in enumerate(each))
    return len(each)


def _crowded(
    connection: SqlConnection, dialect: Dialect, leader: str, sort: TicketSort, values: Values
) -> bool:
    """Check whether a filter leaves so many tickets that the order is read instead of sorting them."""
    most = None if dialect.has_statistics else crowd_of(leader, sort)
    if most is None:
        return False
    counted: int = connection.scalar(count_up_to(most, leader, dialect), {leader: values[leader]})
    return counted == most


@lru_cache(maxsize=1024)
def _statement(
    dialect: Dialect,
    filters: frozenset[str],
    sort: TicketSort,
    leader: str | None,
    continued: bool,  # noqa: FBT001 - a part of the cache's key
    ways: int,
) -> Executable:
    if ways <= 1:
        conditions = conditions_of(filters, sort, dialect, leader)
        return _page(TICKETS, sort, dialect, conditions, _is_behind(sort) if continued else None, leader)
    numbers = [
        select(
            _page(
                select(tickets.c.number),
                sort,
                dialect,
                conditions_of(filters, sort, dialect, leader, way=way),
                _is_behind(sort) if continued else None,
                leader,
            ).subquery()
        )
        for way in range(ways)
    ]
    found = tickets.c.number.in_(union_all(*numbers))
    return _page(TICKETS, sort, dialect, [found], None, leader)


def _page(
    columns: Select[Any],
    sort: TicketSort,
    dialect: Dialect,
    conditions: Sequence[ColumnElement[bool]],
    behind: ColumnElement[bool] | None,
    leader: str | None,
) -> Select[Any]:
    order, downwards = ORDERS[sort]
    if leader == "updated_since":
        order = tuple(dialect.unindexed(column) for column in order)
    statement = columns.where(*conditions).limit(bindparam("limit"))
    statement = statement.order_by(*(column.desc() if downwards else column for column in order))
    return statement if behind is None else statement.where(behind)


def _is_behind(sort: TicketSort) -> ColumnElement[bool]:
    order, downwards = ORDERS[sort]
    key = tuple_(*order)
    last = tuple_(*(bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(order)))
    return key < last if downwards else key > last
