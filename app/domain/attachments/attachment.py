"""Attachments: pictures, videos and documents that came with words, or wait at a messenger (4.4)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.vocabulary import AttachmentKind

MAX_NAME = 200
"""Characters of a shown name."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that hide or turn what a name says."""


class AttachmentState(StrEnum):
    """How far a file got. Only a stored one has content."""

    STORED = "stored"
    PENDING = "pending"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """Where a file lies at a messenger: `provider_id` asks for it, `unique_id` tells two apart."""

    channel: str
    provider_id: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a customer, with the message that it came with once there is one.

    `name` is the sender's, cleaned for display. `media_type`, `sha256` and `blob`, the name of the
    content in the blob store, are known of a stored file only; `size`, in bytes, may be the provider's
    word before. `of_submission`: it came with the words that the ticket was registered by.
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


def shown_name(given: str | None) -> str | None:
    """Clean a name that somebody else chose: no folders, nothing invisible, 200 characters with its ending.

    None where nothing is left of it.
    """
    if given is None:
        return None
    last = given.replace("\\", "/").rpartition("/")[2]
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in _INVISIBLE)
    name = " ".join(unicodedata.normalize("NFC", visible).split()).strip(". ")
    if len(name) <= MAX_NAME:
        return name or None
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > MAX_NAME // 10:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
