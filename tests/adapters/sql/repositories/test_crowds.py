"""A filter that leaves a crowd of tickets is asked of each row in the order of the list: the same result."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.adapters.sql.repositories.ticket_filters import CROWD
from app.adapters.sql.stores.sqlite import SqliteStore
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import TicketFilter, TicketSort
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Category, Outcome, Priority
from tests.adapters.sql.repositories.test_indexes import SORTING, plan_of
from tests.contracts.builders import a_chat, a_ticket

pytestmark = pytest.mark.anyio

MANY = CROWD + 100
COMMON, HALF, EVEN, QUOTED = "выгрузк", "порта", "1:1", 'a"b'
PRIORITIES = tuple(Priority)


def ticket(number: int) -> Ticket:
    return a_ticket(
        number,
        a_chat(),
        category=Category.OTHER if number % 2 else Category.PRODUCT_DEFECT,
        priority=PRIORITIES[number % len(PRIORITIES)],
        updated_at=a_ticket(number * 7 % MANY).updated_at,
    )


def stems_of(number: int) -> tuple[str, ...]:
    return (COMMON, EVEN, QUOTED, *((HALF,) if number % 2 else ()))


def fill(uow: UnitOfWork) -> None:
    for number in range(1, MANY + 1):
        uow.tickets.add(ticket(number), stems_of(number), Outcome.DEFERRED, ("hours_exhausted",))


SORTS: dict[TicketSort, Any] = {
    TicketSort.NEWEST: lambda t: (t.created_at, t.id),
    TicketSort.OLDEST: lambda t: (t.created_at, t.id),
    TicketSort.UPDATED: lambda t: (t.updated_at, t.id),
    TicketSort.PRIORITY: lambda t: (PRIORITIES.index(t.priority), t.received_at, t.id),
}


def in_order(sort: TicketSort, numbers: Sequence[int]) -> list[str]:
    downwards = sort in {TicketSort.NEWEST, TicketSort.UPDATED}
    return [t.id for t in sorted(map(ticket, numbers), key=SORTS[sort], reverse=downwards)]


async def test_a_crowd_is_listed_as_anybody_is(store: SqliteStore) -> None:
    await store.write(fill)
    everybody = range(1, MANY + 1)
    odd = [number for number in everybody if number % 2]
    questions: tuple[tuple[dict[str, Any], Sequence[int]], ...] = (
        ({"stems": (COMMON,)}, everybody),
        ({"stems": (COMMON, EVEN, QUOTED)}, everybody),
        ({"stems": (COMMON,), "categories": (Category.OTHER,)}, odd),
        ({"stems": (COMMON, "нет")}, ()),
        ({"reasons": ("hours_exhausted",)}, everybody),
        ({"reasons": ("hours_exhausted",), "stems": (COMMON,), "categories": (Category.OTHER,)}, odd),
        ({"outcomes": (Outcome.DEFERRED,), "categories": (Category.OTHER,)}, odd),
        (
            {"updated_since": ticket(MANY).updated_at.min.replace(tzinfo=ticket(1).updated_at.tzinfo)},
            everybody,
        ),
    )
    for fields, numbers in questions:
        wanted = TicketFilter(**fields)
        for sort in TicketSort:
            expected = in_order(sort, numbers)
            page = await store.read(lambda uow: uow.tickets.page(wanted, sort, None, 50))  # noqa: B023 - runs now
            assert [t.id for t in page] == expected[:50], (fields, sort)
            if not page:
                continue
            after = SORTS[sort](page[-1])
            more = await store.read(lambda uow: uow.tickets.page(wanted, sort, after, 50))  # noqa: B023
            assert [t.id for t in more] == expected[50:100], (fields, sort)


async def test_a_crowd_is_not_sorted(store: SqliteStore) -> None:
    await store.write(fill)
    for wanted in (TicketFilter(stems=(COMMON,)), TicketFilter(reasons=("hours_exhausted",))):
        for sort in TicketSort:
            plan = await plan_of(store, lambda uow: uow.tickets.page(wanted, sort, None, 50))  # noqa: B023 - as above
            assert SORTING not in plan
