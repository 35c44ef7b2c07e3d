"""Turns without a thread."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class InlineTurns:
    """Runs each work at once."""

    async def run(self, caller: str, work: Callable[[], T], *, most_waiting: int | None = None) -> T:
        return work()
