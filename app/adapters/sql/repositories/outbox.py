"""The outbox in the database: parts of messages in the order of each chat."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.repositories.purges import purge, purge_of
from app.adapters.sql.schema.mapping.outbox import outbox_message_of, outbox_values, sending_values
from app.adapters.sql.schema.mapping.row import Values
from app.adapters.sql.schema.tables import (
    CUT,
    ENDED,
    STILL_TO_SEND,
    TROUBLED,
    UNDER_WAY,
    chat_paces,
    chats,
    messages,
    outbox,
    tickets,
)
from app.application.ports.outbox import Backlog, Due, Listed
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState
from app.domain.tickets.message import DeliveryState

_PENDING = PartState.PENDING.value
_ADD = insert(outbox).inline()
_BY_SEQUENCE = outbox.c.sequence == bindparam("wanted_sequence")
_LOCK = select(outbox).where(_BY_SEQUENCE).with_for_update(key_share=True)
_HELD_BY = _LOCK.where(outbox.c.lease_token == bindparam("wanted_token"))
_PARTS = select(outbox).where(text(CUT), outbox.c.id == bindparam("wanted_id")).order_by(outbox.c.part)
_SENDING = (
    "reply_to",
    "not_before",
    "state",
    "state_at",
    "attempts",
    "repeated",
    "error_code",
    "external_id",
    "topic",
)
_LEASE = ("lease_until", "lease_token")
_SAVE = update(outbox).where(_BY_SEQUENCE).values({name: bindparam(name) for name in (*_SENDING, *_LEASE)})

_CHAT_OF_TICKET = select(tickets.c.chat_id).where(tickets.c.id == bindparam("of_ticket_id")).scalar_subquery()
_OF_TICKET = (
    select(outbox)
    .where(
        text(STILL_TO_SEND),
        outbox.c.chat_id == _CHAT_OF_TICKET,
        outbox.c.ticket_id == bindparam("of_ticket_id"),
    )
    .order_by(outbox.c.sequence)
)

_now = bindparam("now", type_=outbox.c.created_at.type)
_LONG_AGO = literal(datetime(1970, 1, 1, tzinfo=UTC), outbox.c.created_at.type)
_OF_CUSTOMER = func.max(outbox.c.customer_id)
"""The customer of any part that waits in a chat; NULL if all were written while it was unassigned."""

_WAITS_THERE = and_(
    outbox.c.state == _PENDING, chats.c.channel == bindparam("channel"), chats.c.reachable.is_(True)
)
_RESTS_UNTIL = case(
    (outbox.c.not_before.is_(None), chat_paces.c.next_at),
    (chat_paces.c.next_at > outbox.c.not_before, chat_paces.c.next_at),
    else_=outbox.c.not_before,
)


def _lines(of_chats: ColumnElement[bool]) -> Subquery:
    """Return the first part of each chat whose waiting parts meet a condition, and when it may be sent.

    The index of the line holds all columns of the first query, so the rows of other chats are not read. The
    instant is a query of its own for each chat, by primary keys only: PostgreSQL, which knows little of
    tables that have just been filled, would take another index or join in a wrong order, and need seconds.
    """
    heads = (
        select(func.min(outbox.c.sequence).label("head"))
        .where(text(STILL_TO_SEND))
        .group_by(outbox.c.chat_id)
        .having(of_chats)
        .subquery("heads")
    )
    ready_at = (
        select(case((_WAITS_THERE, func.coalesce(_RESTS_UNTIL, _LONG_AGO))))
        .select_from(
            outbox.join(chats, chats.c.id == outbox.c.chat_id).outerjoin(
                chat_paces, chat_paces.c.chat_id == outbox.c.chat_id
            )
        )
        .where(outbox.c.sequence == heads.c.head)
        .correlate(heads)
        .scalar_subquery()
    )
    return select(heads.c.head, ready_at.label("ready_at")).subquery("lines")


_LINES = {False: _lines(_OF_CUSTOMER.is_not(None)), True: _lines(_OF_CUSTOMER.is_(None))}
"""The lines of the chats, by whether the chats are unassigned."""

_READY = {
    unassigned: select(lines.c.head)
    .where(lines.c.ready_at <= _now)
    .order_by(lines.c.head)
    .limit(bindparam("limit"))
    for unassigned, lines in _LINES.items()
}
_NEXT_DUE_AT = {
    unassigned: select(func.min(lines.c.ready_at)).where(lines.c.ready_at > _now)
    for unassigned, lines in _LINES.items()
}
_DUE = (
    select(
        outbox,
        chats.c.address.label("to_address"),
        chats.c.private.label("to_one"),
        chats.c.customer_id.label("owner"),
    )
    .join(chats, chats.c.id == outbox.c.chat_id)
    .where(outbox.c.sequence.in_(bindparam("sequences", expanding=True)), _WAITS_THERE)
    .order_by(outbox.c.sequence)
    .with_for_update(of=outbox, key_share=True, skip_locked=True)
)
_EXPIRED = (
    select(outbox)
    .join(chats, chats.c.id == outbox.c.chat_id)
    .where(text(f"outbox.{UNDER_WAY}"), outbox.c.lease_until < _now, chats.c.channel == bindparam("channel"))
    .order_by(outbox.c.sequence)
    .limit(bindparam("limit"))
    .with_for_update(of=outbox, key_share=True, skip_locked=True)
)

# Locked rows are skipped, not waited for: a merge of chats locks many, in an order of its own.
_PURGE = purge_of(outbox, outbox.c.state_at, text(ENDED))

_BACKLOG = (
    select(
        chats.c.channel,
        outbox.c.kind,
        outbox.c.state,
        func.count().label("parts"),
        func.min(outbox.c.state_at).label("since"),
    )
    .join(chats, chats.c.id == outbox.c.chat_id)
    .group_by(chats.c.channel, outbox.c.kind, outbox.c.state)
)
_WAITING = _BACKLOG.where(text(f"outbox.{STILL_TO_SEND}"))
_IN_TROUBLE = _BACKLOG.where(text(f"outbox.{TROUBLED}"))


def _ending(*wanted: ColumnElement[bool]) -> Executable:
    """Return the statement that ends parts waiting for a chat and returns what they were."""
    waits = and_(outbox.c.state == _PENDING, text(STILL_TO_SEND), outbox.c.chat_id == bindparam("of_chat_id"))
    end = update(outbox).where(waits, *wanted)
    ended = end.values(state=bindparam("ended"), state_at=bindparam("ended_at"), error_code=bindparam("code"))
    return ended.returning(outbox.c.kind, outbox.c.ticket_id, outbox.c.message_id)


_END = _ending()
_END_FOR_NOBODY = _ending(outbox.c.customer_id.is_(None))
_END_OF_KIND = _ending(outbox.c.ticket_id == bindparam("of_ticket_id"), outbox.c.kind == bindparam("of_kind"))
_MARK = (
    update(messages)
    .where(messages.c.ticket_id == bindparam("of_ticket_id"), messages.c.id == bindparam("of_message_id"))
    .values(
        delivery_state=bindparam("told"), delivery_at=bindparam("ended_at"), delivery_error=bindparam("code")
    )
)


@cache
def _page(states: frozenset[PartState]) -> Executable:
    # The conditions are written as in the indexes, so that SQLite recognises them.
    wanted = outbox.c.state.in_([state.value for state in sorted(states)])
    parts = [text(f"outbox.{each}") for each, of in _INDEXED if states <= of]
    return (
        select(outbox, chats.c.channel.label("to_channel"), tickets.c.number.label("ticket_number"))
        .join(chats, chats.c.id == outbox.c.chat_id)
        .outerjoin(tickets, tickets.c.id == outbox.c.ticket_id)
        .where(wanted, *parts, outbox.c.sequence > bindparam("after"))
        .order_by(outbox.c.sequence)
        .limit(bindparam("limit"))
    )


_INDEXED = (
    (STILL_TO_SEND, frozenset({PartState.PENDING, PartState.LEASED})),
    (TROUBLED, frozenset({PartState.UNKNOWN, PartState.DEAD})),
)


class SqlOutboxRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, message: OutboxMessage) -> None:
        self._connection.insert(_ADD, outbox_values(message))

    def cancel(
        self, chat_id: str, at: datetime, *, for_nobody: bool = False
    ) -> Sequence[tuple[OutboxKind, str | None]]:
        end = _END_FOR_NOBODY if for_nobody else _END
        return self._end(end, PartState.CANCELLED, DeliveryState.CANCELLED, None, at, of_chat_id=chat_id)

    def bury(self, chat_id: str, code: str, at: datetime) -> None:
        self._end(_END, PartState.DEAD, DeliveryState.FAILED, code, at, of_chat_id=chat_id)

    def supersede(self, chat_id: str, ticket_id: str, kind: OutboxKind, at: datetime) -> None:
        wanted = {"of_chat_id": chat_id, "of_ticket_id": ticket_id, "of_kind": kind.value}
        told = DeliveryState.CANCELLED
        self._end(_END_OF_KIND, PartState.CANCELLED, told, "superseded", at, **wanted)

    def of_ticket(self, ticket_id: str) -> Sequence[OutboxMessage]:
        return self._all(_OF_TICKET, {"of_ticket_id": ticket_id})

    def heads(self, channel: str, now: datetime, limit: int, *, unassigned: bool = False) -> Sequence[Due]:
        wanted = {"channel": channel, "now": now, "limit": limit}
        ready = list(self._connection.scalars(_READY[unassigned], wanted))
        if not ready:
            return []
        rows = self._connection.execute(_DUE, {"channel": channel, "sequences": ready})
        return [Due(outbox_message_of(row), row.to_address, row.to_one, row.owner) for row in rows]

    def next_due_at(self, channel: str, now: datetime, *, unassigned: bool = False) -> datetime | None:
        at: datetime | None = self._connection.scalar(
            _NEXT_DUE_AT[unassigned], {"channel": channel, "now": now}
        )
        return at

    def expired(self, channel: str, now: datetime, limit: int) -> Sequence[OutboxMessage]:
        return self._all(_EXPIRED, {"channel": channel, "now": now, "limit": limit})

    def held_by(self, sequence: int, lease_token: str) -> OutboxMessage | None:
        return self._one(_HELD_BY, {"wanted_sequence": sequence, "wanted_token": lease_token})

    def lock(self, sequence: int) -> OutboxMessage | None:
        return self._one(_LOCK, {"wanted_sequence": sequence})

    def parts_of(self, part: OutboxMessage) -> Sequence[OutboxMessage]:
        if part.parts == 1:
            return self._all(_LOCK, {"wanted_sequence": part.sequence})
        return self._all(_PARTS, {"wanted_id": part.id})

    def save(self, part: OutboxMessage) -> None:
        self._connection.execute(_SAVE, {"wanted_sequence": part.sequence, **sending_values(part)})

    def page(self, states: Collection[PartState], *, after: int, limit: int) -> Sequence[Listed]:
        rows = self._connection.execute(_page(frozenset(states)), {"after": after, "limit": limit})
        return [Listed(outbox_message_of(row), row.to_channel, row.ticket_number) for row in rows]

    def purge(self, *, before: datetime, limit: int) -> int:
        return purge(self._connection, _PURGE, before, limit)

    def backlog(self) -> Sequence[Backlog]:
        rows = [*self._connection.execute(_WAITING), *self._connection.execute(_IN_TROUBLE)]
        return [
            Backlog(row.channel, OutboxKind(row.kind), PartState(row.state), row.parts, row.since)
            for row in rows
        ]

    def _one(self, statement: Executable, wanted: Values) -> OutboxMessage | None:
        row = self._connection.execute(statement, wanted).first()
        return None if row is None else outbox_message_of(row)

    def _all(self, statement: Executable, wanted: Values) -> list[OutboxMessage]:
        return [outbox_message_of(row) for row in self._connection.execute(statement, wanted)]

    def _end(
        self,
        end: Executable,
        ended: PartState,
        told: DeliveryState,
        code: str | None,
        at: datetime,
        **wanted: Any,  # noqa: ANN401 - parameters of the statement
    ) -> Sequence[tuple[OutboxKind, str | None]]:
        """End parts, then mark their messages, in the order in which sending locks them."""
        how = {"ended_at": at, "code": code}
        rows = list(self._connection.execute(end, {"ended": ended.value, **how, **wanted}))
        theirs = {(row.ticket_id, row.message_id) for row in rows if row.message_id}
        for ticket_id, message_id in sorted(theirs):
            which = {"of_ticket_id": ticket_id, "of_message_id": message_id}
            self._connection.execute(_MARK, {"told": told.value, **how, **which})
        return [(OutboxKind(row.kind), row.ticket_id) for row in rows]
