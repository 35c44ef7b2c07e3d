"""Metrics of the inbox. No label carries a person or a text."""

import asyncio
from typing import get_args

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from app.application.chats.receive_message import UpdateResult
from app.application.errors import CreationLimit, CreationLimitReachedError, DeskError
from app.application.ports.store import Store
from app.application.stamp import Clock
from app.application.tickets.submit_ticket import Registered
from app.observability.desk_metrics import DeskMetrics

PATIENCE_SECONDS = 2.0
FAILED, PARKED = "failed", "parked"
log = structlog.get_logger("app.inbox")


class InboxMetrics:
    """Counts the updates that the jobs of this process handle."""

    def __init__(self, registry: CollectorRegistry, desk: DeskMetrics) -> None:
        """Register the counters. Submissions are counted together with those by HTTP."""
        self._desk = desk
        self._updates = Counter(
            "support_inbox_updates", "Processed updates by result.", ("channel", "result"), registry=registry
        )
        self._expired = Counter(
            "support_inbox_expired", "Held updates of unassigned chats, deleted by age.", registry=registry
        )
        self._postponed = Counter(
            "support_submissions_postponed",
            "Submissions of chats that had to wait for room under a limit of new tickets, by limit.",
            ("limit",),
            registry=registry,
        )
        for limit in get_args(CreationLimit):
            self._postponed.labels(limit)

    def processed(self, channel: str, result: UpdateResult) -> None:
        """Count a processed update."""
        self._updates.labels(channel, result.value).inc()

    def failed(self, channel: str, error: str, *, parked: bool) -> None:
        """Count and log a failed attempt; a parked update waits for a person."""
        self._updates.labels(channel, PARKED if parked else FAILED).inc()
        log.error("update failed", channel=channel, error=error, parked=parked)

    def registered(self, result: Registered) -> None:
        """Count a submission."""
        self._desk.count(result)

    def expired(self, updates: int) -> None:
        """Count and log deleted held updates."""
        self._expired.inc(updates)
        log.info("held updates expired", updates=updates)

    def postponed(self, reached: CreationLimitReachedError) -> None:
        """Count and log a submission that waits for room under a limit of new tickets."""
        self._postponed.labels(reached.limit).inc()
        log.warning("submission postponed", limit=reached.limit, room_in=reached.seconds)


class InboxGauges:
    """Gauges of waiting updates. They are read from the database, so every process shows the same."""

    def __init__(self, registry: CollectorRegistry, store: Store, clock: Clock) -> None:
        """Register the gauges."""
        self._store = store
        self._clock = clock
        self._waiting = Gauge(
            "support_inbox_waiting",
            "Unprocessed updates by state: pending, held for an unassigned chat, or parked after failures.",
            ("state",),
            registry=registry,
        )
        self._oldest = Gauge(
            "support_inbox_oldest_seconds",
            "Seconds that the oldest pending update has waited; 0 if none waits.",
            registry=registry,
        )

    async def refresh(self) -> None:
        """Read the gauges. While the database is unavailable, they have no values."""
        self._waiting.clear()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                summary = await self._store.read(lambda uow: uow.inbox.summary())
        except (DeskError, OSError, TimeoutError):
            return
        for state, count in summary.counts.items():
            self._waiting.labels(state.value).set(count)
        oldest_at, now = summary.oldest_at, self._clock.stamp().now
        self._oldest.set(0 if oldest_at is None else max(0.0, (now - oldest_at).total_seconds()))
