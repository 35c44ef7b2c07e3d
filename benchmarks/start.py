"""Time of the service until it is ready, and its memory at rest."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.results import Line, at_most
from benchmarks.servers import folder
from demo.process import ServiceProcess

STARTS = 3
REST_SECONDS = 2.0


def measure() -> Iterator[Line]:
    """Start it a few times: on no database, then on the one that is there."""
    firsts: list[float] = []
    others: list[float] = []
    memory: list[float] = []
    for _ in range(STARTS):
        with folder() as place:
            process = ServiceProcess(place)
            for times in (firsts, others):
                began = time.perf_counter()
                with process:
                    times.append(time.perf_counter() - began)
                    time.sleep(REST_SECONDS)
                    memory.append(_resident_mib(process.pid))
    yield at_most("Start to ready, migrating an empty database", median(firsts), 2.5, "{:.2f} s")
    yield at_most("Start to ready", median(others), 2.5, "{:.2f} s")
    yield at_most("Memory at rest", median(memory), 120, "{:.0f} MB")


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
