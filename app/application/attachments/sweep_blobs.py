"""Deletes contents without a row, left behind by a process that died between file and row."""

from dataclasses import dataclass
from datetime import timedelta

from app.application.clock_watch import STEADY_AFTER, ClockWatch
from app.application.ports.attachments import BlobStore
from app.application.ports.store import Store
from app.application.stamp import Clock

AGE = timedelta(days=1)
"""Age from which a content without a row is deleted: no upload takes that long."""

EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class BlobSweep:
    """Examines all old blobs; safe to run in several processes at once.

    Nothing is deleted before the clock is steady: a step forward makes an upload look old.
    """

    store: Store
    clock: Clock
    blobs: BlobStore
    watch: ClockWatch

    async def run_once(self) -> float | None:
        """Delete blobs without a row; return the seconds until the next sweep."""
        if not self.watch.steady:
            return STEADY_AFTER.total_seconds()
        before = self.clock.stamp().now - AGE
        async for names in self.blobs.older_than(before):
            listed = tuple(names)
            known = await self.store.read(lambda uow: uow.attachments.known_blobs(listed))  # noqa: B023 - run at once
            for name in listed:
                if name not in known:
                    await self.blobs.delete(name)
        await self.blobs.clear_drafts(before)
        return EVERY.total_seconds()
