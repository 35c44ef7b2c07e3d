"""Working chats go first: thousands of unknown chats delay no answer, and all are told in the end."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.application.chats.hold_message import NEWS_OF_A_MOVE, hold_message
from app.application.chats.lock_chat import lock_or_create_chat
from app.application.ports.store import UnitOfWork
from app.application.stamp import WriteContext
from app.domain.sending.outcome import SendOutcome, Throttled, Transient
from app.domain.sending.pace import CHANNEL_BURST, CHANNEL_GAP, UNASSIGNED_PATIENCE
from app.domain.sending.part import PartState
from tests.application.chatter import Chatter
from tests.application.desk import CHAT, OTHER_AGENCY, a_customer, on_telegram
from tests.application.relay import RelayedDesk
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
STEP = 0.02
"""Seconds between two runs of the relay: it is woken by every write."""


@dataclass
class Street(RelayedDesk):
    """A desk to which unknown people write, and the instant at which each message went out."""

    sent: list[tuple[datetime, str]] = field(default_factory=list)

    def __init__(self) -> None:
        super().__init__()
        self.sent = []

    def strangers(self, many: int, first: int = 1) -> list[str]:
        """Let unknown people write; give their addresses. Their notices may go out from now on."""
        addresses = [f"{number + 700_000}" for number in range(first, first + many)]
        stamp = self.stamp()
        earlier = stamp.now - NEWS_OF_A_MOVE

        def work(uow: UnitOfWork) -> None:
            writing = WriteContext(uow, earlier, stamp.ids())
            for address in addresses:
                hold_message(writing, lock_or_create_chat(writing, on_telegram(address)), earlier)

        self.write(work)
        return addresses

    def agencies(self, many: int) -> list[str]:
        """Make customers with a chat and a ticket each, whose acknowledgements are sent; give the tickets."""
        tickets = []
        for number in range(many):
            customer_id, chat = f"agency-{number + 100}", f"-{number + 5000}"
            self.put(a_customer(customer_id))
            self.assign(chat, customer_id)
            tickets.append(self.register(customer_id=customer_id, chat_address=chat))
        return tickets

    async def go_on(self, seconds: float, step: float = STEP) -> None:
        """Let time go on, with a run of the relay at each step."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            await self.step()
            self.wait(seconds=step)

    async def step(self) -> None:
        """Claim once, and let what was claimed be sent unless it hangs."""
        before = len(self.messenger.asked)
        await self.job.run_once()
        for _ in range(20):
            await asyncio.sleep(0)
        self.sent += [(self.now, each.address) for each in self.messenger.asked[before:]]

    def times(self, addresses: Iterable[str]) -> list[datetime]:
        wanted = set(addresses)
        return [at for at, address in self.sent if address in wanted]


def busiest_minute(times: list[datetime]) -> int:
    return max((sum(first <= at < first + MINUTE for at in times) for first in times), default=0)


@pytest.fixture
def desk() -> Street:
    return Street()


async def test_an_answer_goes_out_with_the_next_claim_before_three_thousand_strangers(desk: Street) -> None:
    ticket_id = desk.register()
    await desk.go_on(4)
    desk.strangers(3_000)
    await desk.go_on(1)
    desk.say(ticket_id, "Ответ")
    await desk.step()
    assert desk.messenger.texts(CHAT)[-1] == "Ответ"


async def test_all_strangers_are_told_in_the_end_and_never_more_than_sixty_in_a_minute(desk: Street) -> None:
    strangers = desk.strangers(150)
    await desk.go_on(200, step=0.1)
    times = desk.times(strangers)
    assert len(times) == len(set(desk.messenger.taken)) == 150
    assert busiest_minute(times) <= 60
    assert times[-1] - times[0] <= timedelta(seconds=165)


@pytest.mark.parametrize("outcome", [Transient("busy"), Throttled(1)])
async def test_tries_count_in_the_cap_whatever_comes_of_them(desk: Street, outcome: SendOutcome) -> None:
    for address in desk.strangers(150):
        desk.messenger.will(address, *[outcome] * 3)
    await desk.go_on(150, step=0.1)
    assert busiest_minute([at for at, _ in desk.sent]) <= 60


async def test_two_relays_keep_one_cap(desk: Street) -> None:
    strangers = desk.strangers(150)
    jobs = [desk.job, desk.new_job()]
    for turn in range(1_300):
        desk.job = jobs[turn % 2]
        await desk.step()
        desk.wait(seconds=0.1)
    assert 100 < len(desk.times(strangers)) <= 131
    assert busiest_minute(desk.times(strangers)) <= 60


async def test_a_stranger_gets_a_slot_that_answers_leave(desk: Street) -> None:
    """Twenty answers a second leave five slots, of which one goes to a stranger."""
    tickets = desk.agencies(60)
    await desk.go_on(3)
    strangers = desk.strangers(30)
    for second in range(12):
        for ticket_id in tickets[20 * (second % 3) :][:20]:
            desk.say(ticket_id)
        await desk.go_on(1)
    assert len(desk.times(strangers)) >= 11
    assert len(desk.sent) == 60 + 240 + len(desk.times(strangers))


async def test_while_answers_use_every_slot_a_stranger_gets_one_each_ten_seconds(desk: Street) -> None:
    tickets = desk.agencies(100)
    await desk.go_on(8)
    for _ in range(12):
        for ticket_id in tickets:
            desk.say(ticket_id)
    strangers = desk.strangers(30)
    before = len(desk.sent)
    await desk.go_on(32)
    assert len(desk.times(strangers)) == 3
    assert len(desk.sent) - before == 25 * 32 + CHANNEL_BURST - 1


async def test_strangers_that_hang_take_no_place_of_a_working_chat(desk: Street) -> None:
    silence = asyncio.Event()
    for address in desk.strangers(60):
        desk.messenger.will(address, silence)
    await desk.go_on(60, step=0.1)
    asked = len(desk.messenger.asked)
    assert asked == 4
    desk.agencies(16)
    await desk.go_on(1)
    assert len(desk.messenger.taken) == 16
    silence.set()
    await desk.go_on(60, step=0.1)
    assert len(desk.messenger.taken) > 60


async def test_strangers_that_are_throttled_pause_no_working_chat(desk: Street) -> None:
    """A group can be set so that whoever writes there is throttled for an hour."""
    for address in desk.strangers(6):
        desk.messenger.will(address, Throttled(3_600))
    await desk.go_on(10)
    assert len(desk.messenger.asked) == 6
    desk.register()
    await desk.step()
    assert len(desk.messenger.texts(CHAT)) == 1


async def test_a_notice_under_way_while_its_chat_is_assigned_holds_nothing_up(desk: Street) -> None:
    (address,) = desk.strangers(1)
    desk.messenger.will(address, answered := asyncio.Event(), Transient("busy"))
    await desk.step()
    desk.strangers(100, first=2)
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign(address, OTHER_AGENCY)
    ticket_id = desk.register(customer_id=OTHER_AGENCY, chat_address=address)
    answered.set()
    await desk.go_on(5)
    assert len(desk.messenger.texts(address)) == 1
    assert [each.part.ticket_id for each in desk.parts() if each.part.state is PartState.CANCELLED] == [None]
    assert ticket_id in {each.part.ticket_id for each in desk.parts(PartState.SENT)}


async def test_a_stranger_that_blocked_the_desk_leaves_the_line_and_is_told_when_it_writes_again() -> None:
    chat = Chatter(RerunningStore(MemoryStore(CALENDAR)))
    await chat.say("1", "Здравствуйте", chat="88")
    await chat.deliver(chat.update("88", reachable=False))
    await chat.work()
    assert await chat.told("88") == []
    await chat.say("2", "Всё-таки здравствуйте", chat="88")
    assert await chat.told("88") == ["unassigned_notice"]


async def test_a_look_that_finds_only_resting_strangers_is_not_repeated_at_once(desk: Street) -> None:
    addresses = desk.strangers(2)
    for address in addresses:
        desk.messenger.will(address, Throttled(5))
    await desk.go_on(3)
    state = desk.channel()
    assert state.unassigned_at is not None
    assert state.unassigned_at > desk.now - timedelta(seconds=1)
    await desk.go_on(10)
    idle = desk.channel()
    await desk.go_on(5)
    assert desk.channel() == idle


# The law: without the strangers, every answer would have gone out at nearly the same time

TALK = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9)), max_size=60)
"""Answers: in which tenth of a second, to which agency."""


async def sendings(talk: list[tuple[int, int]], strangers: dict[int, int]) -> list[datetime]:
    """Give the times of all messages to working chats, sorted."""
    desk = Street()
    tickets = desk.agencies(10)
    hanging = asyncio.Event()
    for tenth in range(400):
        for count in range(strangers.get(tenth, 0)):
            for address in desk.strangers(1, first=1_000 * tenth + count):
                desk.messenger.will(address, *([hanging] if count % 2 else []))
        for _, agency in (each for each in talk if each[0] == tenth):
            desk.say(tickets[agency])
        await desk.step()
        desk.wait(seconds=0.1)
    hanging.set()
    await desk.job.settled()
    return [at for at, address in desk.sent if address.startswith("-")]


@settings(max_examples=8)
@given(talk=TALK, strangers=st.dictionaries(st.integers(0, 100), st.integers(1, 30), max_size=8))
async def test_strangers_delay_no_message_to_a_working_chat(
    talk: list[tuple[int, int]], strangers: dict[int, int]
) -> None:
    alone, among = await sendings(talk, {}), await sendings(talk, strangers)
    assert len(alone) == len(among)
    taken = CHANNEL_BURST + 40 / UNASSIGNED_PATIENCE.total_seconds()
    longest = max((late - at for at, late in zip(alone, among, strict=True)), default=timedelta())
    assert longest <= taken * CHANNEL_GAP + timedelta(seconds=0.1)
