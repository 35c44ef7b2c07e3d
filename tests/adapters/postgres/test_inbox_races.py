"""Two processes work off one inbox on one PostgreSQL: each update once, each chat in its order."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy.util import await_only

from app.adapters.sql.stores.postgres import PostgresStore
from app.application.chats.receive_message import UpdateResult
from app.application.ports.inbox import ChatKey
from app.application.ports.store import UnitOfWork
from app.domain.chats.inbox import InboxItem, ReceivedUpdate, done
from tests.application.chatter import Chatter
from tests.application.desk import a_customer
from tests.contracts.builders import START
from tests.contracts.test_chats_that_write import deliver_at_once, people

pytestmark = pytest.mark.anyio

CHATS, MESSAGES = 10, 12
KEY = ChatKey("telegram", "-5")


async def test_of_two_processes_each_processes_what_the_other_does_not(
    store: PostgresStore, other: PostgresStore
) -> None:
    one, two = Chatter(store), Chatter(other, process=1)
    addresses = await people(one, CHATS)
    updates = [
        one.message(str(number), f"слово {number}", chat=address)
        for number in range(MESSAGES)
        for address in addresses
    ]
    await deliver_at_once(one, updates)
    await asyncio.gather(one.work(), two.work())
    await asyncio.gather(one.wait(seconds=3), two.wait(seconds=3))

    assert len(one.seen.tickets) + len(two.seen.tickets) == CHATS
    results: Counter[UpdateResult] = one.seen.results + two.seen.results
    assert results[UpdateResult.GATHERED] == CHATS * MESSAGES
    assert one.seen.failures == two.seen.failures == []
    for address in addresses:
        (ticket,) = await one.tickets(address)
        assert sorted(await one.texts(ticket)) == sorted(f"слово {n}" for n in range(MESSAGES))
        assert await one.told(address) == ["acknowledgement"]


def add_two(uow: UnitOfWork) -> None:
    for key in ("1", "2"):
        uow.inbox.add(ReceivedUpdate("telegram", key, "-5", b"{}", START))


async def test_while_one_has_a_chats_update_nobody_has_the_next_one(
    store: PostgresStore, other: PostgresStore
) -> None:
    await store.write(add_two)
    first, second = await store.read(lambda uow: uow.inbox.waiting(KEY, 2))

    def take_both_elsewhere() -> list[InboxItem | None]:
        return [await_only(other.write(lambda uow: uow.inbox.take(item))) for item in (first, second)]  # noqa: B023

    def take(uow: UnitOfWork) -> list[InboxItem | None]:
        assert uow.inbox.take(first) is not None
        meanwhile = take_both_elsewhere()
        uow.inbox.settle(done(first, START))
        return [*meanwhile, *take_both_elsewhere()]

    assert await store.write(take) == [None] * 4
    assert await other.write(lambda uow: uow.inbox.take(second)) == second


async def test_a_message_and_the_assignment_of_its_chat_at_once_lose_nothing(
    store: PostgresStore, other: PostgresStore
) -> None:
    one, two = Chatter(store), Chatter(other, process=1)
    for number in range(10):
        address, customer = f"-60{number}", f"agency-{600 + number}"
        await one.deliver(one.message("1", "Первое", chat=address), one.message("2", "второе", chat=address))
        await asyncio.gather(one.work(), two.put(a_customer(customer), chat=address))
        await one.work()
    await one.wait(seconds=3)
    for number in range(10):
        (ticket,) = await one.tickets(f"-60{number}")
        assert await one.texts(ticket) == ["Первое", "второе"]
    assert await one.unassigned() == []
