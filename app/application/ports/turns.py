"""Long work of callers: outside the event loop, one work at a time, the callers in turn."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Turns(Protocol):
    """Runs works in one thread, so that no caller delays the event loop or another caller's work."""

    async def run(self, caller: str, work: Callable[[], T], *, most_waiting: int | None = None) -> T:
        """Run a work of a caller when its turn comes.

        Raises TooManyLongTextsError if `most_waiting` works of the caller wait already.
        """
        ...
