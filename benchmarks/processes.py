"""The CPU time of processes, as Linux counts it in /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Places of the two times behind the name of the process, which may contain anything."""


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the user and system time of these processes with all their threads; ended ones count nothing."""
    return sum(map(_ticks, pids)) / _TICK


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[_USER]) + int(fields[_SYSTEM])


def names_postgres(pid: int) -> bool:
    """Check whether a process of this machine is a PostgreSQL server's."""
    file = Path(f"/proc/{pid}/comm")
    return file.exists() and file.read_text().startswith("postgres")


def family_of(pid: int) -> list[int]:
    """Return a process and all that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family_of(int(child)))]
