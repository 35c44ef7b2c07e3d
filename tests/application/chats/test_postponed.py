"""A chat's submission for which there is no room: its words stay, and a ticket comes when there is room."""

from datetime import timedelta

import pytest

from app.adapters.creation_limits import CountedCreations
from app.domain.chats.inbox import InboxState
from app.domain.tickets.event import EventType
from tests.application.chatter import ENGINEER, Chatter
from tests.application.desk import AGENCY, OTHER_AGENCY, a_customer
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore

pytestmark = pytest.mark.anyio

OTHER_CHAT, DAY = "-1002", 86_400


class Limited(Chatter):
    """Chats that may have two new tickets each, and customers three."""

    def __init__(self) -> None:
        self.steady = 0.0
        limits = CountedCreations(3, 2, lambda: self.steady)
        super().__init__(RerunningStore(MemoryStore(CALENDAR)), limits=limits)

    async def reach_the_limit(self) -> None:
        chat = await self.chat()
        assert chat is not None
        for _ in range(2):
            self.parts.limits.count(AGENCY, chat.id)


@pytest.fixture
async def chat() -> Limited:
    chatter = Limited()
    await chatter.put()
    await chatter.put(a_customer(OTHER_AGENCY), OTHER_CHAT)
    await chatter.hire()
    await chatter.reach_the_limit()
    return chatter


async def texts_of_the_next_ticket(chat: Limited) -> list[str]:
    chat.steady += DAY
    before = len(chat.seen.tickets)
    await chat.wait(seconds=11)
    (registered,) = chat.seen.tickets[before:]
    return await chat.texts(registered.view.ticket)


async def test_every_word_waits_for_the_ticket(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    await chat.wait(seconds=1)
    await chat.say("2", "выгрузка")
    for number in range(3, 9):
        await chat.wait(seconds=3_600)
        await chat.say(str(number), f"часть {number}")
    await chat.say("9", "/new другое")
    assert await chat.tickets() == []
    assert chat.seen.failures == []
    assert await chat.items(InboxState.PENDING) == []
    expected = ["Не работает", "выгрузка", *(f"часть {number}" for number in range(3, 9)), "другое"]
    assert await texts_of_the_next_ticket(chat) == expected


async def test_it_is_reported_once(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    for _ in range(10):
        await chat.wait(seconds=60)
    assert chat.seen.postponed_by == ["chat"]
    await texts_of_the_next_ticket(chat)
    assert len(chat.seen.tickets) == 1


async def test_the_next_gathering_is_an_ordinary_one(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    await chat.wait(seconds=3)
    await texts_of_the_next_ticket(chat)
    await chat.submitted("2", "/new И это не работает")


async def test_other_customers_go_on(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    await chat.say("2", "Чужое", chat=OTHER_CHAT)
    await chat.wait(seconds=3)
    assert [ticket.text for ticket in await chat.tickets(OTHER_CHAT)] == ["Чужое"]


async def test_the_limit_of_the_customer_counts_all_its_chats(chat: Limited) -> None:
    chat.parts.limits.count(AGENCY, "another of its chats")
    await chat.say("1", "Не работает")
    await chat.wait(seconds=3)
    assert chat.seen.postponed_by == ["customer"]


async def test_staff_and_edits_reach_a_postponed_submission(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    await chat.wait(seconds=3)
    await chat.deliver(chat.edit("1", "Не работает выгрузка"))
    await chat.say("2", "Смотрим", author=ENGINEER)
    await chat.wait(seconds=60)
    assert (await texts_of_the_next_ticket(chat))[0] == "Не работает выгрузка"


async def test_a_restart_of_the_process_counts_from_zero_and_loses_nothing(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    await chat.wait(seconds=3)
    restarted = Limited()
    restarted.store, restarted.now = chat.store, chat.now + timedelta(seconds=11)
    again = Chatter(chat.store, restarted.now)
    await again.work()
    (ticket,) = await again.tickets()
    assert ticket.text == "Не работает"
    assert EventType.REGISTERED.value in await again.event_types(ticket)


async def test_a_clock_set_back_keeps_a_postponed_submission_open(chat: Limited) -> None:
    await chat.say("1", "Не работает")
    await chat.wait(seconds=3)
    chat.now -= timedelta(hours=1)
    await chat.say("2", "выгрузка")
    assert chat.seen.failures == []
    chat.now += timedelta(hours=1)
    assert sorted(await texts_of_the_next_ticket(chat)) == ["Не работает", "выгрузка"]
