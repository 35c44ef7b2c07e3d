"""The stored waits: columns with an instant until which some work rests."""

from datetime import datetime, timedelta
from typing import Protocol

SKEW = timedelta(minutes=1)
"""A smaller excess shows no step: `now` was read before the transaction, and hosts differ a little."""


class WaitRepository(Protocol):
    """All stored waits at once. Each has a maximum, so an instant beyond it shows a clock that was ahead."""

    def too_long(self, now: datetime) -> bool:
        """Check whether a wait ends later than its maximum from now, and the skew."""
        ...

    def end(self, now: datetime, *, every: bool) -> None:
        """End the waits that last longer than their maximum, or every wait.

        A lease is an exception: its sender may be at work, so it lasts for its maximum from now at most.
        """
        ...
