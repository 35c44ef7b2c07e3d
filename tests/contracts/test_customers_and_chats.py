"""Customers and chats in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

from dataclasses import replace
from datetime import date

import pytest

from app.domain.vocabulary import Licence
from tests.contracts.builders import AGENCY, OTHER_AGENCY, START, a_chat, a_customer, an_id, at
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio


async def test_a_customer_comes_back_as_it_was_stored(store: AnyStore) -> None:
    rented = a_customer(
        "a",
        licence=Licence.RENTAL,
        paid_until=date(2027, 1, 31),
        tariffs=(),
        contract_accepted_on=None,
        exclusive_version=False,
        updated_at=at(0.123456),
    )
    assert await store.write(lambda uow: uow.customers.add(rented))
    for stored in (rented, a_customer()):
        assert await store.read(lambda uow: uow.customers.get(stored.id)) == stored
        assert await store.write(lambda uow: uow.customers.lock(stored.id)) == stored
        assert await store.write(lambda uow: uow.customers.share(stored.id)) == stored


async def test_an_unknown_customer_is_none(store: AnyStore) -> None:
    assert await store.read(lambda uow: uow.customers.get("nobody")) is None
    assert await store.write(lambda uow: uow.customers.lock("nobody")) is None
    assert await store.write(lambda uow: uow.customers.share("nobody")) is None


async def test_a_taken_customer_id_is_not_added_again(store: AnyStore) -> None:
    assert not await store.write(lambda uow: uow.customers.add(a_customer(name="Другое")))
    assert await store.read(lambda uow: uow.customers.get(AGENCY)) == a_customer()


async def test_a_saved_customer_replaces_the_stored_one(store: AnyStore) -> None:
    changed = a_customer(name="Другое", tariffs=(), updated_at=at(1), version=2)
    await store.write(lambda uow: uow.customers.save(changed))
    assert await store.read(lambda uow: uow.customers.get(AGENCY)) == changed
    assert await store.read(lambda uow: uow.customers.get(OTHER_AGENCY)) == a_customer(OTHER_AGENCY)


async def test_customers_are_listed_by_id_page_by_page(store: AnyStore) -> None:
    for customer_id in ("b", "Z", "a"):
        await store.write(lambda uow: uow.customers.add(a_customer(customer_id)))
    first = await store.read(lambda uow: uow.customers.page(only=None, after=None, limit=3))
    then = await store.read(lambda uow: uow.customers.page(only=None, after=first[-1].id, limit=3))
    assert [customer.id for customer in (*first, *then)] == ["Z", "a", AGENCY, OTHER_AGENCY, "b"]


async def test_a_confined_list_of_customers_has_only_the_one(store: AnyStore) -> None:
    page = await store.read(lambda uow: uow.customers.page(only=AGENCY, after=None, limit=3))
    assert [customer.id for customer in page] == [AGENCY]
    assert not await store.read(lambda uow: uow.customers.page(only=AGENCY, after=AGENCY, limit=3))


async def test_a_chat_is_found_by_id_and_by_address(store: AnyStore) -> None:
    chat = a_chat()
    assert await store.read(lambda uow: uow.chats.get(chat.id)) == chat
    assert await store.read(lambda uow: uow.chats.find("telegram", chat.address)) == chat
    assert await store.write(lambda uow: uow.chats.lock("telegram", chat.address)) == chat


async def test_an_unknown_chat_is_none(store: AnyStore) -> None:
    assert await store.read(lambda uow: uow.chats.get(an_id(404))) is None
    assert await store.read(lambda uow: uow.chats.find("whatsapp", a_chat().address)) is None
    assert await store.write(lambda uow: uow.chats.lock("telegram", "404")) is None


async def test_a_taken_address_is_not_added_again(store: AnyStore) -> None:
    second = a_chat(3, address=a_chat().address)
    assert not await store.write(lambda uow: uow.chats.add(second))
    assert await store.read(lambda uow: uow.chats.get(second.id)) is None
    assert await store.read(lambda uow: uow.chats.find("telegram", second.address)) == a_chat()


async def test_the_same_address_in_another_channel_is_another_chat(store: AnyStore) -> None:
    second = a_chat(3, address=a_chat().address, channel="whatsapp")
    assert await store.write(lambda uow: uow.chats.add(second))
    assert await store.read(lambda uow: uow.chats.find("whatsapp", second.address)) == second


async def test_a_saved_chat_keeps_its_address(store: AnyStore) -> None:
    freed = replace(a_chat(), customer_id=None, title=None, assigned_at=None, updated_at=at(9), version=2)
    await store.write(lambda uow: uow.chats.save(replace(freed, address="elsewhere")))
    assert await store.read(lambda uow: uow.chats.get(freed.id)) == freed
    assert await store.read(lambda uow: uow.chats.find("telegram", "elsewhere")) is None


async def test_the_chats_of_a_customer_are_listed_as_they_were_assigned(store: AnyStore) -> None:
    later = a_chat(3, assigned_at=at(50))
    earlier, twin = a_chat(5, assigned_at=START), a_chat(4, assigned_at=START)
    nobodys = a_chat(6, customer_id=None)
    for chat in (later, earlier, twin, nobodys):
        await store.write(lambda uow: uow.chats.add(chat))
    assert await store.read(lambda uow: uow.chats.of_customer(AGENCY)) == [twin, earlier, a_chat(), later]
    assert await store.read(lambda uow: uow.chats.of_customer("nobody")) == []


async def test_chats_in_another_spelling_are_listed_by_id(store: AnyStore) -> None:
    later = a_chat(5, channel="whatsapp", address="+79160000001")
    earlier = a_chat(4, customer_id=None, address="-01001")
    former = a_chat(6)
    for chat in (later, earlier, former, a_chat(7, channel="whatsapp", address="79160000001")):
        await store.write(lambda uow, chat=chat: uow.chats.add(chat))  # type: ignore[misc]
    await store.write(lambda uow: uow.chats.add_address(former, "-01006"))
    assert await store.read(lambda uow: uow.chats.misspelt()) == [earlier, later]
