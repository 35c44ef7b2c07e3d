"""The jobs of the worker, built from the wired parts and the settings."""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from app.adapters.messengers.telegram.updates import CHANNEL as TELEGRAM
from app.adapters.system import by_chance
from app.application.administration.end_waits import EndWaits
from app.application.administration.purge_old import PurgeOld
from app.application.attachments.download_files import Downloads
from app.application.attachments.sweep_blobs import BlobSweep
from app.application.chats.inbox_worker import InboxObserver
from app.application.chats.receive_update import read_key, receive_update
from app.application.clock_watch import ClockWatch
from app.application.outbox.tell_customer import tell_file_too_large
from app.application.ports.messengers import Messenger
from app.application.ports.store import Store
from app.application.sending.send_outbox import SendOutbox
from app.application.stamp import Clock
from app.application.tickets.housekeeping import Housekeeping
from app.domain.sending.policy import ResendUnknown
from app.observability.sending_metrics import RelayMetrics
from app.settings import Settings
from app.wiring import Wired, inbox_jobs
from app.worker.runner import Job, Relay, Wake, WakingStore

if TYPE_CHECKING:
    from app.adapters.messengers.telegram.api import TelegramApi

log = structlog.get_logger("app.relay")

DOWNLOADS = 3


def build_relay(
    wired: Wired,
    settings: Settings,
    wake: Wake,
    metrics: RelayMetrics,
    observer: InboxObserver,
    watch: ClockWatch,
) -> Relay:
    """Build the relay with all jobs. Without messengers nothing is sent or downloaded."""
    store = WakingStore(wired.store, wake)
    resend = ResendUnknown(settings.resend_unknown)
    housekeeping = Housekeeping(wired.store, wired.clock, metrics)
    jobs = [
        Job("clock", EndWaits(store, wired.clock, watch).run_once, woken=False),
        Job("housekeeping", housekeeping.run_once, woken=False),
    ]
    inbox, gathering = inbox_jobs(wired, settings, observer, store)
    jobs += [Job("inbox", inbox.run_once), Job("gathering", gathering.run_once)]
    jobs += _downloads(wired, store, watch)
    jobs.append(_purging(wired, settings, watch, observer))
    jobs += [_sending(wired, messenger, wake, metrics, resend) for messenger in wired.messengers]
    if wired.polled is not None:
        messenger = next(one for one in wired.messengers if one.channel == TELEGRAM)
        jobs.append(polling_job(wired.polled, messenger, store, wired.clock))
    return Relay(jobs, wake, metrics.job_failed)


def _downloads(wired: Wired, store: Store, watch: ClockWatch) -> list[Job]:
    """Build several download slots, so that a slow file delays only its own slot."""
    messengers = {messenger.channel: messenger for messenger in wired.messengers}
    downloads = Downloads(store, wired.clock, messengers, wired.blobs, wired.content, tell_file_too_large)
    sweep = BlobSweep(store, wired.clock, wired.blobs, watch)
    slots = [Job(f"download-{slot}", downloads.run_once) for slot in range(1, DOWNLOADS + 1)]
    return [*(slots if messengers else ()), Job("blob-sweep", sweep.run_once, woken=False)]


def _purging(wired: Wired, settings: Settings, watch: ClockWatch, observer: InboxObserver) -> Job:
    updates, parts, held = (
        timedelta(days=days) if days else None
        for days in (settings.inbox_days, settings.outbox_days, settings.held_days)
    )
    purge = PurgeOld(wired.store, wired.clock, watch, updates, parts, held, observer.expired)
    return Job("purge", purge.run_once, woken=False)


def polling_job(api: "TelegramApi", messenger: Messenger, store: Store, clock: Clock) -> Job:
    """Build the job that fetches and stores updates. It logs the start and the end of an outage once each."""
    from app.adapters.messengers.telegram.polling import TelegramPolling  # noqa: PLC0415 - see wiring

    async def receive(raw: bytes) -> None:
        update = read_key(messenger, raw, clock.stamp().now)
        await store.write(lambda uow: receive_update(uow, update))

    polling = TelegramPolling(api, receive)

    async def run_once() -> float:
        before = polling.trouble
        pause = await polling.run_once()
        if polling.trouble != before:
            code = polling.trouble or "recovered"
            log.warning("polling state changed", channel=messenger.channel, code=code)
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
