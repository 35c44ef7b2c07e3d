"""Blobs in memory; the instant of writing can be set back."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, TypeVar

from app.application.ports.attachments import StoredBlob

T = TypeVar("T")


class MemoryBlobStore:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._made = 0
        self.kept: dict[str, tuple[bytes, datetime]] = {}

    async def draft(self) -> "MemoryDraft":
        self._made += 1
        return MemoryDraft(self, f"{self._made:032x}")

    async def size(self, name: str) -> int | None:
        return len(self.kept[name][0]) if name in self.kept else None

    async def read(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        yield self.kept[name][0][start : start + length]

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)

    async def older_than(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        yield [name for name, (_, written_at) in self.kept.items() if written_at < at]

    async def clear_drafts(self, before: datetime) -> None:
        """Nothing is left of a draft."""

    def keep(self, name: str, content: bytes) -> None:
        self.kept[name] = (content, self._now())


class MemoryDraft:
    def __init__(self, store: MemoryBlobStore, name: str) -> None:
        self._store = store
        self._name = name
        self._file = BytesIO()

    async def write(self, piece: bytes) -> None:
        self._file.seek(0, 2)
        self._file.write(piece)

    async def examine(self, look: Callable[[BinaryIO], T]) -> T:
        self._file.seek(0)
        return look(self._file)

    async def keep(self) -> StoredBlob:
        content = self._file.getvalue()
        self._store.keep(self._name, content)
        return StoredBlob(self._name, len(content), hashlib.sha256(content).hexdigest())

    async def discard(self) -> None:
        """Nothing is held."""
