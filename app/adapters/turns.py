"""One thread for long works, which the callers get in turn."""

import asyncio
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.application.errors import TooManyLongTextsError

T = TypeVar("T")


SWITCH_SECONDS = 0.001
"""Seconds after which a work must pass the interpreter to the event loop, if that waits for it."""


class ThreadTurns:
    """Runs works in one thread: several threads would only take the interpreter from each other.

    A caller that waits gets the next turn after every other waiting caller has had one.
    """

    def __init__(self) -> None:
        """Start without a thread; the first work starts it."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="long-texts")
        self._busy = False
        self._usual_seconds = sys.getswitchinterval()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def run(self, caller: str, work: Callable[[], T], *, most_waiting: int | None = None) -> T:
        """Run a work of a caller when its turn comes.

        Raises TooManyLongTextsError if `most_waiting` works of the caller wait already.
        """
        if self._busy:
            await self._wait(caller, most_waiting)
        self._busy = True
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._pass_on()

    def close(self) -> None:
        """End the thread after its present work."""
        self._thread.shutdown(wait=False)

    async def _wait(self, caller: str, most_waiting: int | None) -> None:
        queue = self._waiting.get(caller, deque())
        if most_waiting is not None and len(queue) >= most_waiting:
            raise TooManyLongTextsError
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._waiting[caller] = queue
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._pass_on()  # the turn came together with the cancellation
            raise

    def _pass_on(self) -> None:
        """Pass the turn to the caller that has waited longest since its last one."""
        while self._waiting:
            caller = next(iter(self._waiting))
            queue = self._waiting.pop(caller)
            turn = queue.popleft()
            if queue:
                self._waiting[caller] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._busy = False
        sys.setswitchinterval(self._usual_seconds)
