"""Metrics of the relay and the outbox. No label carries a person or a text."""

import asyncio
from collections.abc import Collection
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from app.application.errors import DeskError
from app.application.ports.outbox import Backlog
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Clock
from app.domain.sending.outcome import SendOutcome
from app.domain.sending.part import OutboxKind

PATIENCE_SECONDS = 2.0
log = structlog.get_logger("app.relay")


class RelayMetrics:
    """Counts the work of the relay in this process and logs what an operator must look at."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the counters."""
        self._sendings = Counter(
            "support_sendings",
            "Attempts to send a part of a message, by outcome.",
            ("channel", "kind", "outcome"),
            registry=registry,
        )
        self._failures = Counter(
            "support_relay_failures", "Failed runs of the relay's jobs.", ("job",), registry=registry
        )

    def ended(self, channel: str, kind: OutboxKind, outcome: SendOutcome) -> None:
        """Count an attempt."""
        name = type(outcome).__name__.lower()
        self._sendings.labels(channel, kind.value, name).inc()
        code = getattr(outcome, "code", None)
        if code is not None:
            log.warning("message not sent", channel=channel, kind=kind.value, outcome=name, code=code)

    def probed(self, channel: str, code: str | None) -> None:
        """Log the probe of a channel that is down."""
        log.warning("channel probed", channel=channel, code=code or "recovered")

    def failed(self, channel: str, failure: Exception) -> None:
        """Count and log an internal error during sending."""
        self._failures.labels(f"outbox-{channel}").inc()
        log.error("sending failed", channel=channel, exc_info=failure)

    def stuck(self, ticket_id: str, failure: Exception) -> None:
        """Count and log a ticket whose due transition failed."""
        self._failures.labels("housekeeping").inc()
        log.error("ticket transition failed", ticket_id=ticket_id, exc_info=failure)

    def job_failed(self, job: str) -> None:
        """Count a failed run of a job."""
        self._failures.labels(job).inc()


class OutboxGauges:
    """Gauges of the outbox. They are read from the database, so every process shows the same."""

    def __init__(
        self, registry: CollectorRegistry, store: Store, clock: Clock, channels: Collection[str]
    ) -> None:
        """Register the gauges; `channels` have a messenger."""
        self._store = store
        self._clock = clock
        self._channels = tuple(channels)
        labels = ("channel", "kind", "state")
        self._parts = Gauge(
            "support_outbox_messages",
            "Parts of messages by state, without sent and cancelled ones.",
            labels,
            registry=registry,
        )
        self._oldest = Gauge(
            "support_outbox_oldest_seconds",
            "Seconds that the oldest part has been in its state.",
            labels,
            registry=registry,
        )
        self._up = Gauge(
            "support_channel_up",
            "1 while messages are sent to the channel, 0 while its breaker is open.",
            ("channel",),
            registry=registry,
        )

    async def refresh(self) -> None:
        """Read the gauges. While the database is unavailable, they have no values."""
        for gauge in (self._parts, self._oldest, self._up):
            gauge.clear()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                backlog, up = await self._store.read(self._look)
        except (DeskError, OSError, TimeoutError):
            return
        self._show(backlog, self._clock.stamp().now)
        for channel, is_up in up.items():
            self._up.labels(channel).set(is_up)

    def _look(self, uow: UnitOfWork) -> tuple[list[Backlog], dict[str, bool]]:
        up = {channel: not uow.channels.find(channel).breaker.down for channel in self._channels}
        return list(uow.outbox.backlog()), up

    def _show(self, backlog: Collection[Backlog], now: datetime) -> None:
        for each in backlog:
            labels = (each.channel, each.kind.value, each.state.value)
            self._parts.labels(*labels).set(each.count)
            self._oldest.labels(*labels).set(max(0.0, (now - each.oldest_at).total_seconds()))
