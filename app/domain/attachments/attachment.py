"""Attachments: pictures, videos and documents that came with a message, or wait at a messenger (4.4)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.vocabulary import AttachmentKind

MAX_NAME = 200
"""Maximum characters of a displayed name."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are invisible or reorder the displayed name."""


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

    `name` is the sender's, cleaned for display. `media_type`, `sha256` and `blob` (the name of the content
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


def shown_name(given: str | None) -> str | None:
    """Clean a name chosen by a sender: no folders, no invisible characters, at most 200 with the extension.

    Returns None if nothing is left of it.
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
