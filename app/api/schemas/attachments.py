"""Attachments on the wire."""

from datetime import datetime
from typing import Self

from pydantic import Field

from app.api.schemas.base import Out
from app.domain.attachments.attachment import MAX_NAME, Attachment, AttachmentState
from app.domain.attachments.file_types import MAX_UPLOAD
from app.domain.vocabulary import AttachmentKind


class AttachmentOut(Out):
    """A picture, video or document that came with words, or is to come with some (4.4)."""

    id: str = Field(max_length=36, description="Id (UUIDv7).")
    kind: AttachmentKind = Field(description="What it is.")
    name: str | None = Field(max_length=MAX_NAME, description="The sender's name of the file, cleaned.")
    media_type: str | None = Field(
        max_length=100, description="Type by its content, never by its name; null while it is not stored."
    )
    size: int | None = Field(
        ge=0, le=2**53, description="Bytes; the messenger's word while it is not stored, or null."
    )
    sha256: str | None = Field(
        max_length=64, description="SHA-256 of the content in hex; null while it is not stored."
    )
    state: AttachmentState = Field(
        description="`stored` has content; `pending` is still at the messenger; `too_large`, `unavailable` "
        "and `refused` will have none. New ones may come."
    )
    created_at: datetime = Field(description="When it was uploaded, or when its message came.")

    @classmethod
    def of(cls, attachment: Attachment) -> Self:
        """Show an attachment."""
        return cls(
            id=attachment.id,
            kind=attachment.kind,
            name=attachment.name,
            media_type=attachment.media_type,
            size=attachment.size,
            sha256=attachment.sha256,
            state=attachment.state,
            created_at=attachment.created_at,
        )


UPLOAD_FORM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["file"],
    "properties": {
        "file": {
            "type": "string",
            "maxLength": MAX_UPLOAD,
            "format": "binary",
            "description": "The file, with its name. Up to 10 MiB and 40 million pixels for a picture, "
            "50 MiB for a video, 20 MiB for a document.",
        },
        "customer_id": {
            "type": "string",
            "maxLength": 64,
            "pattern": "^[A-Za-z0-9._:@-]{1,64}$",
            "description": "The CRM's id of the customer; may be left out by a key that is confined to one.",
        },
    },
}
"""The form of an upload, as the document tells it; the body is read as it comes, by no model."""
