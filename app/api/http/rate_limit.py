"""Rate limits: requests per minute and key, and requests with an invalid key per minute and address.

Fixed windows: the count is exact, costs one counter per key, and `RateLimit` can show when it restarts.
A burst across the border of two windows may reach twice the limit. That is good enough against a client in
a loop; a moving window would keep an entry for each of thousands of requests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Protocol

from app.application.windows import Windows

WINDOW_SECONDS = 60
BUCKETS = 4_096
"""The number of counters that all addresses share; their number bounds the memory."""
INTERFACE_BITS = 64
"""Bits of the lower half of an IPv6 address, which its holder chooses freely."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The requests that a key has left; the limit restarts in `reset_seconds`."""

    allowed: bool
    left: int
    reset_seconds: int


class RateLimiter(Protocol):
    """Counts requests by key."""

    policy: bytes
    """The value of the header RateLimit-Policy."""

    def hit(self, key_id: str) -> Allowance:
        """Count a request."""
        ...


class MinuteLimiter:
    """Counts requests per minute in the memory of this process."""

    def __init__(self, requests_a_minute: int, seconds: Callable[[], float]) -> None:
        """Allow so many requests per minute to each key; `seconds` reads the monotonic clock."""
        self._limit = requests_a_minute
        self._windows = Windows(WINDOW_SECONDS, seconds)
        self.policy = f'"default";q={requests_a_minute};w={WINDOW_SECONDS}'.encode()

    def hit(self, key_id: str) -> Allowance:
        """Count a request."""
        count, seconds = self._windows.count(key_id)
        return Allowance(count <= self._limit, max(self._limit - count, 0), ceil(seconds))


class FailedTries:
    """Counts requests with an invalid key by client address.

    Only such requests are counted and refused: behind a proxy, where all clients have one address, an invalid
    key never locks a valid one out. For the same reason two addresses may share a counter.
    """

    def __init__(self, limiter: RateLimiter) -> None:
        """Store the limiter that counts them."""
        self._limiter = limiter

    def hit(self, address: str) -> Allowance:
        """Count a request with an invalid key."""
        return self._limiter.hit(bucket_of(address))


def bucket_of(address: str) -> str:
    """Return the counter of an address; some addresses share one."""
    # Python salts its hash in each process: a client cannot aim at another one's counter.
    return f"bucket {hash(network_of(address)) % BUCKETS}"


def network_of(address: str) -> str:
    """Return the network of one client: its IPv4 address, or the 64 leading bits of its IPv6 address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address  # a Unix socket has no address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(IPv6Address(int(ip) >> INTERFACE_BITS << INTERFACE_BITS))


def rate_limiter(requests_a_minute: int, seconds: Callable[[], float]) -> RateLimiter | None:
    """Build the limiter of a setting; None where 0 turns it off."""
    return MinuteLimiter(requests_a_minute, seconds) if requests_a_minute else None


def failed_tries(tries_a_minute: int, seconds: Callable[[], float]) -> FailedTries | None:
    """Build the limiter of invalid keys of a setting; None where 0 turns it off."""
    limiter = rate_limiter(tries_a_minute, seconds)
    return FailedTries(limiter) if limiter else None
