"""Tickets in the database; the list and the queue have files of their own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, delete, exists, insert, select, update
from sqlalchemy.sql.dml import ReturningInsert

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.ticket_columns import QUEUE_COLUMNS, TICKETS
from app.adapters.sql.repositories.ticket_list import list_tickets
from app.adapters.sql.repositories.ticket_queue import (
    list_queue,
    lock_first,
    place_of,
    queue_places,
)
from app.adapters.sql.repositories.ticket_times import due_to_resume, silent_since
from app.adapters.sql.schema.mapping.row import Values
from app.adapters.sql.schema.mapping.tickets import changing_values, ticket_of, ticket_values
from app.adapters.sql.schema.tables import ticket_reasons, tickets
from app.application.ports.tickets import Entered, TicketFilter, TicketKey, TicketSort
from app.domain.tickets.queue import QueueKey
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Outcome, ReasonCode, Status

_OWN_KEY = [bindparam(f"own_{column.name}", type_=column.type) for column in QUEUE_COLUMNS]
_GET = TICKETS.where(tickets.c.id == bindparam("ticket_id"))
_LOCK = _GET.with_for_update(of=tickets, key_share=True)
_SAVE = update(tickets).where(tickets.c.id == bindparam("ticket_id"))
_ID_OF_EXTERNAL = (
    select(tickets.c.id)
    .where(tickets.c.customer_id == bindparam("customer_id"))
    .where(tickets.c.external_id == bindparam("external_id"))
)
_SET_OUTCOME = (
    update(tickets).where(tickets.c.id == bindparam("ticket_id")).values(outcome=bindparam("outcome"))
)
_FORGET_REASONS = delete(ticket_reasons).where(ticket_reasons.c.ticket_id == bindparam("ticket_id"))
_ADD_REASONS = insert(ticket_reasons)
_OF_CHAT = (
    TICKETS.where(tickets.c.chat_id == bindparam("chat_id"))
    .where(tickets.c.status != Status.CLOSED.value)
    .order_by(tickets.c.created_at.desc(), tickets.c.id.desc())
    .limit(bindparam("limit"))
)
_OWNERS_IN = (
    select(tickets.c.customer_id)
    .where(tickets.c.chat_id == bindparam("chat_id"))
    .distinct()
    .order_by(tickets.c.customer_id)
)
_DEFERRED_BY_HOURS = (
    TICKETS.where(tickets.c.customer_id == bindparam("customer_id"))
    .where(tickets.c.status == Status.DEFERRED.value)
    .where(
        exists()
        .where(ticket_reasons.c.ticket_id == tickets.c.id)
        .where(ticket_reasons.c.reason == ReasonCode.HOURS_EXHAUSTED.value)
    )
    .order_by(tickets.c.received_at, tickets.c.id)
    .with_for_update(of=tickets, key_share=True)
)


@cache
def _add(dialect: Dialect) -> ReturningInsert[Any]:
    return dialect.insert_new(tickets, "customer_id", "external_id").returning(tickets.c.number)


@cache
def _add_and_count(dialect: Dialect) -> Executable:
    # The place is returned with the number: on PostgreSQL another statement is a round trip.
    return _add(dialect).returning(place_of(_OWN_KEY).label("place"))


class SqlTicketRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect
        self._held: dict[str, Ticket] = {}
        """Locked and unsaved tickets, as they are stored."""

    def begin(self) -> None:
        """Clear the locked tickets: a transaction has begun, or a part of it was rolled back."""
        self._held.clear()

    def get(self, ticket_id: str) -> Ticket | None:
        return self._one(_GET, ticket_id)

    def lock(self, ticket_id: str) -> Ticket | None:
        return self._holding(self._one(_LOCK, ticket_id))

    def add(
        self,
        ticket: Ticket,
        stems: Sequence[str],
        outcome: Outcome | None = None,
        reasons: Collection[str] = (),
    ) -> Entered | None:
        entered = self._entered(ticket_values(ticket, outcome))
        if entered is not None:
            self._dialect.index_stems(self._connection, entered.number, stems)
            self._add_reasons(ticket.id, reasons)
        return entered

    def save(self, ticket: Ticket) -> None:
        values = changing_values(ticket)
        held = self._held.pop(ticket.id, None)
        if held is not None:
            # SQLite rewrites the entries of every index on a column set by a statement, changed or not.
            stored = changing_values(held)
            values = {name: value for name, value in values.items() if value != stored[name]}
        if values:
            self._connection.execute(_SAVE, {**values, "ticket_id": ticket.id})

    def add_stems(self, ticket_id: str, stems: Sequence[str]) -> None:
        if stems:
            self._dialect.add_stems(self._connection, ticket_id, stems)

    def set_outcome(self, ticket_id: str, outcome: Outcome, reasons: Collection[str]) -> None:
        wanted = {"ticket_id": ticket_id}
        self._connection.execute(_SET_OUTCOME, {**wanted, "outcome": outcome.value})
        self._connection.execute(_FORGET_REASONS, wanted)
        self._add_reasons(ticket_id, reasons)

    def of_chat(self, chat_id: str, limit: int) -> Sequence[Ticket]:
        rows = self._connection.execute(_OF_CHAT, {"chat_id": chat_id, "limit": limit})
        return [ticket_of(row) for row in rows]

    def owners_in(self, chat_id: str) -> Sequence[str]:
        return list(self._connection.scalars(_OWNERS_IN, {"chat_id": chat_id}))

    def id_of_external(self, customer_id: str, external_id: str) -> str | None:
        wanted = {"customer_id": customer_id, "external_id": external_id}
        taken_by: str | None = self._connection.scalar(_ID_OF_EXTERNAL, wanted)
        return taken_by

    def page(
        self, wanted: TicketFilter, sort: TicketSort, after: TicketKey | None, limit: int
    ) -> Sequence[Ticket]:
        return list_tickets(self._connection, self._dialect, wanted, sort, after, limit)

    def queue_page(
        self, statuses: Collection[Status], *, only: str | None, after: QueueKey | None, limit: int
    ) -> Sequence[Ticket]:
        return list_queue(self._connection, self._dialect, statuses, only, after, limit)

    def queue_places(self, ticket_ids: Collection[str]) -> Mapping[str, int]:
        return queue_places(self._connection, ticket_ids)

    def lock_first(self, statuses: Collection[Status], *, only: str | None) -> Ticket | None:
        return self._holding(lock_first(self._connection, self._dialect, statuses, only))

    def deferred_by_hours(self, customer_id: str) -> Sequence[Ticket]:
        rows = self._connection.execute(_DEFERRED_BY_HOURS, {"customer_id": customer_id})
        deferred = [ticket_of(row) for row in rows]
        self._held.update((ticket.id, ticket) for ticket in deferred)
        return deferred

    def due_to_resume(
        self, now: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[tuple[datetime, str]]:
        return due_to_resume(self._connection, now, after, limit)

    def silent_since(self, until: datetime, *, after: str | None, limit: int) -> Sequence[str]:
        return silent_since(self._connection, until, after, limit)

    def _entered(self, values: Values) -> Entered | None:
        """Insert, and count the place of a ticket that waits."""
        key = tuple(values[column.name] for column in QUEUE_COLUMNS)
        if key[0] is None:
            row = self._connection.execute(_add(self._dialect), values).first()
            return None if row is None else Entered(row.number, None)
        own = {bind.key: value for bind, value in zip(_OWN_KEY, key, strict=True)}
        row = self._connection.execute(_add_and_count(self._dialect), values | own).first()
        return None if row is None else Entered(row.number, row.place)

    def _holding(self, ticket: Ticket | None) -> Ticket | None:
        if ticket is not None:
            self._held[ticket.id] = ticket
        return ticket

    def _add_reasons(self, ticket_id: str, reasons: Collection[str]) -> None:
        if reasons:
            named = [{"ticket_id": ticket_id, "reason": str(reason)} for reason in dict.fromkeys(reasons)]
            self._connection.change_each(_ADD_REASONS, named)

    def _one(self, statement: Executable, ticket_id: str) -> Ticket | None:
        row = self._connection.execute(statement, {"ticket_id": ticket_id}).first()
        return None if row is None else ticket_of(row)
