"""The queue of work in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.sql.stores.sqlite import SqliteStore
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.language.hints import TriageHints
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.queue import POSITION_CAP, key_of, queue_key
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Impact, Priority, Status
from tests.contracts.builders import (
    AGENCY,
    OTHER_AGENCY,
    a_chat,
    a_ticket,
    add_agencies,
    add_tickets,
    an_id,
    at,
)
from tests.contracts.conftest import AnyStore
from tests.fakes.memory_store import MemoryStore


@st.composite
def queues(draw: st.DrawFn) -> list[Ticket]:
    """Draw tickets of which many wait, arrived at few instants, stored in any order."""
    numbers = draw(st.lists(st.integers(0, 2**24), unique=True, max_size=12))
    return [
        replace(
            a_ticket(number, draw(st.sampled_from([a_chat(), a_chat(2, OTHER_AGENCY)]))),
            number=place,
            priority=draw(st.sampled_from(Priority)),
            status=draw(st.sampled_from([Status.NEW, Status.QUEUED, Status.QUEUED, Status.IN_PROGRESS])),
            assignee=draw(st.sampled_from([None, None, None, "Ольга"])),
            received_at=at(draw(st.sampled_from([0, 0.000001, 1, 60 * 24 * 400]))),
            hints=TriageHints(suspected_impact=draw(st.sampled_from([None, Impact.CRM_DOWN]))),
        )
        for place, number in enumerate(numbers, start=1)
    ]


@given(tickets=queues(), limit=st.integers(1, 4), status=st.sampled_from([None, Status.NEW, Status.QUEUED]))
@settings(max_examples=25)
def test_the_queue_is_ordered_as_the_domain_orders_it(
    migrated: Path, calendar: WorkCalendar, tickets: list[Ticket], limit: int, status: Status | None
) -> None:
    async def check(store: AnyStore) -> None:
        try:
            await store.write(add_agencies)
            await store.write(lambda uow: add_tickets(uow, *tickets))
            await queue_is_right(store, tickets, limit, status)
        finally:
            await store.close()

    asyncio.run(check(MemoryStore(calendar)))
    with TemporaryDirectory() as folder:
        file = shutil.copy(migrated, Path(folder) / "support.db")
        asyncio.run(check(SqliteStore.open(str(file), calendar)))


async def queue_is_right(store: AnyStore, tickets: list[Ticket], limit: int, status: Status | None) -> None:
    waiting = [t for t in tickets if t.status in WAITING_IN_QUEUE and t.assignee is None]
    statuses = WAITING_IN_QUEUE if status is None else {status}
    expected = sorted((t for t in waiting if t.status in statuses), key=key_of(statuses))
    for only in (None, AGENCY):
        theirs = [t for t in expected if only in {None, t.customer_id}]
        assert await whole_queue(store, statuses, only, limit) == theirs
        first = await store.write(lambda uow: uow.tickets.lock_first(statuses, only=only))
        assert first == (theirs[0] if theirs else None)
    places = {ticket.id: place for place, ticket in enumerate(sorted(waiting, key=queue_key), start=1)}
    ids = [ticket.id for ticket in tickets]
    assert await store.read(lambda uow: uow.tickets.queue_places(ids)) == places
    for ticket_id in ids:
        alone = await store.read(lambda uow: uow.tickets.queue_places((ticket_id,)))
        assert alone == {i: place for i, place in places.items() if i == ticket_id}


async def whole_queue(store: AnyStore, statuses: Any, only: str | None, limit: int) -> list[Ticket]:
    seen: list[Ticket] = []

    def page(uow: UnitOfWork) -> Any:
        after = key_of(statuses)(seen[-1]) if seen else None
        return uow.tickets.queue_page(statuses, only=only, after=after, limit=limit)

    while found := await store.read(page):
        assert len(found) <= limit
        seen.extend(found)
    return seen


@pytest.mark.anyio
async def test_places_are_counted_up_to_the_cap(store: AnyStore) -> None:
    last = POSITION_CAP + 5
    await store.write(lambda uow: add_tickets(uow, *(a_ticket(n) for n in range(1, last + 1))))
    wanted = {1: 1, POSITION_CAP - 1: POSITION_CAP - 1, POSITION_CAP: POSITION_CAP, last: POSITION_CAP}
    places = await store.read(lambda uow: uow.tickets.queue_places([an_id(n) for n in wanted]))
    assert places == {an_id(n): place for n, place in wanted.items()}
    for n, place in wanted.items():
        assert await store.read(lambda uow: uow.tickets.queue_places({an_id(n)})) == {an_id(n): place}
    assert await store.read(lambda uow: uow.tickets.queue_places(())) == {}
    for n in (last + 1, last + 2):
        entered = await store.write(lambda uow, n=n: uow.tickets.add(a_ticket(n), ()))  # type: ignore[misc]
        assert entered is not None
        assert entered.queue_position == POSITION_CAP


@pytest.mark.anyio
async def test_twenty_agents_never_claim_the_same_ticket_and_skip_none(store: AnyStore) -> None:
    await store.write(lambda uow: add_tickets(uow, *(a_ticket(n) for n in range(1, 61))))

    def claim(uow: UnitOfWork) -> str | None:
        first = uow.tickets.lock_first(WAITING_IN_QUEUE, only=None)
        if first is None:
            return None
        uow.tickets.save(replace(first, status=Status.IN_PROGRESS, assignee="Ольга"))
        return first.id

    async def agent() -> list[str]:
        claimed: list[str] = []
        while ticket_id := await store.write(claim):
            claimed.append(ticket_id)
        return claimed

    claims = [ticket_id for mine in await asyncio.gather(*(agent() for _ in range(20))) for ticket_id in mine]
    assert sorted(claims) == [an_id(n) for n in range(1, 61)]


@pytest.mark.anyio
async def test_a_ticket_that_returns_takes_its_old_place(store: AnyStore) -> None:
    tickets = [a_ticket(n) for n in (1, 2, 3)]
    await store.write(lambda uow: add_tickets(uow, *tickets))
    started = replace(tickets[1], status=Status.IN_PROGRESS, assignee="Ольга")
    await store.write(lambda uow: uow.tickets.save(started))
    assert await whole_queue(store, WAITING_IN_QUEUE, None, 9) == [tickets[0], tickets[2]]
    await store.write(lambda uow: uow.tickets.save(tickets[1]))
    assert await whole_queue(store, WAITING_IN_QUEUE, None, 9) == tickets
