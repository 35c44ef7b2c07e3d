"""Files and folders that only the user of the service can open, whatever the umask is."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def open_lock(path: Path) -> TextIO:
    """Open a lock file, created if necessary. Another user who could open it could also hold its lock."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
    with suppress(PermissionError):  # the file of another user
        os.fchmod(descriptor, PRIVATE_FILE)
    return os.fdopen(descriptor, "r+")


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, flushed to the disk. An existing folder keeps its mode."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):  # another thread or process was first
        folder.mkdir(mode=PRIVATE_FOLDER)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_to_others(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the paths that users other than the owner and its group can open."""
    for path in paths:
        with suppress(OSError):
            if path.stat().st_mode & stat.S_IRWXO:
                yield path
