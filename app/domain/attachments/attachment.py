"""Attachments: pictures, videos and documents that came with a message, or wait at a messenger (4.4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.attachments.names import offered_name
from app.domain.vocabulary import AttachmentKind


class AttachmentState(StrEnum):
    """The progress of a file; only a stored one has content."""

    STORED = "stored"
    PENDING = "pending"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """A file at a messenger: `provider_id` requests it, `unique_id` distinguishes it from others."""

    channel: str
    provider_id: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a customer, and the message that it came with, once there is one.

    `name` is the sender's, cleaned. `media_type`, `sha256` and `blob` (the name of the content
    in the blob store) are known for a stored file only. `size`, in bytes, is the provider's claim until
    then. `of_submission`: the file came with the message by which the ticket was registered.
    """

    id: str
    customer_id: str
    kind: AttachmentKind
    name: str | None
    state: AttachmentState
    created_at: datetime
    ticket_id: str | None = None
    message_id: str | None = None
    of_submission: bool = False
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    blob: str | None = None
    error_code: str | None = None
    source: ProviderFile | None = None

    @property
    def offered_name(self) -> str | None:
        """The name for display and saving: the sender's, with the ending of the detected type."""
        return offered_name(self.name, self.media_type)
