"""Stores a file piece by piece; type and size are checked as early as the bytes allow."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from app.application.errors import FileRefusedError
from app.application.ports.attachments import BlobDraft, BlobStore, ContentCheck, StoredBlob
from app.domain.attachments.file_types import HEAD_SIZE, FileType, recognise

Limit = Callable[[FileType], int]
"""Returns the largest size of a type in bytes; 0 for a type that is refused."""


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file whose content is durable and has no row yet."""

    type: FileType
    blob: StoredBlob


async def take_in(
    pieces: AsyncIterator[bytes], blobs: BlobStore, check: ContentCheck, limit: Limit
) -> TakenFile:
    """Store a whole file. Raises FileRefusedError, StoreUnavailableError or an error of the pieces."""
    draft = await blobs.draft()
    try:
        supposed = await _write(pieces, draft, limit)
        confirmed = await draft.examine(lambda file: check.type_of(file, supposed))
        if limit(confirmed) == 0:
            raise FileRefusedError("file_type_not_allowed")
        return TakenFile(confirmed, await draft.keep())
    finally:
        await draft.discard()


async def _write(pieces: AsyncIterator[bytes], draft: BlobDraft, limit: Limit) -> FileType:
    """Write the pieces; the head is held back until it decides the type."""
    head, size, supposed = b"", 0, None
    async for piece in pieces:
        size += len(piece)
        if supposed is None:
            head += piece
            if len(head) < HEAD_SIZE:
                continue
            supposed = _judge(head[:HEAD_SIZE], limit)
            piece = head  # noqa: PLW2901 - the held-back head is written first
        _refuse_beyond(size, supposed, limit)
        await draft.write(piece)
    if supposed is None:
        if not head:
            raise FileRefusedError("file_empty")
        supposed = _judge(head, limit)
        _refuse_beyond(size, supposed, limit)
        await draft.write(head)
    return supposed


def _judge(head: bytes, limit: Limit) -> FileType:
    supposed = recognise(head)
    if supposed is None or limit(supposed) == 0:
        raise FileRefusedError("file_type_not_allowed")
    return supposed


def _refuse_beyond(size: int, supposed: FileType, limit: Limit) -> None:
    most = limit(supposed)
    if size > most:
        raise FileRefusedError("file_too_large", most)
