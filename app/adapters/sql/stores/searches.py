"""Searches: reads that may be expensive, in two lanes and by turns of each API key.

The cost of a search is unknown before it runs. So each first runs as an ordinary read, which is stopped
after QUICK_SECONDS. A search that was stopped runs again in a lane that ordinary reads never use, as long as
its time allows. First attempts of all keys share a few places in the order of their arrival, so searches
never occupy every reader. Quick searches of a key do not wait until its expensive ones end.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import OutOfTimeError, SearchTooSlowError

T = TypeVar("T")

SEARCH_SECONDS = 1.0
"""Maximum duration of a search with the wait for its turn."""

QUICK_SECONDS = 0.05

STOPPING_SECONDS = 0.1
"""The part of SEARCH_SECONDS in which a search that was stopped returns its connection."""

WAITING = 32
"""Maximum number of searches of a key in a lane; further ones fail at once."""


class Lane(Protocol):
    """Runs a read and stops it after some seconds; then it raises OutOfTimeError."""

    def __call__(self, work: Callable[[SqlUnitOfWork], T], seconds: float, /) -> Awaitable[T]:
        """Run the read."""
        ...


class Searches:
    """Runs the searches of a store; `quick` and `slow` are its lanes.

    `at_once` is the maximum number of first attempts of all keys that run at the same time.
    """

    def __init__(self, quick: Lane, slow: Lane, at_once: int) -> None:
        self._quick = quick
        self._slow = slow
        self._places = asyncio.Semaphore(at_once)
        self._quick_queues = KeyQueues()
        self._slow_queues = KeyQueues()

    async def run(self, work: Callable[[SqlUnitOfWork], T], key_id: str) -> T:
        """Run a search of a key. Raises SearchTooSlowError."""
        loop = asyncio.get_running_loop()
        until = loop.time() + SEARCH_SECONDS - STOPPING_SECONDS
        try:
            async with asyncio.timeout(SEARCH_SECONDS):
                try:
                    async with self._quick_queues.turn_of(key_id), self._places:
                        return await self._quick(work, QUICK_SECONDS)
                except OutOfTimeError:
                    async with self._slow_queues.turn_of(key_id):
                        return await self._slow(work, until - loop.time())
        except (OutOfTimeError, TimeoutError):
            raise SearchTooSlowError from None


class KeyQueues:
    """Queues by key: one caller of a key at a time, in the order of their arrival."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._callers: Counter[str] = Counter()

    @asynccontextmanager
    async def turn_of(self, key_id: str) -> AsyncIterator[None]:
        """Wait for the turn and hold it. Raises SearchTooSlowError if too many wait already."""
        if self._callers[key_id] > WAITING:
            raise SearchTooSlowError
        self._callers[key_id] += 1
        try:
            async with self._locks.setdefault(key_id, asyncio.Lock()):
                yield
        finally:
            self._callers[key_id] -= 1
            if not self._callers[key_id]:
                del self._callers[key_id], self._locks[key_id]
