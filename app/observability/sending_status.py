"""Whether messages go out: told to people by `/readyz?verbose`, never a reason to send requests elsewhere."""

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
"""Three signs of life that did not come."""


class SendingStatus:
    """Reads how channels and relays are; `channels` are those that have a messenger."""

    def __init__(self, store: Store, clock: Clock, channels: Collection[str]) -> None:
        """Nothing was read yet."""
        self._store = store
        self._clock = clock
        self._channels = frozenset(channels)

    async def told(self) -> Mapping[str, Any]:
        """Say of each channel whether it is off, up or down, and of the relay whether it is alive."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._store.read(self._look)
        except (DeskError, OSError, TimeoutError):
            return {}

    def _look(self, uow: UnitOfWork) -> Mapping[str, Any]:
        last_beat = uow.channels.last_beat()
        alive = last_beat is not None and self._clock.stamp().now - last_beat < SILENT_AFTER
        channels = {channel: self._state(uow, channel) for channel in sorted(OFFICIAL_CHANNELS)}
        return {"channels": channels, "relay": "alive" if alive else "silent"}

    def _state(self, uow: UnitOfWork, channel: str) -> str:
        if channel not in self._channels:
            return "off"
        return "down" if uow.channels.find(channel).breaker.down else "up"
