"""What has had its effect is removed in time; what waits for somebody stays (152-FZ)."""

from datetime import timedelta

import pytest

from app.application.administration import purge_old
from app.application.administration.purge_old import PurgeOld
from app.domain.chats.inbox import InboxState
from app.domain.sending.part import PartState
from tests.application.chatter import FAULT, Chatter
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore

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
    purge = PurgeOld(chat.store, chat, timedelta(days=7), None)
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
    await PurgeOld(chat.store, chat, None, timedelta(days=90)).run_once()
    found = await chat.read(lambda uow: uow.outbox.page(set(PartState), after=0, limit=9))
    assert (list(found), (await left(chat))["done"]) == ([], 5)


async def test_nothing_goes_where_all_is_to_be_kept(chat: Chatter) -> None:
    await chat.submitted("1")
    before = await left(chat)
    chat.now += timedelta(days=999)
    await PurgeOld(chat.store, chat, None, None).run_once()
    assert await left(chat) == before
