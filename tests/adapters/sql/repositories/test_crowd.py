"""In a crowd places are not counted for each submission, and are right all the same."""

from datetime import datetime, timedelta

import pytest

from app.adapters.sql.repositories import crowd
from app.adapters.sql.repositories import tickets as repository
from app.adapters.sql.repositories.crowd import DEPTH, MOMENT, Crowd
from app.adapters.sql.stores.sqlite import SqliteStore
from app.application.ports.store import UnitOfWork
from app.domain.tickets.queue import POSITION_CAP, QueueKey
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Priority, Status
from tests.adapters.sql.driver import ask, driver_of
from tests.contracts.builders import START, a_ticket, add_tickets, an_id

pytestmark = pytest.mark.anyio

LAST: QueueKey = (2, START, an_id(5))
BEHIND: QueueKey = (2, START, an_id(6))
SHORT = 5
"""How deep these tests look beyond the cap; the service looks as deep again."""


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "DEPTH", POSITION_CAP + SHORT)


def test_a_thousand_may_leave_a_crowd_before_somebody_behind_it_is_counted_wrongly() -> None:
    assert DEPTH - POSITION_CAP >= POSITION_CAP


def test_nothing_is_known_at_first() -> None:
    assert Crowd().is_unknown(START)
    assert not Crowd().is_before(BEHIND, START)


@pytest.mark.parametrize(
    ("key", "after", "known"),
    [
        (BEHIND, timedelta(0), True),
        (BEHIND, MOMENT - timedelta(microseconds=1), True),
        (BEHIND, MOMENT, False),
        (BEHIND, -timedelta(microseconds=1), False),
        (LAST, timedelta(0), False),
        ((3, START - MOMENT, an_id(1)), timedelta(0), True),
        ((1, START + MOMENT, an_id(9)), timedelta(0), False),
    ],
)
def test_who_comes_behind_is_known_for_a_moment(key: QueueKey, after: timedelta, *, known: bool) -> None:
    seen = Crowd()
    seen.saw(LAST, START)
    assert seen.is_before(key, START + after) is known


def test_a_short_queue_is_known_too() -> None:
    seen = Crowd()
    seen.saw(None, START)
    assert not seen.is_unknown(START)
    assert not seen.is_before(BEHIND, START)


def waiting(number: int, created_at: datetime = START, **changed: object) -> Ticket:
    return a_ticket(number, created_at=created_at, **changed)  # type: ignore[arg-type]


async def place(store: SqliteStore, ticket: Ticket) -> tuple[int | None, bool]:
    """Add a ticket; give the place that it is told, and whether it was counted."""

    def add(uow: UnitOfWork) -> tuple[int | None, bool]:
        statements: list[str] = []
        driver_of(uow).set_trace_callback(statements.append)
        try:
            entered = uow.tickets.add(ticket, ())
        finally:
            driver_of(uow).set_trace_callback(None)
        assert entered is not None
        return entered.queue_position, any("count(*)" in statement for statement in statements)

    return await store.write(add)


@pytest.fixture
async def crowded(store: SqliteStore) -> SqliteStore:
    """Give a store in which so many wait that the next one finds a crowd."""
    tickets = (waiting(number, priority=Priority.HIGH) for number in range(1, POSITION_CAP + SHORT + 1))
    await store.write(lambda uow: add_tickets(uow, *tickets))
    return store


async def test_in_a_crowd_one_counts_for_the_others(crowded: SqliteStore) -> None:
    now = START + MOMENT
    assert await place(crowded, waiting(2_001, now)) == (POSITION_CAP, True)
    assert await place(crowded, waiting(2_002, now)) == (POSITION_CAP, False)
    assert await place(crowded, waiting(2_003, now, priority=Priority.HIGH)) == (POSITION_CAP, False)
    assert await place(crowded, waiting(2_004, now, priority=Priority.CRITICAL)) == (1, True)
    assert await place(crowded, waiting(2_005, now, received_at=START, priority=Priority.HIGH)) == (2, True)
    assert await place(crowded, waiting(2_006, now, status=Status.DEFERRED)) == (None, False)
    assert await place(crowded, waiting(2_007, now + MOMENT)) == (POSITION_CAP, True)


async def test_it_does_not_matter_who_comes_first(store: SqliteStore) -> None:
    for made_once in (repository._add, repository._add_and_count):
        made_once.cache_clear()
    assert await place(store, waiting(1, status=Status.DEFERRED)) == (None, False)
    assert await place(store, waiting(2)) == (1, True)


async def test_a_moment_later_it_is_counted_again(crowded: SqliteStore) -> None:
    now = START + MOMENT
    assert await place(crowded, waiting(2_001, now)) == (POSITION_CAP, True)
    await crowded.write(lambda uow: ask(uow, "UPDATE tickets SET queue_rank = NULL WHERE number > 10"))
    assert await place(crowded, waiting(2_002, now + MOMENT)) == (11, True)


async def test_before_the_crowd_everybody_counts(store: SqliteStore) -> None:
    tickets = (waiting(number) for number in range(1, POSITION_CAP + 1))
    await store.write(lambda uow: add_tickets(uow, *tickets))
    for number in (2_001, 2_002, 2_003):
        assert await place(store, waiting(number, START + MOMENT)) == (POSITION_CAP, True)
