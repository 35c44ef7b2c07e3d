"""Long works: one thread, one work at a time, the callers in turn."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from app.adapters.turns import ThreadTurns
from app.application.errors import TooManyLongTextsError


@pytest.fixture
async def turns() -> AsyncIterator[ThreadTurns]:
    turns = ThreadTurns()
    yield turns
    turns.close()


class Gate:
    """A first work that lasts until it is opened, and a record of the works behind it."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.begun: list[str] = []

    def first(self) -> str:
        assert self.opened.wait(10)
        return "first"

    def named(self, name: str) -> Callable[[], str]:
        def work() -> str:
            self.begun.append(name)
            return name

        return work


async def settled() -> None:
    """Give every task its turn."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_work_runs_in_another_thread_while_the_loop_turns(turns: ThreadTurns) -> None:
    gate, threads = Gate(), set()

    def work() -> str:
        threads.add(threading.current_thread().name)
        gate.first()
        return "done"

    running = asyncio.create_task(turns.run("a", work))
    for _ in range(1_000):
        await asyncio.sleep(0)
    assert not running.done()
    gate.opened.set()
    assert await running == "done"
    assert threading.current_thread().name not in threads


async def test_callers_take_turns_whatever_one_of_them_has_queued(turns: ThreadTurns) -> None:
    gate = Gate()
    tasks = [asyncio.create_task(turns.run("flood", gate.first))]
    await settled()
    for name in ("flood 1", "flood 2", "flood 3", "other 1", "other 2", "third 1"):
        tasks.append(asyncio.create_task(turns.run(name.split()[0], gate.named(name))))
        await settled()
    gate.opened.set()
    await asyncio.gather(*tasks)
    assert gate.begun == ["flood 1", "other 1", "third 1", "flood 2", "other 2", "flood 3"]


async def test_only_so_many_works_of_a_caller_wait(turns: ThreadTurns) -> None:
    gate = Gate()
    tasks = [asyncio.create_task(turns.run("a", gate.first, most_waiting=2))]
    await settled()
    tasks += [asyncio.create_task(turns.run("a", gate.named("a"), most_waiting=2)) for _ in range(2)]
    await settled()
    with pytest.raises(TooManyLongTextsError):
        await turns.run("a", gate.named("refused"), most_waiting=2)
    other = asyncio.create_task(turns.run("b", gate.named("b"), most_waiting=2))
    patient = asyncio.create_task(turns.run("a", gate.named("patient")))
    await settled()
    gate.opened.set()
    await asyncio.gather(*tasks, other, patient)
    assert gate.begun == ["a", "b", "a", "patient"]
    assert await turns.run("a", gate.named("later"), most_waiting=1) == "later"


async def test_a_failure_is_the_callers_and_the_next_one_gets_its_turn(turns: ThreadTurns) -> None:
    def fail() -> str:
        raise ZeroDivisionError

    works = [turns.run("a", fail), turns.run("b", Gate().named("b"))]
    failed, done = await asyncio.gather(*works, return_exceptions=True)
    assert isinstance(failed, ZeroDivisionError)
    assert done == "b"


@pytest.mark.parametrize("early", [True, False])
async def test_a_caller_that_leaves_holds_up_nobody(turns: ThreadTurns, early: bool) -> None:
    gate = Gate()
    running = asyncio.create_task(turns.run("a", gate.first))
    await settled()
    leaving = asyncio.create_task(turns.run("b", gate.named("b")))
    staying = asyncio.create_task(turns.run("c", gate.named("c")))
    await settled()
    if early:
        leaving.cancel()
    else:
        running.cancel()
        await settled()
        leaving.cancel()
    gate.opened.set()
    assert await asyncio.wait_for(staying, 10) == "c"
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await asyncio.wait_for(turns.run("d", gate.named("d")), 10) == "d"
