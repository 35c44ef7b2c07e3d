"""A wall clock and a monotonic clock that tests move: time passes on both, a step moves the wall clock."""

from datetime import UTC, datetime, timedelta

from app.application.clock_watch import STEADY_AFTER, ClockWatch
from app.application.stamp import Stamp

FRIDAY = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


class VirtualClock:
    """Both clocks, and the steps that were reported to it."""

    def __init__(self, now: datetime = FRIDAY) -> None:
        self.now = now
        self.passed = 1_000.0
        self.steps: list[timedelta] = []
        self._next_id = 1 << 80

    def stamp(self) -> Stamp:
        self._next_id += 1 << 20
        return Stamp(self.now, self._next_id)

    def seconds(self) -> float:
        return self.passed

    def stepped(self, by: timedelta) -> None:
        self.steps.append(by)

    def wait(self, time: timedelta) -> None:
        self.now += time
        self.passed += time.total_seconds()

    def step(self, by: timedelta) -> None:
        self.now += by

    def watch(self) -> ClockWatch:
        return ClockWatch(self, self.seconds, self)

    def steady_watch(self) -> ClockWatch:
        """Return a watch that has seen a steady clock for long enough."""
        watch = self.watch()
        self.wait(STEADY_AFTER)
        watch.look()
        assert watch.steady
        return watch
