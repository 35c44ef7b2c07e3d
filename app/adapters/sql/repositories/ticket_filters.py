"""The filters and orders of the ticket list, and the choice of the index by one filter.

SQLite has no statistics here: of two indexes of the same shape it chooses any. So the filter that leaves the
fewest tickets leads, and the columns of the other filters are excluded from the choice. If the leading
filter leaves too many tickets to sort, the order itself leads and every filter is checked on each row. Most
filters are then checked on the index alone, because the indexes of the orders contain their columns.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Executable, Select, bindparam, exists, func, select

from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.tables import chat_addresses, ticket_reasons, tickets
from app.application.ports.tickets import TicketFilter, TicketSort
from app.domain.tickets.queue import priority_rank

Values = dict[str, Any]
"""The parameters of a statement, by name."""

Condition = Callable[[ColumnElement[Any]], ColumnElement[bool]]

ORDERS: Mapping[TicketSort, tuple[tuple[ColumnElement[Any], ...], bool]] = {
    TicketSort.NEWEST: ((tickets.c.created_at, tickets.c.id), True),
    TicketSort.OLDEST: ((tickets.c.created_at, tickets.c.id), False),
    TicketSort.UPDATED: ((tickets.c.updated_at, tickets.c.id), True),
    TicketSort.PRIORITY: ((tickets.c.rank, tickets.c.received_at, tickets.c.id), False),
}
"""The columns of each order, and whether it is descending."""

_BY_CREATION = frozenset({TicketSort.NEWEST, TicketSort.OLDEST})


def _is_among(name: str) -> Condition:
    return lambda column: column.in_(bindparam(name, expanding=True))


def _is_chat_of(name: str) -> Condition:
    chats = select(chat_addresses.c.chat_id).where(_is_among(name)(chat_addresses.c.address))
    return lambda column: column.in_(chats)


def _has_reason(name: str) -> Condition:
    decided = select(ticket_reasons.c.ticket_id).where(_is_among(name)(ticket_reasons.c.reason))
    return lambda column: column.in_(decided)


def _decided_for(name: str) -> Condition:
    # Checked per row: otherwise a list of all tickets with the reason would be made for each page.
    named = ticket_reasons.c.ticket_id == tickets.c.id
    found = exists().where(named, _is_among(name)(ticket_reasons.c.reason)).correlate(tickets)
    return lambda _: found


_FILTERS: Mapping[str, tuple[Column[Any], Condition]] = {
    "numbers": (tickets.c.number, _is_among("numbers")),
    "external_ids": (tickets.c.external_id, _is_among("external_ids")),
    "chat_addresses": (tickets.c.chat_id, _is_chat_of("chat_addresses")),
    "customer_only": (tickets.c.customer_id, lambda column: column == bindparam("customer_only")),
    "customer_ids": (tickets.c.customer_id, _is_among("customer_ids")),
    "assignees": (tickets.c.assignee, _is_among("assignees")),
    "reasons": (tickets.c.id, _has_reason("reasons")),
    "updated_since": (tickets.c.updated_at, lambda column: column >= bindparam("updated_since")),
    "statuses": (tickets.c.status, _is_among("statuses")),
    "outcomes": (tickets.c.outcome, _is_among("outcomes")),
    "categories": (tickets.c.category, _is_among("categories")),
    "priorities": (tickets.c.rank, _is_among("priorities")),
    "channels": (tickets.c.channel, _is_among("channels")),
    "created_from": (tickets.c.created_at, lambda column: column >= bindparam("created_from")),
    "created_to": (tickets.c.created_at, lambda column: column < bindparam("created_to")),
}
"""The filters by their fields: column and condition. `stems` is the dialect's."""

_LEADERS = (
    *("numbers", "external_ids", "stems", "chat_addresses", "customer_only", "customer_ids"),
    *(
        "assignees",
        "reasons",
        "updated_since",
        "statuses",
        "outcomes",
        "categories",
        "priorities",
        "channels",
    ),
)
"""Filters from the one that leaves the fewest tickets to the one that leaves the most."""

_RANGES = frozenset({"updated_since", "created_from", "created_to"})
_OF_CUSTOMER = frozenset({"customer_only", "customer_ids"})

_IN_ORDER: Mapping[TicketSort, frozenset[str]] = {
    **dict.fromkeys(
        _BY_CREATION,
        _OF_CUSTOMER | {"assignees", "statuses", "outcomes", "categories", "channels"},
    ),
    TicketSort.PRIORITY: frozenset({"statuses", "priorities"}),
    TicketSort.UPDATED: frozenset(),
}
"""The filters whose index returns the tickets of one value in an order."""

_IN_INDEX: Mapping[TicketSort, frozenset[str]] = {
    **dict.fromkeys(_BY_CREATION, frozenset({"priorities"})),
    TicketSort.PRIORITY: _OF_CUSTOMER | {"outcomes", "categories", "channels"},
    TicketSort.UPDATED: _OF_CUSTOMER
    | {"assignees", "statuses", "outcomes", "categories", "priorities", "channels"},
}
"""The filters checked on the order's index alone: SQLite need not look up a row to skip it."""

CROWD = 4_000
"""Number of tickets that are sorted within some milliseconds; for more, the order's index is read."""

SOONER = 1_000
"""The same limit if the order's index is checked: a skipped row costs a tenth."""


def leader_of(filters: frozenset[str], sort: TicketSort) -> str | None:
    """Return the filter that chooses the index; None if the order or the time of creation does."""
    # In the order of changes, `updated_since` narrows every index that serves that order.
    given = filters - {"updated_since"} if sort is TicketSort.UPDATED else filters
    return next((name for name in _LEADERS if name in given), None)


def serves_in_order(leader: str, sort: TicketSort) -> bool:
    """Check whether an index returns the tickets of one value of a filter in this order."""
    return leader in _IN_ORDER[sort]


def crowd_of(leader: str, sort: TicketSort) -> int | None:
    """Return the number of tickets from which the order is read instead of sorting; None for never."""
    if leader in {"numbers", "external_ids"}:
        return None
    return SOONER if leader in _IN_INDEX[sort] else CROWD


@cache
def count_up_to(most: int, name: str, dialect: Dialect) -> Executable:
    """Return the statement that counts the tickets left by a filter, up to a number."""
    return select(func.count()).select_from(_left_by(name, dialect).limit(most).subquery())


def _left_by(name: str, dialect: Dialect) -> Select[Any]:
    """Return the tickets left by a filter as a subquery: a list would be built completely each time."""
    if name == "stems":
        return select(dialect.found().subquery())
    if name == "reasons":
        return select(ticket_reasons.c.ticket_id).where(_is_among(name)(ticket_reasons.c.reason))
    column, condition = _filter(name, dialect)
    return select(column).where(condition(column))


def conditions_of(
    filters: frozenset[str],
    sort: TicketSort,
    dialect: Dialect,
    leader: str | None,
    way: int | None = None,
) -> list[ColumnElement[bool]]:
    """Return the conditions; with `way`, for one value of the leading filter."""
    conditions = []
    for name in sorted(filters):
        column, condition = _filter(name, dialect)
        if name == leader and way is not None:
            conditions.append(column == bindparam(f"{name}_{way}"))
        elif name == leader or (leader is None and name in _RANGES) or _narrows_order(name, sort):
            conditions.append(condition(column))
        else:
            conditions.append(_of_each_row(name, dialect))
    return conditions


def values_of(wanted: TicketFilter, dialect: Dialect) -> Values:
    """Return the values of the filters in use."""
    values: Values = {name: _given(getattr(wanted, name)) for name in _FILTERS}
    values["priorities"] = [priority_rank(priority) for priority in wanted.priorities]
    values["stems"] = dialect.stems_wanted(wanted.stems) if wanted.stems else None
    return {name: value for name, value in values.items() if value is not None and value != []}


def _filter(name: str, dialect: Dialect) -> tuple[Column[Any], Condition]:
    return (
        (tickets.c.number, lambda number: number.in_(dialect.found())) if name == "stems" else _FILTERS[name]
    )


def _of_each_row(name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Return a condition that does not choose the index."""
    if name == "stems":
        return dialect.has_stems(tickets.c.number)
    if name == "reasons":
        return _decided_for(name)(tickets.c.id)
    column, condition = _FILTERS[name]
    return condition(dialect.unindexed(column))


def _narrows_order(name: str, sort: TicketSort) -> bool:
    if name == "updated_since":
        return sort is TicketSort.UPDATED
    return name in {"created_from", "created_to"} and sort in _BY_CREATION


def _given(value: object) -> object:
    if isinstance(value, tuple):
        return [each.value if isinstance(each, StrEnum) else each for each in dict.fromkeys(value)]
    return value
