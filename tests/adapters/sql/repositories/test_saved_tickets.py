"""A ticket that is held is saved by what changed, so that the indexes of everything else are left alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.adapters.sql.stores.sqlite import SqliteStore
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.ports.store import UnitOfWork
from app.domain.tickets.life_cycle import start
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Category, Status
from tests.adapters.sql.driver import driver_of
from tests.contracts.builders import a_ticket, add_tickets, at

pytestmark = pytest.mark.anyio

WAITS = a_ticket(status=Status.QUEUED, category=Category.OTHER)


async def updates_of(store: SqliteStore, work: Callable[[UnitOfWork], object]) -> list[str]:
    """Do some work and give the updates of tickets that it made."""
    asked: list[str] = []

    def traced(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        driver = driver_of(uow)
        driver.set_trace_callback(asked.append)
        try:
            work(uow)
        finally:
            driver.set_trace_callback(None)

    await store.write(traced)
    return [statement for statement in asked if statement.startswith("UPDATE tickets")]


def claim(uow: UnitOfWork) -> Ticket:
    held = uow.tickets.lock_first({Status.QUEUED}, only=None)
    assert held is not None
    taken = replace(start(held, "Ольга"), updated_at=at(60), version=held.version + 1)
    uow.tickets.save(taken)
    return taken


async def test_a_claim_sets_what_it_changes_and_nothing_else(store: SqliteStore) -> None:
    await store.write(lambda uow: add_tickets(uow, WAITS))
    (update,) = await updates_of(store, claim)
    assert "status=" in update
    assert "queue_rank=" in update
    assert not [name for name in ("category=", " rank=", "resume_at=", "language=") if name in update]
    assert await store.read(lambda uow: uow.tickets.get(WAITS.id)) == replace(
        WAITS, status=Status.IN_PROGRESS, assignee="Ольга", updated_at=at(60), version=WAITS.version + 1
    )


async def test_a_ticket_that_did_not_change_is_not_written(store: SqliteStore) -> None:
    await store.write(lambda uow: add_tickets(uow, WAITS))

    def save_as_it_is(uow: UnitOfWork) -> None:
        held = uow.tickets.lock(WAITS.id)
        assert held is not None
        uow.tickets.save(held)

    assert await updates_of(store, save_as_it_is) == []


async def test_a_ticket_that_nobody_held_is_saved_whole(store: SqliteStore) -> None:
    await store.write(lambda uow: add_tickets(uow, WAITS))
    moved = replace(WAITS, status=Status.CLOSED)
    (update,) = await updates_of(store, lambda uow: uow.tickets.save(moved))
    assert "category=" in update
    assert await store.read(lambda uow: uow.tickets.get(WAITS.id)) == moved


async def test_what_was_saved_twice_is_stored_as_it_was_saved_last(store: SqliteStore) -> None:
    await store.write(lambda uow: add_tickets(uow, WAITS))

    def there_and_back(uow: UnitOfWork) -> None:
        claim(uow)
        uow.tickets.save(WAITS)

    await store.write(there_and_back)
    assert await store.read(lambda uow: uow.tickets.get(WAITS.id)) == WAITS


async def test_what_was_held_in_a_call_that_failed_counts_for_nothing(store: SqliteStore) -> None:
    """The claimed state was read again in the call that is undone; the next call saves it all the same."""
    await store.write(lambda uow: add_tickets(uow, WAITS))
    seen: list[Ticket] = []

    def claim_hold_and_fail(uow: UnitOfWork) -> None:
        claimed = claim(uow)
        assert uow.tickets.lock(WAITS.id) == claimed
        seen.append(claimed)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(claim_hold_and_fail)
    assert await store.read(lambda uow: uow.tickets.get(WAITS.id)) == WAITS
    await store.write(lambda uow: uow.tickets.save(seen[0]))
    assert await store.read(lambda uow: uow.tickets.get(WAITS.id)) == seen[0]
