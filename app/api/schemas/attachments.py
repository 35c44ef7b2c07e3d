"""Schemas of attachments."""

from datetime import datetime
from typing import Self

from pydantic import Field

from app.api.schemas.base import Out
from app.domain.attachments.attachment import Attachment, AttachmentState
from app.domain.attachments.file_types import MAX_UPLOAD
from app.domain.attachments.names import MAX_NAME
from app.domain.vocabulary import AttachmentKind


class AttachmentOut(Out):
    """An image, video or document that accompanies a text (4.4)."""

    id: str = Field(max_length=36, description="ID of the attachment (UUIDv7).")
    kind: AttachmentKind = Field(description="Kind of file.")
    name: str | None = Field(
        max_length=MAX_NAME,
        description="Name for display and saving: the sender's, without folders and unsafe characters. Once "
        "the content is stored, it has the ending of the detected type: a text named `setup.bat` becomes "
        "`setup.bat.txt`. Null if the sender gave no readable name.",
    )
    media_type: str | None = Field(
        max_length=100,
        description="Media type, detected from the content, not the name. Null until the content is stored.",
    )
    size: int | None = Field(
        ge=0,
        le=2**53,
        description="Size in bytes. Until the content is stored, it is the messenger's figure, or null.",
    )
    sha256: str | None = Field(
        max_length=64, description="SHA-256 of the content in hexadecimal. Null until the content is stored."
    )
    state: AttachmentState = Field(description="Whether the content is available. New states may appear.")
    created_at: datetime = Field(description="When the file was uploaded, or when its message arrived.")

    @classmethod
    def of(cls, attachment: Attachment) -> Self:
        """Build the schema from the domain value."""
        return cls(
            id=attachment.id,
            kind=attachment.kind,
            name=attachment.offered_name,
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
            "description": "The file, with its name. Size limits: image 10 MiB and 40 million pixels, "
            "video 50 MiB, document 20 MiB.",
        },
        "customer_id": {
            "type": "string",
            "maxLength": 64,
            "pattern": "^[A-Za-z0-9._:@-]{1,64}$",
            "description": "The CRM's ID of the customer. Optional with a key that is confined to one "
            "customer, required otherwise.",
        },
    },
}
"The form of an upload, for the document only: the body is read in pieces, without a "
"model."
