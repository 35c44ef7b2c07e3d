"""Deletes by age: finished updates and parts, held updates and stored responses (152-FZ)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.application.clock_watch import ClockWatch
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Clock

EVERY = timedelta(minutes=10)
AT_ONCE = 500
"""Rows per transaction: other writes wait for it no longer than for any other write."""
ANSWERS = timedelta(hours=49)
"""Age from which a response is deleted. It is promised for 24 hours, so it survives a step of 25 hours."""

Purge = Callable[[UnitOfWork], int]


@dataclass(frozen=True, slots=True)
class PurgeOld:
    """Deletes rows after a time. Parked updates, and dead and unknown parts, stay.

    `updates` and `parts` are the times for which finished rows are kept, and `held` is that of updates of
    chats that are still unassigned; None keeps them for ever. `expired` receives the number of the latter.
    Nothing is deleted before the clock is steady: a step forward makes every row look old.
    """

    store: Store
    clock: Clock
    watch: ClockWatch
    updates: timedelta | None
    parts: timedelta | None
    held: timedelta | None = None
    expired: Callable[[int], None] = lambda _: None

    async def run_once(self) -> float | None:
        """Delete old rows in small batches; safe to run in several processes at once."""
        if not self.watch.steady:
            return EVERY.total_seconds()
        now = self.clock.stamp().now
        answered = now - ANSWERS
        await self._all(lambda uow: uow.idempotency.purge(before=answered, limit=AT_ONCE))
        if self.updates is not None:
            old = now - self.updates
            await self._all(lambda uow: uow.inbox.purge(before=old, limit=AT_ONCE))
        if self.parts is not None:
            sent = now - self.parts
            await self._all(lambda uow: uow.outbox.purge(before=sent, limit=AT_ONCE))
        if self.held is not None:
            received = now - self.held
            deleted = await self._all(lambda uow: uow.inbox.purge_held(before=received, limit=AT_ONCE))
            if deleted:
                self.expired(deleted)
        return EVERY.total_seconds()

    async def _all(self, purge: Purge) -> int:
        """Repeat the purge until a batch is not full; return the number of deleted rows."""
        deleted = 0
        while (batch := await self.store.write(purge)) == AT_ONCE:
            deleted += batch
        return deleted + batch
