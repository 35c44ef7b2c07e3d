"""Takes a file in piece by piece: type and size are judged as early as the bytes tell them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from app.application.errors import FileRefusedError
from app.application.ports.attachments import BlobDraft, BlobStore, ContentCheck, StoredBlob
from app.domain.attachments.file_types import HEAD_SIZE, FileType, recognise

Limit = Callable[[FileType], int]
"""Gives the largest size of a type in bytes; 0 for one that is not taken here."""


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file whose content is durable and has no row yet."""

    type: FileType
    blob: StoredBlob


async def take_in(
    pieces: AsyncIterator[bytes], blobs: BlobStore, check: ContentCheck, limit: Limit
) -> TakenFile:
    """Store a file, or nothing of it. FileRefusedError, StoreUnavailableError, and what the pieces raise."""
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
    """Write the pieces, the head held back until it tells the type."""
    head, size, supposed = b"", 0, None
    async for piece in pieces:
        size += len(piece)
        if supposed is None:
            head += piece
            if len(head) < HEAD_SIZE:
                continue
            supposed = _judge(head[:HEAD_SIZE], limit)
            piece = head  # noqa: PLW2901 - what was held back goes with it
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
