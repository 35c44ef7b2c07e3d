"""The stored waits in the database, each with its maximum."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Executable, Update, bindparam, literal, select, text, union_all, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.schema.tables import (
    IN_TURN,
    STILL_TO_FETCH,
    STILL_TO_SEND,
    UNDER_WAY,
    attachments,
    channels,
    chat_paces,
    gatherings,
    inbox,
    notices,
    outbox,
    relays,
)
from app.application.attachments.download_files import LEASE as DOWNLOAD_LEASE
from app.application.attachments.download_files import LONGEST_WAIT
from app.application.ports.waits import SKEW
from app.application.sending.claim_outgoing import LEASE
from app.domain.chats.gathering import LONGEST
from app.domain.chats.inbox import LONGEST_PAUSE
from app.domain.sending.breaker import LONGEST_PROBE
from app.domain.sending.pace import CHANNEL_FULL, UNASSIGNED_GAP
from app.domain.sending.policy import LONGEST_REST, REPEAT_AFTER

ALWAYS = "TRUE"
EXPIRED = "state = 'pending' AND lease_token IS NOT NULL"
"""The condition of a part whose sender may still report that it has sent it."""

REPEAT = timedelta(seconds=REPEAT_AFTER)
PAST = timedelta(0)
"""The maximum of an instant of the past, from which a wait is counted."""


@dataclass(frozen=True, slots=True)
class StoredWait:
    """A column with the end of a wait, and its maximum in rows that meet the condition.

    `lease` is the time that is left of it after a step of the clock: its worker may still be at work.
    """

    column: Column[datetime]
    at_most: timedelta
    where: str = ALWAYS
    lease: timedelta = timedelta(0)

    @property
    def ending(self) -> Update:
        """The statement that moves the ends later than `latest` to `ends_at`."""
        ends_at = bindparam("ends_at", type_=self.column.type)
        too_late = update(self.column.table).where(text(self.where), self.column > bindparam("latest"))
        return too_late.values({self.column.name: ends_at})


# In the order in which all transactions lock the tables (docs/decisions/0107-postgresql.md).
WAITS = (
    StoredWait(channels.c.full_at, CHANNEL_FULL),
    StoredWait(channels.c.paused_until, LONGEST_REST),
    StoredWait(channels.c.probe_at, LONGEST_PROBE),
    StoredWait(channels.c.unassigned_at, UNASSIGNED_GAP),
    StoredWait(inbox.c.due_at, LONGEST_PAUSE, IN_TURN),
    StoredWait(attachments.c.due_at, LONGEST_WAIT, f"{STILL_TO_FETCH} AND attempts = 0"),
    StoredWait(attachments.c.due_at, LONGEST_WAIT, f"{STILL_TO_FETCH} AND attempts > 0", DOWNLOAD_LEASE),
    StoredWait(outbox.c.not_before, LONGEST_REST, f"{STILL_TO_SEND} AND lease_token IS NULL"),
    StoredWait(outbox.c.not_before, REPEAT, f"{STILL_TO_SEND} AND {EXPIRED}", REPEAT),
    StoredWait(outbox.c.lease_until, LEASE, UNDER_WAY, LEASE),
    StoredWait(gatherings.c.closes_at, LONGEST),
    StoredWait(notices.c.told_at, PAST),
    StoredWait(chat_paces.c.next_at, LONGEST_REST),
    StoredWait(chat_paces.c.throttled_until, LONGEST_REST),
    StoredWait(relays.c.beat_at, PAST),
)
_END = tuple((wait, wait.ending) for wait in WAITS)


def _latest(place: int) -> str:
    return f"latest_{place}"


_TOO_LONG: Executable = union_all(
    *(
        select(literal(1))
        .select_from(wait.column.table)
        .where(text(wait.where), wait.column > bindparam(_latest(place)))
        for place, wait in enumerate(WAITS)
    )
).limit(1)


class SqlWaitRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def too_long(self, now: datetime) -> bool:
        latest = {_latest(place): now + wait.at_most + SKEW for place, wait in enumerate(WAITS)}
        return self._connection.scalar(_TOO_LONG, latest) is not None

    def end(self, now: datetime, *, every: bool) -> None:
        for wait, statement in _END:
            ends_at = now + wait.lease
            latest = ends_at if every else now + wait.at_most + SKEW
            self._connection.change(statement, {"latest": latest, "ends_at": ends_at})
