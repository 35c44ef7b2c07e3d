"""Attachments in memory, with the meaning of the real ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.application.ports.attachments import Download
from app.domain.attachments.attachment import Attachment, AttachmentState


@dataclass(frozen=True, slots=True)
class Waiting:
    """When a download is due and how often it was taken."""

    due_at: datetime
    attempts: int = 0


class MemoryAttachments:
    def __init__(self, attachments: dict[str, Attachment], downloads: dict[str, Waiting]) -> None:
        self._attachments = attachments
        self._downloads = downloads

    def add(self, attachment: Attachment, *, due_at: datetime | None = None) -> None:
        self._attachments[attachment.id] = attachment
        if due_at is not None:
            self._downloads[attachment.id] = Waiting(due_at)

    def get(self, attachment_id: str) -> Attachment | None:
        return self._attachments.get(attachment_id)

    def lock(self, attachment_ids: Collection[str]) -> Mapping[str, Attachment]:
        return {id_: self._attachments[id_] for id_ in attachment_ids if id_ in self._attachments}

    def bind(
        self, attachment_ids: Collection[str], ticket_id: str, message_id: str, *, of_submission: bool
    ) -> None:
        for id_ in attachment_ids:
            self._attachments[id_] = replace(
                self._attachments[id_],
                ticket_id=ticket_id,
                message_id=message_id,
                of_submission=of_submission,
            )

    def of_messages(self, message_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        return _grouped({id_: self._where(message_id=id_) for id_ in message_ids})

    def of_submissions(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        return _grouped({id_: self._where(ticket_id=id_, of_submission=True) for id_ in ticket_ids})

    def uploaded_bytes(self, customer_id: str, since: datetime, until: datetime) -> int:
        theirs = self._where(customer_id=customer_id, source=None)
        return sum(one.size or 0 for one in theirs if since <= one.created_at <= until)

    def claim_download(
        self, channels: Collection[str], now: datetime, lease_until: datetime
    ) -> Download | None:
        due = [(waiting.due_at, id_) for id_, waiting in self._pending(channels) if waiting.due_at <= now]
        if not due:
            return None
        _, id_ = min(due)
        taken = Waiting(lease_until, self._downloads[id_].attempts + 1)
        self._downloads[id_] = taken
        return Download(self._attachments[id_], taken.attempts)

    def settle_download(self, settled: Attachment, attempts: int) -> bool:
        if not self._is_mine(settled.id, attempts):
            return False
        self._attachments[settled.id] = settled
        del self._downloads[settled.id]
        return True

    def postpone_download(self, attachment_id: str, attempts: int, due_at: datetime, error_code: str) -> bool:
        if not self._is_mine(attachment_id, attempts):
            return False
        self._attachments[attachment_id] = replace(self._attachments[attachment_id], error_code=error_code)
        self._downloads[attachment_id] = Waiting(due_at, attempts)
        return True

    def return_download(self, attachment_id: str, attempts: int, due_at: datetime) -> bool:
        if not self._is_mine(attachment_id, attempts):
            return False
        self._downloads[attachment_id] = Waiting(due_at, attempts - 1)
        return True

    def next_download(self, channels: Collection[str]) -> datetime | None:
        return min((waiting.due_at for _, waiting in self._pending(channels)), default=None)

    def known_blobs(self, names: Collection[str]) -> set[str]:
        return {one.blob for one in self._attachments.values() if one.blob in names and one.blob is not None}

    def _pending(self, channels: Collection[str]) -> list[tuple[str, Waiting]]:
        return [
            (id_, waiting)
            for id_, waiting in self._downloads.items()
            if (source := self._attachments[id_].source) is not None and source.channel in channels
        ]

    def _is_mine(self, attachment_id: str, attempts: int) -> bool:
        waiting = self._downloads.get(attachment_id)
        pending = self._attachments[attachment_id].state is AttachmentState.PENDING
        return waiting is not None and pending and waiting.attempts == attempts

    def _where(self, **wanted: object) -> list[Attachment]:
        found = (one for _, one in sorted(self._attachments.items()))
        return [one for one in found if all(getattr(one, name) == value for name, value in wanted.items())]


def _grouped(found: Mapping[str, Sequence[Attachment]]) -> Mapping[str, Sequence[Attachment]]:
    return {key: group for key, group in found.items() if group}
