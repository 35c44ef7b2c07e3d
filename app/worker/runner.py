"""The worker: jobs that run again and again, inside `serve` or as a process of their own.

The database is the truth of what is due; a wake-up only saves the wait for the next look.
"""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog
from prometheus_client import CollectorRegistry

from app.adapters.messengers.telegram.updates import CHANNEL as TELEGRAM
from app.adapters.relay_lock import RelayLock
from app.adapters.sql.engines.sqlite import database_file
from app.adapters.system import by_chance
from app.api.routes.relay_probes import ProbeServer, relay_probes
from app.application.administration.purge_old import PurgeOld
from app.application.attachments.download_files import Downloads
from app.application.attachments.sweep_blobs import BlobSweep
from app.application.chats.inbox_worker import InboxObserver
from app.application.chats.receive_update import read_key, receive_update
from app.application.outbox.tell_customer import tell_file_too_large
from app.application.ports.messengers import Messenger
from app.application.ports.store import Store, UnitOfWork
from app.application.sending.send_outbox import SendOutbox
from app.application.stamp import Clock
from app.application.tickets.housekeeping import Housekeeping
from app.domain.sending.policy import ResendUnknown
from app.observability.desk_metrics import DeskMetrics
from app.observability.inbox_metrics import InboxMetrics
from app.observability.sending_metrics import RelayMetrics
from app.settings import Settings
from app.wiring import Wired, inbox_jobs

if TYPE_CHECKING:
    from app.adapters.messengers.telegram.api import TelegramApi

T = TypeVar("T")

log = structlog.get_logger("app.relay")

DEFAULT_PAUSE = 1.0
"""Seconds to the next look, where a job does not know better: so late is found what others write."""

SHORTEST_PAUSE = 0.05
"""Between two runs of a job, however often it is woken: a burst of writes is one look."""

LONGEST_BACKOFF = 30.0
DOWNLOADS = 3
FINISH_SECONDS = 8.0
"""With the requests in flight before it, a stop in good order takes less than half a minute."""

RunOnce = Callable[[], Awaitable[float | None]]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is done again and again.

    `run_once` does what is due and gives the seconds until it wants to run again: 0 for at once, None for
    the usual pause. `finish` lets go, within so many seconds, of what was begun. Only a job that is
    `woken` looks when something was written.
    """

    name: str
    run_once: RunOnce
    woken: bool = True
    finish: Callable[[float], Awaitable[None]] | None = None


class Wake:
    """Says that something was written, to jobs of this process; others find it by looking."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: list[asyncio.Event] = []

    def listen(self) -> asyncio.Event:
        """Give an event that is set whenever something was written."""
        event = asyncio.Event()
        self._listeners.append(event)
        return event

    def hint(self) -> None:
        """Let the jobs look; only in the thread of the loop."""
        for event in self._listeners:
            event.set()


class WakingStore:
    """A store whose writes wake the jobs."""

    def __init__(self, store: Store, wake: Wake) -> None:
        """Stand in front of a store."""
        self._store = store
        self._wake = wake

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run and commit, then wake the jobs."""
        result = await self._store.write(work)
        self._wake.hint()
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on one snapshot."""
        return await self._store.read(work)

    async def check(self) -> Mapping[str, bool]:
        """Say what of the store works."""
        return await self._store.check()


class Relay:
    """Runs jobs side by side. One that fails is logged and backs off; it never stops the others."""

    def __init__(
        self,
        jobs: Sequence[Job],
        wake: Wake,
        failed: Callable[[str], None] = lambda _: None,
        *,
        pause: float = DEFAULT_PAUSE,
    ) -> None:
        """`failed` is told the name of a job that failed."""
        self._jobs = tuple(jobs)
        self._wake = wake
        self._failed = failed
        self._pause = pause
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, in the running loop."""
        self._tasks = [asyncio.create_task(self._run(job), name=job.name) for job in self._jobs]

    async def stop(self, seconds: float = FINISH_SECONDS) -> None:
        """Begin nothing more, end what is under way, and return within about so many seconds."""
        self._stopping.set()
        self._wake.hint()
        finishing = [job.finish(seconds) for job in self._jobs if job.finish is not None]
        for ended in await asyncio.gather(*finishing, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("a job did not finish", exc_info=ended)
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
                log.warning("a job failed", job=job.name, again_in=pause, exc_info=failure)
                await self._rest(pause)
                continue
            if pause == 0:
                await asyncio.sleep(0)
                continue
            await self._rest(SHORTEST_PAUSE)
            await self._rest(self._until_next_look(job, pause), written)

    def _until_next_look(self, job: Job, pause: float | None) -> float:
        """What is woken by writes looks for those of other processes all the same."""
        if pause is None:
            return self._pause
        return min(pause, self._pause) if job.woken else pause

    async def _rest(self, seconds: float, written: asyncio.Event | None = None) -> None:
        """Wait so long, or until something is written, or until the end."""
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


def build_relay(
    wired: Wired, settings: Settings, wake: Wake, metrics: RelayMetrics, observer: InboxObserver
) -> Relay:
    """Put the jobs of this program together; without messengers only time moves tickets."""
    store = WakingStore(wired.store, wake)
    resend = ResendUnknown(settings.resend_unknown)
    housekeeping = Housekeeping(wired.store, wired.clock, metrics)
    jobs = [Job("housekeeping", housekeeping.run_once, woken=False)]
    inbox, gathering = inbox_jobs(wired, settings, observer, store)
    jobs += [Job("inbox", inbox.run_once), Job("gathering", gathering.run_once)]
    jobs += _downloads(wired, store)
    jobs.append(_purging(wired, settings))
    jobs += [_sending(wired, messenger, wake, metrics, resend) for messenger in wired.messengers]
    if wired.polled is not None:
        messenger = next(one for one in wired.messengers if one.channel == TELEGRAM)
        jobs.append(polling_job(wired.polled, messenger, store, wired.clock))
    return Relay(jobs, wake, metrics.job_failed)


def _downloads(wired: Wired, store: Store) -> list[Job]:
    """Fetch several files at once, so that a slow one holds up its own slot only."""
    messengers = {messenger.channel: messenger for messenger in wired.messengers}
    downloads = Downloads(store, wired.clock, messengers, wired.blobs, wired.content, tell_file_too_large)
    sweep = BlobSweep(store, wired.clock, wired.blobs)
    slots = [Job(f"download-{slot}", downloads.run_once) for slot in range(1, DOWNLOADS + 1)]
    return [*(slots if messengers else ()), Job("blob-sweep", sweep.run_once, woken=False)]


def _purging(wired: Wired, settings: Settings) -> Job:
    updates, parts = (
        timedelta(days=days) if days else None for days in (settings.inbox_days, settings.outbox_days)
    )
    return Job("purge", PurgeOld(wired.store, wired.clock, updates, parts).run_once, woken=False)


def polling_job(api: "TelegramApi", messenger: Messenger, store: Store, clock: Clock) -> Job:
    """Fetch updates and store them; that they cannot be fetched is logged once, and so is the end of it."""

    async def receive(raw: bytes) -> None:
        update = read_key(messenger, raw, clock.stamp().now)
        await store.write(lambda uow: receive_update(uow, update))

    from app.adapters.messengers.telegram.polling import TelegramPolling  # noqa: PLC0415 - see wiring

    polling = TelegramPolling(api, receive)

    async def run_once() -> float:
        before = polling.trouble
        pause = await polling.run_once()
        if polling.trouble != before:
            code = polling.trouble or "up again"
            log.warning("fetching of updates changed", channel=messenger.channel, code=code)
        return pause

    return Job(f"polling-{messenger.channel}", run_once, woken=False, finish=polling.finish)


def _sending(
    wired: Wired, messenger: Messenger, wake: Wake, metrics: RelayMetrics, resend: ResendUnknown
) -> Job:
    sender = SendOutbox(
        wired.store,
        wired.clock,
        messenger,
        metrics,
        chance=by_chance,
        wake=wake.hint,
        resend=resend,
    )
    return Job(f"outbox-{messenger.channel}", sender.run_once, finish=sender.finish)


class RelayTaken(Exception):
    """Another process sends for this SQLite database; the message says which and what to do."""


class Embedded:
    """The relay inside a service. On SQLite one service at a time runs it, and the next one takes over."""

    def __init__(self, relay: Relay, lock: RelayLock | None) -> None:
        """`lock` is None where the database itself keeps relays apart."""
        self._relay = relay
        self._lock = lock
        self._waiting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run the relay, or wait until the service that does has ended."""
        if self._lock is None or self._lock.lead():
            self._relay.start()
        else:
            log.info("another service runs the relay; this one stands by")
            self._waiting = asyncio.create_task(self._take_over(self._lock))

    async def stop(self) -> None:
        """End in good order."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)
        await self._relay.stop()
        if self._lock is not None:
            self._lock.release()

    async def _take_over(self, lock: RelayLock) -> None:
        while not lock.lead():  # noqa: ASYNC110 - another process cannot set an event
            await asyncio.sleep(DEFAULT_PAUSE)
        log.info("the relay is taken over")
        self._relay.start()


def lock_for_service(settings: Settings) -> RelayLock | None:
    """Let no relay of its own run beside this service. RelayTaken if one does."""
    if not settings.embedded:
        return None
    lock = RelayLock(database_file(settings.database_url))
    if not lock.beside_others():
        raise RelayTaken("`python -m app relay` sends for this database. For example: SUPPORT_RELAY=off")
    return lock


def lock_for_process(settings: Settings) -> RelayLock | None:
    """Let no service run a relay beside this process. RelayTaken if one does."""
    if not settings.embedded:
        return None
    lock = RelayLock(database_file(settings.database_url))
    if not lock.alone():
        raise RelayTaken(
            "a service with a relay of its own, or another relay, runs on this database. "
            "For example: SUPPORT_RELAY=off for the service"
        )
    return lock


async def run_until_told(
    wired: Wired,
    settings: Settings,
    registry: CollectorRegistry,
    listener: socket.socket | None = None,
) -> None:
    """Run the relay in this process until SIGTERM or SIGINT; what is under way is ended.

    Its counters go to the registry, which is shown with probes on the listener, if there is one.
    """
    metrics, observer = RelayMetrics(registry), InboxMetrics(registry, DeskMetrics(registry))
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    relay = build_relay(wired, settings, Wake(), metrics, observer)
    relay.start()
    channels = [messenger.channel for messenger in wired.messengers]
    try:
        async with _probed(wired, channels, registry, listener):
            log.info("the relay runs", channels=channels)
            await told.wait()
            await relay.stop()
    finally:
        await wired.close()


@asynccontextmanager
async def _probed(
    wired: Wired, channels: Collection[str], registry: CollectorRegistry, listener: socket.socket | None
) -> AsyncIterator[None]:
    """Show how this process does for a while."""
    if listener is None:
        yield
        return
    server = ProbeServer(relay_probes(wired.store, wired.clock, channels, registry))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    log.info("probes and metrics on http://%s:%d", *listener.getsockname()[:2])
    try:
        yield
    finally:
        server.should_exit = True
        await serving
