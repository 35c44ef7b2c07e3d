"""Minutes that become free while a decision is under way: no ticket is left deferred (5.1, 5.2; R4)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.util import await_only

from app.adapters.sql.repositories.time_entries import SqlTimeEntryRepository
from app.adapters.sql.stores.postgres import PostgresStore
from app.application.customers.put_customer import put_customer
from app.application.customers.working_chats import assign_chat, unassign_chat
from app.application.errors import (
    ChatLimitReachedError,
    FindingNotAllowedError,
    NotFoundError,
    TransitionNotAllowedError,
)
from app.application.ports.store import Store, UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.ports.tickets import TicketFilter, TicketSort
from app.application.stamp import Stamp
from app.application.tickets.post_message import PostedText, post_customer_message
from app.application.tickets.record_time import TimeRecord, record_time
from app.application.tickets.redecide import redecide_hours_deferrals
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import Registered, submit_ticket
from app.application.tickets.transition_ticket import Transition, transition_ticket
from app.domain.vocabulary import Action, Category, Finding, Status
from tests.application.desk import on_telegram
from tests.contracts.builders import AGENCY, a_chat, a_customer, at

pytestmark = pytest.mark.anyio

Work = Callable[[UnitOfWork], Any]
ALLOTMENT = 540
REFUSALS = (NotFoundError, TransitionNotAllowedError, FindingNotAllowedError, ChatLimitReachedError)
SAID = TextFacts(has_words=True, obscene_level=None)


def any_version(version: int) -> None:
    """Ask for no version."""


class Stamps:
    """Gives a stamp a call, each a minute and some ids behind the last one."""

    def __init__(self) -> None:
        self.calls = 0

    def next(self) -> Stamp:
        self.calls += 1
        return Stamp(at(self.calls), 100 * self.calls)


@pytest.fixture
def stamps() -> Stamps:
    return Stamps()


def submitting(stamp: Stamp) -> Work:
    explain = Category.FEATURE_EXPLANATION
    said = Submission(AGENCY, "telegram", a_chat().address, "Как выгрузить?", SAID, category=explain)
    return lambda uow: submit_ticket(uow, said, stamp)


def replying(stamp: Stamp, ticket_id: str) -> Work:
    return lambda uow: post_customer_message(uow, ticket_id, PostedText("А вот ещё что", SAID), stamp)


def finding(stamp: Stamp, ticket_id: str, action: Action, found: Finding) -> Work:
    asked = Transition(action, "Ольга", finding=found)
    return lambda uow: transition_ticket(uow, ticket_id, asked, stamp, check_version=any_version)


def booking(stamp: Stamp, ticket_id: str, minutes: int, reverses: str | None = None) -> Work:
    booked = TimeRecord(minutes, "Ольга", stamp.now - timedelta(minutes=1), reverses=reverses)
    return lambda uow: record_time(uow, ticket_id, booked, stamp)


def classifying(stamp: Stamp, ticket_id: str) -> Work:
    asked = Transition(Action.CLASSIFY, "Ольга", category=Category.API_CONSULTATION)
    return lambda uow: transition_ticket(uow, ticket_id, asked, stamp, check_version=any_version)


def assigning(stamp: Stamp, address: str) -> Work:
    return lambda uow: assign_chat(uow, AGENCY, on_telegram(address), None, stamp, check_version=any_version)


def unassigning(stamp: Stamp, address: str) -> Work:
    return lambda uow: unassign_chat(uow, AGENCY, "telegram", address, stamp)


def putting(stamp: Stamp, name: str) -> Work:
    record = a_customer(name=name, version=0)
    return lambda uow: put_customer(uow, record, stamp, check_version=any_version)


async def used_up(store: PostgresStore, stamps: Stamps) -> tuple[str, str, str]:
    """Use up the month; give an open ticket, a declined one, and the one whose entry used it up."""
    made: list[Registered] = [await store.write(submitting(stamps.next())) for _ in range(3)]
    opened, declined, booked = (registered.view.ticket.id for registered in made)
    await store.write(finding(stamps.next(), declined, Action.DECLINE, Finding.OUT_OF_SCOPE))
    await store.write(booking(stamps.next(), booked, ALLOTMENT))
    return opened, declined, booked


async def freeing(store: PostgresStore, stamps: Stamps, booked: str) -> Work:
    (entry,) = await store.read(lambda uow: uow.time_entries.of_ticket(booked, after=None, limit=2))
    return booking(stamps.next(), booked, ALLOTMENT, reverses=entry.id)


async def deferred(store: PostgresStore) -> list[str]:
    wanted = TicketFilter(statuses=(Status.DEFERRED,))
    found = await store.read(lambda uow: uow.tickets.page(wanted, TicketSort.OLDEST, None, 100))
    return [ticket.id for ticket in found]


class Meeting:
    """Does a work, and in the midst of its transaction begins another one on another process."""

    def __init__(self, other: Store, begun: Work) -> None:
        self.other, self.begun = other, begun
        self.runs = 0
        self.call: asyncio.Task[Any] | None = None

    def meet(self) -> None:
        """Let the other one go on until it has ended, or waits for us."""
        if self.call is None:
            await_only(self._begin())

    async def _begin(self) -> None:
        self.call = asyncio.ensure_future(self.other.write(self.begun))
        await asyncio.wait({self.call}, timeout=0.3)

    async def ended(self) -> None:
        assert self.call is not None
        await self.call


DECISIONS = {
    "submission": lambda stamp, opened, declined: submitting(stamp),
    "reply to a declined ticket": lambda stamp, opened, declined: replying(stamp, declined),
    "deferral by an agent": lambda stamp, opened, declined: finding(
        stamp, opened, Action.DEFER, Finding.HOURS_EXHAUSTED
    ),
}
each_decision = pytest.mark.parametrize("kind", DECISIONS)


def entitled(monkeypatch: pytest.MonkeyPatch, meet: Callable[[], None]) -> None:
    """Meet the other one right behind every look at the minutes of the month."""
    minutes_used = SqlTimeEntryRepository.minutes_used

    def looked(*arguments: Any) -> int:
        used = minutes_used(*arguments)
        meet()
        return used

    monkeypatch.setattr(SqlTimeEntryRepository, "minutes_used", looked)


async def decide_and_meet(store: Store, other: Store, decide: Work, free: Work) -> None:
    """Decide, and free minutes as soon as the decision has looked at them."""
    meeting = Meeting(other, free)
    with pytest.MonkeyPatch.context() as patch:
        entitled(patch, meeting.meet)
        await store.write(decide)
    await meeting.ended()


async def free_and_meet(store: Store, other: Store, free: Work, decide: Work) -> Meeting:
    """Free minutes, and decide as soon as those have been taken up who wait for them."""
    meeting = Meeting(other, decide)

    def redecide_and_meet(*arguments: Any) -> None:
        redecide_hours_deferrals(*arguments)
        meeting.meet()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.application.tickets.record_time.redecide_hours_deferrals", redecide_and_meet)
        await store.write(free)
    return meeting


@each_decision
async def test_minutes_freed_while_a_decision_is_under_way_take_its_ticket_up(
    store: PostgresStore, other: PostgresStore, stamps: Stamps, kind: str
) -> None:
    opened, declined, booked = await used_up(store, stamps)
    decide = DECISIONS[kind](stamps.next(), opened, declined)
    await decide_and_meet(store, other, decide, await freeing(store, stamps, booked))
    assert await deferred(store) == []


@each_decision
async def test_a_decision_that_comes_while_minutes_are_freed_counts_them(
    store: PostgresStore, other: PostgresStore, stamps: Stamps, kind: str
) -> None:
    opened, declined, booked = await used_up(store, stamps)
    decide = DECISIONS[kind](stamps.next(), opened, declined)
    meeting = await free_and_meet(store, other, await freeing(store, stamps, booked), decide)
    if kind == "deferral by an agent":
        with pytest.raises(FindingNotAllowedError):
            await meeting.ended()
    else:
        await meeting.ended()
    assert await deferred(store) == []


async def test_nobody_meets_in_a_deadlock(store: PostgresStore, other: PostgresStore, stamps: Stamps) -> None:
    """All that takes locks for one customer at once, in two processes: nothing has to run again."""
    opened, declined, booked = await used_up(store, stamps)
    calls = runs = 0

    def counted(work: Work) -> Work:
        nonlocal calls
        calls += 1

        def counting(uow: UnitOfWork) -> Any:
            nonlocal runs
            runs += 1
            return work(uow)

        return counting

    async def one_round(number: int) -> None:
        reversing = await store.write(booking(stamps.next(), booked, 5))
        works = (
            submitting(stamps.next()),
            submitting(stamps.next()),
            replying(stamps.next(), declined),
            replying(stamps.next(), opened),
            finding(stamps.next(), opened, Action.DEFER, Finding.HOURS_EXHAUSTED),
            classifying(stamps.next(), declined),
            booking(stamps.next(), booked, 5, reverses=reversing.id),
            booking(stamps.next(), opened, 1),
            putting(stamps.next(), f"Агентство {number}"),
            assigning(stamps.next(), f"-200{number % 2}"),
            unassigning(stamps.next(), f"-200{1 - number % 2}"),
        )
        ended = await asyncio.gather(
            *((store, other)[place % 2].write(counted(work)) for place, work in enumerate(works)),
            return_exceptions=True,
        )
        assert [
            each for each in ended if isinstance(each, Exception) and not isinstance(each, REFUSALS)
        ] == []

    for number in range(30):
        await one_round(number)
    assert runs == calls


async def test_submissions_share_a_customer_and_whoever_waits_to_hold_it_is_next(
    store: PostgresStore, other: PostgresStore
) -> None:
    """A steady stream of submissions cannot keep out who books minutes."""
    order: list[str] = []
    calls: list[asyncio.Task[None]] = []

    def take(name: str, how: str) -> Work:
        def work(uow: UnitOfWork) -> None:
            getattr(uow.customers, how)(AGENCY)
            order.append(name)

        return work

    async def begin(name: str, how: str) -> None:
        calls.append(asyncio.ensure_future(other.write(take(name, how))))
        await asyncio.wait({calls[-1]}, timeout=0.2)

    def first(uow: UnitOfWork) -> None:
        uow.customers.share(AGENCY)
        await_only(begin("beside", "share"))
        await_only(begin("books", "lock"))
        await_only(begin("behind", "share"))
        order.append("first")

    await store.write(first)
    await asyncio.gather(*calls)
    assert order == ["beside", "first", "books", "behind"]
