"""Limits of new tickets, counted in the memory of this process."""

from collections.abc import Callable
from math import ceil

from app.application.errors import CreationLimit, CreationLimitReachedError
from app.application.windows import Windows

WINDOW_SECONDS = 86_400


class CountedCreations:
    """Counts new tickets; a limit of 0 is none."""

    def __init__(self, per_customer: int, per_chat: int, seconds: Callable[[], float]) -> None:
        """Allow so many tickets within 24 hours; `seconds` reads the monotonic clock."""
        self._customers = (per_customer, Windows(WINDOW_SECONDS, seconds))
        self._chats = (per_chat, Windows(WINDOW_SECONDS, seconds))

    def check(self, customer_id: str, chat_id: str) -> None:
        """Raise CreationLimitReachedError if the customer or the chat may have no further ticket now."""
        _check("customer", *self._customers, customer_id)
        _check("chat", *self._chats, chat_id)

    def count(self, customer_id: str, chat_id: str) -> None:
        """Count a new ticket."""
        for (limit, windows), key in ((self._customers, customer_id), (self._chats, chat_id)):
            if limit:
                windows.count(key)


def _check(name: CreationLimit, limit: int, windows: Windows, key: str) -> None:
    if limit:
        count, left = windows.counted(key)
        if count >= limit:
            raise CreationLimitReachedError(name, ceil(left))
