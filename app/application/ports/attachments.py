"""What attachments need of the world: a store of blobs, a look at their content, rows in the database.

A file is stored first and its row after it, never inside a transaction; what has no row in the end is
swept away.
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
    """A blob that is being written; nobody finds it before it is kept."""

    async def write(self, piece: bytes) -> None:
        """Append. StoreUnavailableError, as for the other two, if the disk is full or away."""
        ...

    async def examine(self, look: Callable[[BinaryIO], T]) -> T:
        """Look at what has been written, as a file that can be read and searched; after the last write."""
        ...

    async def keep(self) -> StoredBlob:
        """Make it durable; it can be read from then on."""
        ...

    async def discard(self) -> None:
        """Let go of it; nothing happens to one that is kept."""
        ...


class BlobStore(Protocol):
    """Keeps contents under random names."""

    async def draft(self) -> BlobDraft:
        """Begin a blob. StoreUnavailableError."""
        ...

    async def size(self, name: str) -> int | None:
        """Give the size of a blob; None if there is none of that name."""
        ...

    def read(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        """Give `length` bytes from `start` on, in pieces."""
        ...

    async def delete(self, name: str) -> None:
        """Remove a blob, if it is there."""
        ...

    def older_than(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        """List the names of blobs that were written before an instant, some at a time."""
        ...

    async def clear_drafts(self, before: datetime) -> None:
        """Remove drafts that nobody has written to since an instant: who did is gone."""
        ...


class ContentCheck(Protocol):
    """Looks into files as far as their first bytes do not tell."""

    def type_of(self, file: BinaryIO, supposed: FileType) -> FileType:
        """Confirm a type, or tell the true one. FileRefusedError."""
        ...


@dataclass(frozen=True, slots=True)
class Download:
    """A file that this worker may fetch now; `attempts` counts this one and tells who has it."""

    attachment: Attachment
    attempts: int


class AttachmentRepository(Protocol):
    """Attachments, and which of them are to be fetched from a messenger."""

    def add(self, attachment: Attachment, *, due_at: datetime | None = None) -> None:
        """Insert; one that waits at a messenger is due at an instant."""
        ...

    def get(self, attachment_id: str) -> Attachment | None: ...
    def lock(self, attachment_ids: Collection[str]) -> Mapping[str, Attachment]:
        """Get those that exist, and hold them until the transaction ends."""
        ...

    def bind(
        self, attachment_ids: Collection[str], ticket_id: str, message_id: str, *, of_submission: bool
    ) -> None:
        """Say with which message attachments came."""
        ...

    def of_messages(self, message_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        """Give the attachments of messages, in the order of their ids; none for a message without."""
        ...

    def of_submissions(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Attachment]]:
        """Give what came with the submissions of tickets, in the order of their ids."""
        ...

    def uploaded_bytes(self, customer_id: str, since: datetime) -> int:
        """Sum the sizes of what was uploaded for a customer since an instant, inclusive."""
        ...

    def claim_download(
        self, channels: Collection[str], now: datetime, lease_until: datetime
    ) -> Download | None:
        """Take the download of the channels that is due first and that nobody else is taking.

        It is due again at `lease_until`, for whoever takes it then.
        """
        ...

    def settle_download(self, settled: Attachment, attempts: int) -> bool:
        """Store how a download ended; False if it is not this worker's any more."""
        ...

    def postpone_download(self, attachment_id: str, attempts: int, due_at: datetime, error_code: str) -> bool:
        """Let a download be tried again later; False if it is not this worker's any more."""
        ...

    def return_download(self, attachment_id: str, attempts: int, due_at: datetime) -> bool:
        """Let a download be tried later, as if this try had not been; False if it is not this worker's."""
        ...

    def next_download(self, channels: Collection[str]) -> datetime | None:
        """Give when the next download of the channels is due."""
        ...

    def known_blobs(self, names: Collection[str]) -> set[str]:
        """Give those of the names that a row has."""
        ...
