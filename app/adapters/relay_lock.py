"""Locks that select the sending process of a SQLite database; the system releases them at process exit."""

import fcntl
from pathlib import Path
from typing import TextIO

from app.adapters.private_files import open_lock


class RelayLock:
    """File locks of sending: a separate relay process sends alone; of several services one sends at a time.

    The services share one lock, which a separate relay process holds exclusively. The leading service holds
    a second one.
    """

    def __init__(self, database: Path) -> None:
        """Remember the paths of the locks; no lock is held yet."""
        self._shared = database.with_name(f"{database.name}.relay")
        self._leading = database.with_name(f"{database.name}.relay-leader")
        self._held: list[TextIO] = []

    def alone(self) -> bool:
        """Lock out all services that send; False if one of them, or another relay process, is running."""
        return self._hold(self._shared, fcntl.LOCK_EX)

    def beside_others(self) -> bool:
        """Lock out a separate relay process; False if there is one."""
        return self._hold(self._shared, fcntl.LOCK_SH)

    def lead(self) -> bool:
        """Lock the leading position of this service; False while another service has it."""
        return self._hold(self._leading, fcntl.LOCK_EX)

    def release(self) -> None:
        """Release all locks."""
        for file in self._held:
            file.close()
        self._held.clear()

    def _hold(self, path: Path, kind: int) -> bool:
        file = open_lock(path)
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held.append(file)
        return True
