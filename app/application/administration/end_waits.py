"""Ends the stored waits that a step of the clock has made longer than they may be."""

from app.application.clock_watch import LOOK_EVERY, ClockWatch
from app.application.ports.store import Store
from app.application.stamp import Clock

LOOKS_A_MINUTE = round(60 / LOOK_EVERY)


class EndWaits:
    """Ends every stored wait after a step back, and each minute those longer than their maximum.

    After a step back the end of every stored wait is too late. A lease is kept for its maximum from now,
    because its worker may be at work. An early end of the others is harmless: a retry comes sooner, and a
    provider that asked for a pause asks again. Waits that are too long at the first run show
    a step back before the start of the process.
    """

    def __init__(self, store: Store, clock: Clock, watch: ClockWatch) -> None:
        """Keep the dependencies; no run has been made."""
        self._store = store
        self._clock = clock
        self._watch = watch
        self._seen = watch.steps_back
        self._looks = 0
        self._first = True
        self._stepped = False

    async def run_once(self) -> float | None:
        """Look at the clock and end waits if necessary; return the seconds until the next look."""
        self._watch.look()
        seen = self._watch.steps_back
        if seen != self._seen:
            await self._end(every=True)
            self._seen, self._stepped, self._looks = seen, True, 0
        elif self._looks % LOOKS_A_MINUTE == 0:
            # A work that began before a step may store a wait after it, so all waits end once more.
            if self._stepped or await self._too_long():
                await self._end(every=self._stepped or self._first)
            self._stepped = self._first = False
        self._looks += 1
        return LOOK_EVERY

    async def _too_long(self) -> bool:
        now = self._clock.stamp().now
        return await self._store.read(lambda uow: uow.waits.too_long(now))

    async def _end(self, *, every: bool) -> None:
        now = self._clock.stamp().now
        await self._store.write(lambda uow: uow.waits.end(now, every=every))
