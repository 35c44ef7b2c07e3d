"""Fixed windows of time that are counted by key, in the memory of this process.

They are measured by a monotonic clock, so a step of the wall clock changes no limit. Packages for limits
read the wall clock.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Window:
    ends_at: float
    count: int = 0


class Windows:
    """Windows of equal length; the window of a key begins with its first count."""

    def __init__(self, length: float, seconds: Callable[[], float]) -> None:
        """Start without windows; `length` is in seconds of the monotonic clock that `seconds` reads."""
        self._length = length
        self._seconds = seconds
        # All windows are equally long, so they end in the order in which they begin.
        self._windows: dict[str, _Window] = {}

    def __len__(self) -> int:
        """Return the number of windows in memory."""
        return len(self._windows)

    def count(self, key: str) -> tuple[int, float]:
        """Count for a key; return its count, and the seconds until its window ends."""
        now = self._seconds()
        self._forget_ended(now)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(now + self._length)
        window.count += 1
        return window.count, window.ends_at - now

    def counted(self, key: str) -> tuple[int, float]:
        """Return the count of a key, and the seconds until its window ends; zeros without a window."""
        window = self._windows.get(key)
        left = 0.0 if window is None else window.ends_at - self._seconds()
        return (0, 0.0) if window is None or left <= 0 else (window.count, left)

    def _forget_ended(self, now: float) -> None:
        while self._windows:
            oldest = next(iter(self._windows))
            if self._windows[oldest].ends_at > now:
                return
            del self._windows[oldest]
