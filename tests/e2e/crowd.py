"""Threads that do their parts of a round at one moment, through all the processes of the service."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import TracebackType
from typing import Self, TypeVar

from demo.process import ServiceProcess
from tests.e2e.plain_http import PlainClient

T = TypeVar("T")


class Crowd:
    """So many threads, each with a client; neighbours talk to different processes."""

    def __init__(self, services: Sequence[ServiceProcess], size: int, *, patient: bool = True) -> None:
        self.size = size
        self._clients = [PlainClient(services[n % len(services)], patient=patient) for n in range(size)]
        self._threads = ThreadPoolExecutor(size)

    def at_once(self, part: Callable[[PlainClient, int], T]) -> list[T]:
        """Let every thread do its part, told by its number; give what comes of them."""
        all_here = Barrier(self.size)

        def begun(number: int) -> T:
            all_here.wait()
            return part(self._clients[number], number)

        return list(self._threads.map(begun, range(self.size)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown()
        for client in self._clients:
            client.close()
