"""The breaker of a channel: when sending stops for all chats, and when it is tried again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_FAILURES = 5
"""Failures in a row, of two chats at least, after which the channel counts as down."""

FIRST_PROBE, LONGEST_PROBE = timedelta(seconds=5), timedelta(seconds=60)
"""Until the provider is asked whether it knows us again, doubled each time, and at most."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of a channel; as made, it is up.

    `failures` in a row are of `failing_chat` alone, or of several chats where `spread`. While the channel
    is down, `code` says why and `probe_at` when it is asked next.
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
        """Whether nothing is sent."""
        return self.down_since is not None

    def failed(self, chat_id: str, code: str, now: datetime) -> "Breaker":
        """Count an attempt that did not get through to the provider."""
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
        """Stop sending; one that is down already stays so since when it was."""
        if self.down:
            return self
        return Breaker(down_since=now, code=code, probe_at=now + FIRST_PROBE)

    def probing(self, now: datetime) -> "Breaker":
        """Ask now, and let nobody else ask before the next time."""
        pause = min(FIRST_PROBE * 2 ** min(self.probes + 1, 16), LONGEST_PROBE)
        return replace(self, probes=self.probes + 1, probe_at=now + pause)

    def answered(self) -> "Breaker":
        """The provider deals with us: the channel is up."""
        return Breaker()
