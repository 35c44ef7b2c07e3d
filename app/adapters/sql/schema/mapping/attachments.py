"""Rows of attachments to values of the domain, and back."""

from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.domain.attachments.attachment import Attachment, AttachmentState, ProviderFile
from app.domain.vocabulary import (
    AttachmentKind,
)


def attachment_values(attachment: Attachment) -> Values:
    source = attachment.source
    return {
        "id": attachment.id,
        "customer_id": attachment.customer_id,
        "ticket_id": attachment.ticket_id,
        "message_id": attachment.message_id,
        "of_submission": attachment.of_submission,
        "kind": attachment.kind.value,
        "name": attachment.name,
        **content_values(attachment),
        "channel": None if source is None else source.channel,
        "provider_id": None if source is None else source.provider_id,
        "unique_id": None if source is None else source.unique_id,
        "created_at": attachment.created_at,
    }


CONTENT = ("state", "media_type", "size", "sha256", "blob", "error_code")
"""The columns that a download changes."""


def content_values(attachment: Attachment) -> Values:
    return {name: getattr(attachment, name) for name in CONTENT} | {"state": attachment.state.value}


def attachment_of(row: AnyRow) -> Attachment:
    source = None
    if row.channel is not None:
        source = ProviderFile(row.channel, row.provider_id, row.unique_id)
    return Attachment(
        id=row.id,
        customer_id=row.customer_id,
        kind=AttachmentKind(row.kind),
        name=row.name,
        state=AttachmentState(row.state),
        created_at=row.created_at,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        of_submission=row.of_submission,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        blob=row.blob,
        error_code=row.error_code,
        source=source,
    )
