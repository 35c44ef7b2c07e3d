"""Calls queued for a thread: work on the way in, results on the way out, one wake-up for many."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import Any

from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork


@dataclass(slots=True, eq=False)
class PendingCall:
    """Work that a coroutine waits for; its result or error stays hidden until `settle`.

    `seconds` is the time after which a read is stopped, counted from its beginning.
    """

    work: Callable[[SqlUnitOfWork], Any]
    future: asyncio.Future[Any]
    seconds: float
    result: Any = None
    error: BaseException | None = None
    _claimed: Lock = field(default_factory=Lock)

    @classmethod
    def to(cls, work: Callable[[SqlUnitOfWork], Any], seconds: float = inf) -> "PendingCall":
        """Create the call of the running coroutine."""
        return cls(work, asyncio.get_running_loop().create_future(), seconds)

    def claim(self) -> bool:
        """Claim the call to run it, or to refuse it: only the first attempt succeeds, from any thread.

        A call whose caller was cancelled cannot be claimed.
        """
        return self._claimed.acquire(blocking=False) and not self.future.done()

    def run(self, uow: SqlUnitOfWork) -> bool:
        """Run the work and store its result or error; returns whether it succeeded."""
        self.result = self.error = None
        try:
            self.result = self.work(uow)
            uow.finish()
        except BaseException as error:  # noqa: BLE001 - the waiting caller gets any error
            self.error = error
        return self.error is None

    def fail(self, error: BaseException) -> None:
        """Replace the result of the work by an error."""
        self.result, self.error = None, error

    def settle(self) -> None:
        """Wake the caller; must run in the thread of its loop."""
        if self.error is not None:
            self.refuse(self.error)
        elif not self.future.done():  # the caller may have been cancelled, or refused, meanwhile
            self.future.set_result(self.result)

    def refuse(self, error: BaseException) -> None:
        """Raise an error to the caller, if it still waits; must run in the thread of its loop."""
        if not self.future.done():
            self.future.set_exception(error)


def settle_all(calls: Iterable[PendingCall]) -> None:
    """Wake the callers from another thread; each loop is woken once."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[PendingCall]] = defaultdict(list)
    for call in calls:
        by_loop[call.future.get_loop()].append(call)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, theirs)
        except RuntimeError:
            continue  # the loop is closed, so the caller is gone


def _settle(calls: list[PendingCall]) -> None:
    for call in calls:
        call.settle()
