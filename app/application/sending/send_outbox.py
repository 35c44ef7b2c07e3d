"""The job that sends the parts of a channel: claim, send outside of any transaction, settle."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from app.application.errors import OutcomeUnknownError, StoreUnavailableError
from app.application.ports.messengers import Messenger
from app.application.ports.store import Store, UnitOfWork
from app.application.sending.claim_outgoing import Claimed, claim_outgoing
from app.application.sending.leased_part import Chance, Lease
from app.application.sending.probe_channel import keep_probe
from app.application.sending.settle_outgoing import give_back, settle_outgoing
from app.application.stamp import Clock, Stamp
from app.domain.sending.outcome import SendOutcome, Unknown
from app.domain.sending.part import OutboxKind
from app.domain.sending.policy import ResendUnknown

T = TypeVar("T")

AT_ONCE = 16
"""Parts being sent to working chats at one time: a chat that hangs takes one place, the others continue."""

UNASSIGNED_AT_ONCE = 4
"""Parts being sent to unassigned chats besides: they take no place of a working chat."""

SEND_SECONDS = 60.0
"""Time after which an attempt is given up; well within a lease."""

CHECK_SECONDS = 20.0
SETTLE_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Pauses between tries to settle while the store is away, still within the lease."""


class SendObserver(Protocol):
    """Receives the ends of attempts, never texts or addresses."""

    def ended(self, channel: str, kind: OutboxKind, outcome: SendOutcome) -> None:
        """Count an attempt."""
        ...

    def probed(self, channel: str, code: str | None) -> None:
        """Report the provider's answer to a probe; None means that all is well."""
        ...

    def failed(self, channel: str, failure: Exception) -> None:
        """Report an internal error; sending continues."""
        ...


class SendOutbox:
    """Sends for one channel. `chance` returns a number from 0 to 1; `wake` requests the next run."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messenger: Messenger,
        observer: SendObserver,
        *,
        chance: Callable[[], float],
        wake: Callable[[], None] = lambda: None,
        resend: ResendUnknown = ResendUnknown.ONCE,
        at_once: int = AT_ONCE,
    ) -> None:
        """Keep the dependencies; no part is being sent yet."""
        self._store = store
        self._clock = clock
        self._messenger = messenger
        self._observer = observer
        self._chance = chance
        self._wake = wake
        self._resend = resend
        self._at_once = at_once
        self._under_way: set[asyncio.Task[None]] = set()
        self._unassigned: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run_once(self) -> float | None:
        """Begin to send due parts; return the seconds until the next claim, None if unknown."""
        room = 0 if self._stopping else self._at_once - len(self._under_way - self._unassigned)
        if room <= 0:
            return None  # the end of any of them wakes the job
        unassigned = len(self._unassigned) < UNASSIGNED_AT_ONCE
        stamp, chance, channel = self._clock.stamp(), self._luck(), self._messenger.channel
        claimed = await self._store.write(
            lambda uow: claim_outgoing(uow, channel, room, stamp, chance, unassigned=unassigned)
        )
        if claimed.probe:
            self._begin(self._probe())
        for lease in claimed.leases:
            task = self._begin(self._give_back(lease) if self._stopping else self._send(lease))
            if lease.unassigned:
                self._unassigned.add(task)
                task.add_done_callback(self._unassigned.discard)
        return _seconds_until(claimed, stamp)

    async def finish(self, seconds: float) -> None:
        """Begin no more parts, and wait for those being sent; slower ones are left to their leases."""
        self._stopping = True
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until no part is being sent."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _begin(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guarded(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as failure:  # noqa: BLE001 - reported; the lease ends by itself
            self._observer.failed(self._messenger.channel, failure)
        finally:
            self._wake()

    async def _send(self, lease: Lease) -> None:
        outcome = await self._attempt(lease)
        self._observer.ended(lease.channel, lease.kind, outcome)
        stamp, chance = self._clock.stamp(), self._luck()
        await self._told(lambda uow: settle_outgoing(uow, lease, outcome, stamp, chance))

    async def _attempt(self, lease: Lease) -> SendOutcome:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._messenger.send(lease.message)
        except TimeoutError:
            return Unknown("timed_out")
        except Exception as failure:  # noqa: BLE001 - a messenger that raises may have sent all the same
            self._observer.failed(lease.channel, failure)
            return Unknown("sender_failed")

    async def _give_back(self, lease: Lease) -> None:
        stamp = self._clock.stamp()
        await self._told(lambda uow: give_back(uow, lease, stamp))

    async def _probe(self) -> None:
        channel = self._messenger.channel
        found: str | None = "check_failed"
        with suppress(TimeoutError):
            async with asyncio.timeout(CHECK_SECONDS):
                found = await self._messenger.check()
        self._observer.probed(channel, found)
        stamp = self._clock.stamp()
        await self._told(lambda uow: keep_probe(uow, channel, found, stamp))

    async def _told(self, work: Callable[[UnitOfWork], T]) -> T:
        """Write, and retry while the store is away: a repetition changes nothing."""
        for pause in SETTLE_PAUSES:
            try:
                return await self._store.write(work)
            except (StoreUnavailableError, OutcomeUnknownError):
                await asyncio.sleep(pause)
        return await self._store.write(work)

    def _luck(self) -> Chance:
        return Chance(2 * self._chance() - 1, self._resend)


def _seconds_until(claimed: Claimed, stamp: Stamp) -> float | None:
    if claimed.next_at is None:
        return None
    return max(0.0, (claimed.next_at - stamp.now).total_seconds())
