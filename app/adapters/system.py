"""The clock and the source of ids: the only module that reads the time or a random number."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from threading import Lock

from app.application.stamp import Stamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

IDS_OF_A_STAMP = 1 << 20
"""Ids available to one call; the last bits of a stamp's first id are zero, so that a call can count up."""

_SERIES_BITS = 54
"""Bits of a UUIDv7 after the time, without version, variant and the ids of one stamp."""

_SERIES_LOW_BITS = 42
"""Those of them after the variant."""


class SystemClock:
    """The system's clock in UTC, and ids as UUIDv7; safe between threads.

    Ids of one process grow even if the clock is set back: they then continue from the latest time seen.
    """

    def __init__(self) -> None:
        """Start before any possible time."""
        self._lock = Lock()
        self._millisecond = -1
        self._series = 0

    def stamp(self) -> Stamp:
        """Return the present instant and a series of ids that no other stamp has."""
        now = datetime.now(UTC)
        millisecond = (now - _EPOCH) // _MILLISECOND
        with self._lock:
            if millisecond > self._millisecond:
                self._millisecond = millisecond
                # One bit fewer than there is room for leaves room to count up within the millisecond.
                self._series = secrets.randbits(_SERIES_BITS - 1)
            else:
                self._series += 1
            first_id = _uuid7(self._millisecond, self._series)
        return Stamp(now, first_id)


def steady_seconds() -> float:
    """Return the seconds of a clock that is never set; only differences have a meaning."""
    return time.monotonic()


def by_chance() -> float:
    """Return a random number from 0 up to, but not including, 1."""
    return secrets.randbelow(1 << 53) / (1 << 53)


def _uuid7(millisecond: int, series: int) -> int:
    """Build an id from time, version 7, variant 2 and the series, which surrounds the variant."""
    high, low = divmod(series, 1 << _SERIES_LOW_BITS)
    return millisecond << 80 | 7 << 76 | high << 64 | 2 << 62 | low * IDS_OF_A_STAMP
