"""What has had its effect is removed in time; what waits for somebody stays (152-FZ)."""

from datetime import timedelta

import pytest

from app.application.administration import purge_old
from app.application.administration.purge_old import PurgeOld
from app.domain.chats.inbox import InboxState
from app.domain.sending.part import PartState
from tests.application.chatter import FAULT, Chatter
from tests.contracts.builders import an_answer
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore
from tests.fakes.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def chat() -> Chatter:
    chatter = Chatter(RerunningStore(MemoryStore(CALENDAR)))
    await chatter.put()
    return chatter


async def left(chat: Chatter) -> dict[str, int]:
    return {state.value: len(await chat.items(state)) for state in InboxState}


async def test_processed_updates_go_after_their_days_and_those_that_wait_stay(chat: Chatter) -> None:
    await chat.submitted("1")
    await chat.say("1", "Чужие", chat="-77")
    await chat.say("2", FAULT, chat="-78")
    await chat.wait(minutes=1)
    await chat.work()
    purge = PurgeOld(chat.store, chat, VirtualClock().steady_watch(), timedelta(days=7), None)
    before = await left(chat)
    chat.now += timedelta(days=6)
    await purge.run_once()
    assert await left(chat) == before
    chat.now += timedelta(days=2)
    assert await purge.run_once() == purge_old.EVERY.total_seconds()
    assert await left(chat) == before | {"done": 0}
    assert before["done"] == before["held"] == 1


async def test_all_that_is_old_goes_however_much_it_is(
    chat: Chatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge_old, "AT_ONCE", 2)
    for number in range(5):
        await chat.submitted(str(number), "/new Сбой")
    await chat.take_away()
    chat.now += timedelta(days=91)
    await PurgeOld(chat.store, chat, VirtualClock().steady_watch(), None, timedelta(days=90)).run_once()
    found = await chat.read(lambda uow: uow.outbox.page(set(PartState), after=0, limit=9))
    assert (list(found), (await left(chat))["done"]) == ([], 5)


async def test_nothing_goes_where_all_is_to_be_kept(chat: Chatter) -> None:
    await chat.submitted("1")
    before = await left(chat)
    chat.now += timedelta(days=999)
    await PurgeOld(chat.store, chat, VirtualClock().steady_watch(), None, None).run_once()
    assert await left(chat) == before


async def test_responses_under_idempotency_keys_go_after_two_days_and_an_hour(chat: Chatter) -> None:
    await chat.store.write(lambda uow: uow.idempotency.save("key", "k", an_answer(created_at=chat.now)))
    purge = PurgeOld(chat.store, chat, VirtualClock().steady_watch(), None, None)

    async def kept(hours: int) -> bool:
        chat.now += timedelta(hours=hours)
        await purge.run_once()
        return await chat.store.read(lambda uow: uow.idempotency.find("key", "k")) is not None

    assert await kept(49)
    assert not await kept(1)


@pytest.mark.parametrize("step", [timedelta(hours=25), timedelta(days=365)], ids=str)
async def test_a_step_forward_deletes_nothing_before_the_clock_was_steady_for_an_hour(
    chat: Chatter, step: timedelta
) -> None:
    await chat.submitted("1")
    await chat.store.write(lambda uow: uow.idempotency.save("key", "k", an_answer(created_at=chat.now)))
    clock = VirtualClock()
    watch = clock.steady_watch()
    purge = PurgeOld(chat.store, chat, watch, timedelta(days=7), timedelta(days=90))
    before = await left(chat)
    chat.now += step
    clock.step(step)
    for _ in range(6):
        clock.wait(timedelta(minutes=9))
        watch.look()
        await purge.run_once()

    assert await left(chat) == before
    assert await chat.store.read(lambda uow: uow.idempotency.find("key", "k")) is not None
    assert len(clock.steps) == 1
