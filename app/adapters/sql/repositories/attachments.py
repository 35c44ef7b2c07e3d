"""Attachments in the database, and the downloads among them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Executable, bindparam, func, insert, null, select, text, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.schema.mapping.attachments import (
    CONTENT,
    attachment_of,
    attachment_values,
    content_values,
)
from app.adapters.sql.schema.tables import STILL_TO_FETCH, attachments
from app.application.ports.attachments import Download
from app.domain.attachments.attachment import Attachment

_PENDING = text(STILL_TO_FETCH)
_IN_CHANNELS = attachments.c.channel.in_(bindparam("channels", expanding=True))

_ADD = insert(attachments)
_GET = select(attachments).where(attachments.c.id == bindparam("wanted_id"))
_LOCK = (
    select(attachments)
    .where(attachments.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(attachments.c.id)
    .with_for_update(key_share=True)
)
_BIND = (
    update(attachments)
    .where(attachments.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        ticket_id=bindparam("wanted_ticket_id"),
        message_id=bindparam("wanted_message_id"),
        of_submission=bindparam("is_of_submission"),
    )
)
_OF_MESSAGES = (
    select(attachments)
    .where(attachments.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(attachments.c.message_id, attachments.c.id)
)
_OF_SUBMISSIONS = (
    select(attachments)
    .where(attachments.c.ticket_id.in_(bindparam("ids", expanding=True)), text("of_submission"))
    .order_by(attachments.c.ticket_id, attachments.c.id)
)
_UPLOADED = select(func.coalesce(func.sum(attachments.c.size), 0)).where(
    attachments.c.customer_id == bindparam("wanted_customer_id"),
    attachments.c.created_at.between(bindparam("since"), bindparam("until")),
    attachments.c.channel.is_(None),
)
_FIRST_DUE = (
    select(attachments)
    .where(_PENDING, _IN_CHANNELS, attachments.c.due_at <= bindparam("now"))
    .order_by(attachments.c.due_at, attachments.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(attachments)
    .where(attachments.c.id == bindparam("wanted_id"))
    .values(due_at=bindparam("lease_until"), attempts=attachments.c.attempts + 1)
)
_STILL_MINE = (
    update(attachments)
    .where(_PENDING)
    .where(attachments.c.id == bindparam("wanted_id"), attachments.c.attempts == bindparam("tried"))
)
_SETTLE = _STILL_MINE.values(
    **{name: bindparam(name) for name in CONTENT},
    due_at=null(),
)
_POSTPONE = _STILL_MINE.values(due_at=bindparam("next_at"), error_code=bindparam("code"))
_RETURN = _STILL_MINE.values(due_at=bindparam("next_at"), attempts=attachments.c.attempts - 1)
_NEXT_DUE = select(func.min(attachments.c.due_at)).where(_PENDING, _IN_CHANNELS)
_KNOWN = select(attachments.c.blob).where(attachments.c.blob.in_(bindparam("names", expanding=True)))


class SqlAttachmentRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, attachment: Attachment, *, due_at: datetime | None = None) -> None:
        self._connection.execute(_ADD, {**attachment_values(attachment), "attempts": 0, "due_at": due_at})

    def get(self, attachment_id: str) -> Attachment | None:
        row = self._connection.execute(_GET, {"wanted_id": attachment_id}).first()
        return None if row is None else attachment_of(row)

    def lock(self, attachment_ids: Collection[str]) -> Mapping[str, Attachment]:
        rows = self._connection.execute(_LOCK, {"ids": list(attachment_ids)})
        return {row.id: attachment_of(row) for row in rows}

    def bind(
        self, attachment_ids: Collection[str], ticket_id: str, message_id: str, *, of_submission: bool
    ) -> None:
        place = {"wanted_ticket_id": ticket_id, "wanted_message_id": message_id}
        wanted = {"ids": list(attachment_ids), **place, "is_of_submission": of_submission}
        self._connection.execute(_BIND, wanted)

    def of_messages(self, message_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        return self._grouped(_OF_MESSAGES, message_ids, "message_id")

    def of_submissions(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        return self._grouped(_OF_SUBMISSIONS, ticket_ids, "ticket_id")

    def uploaded_bytes(self, customer_id: str, since: datetime, until: datetime) -> int:
        wanted = {"wanted_customer_id": customer_id, "since": since, "until": until}
        return int(self._connection.scalar(_UPLOADED, wanted) or 0)

    def claim_download(
        self, channels: Collection[str], now: datetime, lease_until: datetime
    ) -> Download | None:
        row = self._connection.execute(_FIRST_DUE, {"channels": list(channels), "now": now}).first()
        if row is None:
            return None
        self._connection.execute(_LEASE, {"wanted_id": row.id, "lease_until": lease_until})
        return Download(attachment_of(row), row.attempts + 1)

    def settle_download(self, settled: Attachment, attempts: int) -> bool:
        mine = {"wanted_id": settled.id, "tried": attempts}
        return self._connection.change(_SETTLE, {**mine, **content_values(settled)}) == 1

    def postpone_download(self, attachment_id: str, attempts: int, due_at: datetime, error_code: str) -> bool:
        mine = {"wanted_id": attachment_id, "tried": attempts}
        return self._connection.change(_POSTPONE, {**mine, "next_at": due_at, "code": error_code}) == 1

    def return_download(self, attachment_id: str, attempts: int, due_at: datetime) -> bool:
        mine = {"wanted_id": attachment_id, "tried": attempts, "next_at": due_at}
        return self._connection.change(_RETURN, mine) == 1

    def next_download(self, channels: Collection[str]) -> datetime | None:
        due_at: datetime | None = self._connection.scalar(_NEXT_DUE, {"channels": list(channels)})
        return due_at

    def known_blobs(self, names: Collection[str]) -> set[str]:
        return set(self._connection.scalars(_KNOWN, {"names": list(names)}))

    def _grouped(
        self, statement: Executable, ids: Collection[str], by: str
    ) -> Mapping[str, Sequence[Attachment]]:
        rows = self._connection.execute(statement, {"ids": list(ids)})
        return {
            key: [attachment_of(row) for row in group]
            for key, group in groupby(rows, key=lambda row: getattr(row, by))
        }
