"""What a submission is judged on: in every store the same as its parts, read one by one."""

from datetime import date

import pytest

from app.application.ports.customers import CustomerSnapshot
from app.application.ports.store import UnitOfWork
from tests.contracts.builders import (
    AGENCY,
    OTHER_AGENCY,
    START,
    a_chat,
    a_customer,
    a_ticket,
    add_tickets,
    an_entry,
    an_exception,
    at,
)
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio

ITS_OWN, THE_OTHERS = a_chat().address, a_chat(2, OTHER_AGENCY).address


def find(
    uow: UnitOfWork, customer_id: str = AGENCY, address: str | None = ITS_OWN
) -> CustomerSnapshot | None:
    return uow.snapshots.find(customer_id, "telegram", address, at(2), at(4))


async def test_a_snapshot_is_customer_minutes_chat_and_calendar(store: AnyStore) -> None:
    def write(uow: UnitOfWork) -> None:
        add_tickets(uow, a_ticket())
        for number in range(1, 6):
            uow.time_entries.add(an_entry(number, minutes=2**number))
        uow.calendar.save(an_exception(date(2026, 11, 20)))

    await store.write(write)
    snapshot = await store.read(find)
    assert snapshot is not None
    assert (snapshot.customer, snapshot.chat, snapshot.minutes_used) == (a_customer(), a_chat(), 4 + 8 + 16)
    assert not snapshot.calendar.is_open(START)


@pytest.mark.parametrize("address", [None, THE_OTHERS, "-100999"], ids=["none", "foreign", "unknown"])
async def test_only_a_chat_of_the_customer_is_its_chat(store: AnyStore, address: str | None) -> None:
    snapshot = await store.read(lambda uow: find(uow, address=address))
    assert snapshot is not None
    assert snapshot.chat is None
    assert snapshot.customer == a_customer()
    assert snapshot.minutes_used == 0


async def test_a_chat_is_found_by_an_address_of_before_it_moved(store: AnyStore) -> None:
    await store.write(lambda uow: uow.chats.add_address(a_chat(), "-100777"))
    snapshot = await store.read(lambda uow: find(uow, address="-100777"))
    assert snapshot is not None
    assert snapshot.chat == a_chat()


async def test_an_unknown_customer_has_no_snapshot(store: AnyStore) -> None:
    assert await store.read(lambda uow: find(uow, "nobody")) is None


async def test_a_snapshot_sees_what_its_transaction_has_written(store: AnyStore) -> None:
    def change_and_look(uow: UnitOfWork) -> CustomerSnapshot | None:
        uow.calendar.save(an_exception(date(2026, 11, 20)))
        return find(uow)

    changed = await store.write(change_and_look)
    assert changed is not None
    assert not changed.calendar.is_open(START)
