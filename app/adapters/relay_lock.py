"""Which processes may send for one SQLite database: locks on files beside it, let go however they end."""

import fcntl
from pathlib import Path
from typing import TextIO


class RelayLock:
    """A process of its own sends alone; of the services that send themselves one does at a time.

    The services share one lock, which the process wants for itself alone; the one that leads holds another.
    """

    def __init__(self, database: Path) -> None:
        """Nothing is held yet."""
        self._shared = database.with_name(f"{database.name}.relay")
        self._leading = database.with_name(f"{database.name}.relay-leader")
        self._held: list[TextIO] = []

    def alone(self) -> bool:
        """Hold off every service that sends itself; False if there is one, or another process."""
        return self._hold(self._shared, fcntl.LOCK_EX)

    def beside_others(self) -> bool:
        """Hold off a process of its own; False if there is one."""
        return self._hold(self._shared, fcntl.LOCK_SH)

    def lead(self) -> bool:
        """Be the one that sends; False while another service is."""
        return self._hold(self._leading, fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go of all."""
        for file in self._held:
            file.close()
        self._held.clear()

    def _hold(self, path: Path, kind: int) -> bool:
        file = path.open("a")
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held.append(file)
        return True
