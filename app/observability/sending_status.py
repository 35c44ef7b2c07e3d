"""The state of channels and relay for `/readyz?verbose`. It does not affect readiness."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from app.application.errors import DeskError
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Clock
from app.domain.vocabulary import OFFICIAL_CHANNELS

PATIENCE_SECONDS = 1.0
SILENT_AFTER = timedelta(seconds=90)
"""Three missed heartbeats."""


class SendingStatus:
    """Reads the state of channels and relay; `channels` have a messenger."""

    def __init__(self, store: Store, clock: Clock, channels: Collection[str]) -> None:
        """Keep the store, the clock and the channels."""
        self._store = store
        self._clock = clock
        self._channels = frozenset(channels)

    async def told(self) -> Mapping[str, Any]:
        """Return `off`, `up` or `down` per channel, and `alive` or `silent` for the relay."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._store.read(self._look)
        except (DeskError, OSError, TimeoutError):
            return {}

    def _look(self, uow: UnitOfWork) -> Mapping[str, Any]:
        last_beat = uow.channels.last_beat()
        # A beat of the future was stored before the clock stepped back.
        alive = last_beat is not None and abs(self._clock.stamp().now - last_beat) < SILENT_AFTER
        channels = {channel: self._state(uow, channel) for channel in sorted(OFFICIAL_CHANNELS)}
        return {"channels": channels, "relay": "alive" if alive else "silent"}

    def _state(self, uow: UnitOfWork, channel: str) -> str:
        if channel not in self._channels:
            return "off"
        return "down" if uow.channels.find(channel).breaker.down else "up"
