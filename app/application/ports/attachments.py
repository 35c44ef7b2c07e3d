"""Ports of attachments: a store of blobs, a check of their content, and rows in the database.

A file is stored before its row, and outside of any transaction. The sweep removes blobs without a row.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, TypeVar

from app.domain.attachments.attachment import Attachment
from app.domain.attachments.file_types import FileType

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob that is durable under its random name; `size` is in bytes."""

    name: str
    size: int
    sha256: str


class BlobDraft(Protocol):
    """A blob that is being written; it cannot be read before it is kept."""

    async def write(self, piece: bytes) -> None:
        """Append. Each method raises StoreUnavailableError if the disk is full or missing."""
        ...

    async def examine(self, look: Callable[[BinaryIO], T]) -> T:
        """Call `look` with the written content as a seekable file; only after the last write."""
        ...

    async def keep(self) -> StoredBlob:
        """Make the blob durable and readable."""
        ...

    async def discard(self) -> None:
        """Discard the draft; a kept blob stays."""
        ...


class BlobStore(Protocol):
    """Keeps contents under random names."""

    async def draft(self) -> BlobDraft:
        """Begin a blob. Raises StoreUnavailableError if the disk is full or missing."""
        ...

    async def size(self, name: str) -> int | None:
        """Return the size of a blob; None for an unknown name."""
        ...

    def read(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        """Return `length` bytes from `start` on, in pieces."""
        ...

    async def delete(self, name: str) -> None:
        """Delete a blob, if it exists."""
        ...

    def older_than(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        """List the names of blobs that were written before an instant, in batches."""
        ...

    async def clear_drafts(self, before: datetime) -> None:
        """Delete drafts that have not grown since an instant: their writer has died."""
        ...


class ContentCheck(Protocol):
    """Examines a file whose first bytes do not decide its type."""

    def type_of(self, file: BinaryIO, supposed: FileType) -> FileType:
        """Return the true type of a file. Raises FileRefusedError for a type that is refused."""
        ...


@dataclass(frozen=True, slots=True)
class Download:
    """A file that this worker may fetch now; `attempts` includes this one and identifies the claim."""

    attachment: Attachment
    attempts: int


class AttachmentRepository(Protocol):
    """Attachments and their downloads from messengers."""

    def add(self, attachment: Attachment, *, due_at: datetime | None = None) -> None:
        """Insert; an attachment at a messenger has the instant at which its download is due."""
        ...

    def get(self, attachment_id: str) -> Attachment | None: ...
    def lock(self, attachment_ids: Collection[str]) -> Mapping[str, Attachment]:
        """Get the existing ones and lock them until the transaction ends."""
        ...

    def bind(
        self, attachment_ids: Collection[str], ticket_id: str, message_id: str, *, of_submission: bool
    ) -> None:
        """Store the message to which attachments belong."""
        ...

    def of_messages(self, message_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        """Return the attachments of messages, by their ids; a message without attachments is left out."""
        ...

    def of_submissions(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        """Return the attachments of the submissions of tickets, by their ids."""
        ...

    def uploaded_bytes(self, customer_id: str, since: datetime, until: datetime) -> int:
        """Sum the sizes of a customer's uploads between two instants, inclusive.

        An upload after `until`, which is now, was stored before the clock stepped back.
        """
        ...

    def claim_download(
        self, channels: Collection[str], now: datetime, lease_until: datetime
    ) -> Download | None:
        """Claim the download of the channels that is due first and that no other worker is claiming.

        The download is due again at `lease_until`, for any worker.
        """
        ...

    def settle_download(self, settled: Attachment, attempts: int) -> bool:
        """Store the end of a download; False if another worker has claimed it."""
        ...

    def postpone_download(self, attachment_id: str, attempts: int, due_at: datetime, error_code: str) -> bool:
        """Put a failed download off until `due_at`; False if another worker has claimed it."""
        ...

    def return_download(self, attachment_id: str, attempts: int, due_at: datetime) -> bool:
        """Put a download off without counting this try; False if another worker has claimed it."""
        ...

    def next_download(self, channels: Collection[str]) -> datetime | None:
        """Return the instant at which the next download of the channels is due."""
        ...

    def known_blobs(self, names: Collection[str]) -> set[str]:
        """Return those of the names that have a row."""
        ...
