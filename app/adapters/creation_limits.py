"""Limits of new tickets, counted in the memory of this process by a clock that is never set."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from math import ceil

from app.application.errors import CreationLimitReachedError

WINDOW_SECONDS = 86_400


@dataclass(slots=True)
class _Window:
    ends_at: float
    count: int = 0


class DayWindows:
    """Fixed windows of 24 hours, one per key; each begins with the first count."""

    def __init__(self, limit: int, now: Callable[[], float]) -> None:
        """Allow so many counts per window; `now` is in seconds and never steps."""
        self._limit = limit
        self._now = now
        # All windows are equally long, so they end in the order in which they begin.
        self._windows: dict[str, _Window] = {}

    def seconds_to_room(self, key: str) -> int:
        """Return the seconds until the key has room; 0 if it has."""
        window = self._windows.get(key)
        if window is None or window.count < self._limit:
            return 0
        return max(ceil(window.ends_at - self._now()), 0)

    def count(self, key: str) -> None:
        """Count for a key, and forget the windows that have ended."""
        now = self._now()
        for ended, _ in list(takewhile(lambda item: item[1].ends_at <= now, self._windows.items())):
            del self._windows[ended]
        self._windows.setdefault(key, _Window(now + WINDOW_SECONDS)).count += 1


class CountedCreations:
    """Counts new tickets; a limit of 0 is none."""

    def __init__(self, per_customer: int, per_chat: int, now: Callable[[], float]) -> None:
        """Allow so many tickets within 24 hours; `now` is in seconds and never steps."""
        self._customers = DayWindows(per_customer, now) if per_customer else None
        self._chats = DayWindows(per_chat, now) if per_chat else None

    def check(self, customer_id: str, chat_id: str) -> None:
        """Raise CreationLimitReachedError if the customer or the chat may have no further ticket now."""
        seconds = 0 if self._customers is None else self._customers.seconds_to_room(customer_id)
        if seconds:
            raise CreationLimitReachedError("customer", seconds)
        seconds = 0 if self._chats is None else self._chats.seconds_to_room(chat_id)
        if seconds:
            raise CreationLimitReachedError("chat", seconds)

    def count(self, customer_id: str, chat_id: str) -> None:
        """Count a new ticket."""
        if self._customers is not None:
            self._customers.count(customer_id)
        if self._chats is not None:
            self._chats.count(chat_id)
