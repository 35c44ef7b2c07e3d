"""The work calendar's overrides, idempotent answers and API keys in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.domain.calendar.service_hours import CalendarException, ServiceHours
from tests.contracts.builders import START, a_key, an_answer, an_exception, at
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio

FRIDAY = date(2026, 11, 20)
"""The day of START."""


def open_at_ten(uow: UnitOfWork) -> bool:
    return uow.calendar.calendar().is_open(START)


async def test_an_override_comes_back_as_it_was_stored(store: AnyStore) -> None:
    hours = (ServiceHours(time(9), time(12, 30)), ServiceHours(time(13), time(16, 0, 1)))
    stored = an_exception(FRIDAY, exception=CalendarException(FRIDAY, hours, "Учения"), updated_at=at(0.5))
    await store.write(lambda uow: uow.calendar.save(stored))
    assert await store.read(lambda uow: uow.calendar.get(FRIDAY)) == stored
    assert await store.read(lambda uow: uow.calendar.get(date(2026, 11, 21))) is None


async def test_an_override_is_effective_at_once_and_no_longer_than_it_stands(store: AnyStore) -> None:
    def close_and_look(uow: UnitOfWork) -> bool:
        uow.calendar.save(an_exception(FRIDAY))
        return open_at_ten(uow)

    def remove_and_look(uow: UnitOfWork) -> bool:
        uow.calendar.remove(FRIDAY)
        return open_at_ten(uow)

    assert await store.read(open_at_ten)
    assert not await store.write(close_and_look)
    assert not await store.read(open_at_ten)
    assert await store.write(remove_and_look)
    assert await store.read(open_at_ten)


async def test_a_calendar_that_was_rolled_back_is_never_seen_again(store: AnyStore) -> None:
    class RefusedError(Exception):
        pass

    def close_and_fail(uow: UnitOfWork) -> None:
        uow.calendar.save(an_exception(FRIDAY))
        assert not open_at_ten(uow)
        raise RefusedError

    def close_another_day(uow: UnitOfWork) -> None:
        uow.calendar.save(an_exception(FRIDAY + timedelta(days=3)))

    with pytest.raises(RefusedError):
        await store.write(close_and_fail)
    await store.write(close_another_day)
    assert await store.read(open_at_ten)
    assert await store.write(open_at_ten)


async def test_the_calendar_is_made_anew_only_after_a_change(store: AnyStore) -> None:
    await store.write(lambda uow: uow.calendar.save(an_exception(FRIDAY)))
    first = await store.read(lambda uow: uow.calendar.calendar())
    if hasattr(store, "open"):
        assert await store.read(lambda uow: uow.calendar.calendar()) is first
    await store.write(lambda uow: uow.calendar.save(an_exception(FRIDAY, version=2)))
    assert await store.read(lambda uow: uow.calendar.calendar()) is not first


async def test_an_override_is_replaced_by_the_next_one_of_its_date(store: AnyStore) -> None:
    changed = replace(
        an_exception(FRIDAY, version=2), exception=CalendarException(FRIDAY, (), "Ремонт"), updated_at=at(1)
    )
    await store.write(lambda uow: uow.calendar.save(an_exception(FRIDAY)))
    await store.write(lambda uow: uow.calendar.save(changed))
    assert await store.read(lambda uow: uow.calendar.page(after=None, limit=9)) == [changed]


async def test_overrides_are_listed_by_date_page_by_page(store: AnyStore) -> None:
    days = [FRIDAY + timedelta(days=n) for n in (300, 0, 1, 40)]
    for day in days:
        await store.write(lambda uow: uow.calendar.save(an_exception(day)))
    first = await store.read(lambda uow: uow.calendar.page(after=None, limit=3))
    rest = await store.read(lambda uow: uow.calendar.page(after=first[-1].exception.date, limit=3))
    assert [stored.exception.date for stored in (*first, *rest)] == sorted(days)


async def test_removing_an_override_that_is_none_does_nothing(store: AnyStore) -> None:
    await store.write(lambda uow: uow.calendar.remove(FRIDAY))
    assert await store.read(open_at_ten)


async def test_an_answer_is_replayed_byte_for_byte(store: AnyStore) -> None:
    body = bytes(range(256)) + "Обращение".encode()
    headers = {"Location": "/v1/tickets/1", "ETag": '"1.abc"', "a": "ё"}
    kept = an_answer(answer=StoredResponse(422, headers, body))
    await store.write(lambda uow: uow.idempotency.save("key-1", "k", kept))
    stored = await store.read(lambda uow: uow.idempotency.find("key-1", "k"))
    assert stored == kept
    assert stored is not None
    assert list(stored.answer.headers.items()) == list(headers.items())


async def test_an_answer_belongs_to_its_api_key(store: AnyStore) -> None:
    await store.write(lambda uow: uow.idempotency.save("key-1", "k", an_answer()))

    def look(key_id: str, key: str) -> Callable[[UnitOfWork], Any]:
        return lambda uow: uow.idempotency.find(key_id, key)

    assert await store.read(look("key-1", "k")) == an_answer()
    assert await store.read(look("key-2", "k")) is None
    assert await store.read(look("key-1", "K")) is None


async def test_old_answers_are_dropped_a_few_at_a_time(store: AnyStore) -> None:
    for n in range(5):
        kept = an_answer(created_at=at(n))
        await store.write(lambda uow: uow.idempotency.save("key-1", f"k{n}", kept))

    def purge(uow: UnitOfWork) -> int:
        return uow.idempotency.purge(before=at(3), limit=2)

    assert [await store.write(purge) for _ in range(3)] == [2, 1, 0]
    left = [await store.read(lambda uow: uow.idempotency.find("key-1", f"k{n}")) for n in range(5)]
    assert [kept is not None for kept in left] == [False, False, False, True, True]


async def test_an_api_key_is_found_by_the_hash_of_its_secret(store: AnyStore) -> None:
    confined = a_key(2, customer_id="agency-17", scopes=frozenset(), expires_on=None, revoked_at=at(9))
    for key in (a_key(), confined):
        await store.write(lambda uow: uow.api_keys.add(key))
    for key in (a_key(), confined):
        assert await store.read(lambda uow: uow.api_keys.find(key.secret_sha256)) == key
    assert await store.read(lambda uow: uow.api_keys.find("0" * 64)) is None


async def test_api_keys_are_listed_oldest_first(store: AnyStore) -> None:
    for n in (3, 1, 2):
        await store.write(lambda uow: uow.api_keys.add(a_key(n)))
    assert await store.read(lambda uow: uow.api_keys.all()) == [a_key(1), a_key(2), a_key(3)]


async def test_an_api_key_is_revoked_once(store: AnyStore) -> None:
    await store.write(lambda uow: uow.api_keys.add(a_key()))
    assert await store.write(lambda uow: uow.api_keys.revoke("key-1", at(5)))
    assert not await store.write(lambda uow: uow.api_keys.revoke("key-1", at(6)))
    assert not await store.write(lambda uow: uow.api_keys.revoke("key-9", at(6)))
    assert await store.read(lambda uow: uow.api_keys.all()) == [a_key(revoked_at=at(5))]
