"""How many requests a minute a key may make.

Fixed windows: the count is exact, costs one counter a key, and `RateLimit` can say when it starts
anew. A burst across a border may reach twice the number, which is fine for what the limit is for:
a client that runs wild. (A moving window keeps an entry for each of thousands of requests a key.)
"""

import time
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from limits.storage import MemoryStorage

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a key after a request; `reset_seconds` until it is whole again."""

    allowed: bool
    left: int
    reset_seconds: int


class RateLimiter(Protocol):
    """Counts requests by key."""

    policy: bytes
    """The header RateLimit-Policy."""

    def hit(self, key_id: str) -> Allowance:
        """Count a request."""
        ...


class MinuteLimiter:
    """Counts requests a minute in the memory of this process."""

    def __init__(self, requests_a_minute: int) -> None:
        """Allow so many requests a minute to each key."""
        self._limit = requests_a_minute
        self._counts = MemoryStorage()
        self.policy = f'"default";q={requests_a_minute};w={WINDOW_SECONDS}'.encode()

    def hit(self, key_id: str) -> Allowance:
        """Count a request."""
        # The storage of `limits` without its strategies: they build the same key three times over.
        count = self._counts.incr(key_id, WINDOW_SECONDS)
        # The windows live on this clock, so what is left of one is measured by it.
        seconds = ceil(self._counts.get_expiry(key_id) - time.time())  # noqa: TID251
        left = max(self._limit - count, 0)
        return Allowance(count <= self._limit, left, min(max(seconds, 1), WINDOW_SECONDS))


def rate_limiter(requests_a_minute: int) -> RateLimiter | None:
    """Make the limiter of a setting; None where 0 turns it off."""
    return MinuteLimiter(requests_a_minute) if requests_a_minute else None
