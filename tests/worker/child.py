"""A relay that sends into a file and kills itself at a given step; started by `test_kills.py`.

    python -m tests.worker.child DATABASE_URL TAKEN_FILE KILL_AT SECONDS_AHEAD

Its clock is ahead and runs fast, so that rests and leases end while a test waits. KILL_AT counts the steps
before and after each transaction and each sending, from 1; 0 is never. It ends when nothing waits.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from prometheus_client import CollectorRegistry

from app.adapters.production_calendar import production_calendar
from app.adapters.system import SystemClock, by_chance
from app.application.ports.messengers import Outgoing
from app.application.ports.store import Store, UnitOfWork
from app.application.sending.send_outbox import SendOutbox
from app.application.stamp import Stamp
from app.application.tickets.housekeeping import Housekeeping
from app.domain.chats.inbound import Inbound
from app.domain.sending.outcome import SendOutcome, Sent
from app.domain.sending.part import PartState
from app.observability.sending_metrics import RelayMetrics
from app.wiring import open_store
from app.worker.runner import Job, Relay, Wake

T = TypeVar("T")
SPEED = 40


class FastClock(SystemClock):
    def __init__(self, ahead: float) -> None:
        super().__init__()
        self._began = datetime.now(UTC)  # noqa: TID251 - this clock is one
        self._ahead = timedelta(seconds=ahead)

    def stamp(self) -> Stamp:
        stamp = super().stamp()
        return Stamp(stamp.now + self._ahead + (stamp.now - self._began) * SPEED, stamp.first_id)


class Steps:
    """Counts steps, and does not survive the given one."""

    def __init__(self, kill_at: int) -> None:
        self._left = kill_at

    def take(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore:
    def __init__(self, store: Store, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        self._steps.take()
        result = await self._store.write(work)
        self._steps.take()
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self._store.read(work)

    async def check(self) -> Mapping[str, bool]:
        return await self._store.check()


class FileMessenger:
    """Takes a message by one line of a file: what is written there was read by the customer."""

    channel = "telegram"
    max_units = 4_096

    def __init__(self, path: str, steps: Steps) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._steps = steps
        self._taken = 0

    async def send(self, message: Outgoing) -> SendOutcome:
        self._steps.take()
        await asyncio.sleep(0.001)
        words = message.text.replace("\n", " ")
        os.write(self._file, f"{message.address}\t{message.reference}\t{words}\n".encode())
        self._steps.take()
        self._taken += 1
        return Sent(f"{os.getpid()}-{self._taken}")

    async def check(self) -> str | None:
        return None

    def read(self, raw: bytes) -> Inbound:
        raise NotImplementedError

    def download(self, provider_id: str) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def close(self) -> None:
        os.close(self._file)


async def main(url: str, path: str, kill_at: int, ahead: float) -> None:
    store, steps = open_store(url, production_calendar()), Steps(kill_at)
    clock, wake = FastClock(ahead), Wake()
    mortal, watch = MortalStore(store, steps), RelayMetrics(CollectorRegistry())
    messenger = FileMessenger(path, steps)
    sender = SendOutbox(mortal, clock, messenger, watch, chance=by_chance, wake=wake.hint)
    housekeeping = Housekeeping(store, clock, watch)
    jobs = [
        Job("outbox", sender.run_once, finish=sender.finish),
        Job("housekeeping", housekeeping.run_once, woken=False),
    ]
    relay = Relay(jobs, wake, pause=0.01)
    relay.start()
    waiting = {PartState.PENDING, PartState.LEASED}
    while await store.read(lambda uow: uow.outbox.page(waiting, after=0, limit=1)):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await relay.stop()
    await messenger.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
