"""How many requests a minute a key may make, and how many failed tries at a key an address may.

Fixed windows: the count is exact, costs one counter a key, and `RateLimit` can say when it starts
anew. A burst across a border may reach twice the number, which is fine for what the limit is for:
a client that runs wild. (A moving window keeps an entry for each of thousands of requests a key.)
"""

import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Protocol

from limits.storage import MemoryStorage

WINDOW_SECONDS = 60
BUCKETS = 4_096
"""How many counters all addresses share: they bound the memory, whoever comes from wherever."""
INTERFACE_BITS = 64
"""The lower half of an IPv6 address, which its holder chooses at will."""


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


class FailedTries:
    """Counts failed tries at a key by the address that they come from.

    Only what has failed is counted, and only what has failed is refused: behind a proxy, where all
    come from one address, nobody's wrong key shuts a good one out. Two addresses may share a counter,
    for the same reason without harm.
    """

    def __init__(self, limiter: RateLimiter) -> None:
        """Take what counts them."""
        self._limiter = limiter

    def hit(self, address: str) -> Allowance:
        """Count a failed try."""
        return self._limiter.hit(bucket_of(address))


def bucket_of(address: str) -> str:
    """Give the counter of an address; some addresses share one."""
    # Python's hash is salted anew in each process: nobody can aim at another's counter.
    return f"bucket {hash(network_of(address)) % BUCKETS}"


def network_of(address: str) -> str:
    """Give what one client has for sure: an IPv4 address, or the 64 leading bits of an IPv6 one."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address  # a socket of the file system has no address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(IPv6Address(int(ip) >> INTERFACE_BITS << INTERFACE_BITS))


def rate_limiter(requests_a_minute: int) -> RateLimiter | None:
    """Make the limiter of a setting; None where 0 turns it off."""
    return MinuteLimiter(requests_a_minute) if requests_a_minute else None


def failed_tries(tries_a_minute: int) -> FailedTries | None:
    """Make the limiter of failed tries of a setting; None where 0 turns it off."""
    limiter = rate_limiter(tries_a_minute)
    return FailedTries(limiter) if limiter else None
