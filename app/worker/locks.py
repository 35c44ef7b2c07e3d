"""The process that runs the relay: on SQLite one at a time, decided by locks on files beside the database."""

import asyncio

import structlog

from app.adapters.relay_lock import RelayLock
from app.adapters.sql.engines.sqlite import database_file
from app.settings import Settings
from app.worker.runner import DEFAULT_PAUSE, Relay

log = structlog.get_logger("app.relay")


class RelayTaken(Exception):
    """Another process runs the relay on this SQLite database; the message names it and the remedy."""


class Embedded:
    """The relay inside a service. On SQLite one service at a time runs it; another takes over at its end."""

    def __init__(self, relay: Relay, lock: RelayLock | None) -> None:
        """Start without running. There is no lock on PostgreSQL: the database itself coordinates relays."""
        self._relay = relay
        self._lock = lock
        self._waiting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run the relay, or stand by until the service that runs it has ended."""
        if self._lock is None or self._lock.lead():
            self._relay.start()
        else:
            log.info("relay on standby: another service runs it")
            self._waiting = asyncio.create_task(self._take_over(self._lock))

    async def stop(self) -> None:
        """Stop the relay and release the lock."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)
        await self._relay.stop()
        if self._lock is not None:
            self._lock.release()

    async def _take_over(self, lock: RelayLock) -> None:
        while not lock.lead():  # noqa: ASYNC110 - another process cannot set an event
            await asyncio.sleep(DEFAULT_PAUSE)
        log.info("relay taken over")
        self._relay.start()


def lock_for_service(settings: Settings) -> RelayLock | None:
    """Lock out relay processes while this service runs. Raises RelayTaken if one runs."""
    if not settings.embedded:
        return None
    lock = RelayLock(database_file(settings.database_url))
    if not lock.beside_others():
        raise RelayTaken("a `relay` process already sends for this database. For example: SUPPORT_RELAY=off")
    return lock


def lock_for_process(settings: Settings) -> RelayLock | None:
    """Lock out embedded relays while this process runs. Raises RelayTaken if one runs."""
    if not settings.embedded:
        return None
    lock = RelayLock(database_file(settings.database_url))
    if not lock.alone():
        raise RelayTaken(
            "another relay, embedded in a service or a process of its own, already sends for this database. "
            "For example: SUPPORT_RELAY=off for the service"
        )
    return lock
