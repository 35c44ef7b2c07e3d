"""After a step back every stored wait ends, also when the step was before the start of the process."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from app.application.administration.end_waits import EndWaits
from app.application.clock_watch import LOOK_EVERY
from app.application.errors import StoreUnavailableError
from app.application.ports.outbox import ChannelState
from app.application.ports.store import UnitOfWork
from app.domain.sending.policy import LONGEST_REST
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.virtual_clock import VirtualClock

T = TypeVar("T")
pytestmark = pytest.mark.anyio

A_LOOK = timedelta(seconds=LOOK_EVERY)
A_MINUTE = timedelta(minutes=1)


class DistantStore(MemoryStore):
    """A store that is away now and then."""

    away = False

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        if self.away:
            raise StoreUnavailableError
        return await super().write(work)


class Desk:
    """A channel that is paused, and the job that ends its pause."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = DistantStore(CALENDAR)
        self.job = self.started()

    def started(self) -> EndWaits:
        return EndWaits(self.store, self.clock, self.clock.watch())

    async def pause(self, until: datetime) -> None:
        def work(uow: UnitOfWork) -> None:
            uow.channels.save(ChannelState("telegram", paused_until=until))

        await self.store.write(work)

    async def pauses(self) -> bool:
        until = await self.store.read(lambda uow: uow.channels.find("telegram").paused_until)
        return until is not None and until > self.clock.now

    async def work(self, time: timedelta = A_LOOK) -> None:
        for _ in range(time // A_LOOK):
            self.clock.wait(A_LOOK)
            assert await self.job.run_once() == LOOK_EVERY


async def test_a_pause_goes_on_while_the_clock_is_steady_or_steps_forward() -> None:
    desk = Desk()
    await desk.pause(desk.clock.now + LONGEST_REST)
    await desk.work(A_MINUTE * 2)
    desk.clock.step(timedelta(minutes=30))
    await desk.work(A_MINUTE * 2)

    assert await desk.pauses()


@pytest.mark.parametrize("by", [timedelta(seconds=3), timedelta(hours=1), timedelta(days=3650)], ids=str)
async def test_a_step_back_ends_a_pause_within_a_look(by: timedelta) -> None:
    desk = Desk()
    await desk.work()
    await desk.pause(desk.clock.now + timedelta(minutes=10))
    desk.clock.step(-by)
    await desk.work()

    assert not await desk.pauses()


async def test_a_pause_that_a_work_from_before_the_step_stores_late_ends_within_a_minute() -> None:
    desk = Desk()
    before = desk.clock.now
    await desk.work()
    desk.clock.step(-timedelta(hours=1))
    await desk.work()
    await desk.pause(before + timedelta(seconds=3))
    await desk.work(A_MINUTE)

    assert not await desk.pauses()


async def test_later_pauses_are_trusted_again() -> None:
    desk = Desk()
    desk.clock.step(-timedelta(hours=1))
    await desk.work(A_MINUTE + A_LOOK)
    await desk.pause(desk.clock.now + LONGEST_REST)
    await desk.work(A_MINUTE * 2)

    assert await desk.pauses()


async def test_a_process_that_starts_after_a_step_back_finds_it_by_a_pause_that_is_too_long() -> None:
    desk = Desk()
    await desk.pause(desk.clock.now + timedelta(seconds=3))
    await desk.store.write(lambda uow: uow.channels.beat("relay", desk.clock.now))
    desk.clock.step(-timedelta(minutes=5))
    desk.job = desk.started()
    await desk.work()

    assert not await desk.pauses()


async def test_a_pause_of_another_process_whose_clock_was_ahead_ends_within_a_minute() -> None:
    desk = Desk()
    await desk.work()
    await desk.pause(desk.clock.now + timedelta(days=365))
    await desk.work(A_MINUTE)

    assert not await desk.pauses()


async def test_a_store_that_was_away_is_asked_again() -> None:
    desk = Desk()
    await desk.work()
    await desk.pause(desk.clock.now + timedelta(seconds=30))
    desk.clock.step(-timedelta(hours=1))
    desk.store.away = True
    with pytest.raises(StoreUnavailableError):
        await desk.work()
    desk.store.away = False
    await desk.work()

    assert not await desk.pauses()
