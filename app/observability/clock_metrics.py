"""Metrics of the clock."""

from datetime import timedelta

import structlog
from prometheus_client import CollectorRegistry, Counter

log = structlog.get_logger("app.clock")


class ClockMetrics:
    """Counts and logs the steps of the wall clock that this process has seen."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the counter."""
        self._steps = Counter(
            "support_clock_steps", "Steps of the wall clock.", ("direction",), registry=registry
        )
        for direction in ("back", "forward"):
            self._steps.labels(direction)

    def stepped(self, by: timedelta) -> None:
        """Count and log a step."""
        direction = "back" if by < timedelta(0) else "forward"
        self._steps.labels(direction).inc()
        log.warning("clock stepped", direction=direction, seconds=round(abs(by.total_seconds()), 1))
