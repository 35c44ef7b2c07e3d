"""Detects steps of the wall clock: a step moves it against the monotonic clock, a slow correction doesn't."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from app.application.stamp import Clock

TOLERANCE = timedelta(seconds=2)
"""A smaller difference between two looks is no step, and neither is a share of the time between them."""

SLOWEST = 0.001
"""That share: NTP corrects a clock by 0.5 ms a second at most."""

AT_ONE_TIME = 0.1
"""Seconds within which both clocks are read."""

LOOK_EVERY = 1.0
"""Seconds between two looks of a process."""

STEADY_AFTER = timedelta(hours=1)
"""Time without a step, since the start of the process, after which the clock counts as steady."""


class StepObserver(Protocol):
    """Receives the steps of the clock."""

    def stepped(self, by: timedelta) -> None:
        """Report a step; a negative one is a step back."""
        ...


class ClockWatch:
    """Compares the wall clock with the monotonic clock. `seconds` reads the latter."""

    def __init__(self, clock: Clock, seconds: Callable[[], float], observer: StepObserver) -> None:
        """Start with the present difference of the clocks."""
        self._clock = clock
        self._seconds = seconds
        self._observer = observer
        self._wall, self._looked_at = self._read()
        self._steady_since = self._looked_at
        self.steps_back = 0

    def look(self) -> None:
        """Report a step since the last look. Call it only in the thread of the event loop."""
        wall, looked_at = self._read()
        passed = timedelta(seconds=looked_at - self._looked_at)
        by = wall - self._wall - passed
        self._wall, self._looked_at = wall, looked_at
        if abs(by) <= TOLERANCE + passed * SLOWEST:
            return
        self._steady_since = looked_at
        self.steps_back += by < timedelta(0)
        self._observer.stepped(by)

    @property
    def steady(self) -> bool:
        """Whether the clock has been steady for long enough to delete what is old by it."""
        return timedelta(seconds=self._looked_at - self._steady_since) >= STEADY_AFTER

    def _read(self) -> tuple[datetime, float]:
        """Read both clocks at one time; a process that was stopped between the two reads them again."""
        while True:
            before = self._seconds()
            wall = self._clock.stamp().now
            after = self._seconds()
            if after - before < AT_ONE_TIME:
                return wall, after
