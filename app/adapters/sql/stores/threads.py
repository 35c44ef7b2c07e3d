"""A thread with its own connection that serves calls in turn."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from threading import Thread

from app.adapters.sql.stores.calls import PendingCall, settle_all
from app.application.errors import StoreUnavailableError

Serve = Callable[[Sequence[PendingCall]], None]
"""A function that runs calls; afterwards each has a result or an error."""


class CallQueue:
    """Calls waiting for one or several threads; bounded, so that overload is reported at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: SimpleQueue[PendingCall | None] = SimpleQueue()
        self._closed = False

    def put(self, call: PendingCall) -> None:
        """Queue a call.

        Raises StoreUnavailableError if too many calls wait already, or the store is closed.
        """
        if self._closed:
            raise StoreUnavailableError("the store is closed")
        if self._waiting.qsize() >= self._limit:
            raise StoreUnavailableError("too many calls wait for the database")
        self._waiting.put(call)

    def take(self, at_most: int) -> list[PendingCall]:
        """Wait for a call and return it with those queued behind it; empty if the queue is closed."""
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
        self._waiting.put(None)  # for the next thread, or for this one when it returns
        return calls

    def close(self) -> None:
        """Close the queue to new calls; waiting ones are still served."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)


class ServingThread:
    """A thread that serves a queue, up to `at_most` calls at a time, until it is closed and empty."""

    def __init__(
        self, name: str, queue: CallQueue, serving: Callable[[], AbstractContextManager[Serve]], at_most: int
    ) -> None:
        """Start the thread, in which `serving` opens and closes the connection."""
        self._queue = queue
        self._serving = serving
        self._at_most = at_most
        self._opened: SimpleQueue[BaseException | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def wait_until_open(self) -> None:
        """Wait until the thread serves; raises the error that kept it from opening its connection."""
        error = self._opened.get()
        if error is not None:
            raise error

    def join(self) -> None:
        """Wait for the thread's end, which comes after the queue was closed."""
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._serving() as serve:
                self._opened.put(None)
                while calls := self._queue.take(self._at_most):
                    _serve(serve, calls)
        except BaseException as error:  # noqa: BLE001 - raised in the thread that opens the store
            self._opened.put(error)


def _serve(serve: Serve, calls: list[PendingCall]) -> None:
    try:
        serve(calls)
    except BaseException as error:  # noqa: BLE001 - a caller must never wait for ever
        for call in calls:
            call.fail(error)
    settle_all(calls)
