"""The breaker of a channel: it stops sending to all chats, and schedules the next probe."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_FAILURES = 5
"""Failures in a row, in at least two chats, after which the channel counts as down."""

FIRST_PROBE, LONGEST_PROBE = timedelta(seconds=5), timedelta(seconds=60)
"""Pause before the first probe of the provider; it doubles for each further one, up to the second value."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state of a channel; a new one is up.

    `failures` in a row concern `failing_chat` alone, or several chats if `spread`. While the channel is
    down, `code` is the cause and `probe_at` the time of the next probe.
    """

    failures: int = 0
    failing_chat: str | None = None
    spread: bool = False
    down_since: datetime | None = None
    code: str | None = None
    probe_at: datetime | None = None
    probes: int = 0

    @property
    def down(self) -> bool:
        """Whether sending is stopped."""
        return self.down_since is not None

    def failed(self, chat_id: str, code: str, now: datetime) -> "Breaker":
        """Return the state after an attempt that did not reach the provider."""
        if self.down:
            return self
        counted = replace(
            self,
            failures=self.failures + 1,
            failing_chat=self.failing_chat or chat_id,
            spread=self.spread or self.failing_chat not in {None, chat_id},
        )
        if counted.failures >= MOST_FAILURES and counted.spread:
            return counted.opened(code, now)
        return counted

    def opened(self, code: str, now: datetime) -> "Breaker":
        """Return the state with sending stopped; a channel that is down already keeps its start and cause."""
        if self.down:
            return self
        return Breaker(down_since=now, code=code, probe_at=now + FIRST_PROBE)

    def probing(self, now: datetime) -> "Breaker":
        """Return the state with a probe under way: no other relay probes before the next scheduled time."""
        pause = min(FIRST_PROBE * 2 ** min(self.probes + 1, 16), LONGEST_PROBE)
        return replace(self, probes=self.probes + 1, probe_at=now + pause)

    def answered(self) -> "Breaker":
        """Return the state after the provider responded: the channel is up."""
        return Breaker()
