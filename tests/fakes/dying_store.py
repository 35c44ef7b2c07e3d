"""A store whose process dies at one of its writes: just before the commit, or just after it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from app.application.ports.store import Store, UnitOfWork

T = TypeVar("T")


class Died(BaseException):
    """The end of the process; nothing catches it."""


class DyingStore:
    """Dies at the write that the test chooses, counted from 0; with `committed` the write stands."""

    def __init__(self, store: Store, dies_at: int, *, committed: bool) -> None:
        self._store = store
        self._left = dies_at
        self._committed = committed

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        self._left -= 1
        if self._left != -1:
            return await self._store.write(work)
        if self._committed:
            await self._store.write(work)
            raise Died

        def killed(uow: UnitOfWork) -> T:
            work(uow)
            raise Died

        return await self._store.write(killed)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self._store.read(work)

    async def check(self) -> Mapping[str, bool]:
        return await self._store.check()
