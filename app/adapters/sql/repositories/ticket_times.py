"""Tickets due by time alone: ended deferrals, and resolved tickets after long silence."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, exists, select, tuple_

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.schema.tables import events, messages, tickets
from app.domain.tickets.event import EventType
from app.domain.vocabulary import Status

_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC), "00000000-0000-0000-0000-000000000000"
_KEY = tuple_(tickets.c.resume_at, tickets.c.id)
_AFTER = tuple_(
    bindparam("after_at", type_=tickets.c.resume_at.type), bindparam("after_id", type_=tickets.c.id.type)
)
_RESUMABLE = (
    select(tickets.c.resume_at, tickets.c.id)
    .where(tickets.c.resume_at.is_not(None), tickets.c.resume_at <= bindparam("now"))
    .where(tickets.c.status == Status.DEFERRED.value, _KEY > _AFTER)
    .order_by(tickets.c.resume_at, tickets.c.id)
    .limit(bindparam("limit"))
)
_until = bindparam("until", type_=tickets.c.updated_at.type)
_SILENT = (
    select(tickets.c.id)
    .where(tickets.c.status == Status.RESOLVED.value, tickets.c.id > bindparam("after_id"))
    .where(~exists().where(messages.c.ticket_id == tickets.c.id, messages.c.created_at > _until))
    .where(
        ~exists().where(
            events.c.ticket_id == tickets.c.id,
            events.c.type == EventType.RESOLVED.value,
            events.c.at > _until,
        )
    )
    .order_by(tickets.c.id)
    .limit(bindparam("limit"))
)


def due_to_resume(
    connection: SqlConnection, now: datetime, after: tuple[datetime, str] | None, limit: int
) -> Sequence[tuple[datetime, str]]:
    """List deferred tickets whose deferral has ended, in the order of those ends."""
    after_at, after_id = after or _BEFORE_ALL
    wanted = {"now": now, "after_at": after_at, "after_id": after_id, "limit": limit}
    return [(row.resume_at, row.id) for row in connection.execute(_RESUMABLE, wanted)]


def silent_since(connection: SqlConnection, until: datetime, after: str | None, limit: int) -> Sequence[str]:
    """List resolved tickets without a message or a resolution after an instant."""
    wanted = {"until": until, "after_id": after or _BEFORE_ALL[1], "limit": limit}
    return list(connection.scalars(_SILENT, wanted))
