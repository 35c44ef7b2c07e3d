"""A thread with a connection of its own that serves calls in turn."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from threading import Thread

from app.adapters.sql.stores.calls import PendingCall, settle_all
from app.application.errors import StoreUnavailableError

Serve = Callable[[Sequence[PendingCall]], None]
"""Runs calls so that each holds a result or an error afterwards."""


class CallQueue:
    """Calls that wait for one or several threads; bounded, so that overload is told at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: SimpleQueue[PendingCall | None] = SimpleQueue()
        self._closed = False

    def put(self, call: PendingCall) -> None:
        """Let a call wait; StoreUnavailableError if too many wait already, or the store is closed."""
        if self._closed:
            raise StoreUnavailableError("the store is closed")
        if self._waiting.qsize() >= self._limit:
            raise StoreUnavailableError("too many calls wait for the database")
        self._waiting.put(call)

    def take(self, at_most: int) -> list[PendingCall]:
        """Wait for a call and give it with those that wait behind it; none when the queue is closed."""
        calls: list[PendingCall] = []
        call = self._waiting.get()
        while call is not None:
            calls.append(call)
            if len(calls) == at_most:
                return calls
            try:
                call = self._waiting.get_nowait()
            except Empty:
                return calls
        self._waiting.put(None)  # for the next thread, or for this one when it comes back
        return calls

    def close(self) -> None:
        """Take no more calls; those that wait are still served."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)


class ServingThread:
    """Serves a queue, up to `at_most` calls at a time, until the queue is closed and empty."""

    def __init__(
        self, name: str, queue: CallQueue, serving: Callable[[], AbstractContextManager[Serve]], at_most: int
    ) -> None:
        """Start the thread; `serving` opens and closes the connection, inside of it."""
        self._queue = queue
        self._serving = serving
        self._at_most = at_most
        self._opened: SimpleQueue[BaseException | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def wait_until_open(self) -> None:
        """Return when the thread serves; raises what kept it from opening its connection."""
        error = self._opened.get()
        if error is not None:
            raise error

    def join(self) -> None:
        """Wait for the end, which comes after the queue was closed."""
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._serving() as serve:
                self._opened.put(None)
                while calls := self._queue.take(self._at_most):
                    _serve(serve, calls)
        except BaseException as error:  # noqa: BLE001 - told to the thread that opens the store
            self._opened.put(error)


def _serve(serve: Serve, calls: list[PendingCall]) -> None:
    try:
        serve(calls)
    except BaseException as error:  # noqa: BLE001 - nobody may wait for ever, whatever went wrong
        for call in calls:
            call.fail(error)
    settle_all(calls)
