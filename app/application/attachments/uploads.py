"""Attachments from upload to reading: stored, then bound to the message to which they belong (4.4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.application.attachments.take_in_file import TakenFile
from app.application.errors import (
    AttachmentNotStoredError,
    InvalidValueError,
    NotFoundError,
    UploadQuotaReachedError,
)
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp
from app.domain.attachments.attachment import Attachment, AttachmentState
from app.domain.attachments.file_types import ENDINGS, MAX_SIZES, UPLOADED_KINDS, FileType
from app.domain.attachments.names import offered_name
from app.domain.tickets.message import Message

QUOTA_PERIOD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file, its customer, and the uploader's name for it."""

    customer_id: str
    name: str | None
    file: TakenFile


def upload_limit(file: FileType) -> int:
    """Return the largest upload of a type in bytes; 0 for a type that cannot be uploaded."""
    return MAX_SIZES[file.kind] if file.kind in UPLOADED_KINDS else 0


def add_upload(
    uow: UnitOfWork, upload: Upload, stamp: Stamp, *, quota: int, only: str | None = None
) -> Attachment:
    """Store the row of a stored file. Raises NotFoundError for the customer, or UploadQuotaReachedError.

    `quota` is in bytes per customer and 24 hours; 0 means no quota. `only` confines the caller to one
    customer.
    """
    theirs = only in {None, upload.customer_id}
    customer = uow.customers.lock(upload.customer_id) if theirs else None
    if customer is None:
        raise NotFoundError("customer_not_found")
    blob = upload.file.blob
    used = uow.attachments.uploaded_bytes(customer.id, stamp.now - QUOTA_PERIOD, stamp.now)
    check_quota(used, blob.size, quota)
    attachment = Attachment(
        id=stamp.ids().next(),
        customer_id=customer.id,
        kind=upload.file.type.kind,
        name=offered_name(upload.name, upload.file.type.media_type),
        state=AttachmentState.STORED,
        created_at=stamp.now,
        media_type=upload.file.type.media_type,
        size=blob.size,
        sha256=blob.sha256,
        blob=blob.name,
    )
    uow.attachments.add(attachment)
    return attachment


def used_quota(uow: UnitOfWork, customer_id: str, now: datetime, *, only: str | None = None) -> int:
    """Return the bytes of a customer's quota that stored uploads use. Raises NotFoundError."""
    if only not in {None, customer_id} or uow.customers.get(customer_id) is None:
        raise NotFoundError("customer_not_found")
    return uow.attachments.uploaded_bytes(customer_id, now - QUOTA_PERIOD, now)


def check_quota(used: int, size: int, quota: int) -> None:
    """Check that an upload fits into a quota; 0 means no quota. Raises UploadQuotaReachedError."""
    if quota and used + size > quota:
        raise UploadQuotaReachedError(quota)


def get_attachment(uow: UnitOfWork, attachment_id: str, *, only: str | None = None) -> Attachment:
    """Get an attachment that the caller may see. Raises NotFoundError for any other id."""
    attachment = uow.attachments.get(attachment_id)
    if attachment is None or only not in {None, attachment.customer_id}:
        raise NotFoundError("attachment_not_found")
    return attachment


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """The members of a stored attachment that a download needs."""

    id: str
    name: str
    media_type: str
    sha256: str
    blob: str


def get_stored(uow: UnitOfWork, attachment_id: str, *, only: str | None = None) -> StoredAttachment:
    """Find the content of an attachment. Raises NotFoundError or AttachmentNotStoredError."""
    found = get_attachment(uow, attachment_id, only=only)
    if found.blob is None or found.media_type is None or found.sha256 is None:
        raise AttachmentNotStoredError(found.state)
    name = found.offered_name or f"{found.id}.{ENDINGS[found.media_type][0]}"
    return StoredAttachment(found.id, name, found.media_type, found.sha256, found.blob)


def lock_unused(uow: UnitOfWork, attachment_ids: Sequence[str], customer_id: str) -> tuple[Attachment, ...]:
    """Get and lock unused attachments of the customer. Raises InvalidValueError for the first wrong one."""
    if not attachment_ids:
        return ()
    held = uow.attachments.lock(attachment_ids)
    found: list[Attachment] = []
    for place, attachment_id in enumerate(attachment_ids):
        pointer = f"/attachment_ids/{place}"
        attachment = held.get(attachment_id)
        if attachment is None or attachment.customer_id != customer_id:
            raise InvalidValueError(pointer, "attachment_not_found")
        if attachment in found:
            raise InvalidValueError(pointer, "repeated")
        if attachment.message_id is not None:
            raise InvalidValueError(pointer, "attachment_in_use")
        if attachment.state is not AttachmentState.STORED:
            raise InvalidValueError(pointer, "attachment_not_stored")
        found.append(attachment)
    return tuple(found)


def bind(
    uow: UnitOfWork, attachments: Collection[Attachment], message: Message, *, of_submission: bool = False
) -> tuple[Attachment, ...]:
    """Bind locked attachments to a message; return them as they are then."""
    if not attachments:
        return ()
    ids = [attachment.id for attachment in attachments]
    uow.attachments.bind(ids, message.ticket_id, message.id, of_submission=of_submission)
    bound = [
        replace(one, ticket_id=message.ticket_id, message_id=message.id, of_submission=of_submission)
        for one in attachments
    ]
    return tuple(sorted(bound, key=lambda one: one.id))
