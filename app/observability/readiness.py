"""Readiness of the service. Probes are frequent, so the store is checked at most once per second."""

import asyncio
from collections.abc import Mapping

from app.application.errors import DeskError
from app.application.ports.store import Store

BELIEVED_SECONDS = 1.0
PATIENCE_SECONDS = 2.0
SERVING = "serving"
DATABASE = "database"


class Readiness:
    """Checks the store. A service that shuts down sets `draining` and is no longer ready."""

    def __init__(self, store: Store) -> None:
        """Start without a result."""
        self._store = store
        self._checked_at = 0.0
        self._checks: Mapping[str, bool] | None = None
        self._running: asyncio.Task[None] | None = None
        self.draining = False

    async def checks(self) -> Mapping[str, bool]:
        """Return whether each part works, within two seconds. The result is at most one second old."""
        if self.draining:
            return {SERVING: False}
        loop = asyncio.get_running_loop()
        if self._checks is None or loop.time() - self._checked_at >= BELIEVED_SECONDS:
            if self._running is None or self._running.done():
                self._running = loop.create_task(self._check())
            # A check that hangs continues in the background; no other is started before it ends.
            done, _ = await asyncio.wait({self._running}, timeout=PATIENCE_SECONDS)
            if not done or self._checks is None:
                return {SERVING: True, DATABASE: False}
        return {SERVING: True, **self._checks}

    async def _check(self) -> None:
        began = asyncio.get_running_loop().time()
        try:
            found = await self._store.check()
        except (DeskError, OSError):
            found = {DATABASE: False}
        self._checks, self._checked_at = found, began
