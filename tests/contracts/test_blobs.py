"""Contents in every blob store: durable when kept, gone when discarded, read in parts."""

import asyncio
import errno
import hashlib
import os
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.attachments.folder import PIECE, FolderBlobStore, Room
from app.application.errors import StorageFullError, StoreUnavailableError
from app.application.ports.attachments import BlobDraft, BlobStore, StoredBlob
from app.domain.attachments.file_types import MIB
from tests.fakes.memory_blobs import MemoryBlobStore

pytestmark = pytest.mark.anyio

LONG = bytes(range(256)) * (3 * PIECE // 256) + b"end"
LATER = timedelta(minutes=1)


def system_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - files have the system's time


@pytest.fixture(params=["memory", "folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return MemoryBlobStore(system_now) if request.param == "memory" else FolderBlobStore(tmp_path / "a" / "b")


async def kept(blobs: BlobStore, *pieces: bytes) -> StoredBlob:
    draft = await blobs.draft()
    for piece in pieces:
        await draft.write(piece)
    stored = await draft.keep()
    await draft.discard()
    return stored


async def all_of(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def listed(blobs: BlobStore, at: datetime) -> set[str]:
    return {name async for names in blobs.older_than(at) for name in names}


async def test_what_is_kept_is_read_as_it_was_written(blobs: BlobStore) -> None:
    stored = await kept(blobs, LONG[:10], LONG[10:-1], LONG[-1:])

    assert (stored.size, stored.sha256) == (len(LONG), hashlib.sha256(LONG).hexdigest())
    assert await blobs.size(stored.name) == len(LONG)
    assert await all_of(blobs.read(stored.name, 0, len(LONG))) == LONG
    assert await all_of(blobs.read(stored.name, 5, PIECE + 7)) == LONG[5 : PIECE + 12]
    assert await all_of(blobs.read(stored.name, 5, 0)) == b""


async def test_a_draft_can_be_looked_at_and_then_kept(blobs: BlobStore) -> None:
    draft = await blobs.draft()
    await draft.write(b"begin ")
    await draft.write(b"end")

    assert await draft.examine(lambda file: (file.read(5), file.seek(-3, 2), file.read())) == (
        b"begin",
        6,
        b"end",
    )
    stored = await draft.keep()

    assert await all_of(blobs.read(stored.name, 0, 9)) == b"begin end"


async def test_what_is_discarded_or_not_kept_yet_is_nowhere(blobs: BlobStore) -> None:
    draft = await blobs.draft()
    await draft.write(LONG)
    under_way = await listed(blobs, system_now() + LATER)
    await draft.discard()

    assert under_way == await listed(blobs, system_now() + LATER) == set()


async def test_names_are_given_once_and_never_by_content(blobs: BlobStore) -> None:
    names = {(await kept(blobs, b"same")).name for _ in range(3)}

    assert len(names) == 3


async def test_those_written_before_an_instant_are_listed(blobs: BlobStore) -> None:
    names = {(await kept(blobs, bytes([number]))).name for number in range(5)}

    assert await listed(blobs, system_now() + LATER) == names
    assert await listed(blobs, system_now() - LATER) == set()


async def test_a_blob_is_deleted_once_or_twice(blobs: BlobStore) -> None:
    stored, other = await kept(blobs, b"a"), await kept(blobs, b"b")
    await blobs.delete(stored.name)
    await blobs.delete(stored.name)

    assert await blobs.size(stored.name) is None
    assert await blobs.size(other.name) == 1


async def test_files_and_folders_are_nobody_elses(tmp_path: Path) -> None:
    store = FolderBlobStore(tmp_path / "blobs")
    stored = await kept(store, b"a")
    place = tmp_path / "blobs" / stored.name[:2] / stored.name[2:4] / stored.name

    assert place.read_bytes() == b"a"
    assert place.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "blobs").rglob("*") if path.is_dir()} == {
        0o700
    }
    assert list((tmp_path / "blobs" / "drafts").iterdir()) == []


async def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    store = FolderBlobStore(tmp_path / "blobs")
    for name in ("../../x", "", "a" * 31, "A" * 32, "0" * 32 + "\n"):
        with pytest.raises(ValueError, match="name"):
            await store.size(name)


async def test_drafts_that_nobody_writes_any_more_are_removed(tmp_path: Path) -> None:
    store = FolderBlobStore(tmp_path)
    await store.clear_drafts(system_now())
    old, young = await store.draft(), await store.draft()
    await old.write(LONG)
    await young.write(LONG)
    day_ago = (system_now() - timedelta(days=2)).timestamp()
    os.utime(old._path, (day_ago, day_ago))
    await store.clear_drafts(system_now() - timedelta(days=1))

    assert [path.name for path in (tmp_path / "drafts").iterdir()] == [young._path.name]
    for draft in (old, young):
        await draft.discard()


async def test_what_is_kept_is_flushed_to_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderBlobStore(tmp_path)
    draft = await store.draft()
    await draft.write(LONG)
    asked: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(descriptor: int) -> None:
        target = Path(f"/proc/self/fd/{descriptor}").readlink()
        asked.append("file" if target.is_file() else "folder")
        fsync(descriptor)

    def noted_rename(path: Path, place: Path) -> Path:
        asked.append("rename")
        return rename(path, place)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    await draft.keep()

    assert asked[0] == "file"
    assert asked[-2:] == ["rename", "folder"]
    await draft.discard()


@pytest.mark.parametrize(
    ("total", "kept_free"), [(100 * MIB, 16 * MIB), (320 * MIB, 16 * MIB), (1_000 * MIB, 50 * MIB)]
)
async def test_the_last_bytes_of_a_disk_are_not_for_files(tmp_path: Path, total: int, kept_free: int) -> None:
    def store(free: int) -> FolderBlobStore:
        return FolderBlobStore(tmp_path, lambda _: Room(total, free))

    assert (await kept(store(kept_free + 3), b"abc")).size == 3
    await refused(store(kept_free + 2), b"abc", StorageFullError)


async def test_a_disk_that_fills_while_a_file_comes_keeps_nothing_of_it(tmp_path: Path) -> None:
    rooms = [Room(100 * MIB, 90 * MIB), Room(100 * MIB, 16 * MIB)]
    draft = await FolderBlobStore(tmp_path, lambda _: rooms.pop(0)).draft()
    await draft.write(b"a" * PIECE)
    with pytest.raises(StorageFullError):
        await draft.write(b"a" * PIECE)
    await draft.discard()

    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, StorageFullError), (errno.EIO, StoreUnavailableError)]
)
async def test_a_disk_that_says_it_is_full_is_believed(
    tmp_path: Path, number: int, error: type[StoreUnavailableError]
) -> None:
    def room(_: Path) -> Room:
        raise OSError(number, "no")

    await refused(FolderBlobStore(tmp_path, room), b"a", error)


@pytest.mark.parametrize("step", ["write", "keep"])
async def test_a_draft_that_is_cancelled_leaves_nothing(tmp_path: Path, step: str) -> None:
    begun, going_on = threading.Event(), threading.Event()

    def room(_: Path) -> Room:
        begun.set()
        going_on.wait(10)
        return Room(MIB * 1_000, MIB * 900)

    draft = await FolderBlobStore(tmp_path, room).draft()
    work = asyncio.create_task(draft.write(LONG) if step == "write" else _keep(draft))
    await asyncio.to_thread(begun.wait)
    work.cancel()
    asyncio.get_running_loop().call_later(0.05, going_on.set)
    with pytest.raises(asyncio.CancelledError):
        await work
    await draft.discard()

    assert files_in(tmp_path) == []


async def test_one_file_is_examined_at_a_time(tmp_path: Path) -> None:
    store = FolderBlobStore(tmp_path)
    drafts = [await store.draft() for _ in range(4)]
    running, most = 0, 0

    def look(_: object) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1

    await asyncio.gather(*(draft.examine(look) for draft in drafts))
    for draft in drafts:
        await draft.discard()

    assert (most, running) == (1, 0)


async def refused(blobs: BlobStore, content: bytes, error: type[StoreUnavailableError]) -> None:
    draft = await blobs.draft()
    await draft.write(content)
    with pytest.raises(StoreUnavailableError) as failure:
        await draft.keep()
    await draft.discard()

    assert failure.type is error


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def _keep(draft: BlobDraft) -> None:
    await draft.write(b"a")
    await draft.keep()
