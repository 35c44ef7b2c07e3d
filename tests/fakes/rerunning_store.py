"""A store that runs every write twice, as a real one may after a conflict."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from app.application.ports.store import Store, UnitOfWork

T = TypeVar("T")


class _RolledBackError(Exception):
    """Ends the first run."""


class RerunningStore:
    """Runs the work of each write once for nothing and once for good; the first run is rolled back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        def for_nothing(uow: UnitOfWork) -> None:
            work(uow)
            raise _RolledBackError

        with suppress(Exception):  # what the work raises, it raises again
            await self._store.write(for_nothing)
        return await self._store.write(work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self._store.read(work)

    async def check(self) -> Mapping[str, bool]:
        return await self._store.check()
