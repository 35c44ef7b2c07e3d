"""What every store promises of its transactions, in memory, SQLite and PostgreSQL alike."""

# ruff: noqa: B023 - the work has run when the loop goes on

import asyncio
from datetime import date
from typing import Any

import pytest

from app.application.ports.store import UnitOfWork
from tests.contracts.builders import (
    AGENCY,
    a_customer,
    a_ticket,
    add_tickets,
    an_answer,
    an_exception,
    an_id,
    at,
    number_of_new,
)
from tests.contracts.conftest import AnyStore
from tests.fakes.rerunning_store import RerunningStore

pytestmark = pytest.mark.anyio


class RefusedError(Exception):
    """A refusal of a use case."""


async def test_a_write_gives_what_its_work_gives(store: AnyStore) -> None:
    assert await store.write(lambda uow: uow.customers.get(AGENCY)) == a_customer()


async def test_what_is_written_is_read_afterwards(store: AnyStore) -> None:
    await store.write(lambda uow: uow.tickets.add(a_ticket(), ()))
    assert await store.read(lambda uow: uow.tickets.get(an_id(1))) == a_ticket()


async def test_work_that_raises_changes_nothing_and_its_error_comes_back(store: AnyStore) -> None:
    error = RefusedError()

    def work(uow: UnitOfWork) -> None:
        uow.customers.save(a_customer(name="Другое"))
        uow.tickets.add(a_ticket(external_id="A-1"), ("выгрузк",))
        uow.calendar.save(an_exception(date(2026, 11, 20)))
        raise error

    with pytest.raises(RefusedError) as raised:
        await store.write(work)
    assert raised.value is error
    assert await store.read(lambda uow: uow.customers.get(AGENCY)) == a_customer()
    assert await store.read(lambda uow: uow.tickets.get(an_id(1))) is None
    assert await store.read(lambda uow: uow.calendar.get(date(2026, 11, 20))) is None
    assert await store.read(lambda uow: uow.calendar.calendar().is_open(at(60)))


async def test_a_read_that_raises_gives_the_error(store: AnyStore) -> None:
    def work(uow: UnitOfWork) -> None:
        raise RefusedError

    with pytest.raises(RefusedError):
        await store.read(work)


async def test_of_writes_that_wait_together_only_the_failing_ones_are_undone(store: AnyStore) -> None:
    def work(number: int) -> Any:
        def add(uow: UnitOfWork) -> int:
            uow.tickets.add(a_ticket(number), ())
            if number % 3 == 0:
                raise RefusedError
            return number

        return add

    ended = await asyncio.gather(*(store.write(work(n)) for n in range(1, 31)), return_exceptions=True)
    for number, result in enumerate(ended, start=1):
        stored = await store.read(lambda uow: uow.tickets.get(an_id(number)))
        assert (stored is None) == (number % 3 == 0)
        assert isinstance(result, RefusedError) if number % 3 == 0 else result == number


async def test_twenty_concurrent_writers_lose_no_update(store: AnyStore) -> None:
    def count(uow: UnitOfWork) -> None:
        customer = uow.customers.lock(AGENCY)
        assert customer is not None
        uow.customers.save(a_customer(version=customer.version + 1))

    async def writer() -> None:
        for _ in range(10):
            await store.write(count)

    await asyncio.gather(*(writer() for _ in range(20)))
    stored = await store.read(lambda uow: uow.customers.get(AGENCY))
    assert stored is not None
    assert stored.version == 201


async def test_of_twenty_concurrent_submissions_of_one_external_id_one_is_stored(store: AnyStore) -> None:
    def submit(number: int) -> Any:
        return lambda uow: uow.tickets.add(a_ticket(number, external_id="A-1"), ())

    entered = await asyncio.gather(*(store.write(submit(n)) for n in range(1, 21)))
    assert sum(one is not None for one in entered) == 1


async def test_numbers_of_tickets_are_all_different(store: AnyStore) -> None:
    def add(number: int) -> Any:
        return lambda uow: number_of_new(uow, a_ticket(number))

    numbers = await asyncio.gather(*(store.write(add(n)) for n in range(1, 41)))
    assert len(set(numbers)) == 40


async def test_a_caller_that_gives_up_does_not_disturb_the_others(store: AnyStore) -> None:
    def add(number: int) -> Any:
        return lambda uow: number_of_new(uow, a_ticket(number))

    waiting = [asyncio.ensure_future(store.write(add(n))) for n in range(1, 21)]
    await asyncio.sleep(0)
    for call in waiting[::2]:
        call.cancel()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    for place, result in enumerate(ended):
        if place % 2:
            assert isinstance(result, int)


async def test_a_read_sees_one_snapshot(store: AnyStore) -> None:
    loop = asyncio.get_running_loop()

    def look_twice(uow: UnitOfWork) -> tuple[Any, Any]:
        before = uow.customers.get(AGENCY)
        write = store.write(lambda other: other.customers.save(a_customer(name="Другое")))
        if not running_in_loop():
            asyncio.run_coroutine_threadsafe(write, loop).result(10)
        else:
            write.close()  # a store without threads has nothing that could come in between
        return before, uow.customers.get(AGENCY)

    before, after = await store.read(look_twice)
    assert before == after


def running_in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def test_a_store_that_reruns_every_write_ends_the_same(store: AnyStore) -> None:
    rerunning = RerunningStore(store)
    number = await rerunning.write(lambda uow: number_of_new(uow, a_ticket(external_id="A-1")))
    stored = await store.read(lambda uow: uow.tickets.get(an_id(1)))
    assert stored is not None
    assert number == stored.number  # PostgreSQL does not give a number twice, so the first run took 1
    await rerunning.write(lambda uow: uow.idempotency.save("key", "k", an_answer()))
    assert await rerunning.read(lambda uow: uow.tickets.id_of_external(AGENCY, "A-1")) == an_id(1)


async def test_a_store_that_works_says_so(store: AnyStore) -> None:
    assert await store.check() == {"database": True, "migrations": True, "writer": True}


async def test_many_tickets_in_one_transaction_are_all_stored(store: AnyStore) -> None:
    await store.write(lambda uow: add_tickets(uow, *(a_ticket(n) for n in range(1, 101))))
    assert await store.read(lambda uow: uow.tickets.get(an_id(100))) == a_ticket(100)
