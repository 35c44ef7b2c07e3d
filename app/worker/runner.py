"""Runs jobs repeatedly, side by side. A wake-up only saves the wait for the next look at the database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import structlog

from app.application.ports.store import Store, UnitOfWork

T = TypeVar("T")

log = structlog.get_logger("app.relay")

DEFAULT_PAUSE = 1.0
"""Seconds until a job looks again by default, which is how late it finds the writes of other processes."""

SHORTEST_PAUSE = 0.05
"""Seconds between two runs of a job, however often it is woken: a burst of writes causes one look."""

LONGEST_BACKOFF = 30.0
FINISH_SECONDS = 8.0
"""Together with the drain and the requests in flight, an orderly stop takes less than 30 seconds."""

RunOnce = Callable[[], Awaitable[float | None]]


@dataclass(frozen=True, slots=True)
class Job:
    """Recurring work.

    `run_once` does the work that is due and returns the seconds until its next run: 0 for at once, None for
    the default pause. `finish` ends the work in progress within the given seconds. A write wakes only jobs
    with `woken`.
    """

    name: str
    run_once: RunOnce
    woken: bool = True
    finish: Callable[[float], Awaitable[None]] | None = None


class Wake:
    """Signals a write to the jobs of this process; other processes find it at their next look."""

    def __init__(self) -> None:
        """Start without listeners."""
        self._listeners: list[asyncio.Event] = []

    def listen(self) -> asyncio.Event:
        """Return an event that is set after every write."""
        event = asyncio.Event()
        self._listeners.append(event)
        return event

    def hint(self) -> None:
        """Wake the jobs. Call it only in the thread of the event loop."""
        for event in self._listeners:
            event.set()


class WakingStore:
    """A store whose writes wake the jobs."""

    def __init__(self, store: Store, wake: Wake) -> None:
        """Wrap a store."""
        self._store = store
        self._wake = wake

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run the work, commit, then wake the jobs."""
        result = await self._store.write(work)
        self._wake.hint()
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run the work on one snapshot."""
        return await self._store.read(work)

    async def check(self) -> Mapping[str, bool]:
        """Check the parts of the store."""
        return await self._store.check()


class Relay:
    """Runs jobs side by side. A job that fails is logged and backs off; the others keep running."""

    def __init__(
        self,
        jobs: Sequence[Job],
        wake: Wake,
        failed: Callable[[str], None] = lambda _: None,
        *,
        pause: float = DEFAULT_PAUSE,
    ) -> None:
        """Call `failed` with the name of each job that fails."""
        self._jobs = tuple(jobs)
        self._wake = wake
        self._failed = failed
        self._pause = pause
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the jobs in the running event loop."""
        self._tasks = [asyncio.create_task(self._run(job), name=job.name) for job in self._jobs]

    async def stop(self, seconds: float = FINISH_SECONDS) -> None:
        """Start no further run, finish the current ones, and return within about the given seconds."""
        self._stopping.set()
        self._wake.hint()
        finishing = [job.finish(seconds) for job in self._jobs if job.finish is not None]
        for ended in await asyncio.gather(*finishing, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("job did not finish", exc_info=ended)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, job: Job) -> None:
        written = self._wake.listen() if job.woken else asyncio.Event()
        failures = 0
        while not self._stopping.is_set():
            written.clear()
            try:
                pause = await job.run_once()
                failures = 0
            except Exception as failure:
                failures += 1
                pause = min(self._pause * 2.0 ** min(failures, 10), LONGEST_BACKOFF)
                self._failed(job.name)
                log.warning("job failed", job=job.name, again_in=pause, exc_info=failure)
                await self._rest(pause)
                continue
            if pause == 0:
                await asyncio.sleep(0)
                continue
            await self._rest(SHORTEST_PAUSE)
            await self._rest(self._until_next_look(job, pause), written)

    def _until_next_look(self, job: Job, pause: float | None) -> float:
        """Return the pause of a job. A woken job still looks regularly: other processes cannot wake it."""
        if pause is None:
            return self._pause
        return min(pause, self._pause) if job.woken else pause

    async def _rest(self, seconds: float, written: asyncio.Event | None = None) -> None:
        """Wait for the given seconds, a write or the stop, whichever comes first."""
        waits = [asyncio.ensure_future(self._stopping.wait())]
        if written is not None:
            waits.append(asyncio.ensure_future(written.wait()))
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*waits, return_exceptions=True)
