"""The list of tickets: one statement for each combination of filters, order and continuation."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Executable, bindparam, select, tuple_

from app.adapters.sql.dialect import Dialect
from app.adapters.sql.mapping import ticket_of
from app.adapters.sql.repositories.ticket_columns import TICKETS
from app.adapters.sql.tables import chat_addresses, ticket_reasons, tickets
from app.application.ports import TicketFilter, TicketKey, TicketSort
from app.domain.queue import priority_rank
from app.domain.ticket import Ticket


def _among(column: Column[Any], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))


def _parameter(name: str, column: Column[Any]) -> ColumnElement[Any]:
    return bindparam(name, type_=column.type)


_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "customer_only": tickets.c.customer_id == bindparam("customer_only"),
    "numbers": _among(tickets.c.number, "numbers"),
    "external_ids": _among(tickets.c.external_id, "external_ids"),
    "customer_ids": _among(tickets.c.customer_id, "customer_ids"),
    "channels": _among(tickets.c.channel, "channels"),
    "chat_addresses": tickets.c.chat_id.in_(
        select(chat_addresses.c.chat_id).where(_among(chat_addresses.c.address, "chat_addresses"))
    ),
    "statuses": _among(tickets.c.status, "statuses"),
    "priorities": _among(tickets.c.rank, "priorities"),
    "categories": _among(tickets.c.category, "categories"),
    "assignees": _among(tickets.c.assignee, "assignees"),
    "outcomes": _among(tickets.c.outcome, "outcomes"),
    "reasons": tickets.c.id.in_(
        select(ticket_reasons.c.ticket_id).where(_among(ticket_reasons.c.reason, "reasons"))
    ),
    "created_from": tickets.c.created_at >= bindparam("created_from"),
    "created_to": tickets.c.created_at < bindparam("created_to"),
    "updated_since": tickets.c.updated_at >= bindparam("updated_since"),
}
"""The conditions by the field of the filter that asks for them; `stems` is the dialect's."""

_ORDERS: Mapping[TicketSort, tuple[tuple[Column[Any], ...], bool]] = {
    TicketSort.NEWEST: ((tickets.c.created_at, tickets.c.id), True),
    TicketSort.OLDEST: ((tickets.c.created_at, tickets.c.id), False),
    TicketSort.UPDATED: ((tickets.c.updated_at, tickets.c.id), True),
    TicketSort.PRIORITY: ((tickets.c.rank, tickets.c.received_at, tickets.c.id), False),
}
"""The columns of each order, and whether it goes downwards."""


def list_tickets(
    connection: Connection,
    dialect: Dialect,
    wanted: TicketFilter,
    sort: TicketSort,
    after: TicketKey | None,
    limit: int,
) -> Sequence[Ticket]:
    """List the tickets that the filter wants; at most `limit` of those behind `after`."""
    values = _values(wanted, dialect)
    statement = _statement(dialect, frozenset(values), sort, after is not None)
    values.update((f"after_{place}", part) for place, part in enumerate(after or ()))
    return [ticket_of(row) for row in connection.execute(statement, {**values, "limit": limit})]


@lru_cache(maxsize=1024)
def _statement(
    dialect: Dialect,
    filters: frozenset[str],
    sort: TicketSort,
    continued: bool,  # noqa: FBT001 - a cache key
) -> Executable:
    columns, downwards = _ORDERS[sort]
    statement = TICKETS.limit(bindparam("limit")).order_by(*(c.desc() if downwards else c for c in columns))
    for name in sorted(filters):
        statement = statement.where(dialect.with_stems() if name == "stems" else _CONDITIONS[name])
    if continued:
        key = tuple_(*columns)
        last = tuple_(*(_parameter(f"after_{place}", column) for place, column in enumerate(columns)))
        statement = statement.where(key < last if downwards else key > last)
    return statement


def _values(wanted: TicketFilter, dialect: Dialect) -> dict[str, Any]:
    values: dict[str, Any] = {name: _given(getattr(wanted, name)) for name in _CONDITIONS}
    values["priorities"] = [priority_rank(priority) for priority in wanted.priorities]
    values["stems"] = dialect.stems_wanted(wanted.stems) if wanted.stems else None
    return {name: value for name, value in values.items() if value is not None and value != []}


def _given(value: object) -> object:
    if isinstance(value, tuple):
        return [each.value if isinstance(each, StrEnum) else each for each in value]
    return value
