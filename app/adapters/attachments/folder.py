"""Blobs as files of a folder on a local disk, under random names, two levels deep.

All work on files is done in threads. A file is written as a draft, flushed to the disk, and only then moved
to its place. The folders are flushed too, so that the place survives a power cut.
"""

import asyncio
import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, ParamSpec, TypeVar

from app.adapters.private_files import PRIVATE_FILE, make_folder, sync_folder
from app.application.errors import StorageFullError, StoreUnavailableError
from app.application.ports.attachments import StoredBlob
from app.domain.attachments.file_types import MIB

T = TypeVar("T")
P = ParamSpec("P")

PIECE = 262_144
"""Bytes read or written at once: smaller pieces would cost more in threads than they save."""

KEPT_PART = 20
KEPT_FREE = 16 * MIB
"""Files leave a twentieth of the disk free, and at least so many bytes: the database may be on it too."""

BATCH = 500
DRAFTS = "drafts"
_NAME = re.compile(r"[0-9a-f]{32}")
_LEVEL = re.compile(r"[0-9a-f]{2}")


class Room(NamedTuple):
    """The size of a disk and its free bytes."""

    total: int
    free: int


def room_on_disk(folder: Path) -> Room:
    """Return the size and the free bytes of the disk of a folder. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Room(usage.total, usage.free)


def prepare(root: Path) -> None:
    """Create the folder of a blob store, and check that files can be created in it.

    Raises OSError if they cannot.
    """
    drafts = root / DRAFTS
    make_folder(drafts)
    probe = drafts / secrets.token_hex(16)
    probe.touch(mode=PRIVATE_FILE, exist_ok=False)
    probe.unlink()


class FolderBlobStore:
    """A blob store below one folder, to which no other program writes."""

    def __init__(self, root: Path, room: Callable[[Path], Room] = room_on_disk) -> None:
        """Remember the folder; it is created with the first blob. `room` reads the state of its disk."""
        self._root = root
        self._room = room
        self._examining = asyncio.Lock()

    async def draft(self) -> "FileDraft":
        """Begin a blob and return its draft; its file is created with the first bytes."""
        name = secrets.token_hex(16)
        return FileDraft(self._root / DRAFTS / name, self._place(name), self._room, self._examining)

    async def size(self, name: str) -> int | None:
        """Return the size of a blob in bytes; None if there is no blob of that name."""
        return await _in_thread(_size, self._place(name))

    async def read(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        """Yield `length` bytes from `start` on, in pieces."""
        file = await _in_thread(open, self._place(name), "rb")
        try:
            await _in_thread(file.seek, start)
            left = length
            while left:
                piece: bytes = await _in_thread(file.read, min(PIECE, left))
                if not piece:
                    raise StoreUnavailableError
                left -= len(piece)
                yield piece
        finally:
            file.close()

    async def delete(self, name: str) -> None:
        """Remove a blob, if it exists."""
        await _in_thread(self._place(name).unlink, missing_ok=True)

    async def older_than(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        """Yield the names of blobs written before an instant, in batches."""
        for folder in await _in_thread(lambda: list(_folders(self._root))):
            names = await _in_thread(_names_before, folder, at)
            for first in range(0, len(names), BATCH):
                yield names[first : first + BATCH]

    async def clear_drafts(self, before: datetime) -> None:
        """Remove drafts without a write since an instant."""
        drafts = self._root / DRAFTS
        for name in await _in_thread(_names_before, drafts, before):
            await _in_thread((drafts / name).unlink, missing_ok=True)

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not a name of ours")
        return self._root / name[:2] / name[2:4] / name


class FileDraft:
    """A file that is being written and is not in its place yet."""

    def __init__(
        self, path: Path, place: Path, room: Callable[[Path], Room], examining: asyncio.Lock
    ) -> None:
        """Start with the present path of the file and its final place."""
        self._path = path
        self._place = place
        self._room = room
        self._examining = examining
        self._opened: BinaryIO | None = None
        self._kept = False
        self._held = bytearray()
        self._digest = hashlib.sha256()
        self._size = 0

    async def write(self, piece: bytes) -> None:
        """Append a piece; small pieces are buffered.

        Raises StoreUnavailableError if the disk fails, and StorageFullError if it has no room.
        """
        self._held += piece
        if len(self._held) >= PIECE:
            await self._flush()

    async def examine(self, look: Callable[[BinaryIO], T]) -> T:
        """Return the result of `look` on the content written so far.

        One file of the store is examined at a time: several computing threads would hold up the event loop.
        """
        await self._flush()

        def from_start() -> T:
            self._file.flush()
            self._file.seek(0)
            return look(self._file)

        async with self._examining:
            return await _in_thread(from_start)

    async def keep(self) -> StoredBlob:
        """Flush the file to the disk and move it to its place."""
        await self._flush()
        await _in_thread(self._move)
        self._kept = True
        return StoredBlob(self._place.name, self._size, self._digest.hexdigest())

    async def discard(self) -> None:
        """Close the file, and remove it unless it was kept."""
        await _in_thread(self._drop)

    async def _flush(self) -> None:
        held, self._held = bytes(self._held), bytearray()
        await _in_thread(self._append, held)

    @property
    def _file(self) -> BinaryIO:
        if self._opened is None:
            make_folder(self._path.parent)
            descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE)
            self._opened = os.fdopen(descriptor, "w+b")
        return self._opened

    def _append(self, piece: bytes) -> None:
        self._file.seek(0, os.SEEK_END)
        room = self._room(self._path.parent)
        if room.free - len(piece) < max(room.total // KEPT_PART, KEPT_FREE):
            raise StorageFullError
        self._file.write(piece)
        self._digest.update(piece)
        self._size += len(piece)

    def _move(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        make_folder(self._place.parent)
        self._path.rename(self._place)
        sync_folder(self._place.parent)
        self._file.close()

    def _drop(self) -> None:
        if self._opened is None:
            return
        with suppress(OSError):  # a failed write cannot be flushed either
            self._opened.close()
        if not self._kept:
            self._path.unlink(missing_ok=True)
            self._place.unlink(missing_ok=True)


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work on files in a thread, and wait for its end even when cancelled: it may leave a file behind.

    Raises StoreUnavailableError if the system reports an error.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait((running,))
        running.exception()  # retrieved, so that asyncio does not report it
        raise
    except OSError as failure:
        is_full = failure.errno in {errno.ENOSPC, errno.EDQUOT}
        raise (StorageFullError if is_full else StoreUnavailableError) from failure


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _folders(root: Path) -> Iterator[Path]:
    for first in _levels(root):
        yield from _levels(first)


def _levels(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _LEVEL.fullmatch(path.name))


def _names_before(folder: Path, at: datetime) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [
            entry.name
            for entry in entries
            if _NAME.fullmatch(entry.name) and entry.stat().st_mtime < at.timestamp()
        ]
