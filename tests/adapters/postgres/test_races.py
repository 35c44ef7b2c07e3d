"""What two processes on one PostgreSQL do at once: claims, the chat limit, the ledger, transitions."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.util import await_only

from app.adapters.sql.stores.postgres import PostgresStore
from app.application.customers.put_customer import put_customer
from app.application.customers.working_chats import assign_chat
from app.application.errors import ChatLimitReachedError, PreconditionFailedError
from app.application.ports.store import UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.stamp import Stamp
from app.application.tickets.record_time import TimeRecord, record_time
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import submit_ticket
from app.domain.regulation.tariff import TariffPeriod
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Category, Licence, Status, TariffName
from tests.application.desk import on_telegram
from tests.contracts.builders import (
    AGENCY,
    a_customer,
    a_decision_record,
    a_ticket,
    add_tickets,
    an_entry,
    an_id,
    at,
)

pytestmark = pytest.mark.anyio

WRITERS = 20
TICKETS = 200


def claim(uow: UnitOfWork) -> str | None:
    ticket = uow.tickets.lock_first(WAITING_IN_QUEUE, only=None)
    if ticket is None:
        return None
    uow.tickets.save(a_ticket(ticket.number, id=ticket.id, status=Status.IN_PROGRESS, assignee="Ольга"))
    return ticket.id


async def test_of_two_processes_each_claims_what_the_other_does_not(
    store: PostgresStore, other: PostgresStore
) -> None:
    await store.write(lambda uow: add_tickets(uow, *(a_ticket(n) for n in range(1, TICKETS + 1))))

    async def claim_all(where: PostgresStore) -> list[str]:
        claimed: list[str] = []
        while (ticket_id := await where.write(claim)) is not None:
            claimed.append(ticket_id)
        return claimed

    claims = await asyncio.gather(*(claim_all(where) for where in (store, other) * 8))
    assert sorted(id_ for each in claims for id_ in each) == [an_id(n) for n in range(1, TICKETS + 1)]


async def test_a_claim_does_not_wait_for_another_one(store: PostgresStore, other: PostgresStore) -> None:
    await store.write(lambda uow: add_tickets(uow, *(a_ticket(n) for n in range(1, 4))))

    def claim_between(uow: UnitOfWork) -> list[str | None]:
        return [claim(uow), await_only(other.write(claim))]

    assert await store.write(claim_between) == [an_id(1), an_id(2)]
    assert await store.write(claim) == an_id(3)


async def _at_once(
    stores: tuple[PostgresStore, ...], work: Callable[[int], Callable[[UnitOfWork], Any]]
) -> list[Any]:
    calls = (stores[n % len(stores)].write(work(n)) for n in range(WRITERS))
    return await asyncio.gather(*calls, return_exceptions=True)


async def test_twenty_writers_do_not_exceed_the_chat_limit(
    store: PostgresStore, other: PostgresStore
) -> None:
    def assign(number: int) -> Callable[[UnitOfWork], Any]:
        stamp = Stamp(at(number), 1_000 + 10 * number)
        return lambda uow: assign_chat(
            uow, AGENCY, on_telegram(f"-200{number}"), None, stamp, check_version=lambda version: None
        )

    ended = await _at_once((store, other), assign)
    refused = [each for each in ended if isinstance(each, ChatLimitReachedError)]
    chats = await store.read(lambda uow: uow.chats.of_customer(AGENCY))
    assert len(chats) == refused[0].limit
    assert len(refused) == WRITERS - (refused[0].limit - 1)  # there was one before


async def test_twenty_writers_do_not_take_back_more_minutes_than_there_are(
    store: PostgresStore, other: PostgresStore
) -> None:
    def begin(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(1), ())
        uow.time_entries.add(an_entry(1, minutes=35))

    def take_back(number: int) -> Callable[[UnitOfWork], bool]:
        def work(uow: UnitOfWork) -> bool:
            uow.customers.lock(AGENCY)
            if uow.time_entries.reversed_minutes(an_entry(1).id) + 5 > 35:
                return False
            uow.time_entries.add(an_entry(2 + number, minutes=5, reverses=an_entry(1).id))
            return True

        return work

    await store.write(begin)
    assert sorted(await _at_once((store, other), take_back)) == [False] * 13 + [True] * 7
    assert await store.read(lambda uow: uow.time_entries.minutes_used(AGENCY, at(0), at(100))) == 0


async def test_of_twenty_writers_who_saw_one_version_one_wins(
    store: PostgresStore, other: PostgresStore
) -> None:
    await store.write(lambda uow: add_tickets(uow, a_ticket(1)))

    def edit(number: int) -> Callable[[UnitOfWork], int]:
        def work(uow: UnitOfWork) -> int:
            ticket = uow.tickets.lock(an_id(1))
            assert ticket is not None
            if ticket.version != 1:
                raise PreconditionFailedError
            uow.tickets.save(a_ticket(1, version=2, assignee=str(number)))
            return number

        return work

    ended = await _at_once((store, other), edit)
    assert sum(isinstance(each, PreconditionFailedError) for each in ended) == WRITERS - 1
    (winner,) = (each for each in ended if isinstance(each, int))
    ticket = await store.read(lambda uow: uow.tickets.get(an_id(1)))
    assert ticket is not None
    assert ticket.assignee == str(winner)


@pytest.mark.parametrize("freed_by", ["a correction", "the record"])
async def test_a_submission_beside_freed_minutes_is_not_left_deferred(
    store: PostgresStore, other: PostgresStore, freed_by: str
) -> None:
    now = at(60)
    period = TariffPeriod(TariffName.SERVICE, date(2026, 1, 1), date(2027, 12, 31))
    boxed = a_customer(licence=Licence.BOXED, paid_until=None, tariffs=(period,))
    submission = Submission(
        customer_id=AGENCY,
        channel="telegram",
        chat_address="-1001",
        text="Как настроить?",
        text_facts=TextFacts(True, None, ("настро",)),
        category=Category.CONFIGURATION_CONSULTATION,
    )

    def begin(uow: UnitOfWork) -> None:
        uow.customers.save(boxed)
        ticket = a_ticket(1, status=Status.QUEUED)
        add_tickets(uow, ticket)
        uow.decisions.add(a_decision_record(1, ticket))
        uow.time_entries.add(an_entry(1, minutes=180, performed_at=at(0), counted_at=at(0)))

    def submit(number: int) -> Callable[[UnitOfWork], Any]:
        stamp = Stamp(now, 1_000 * number)
        return lambda uow: submit_ticket(uow, submission, stamp)

    def free(uow: UnitOfWork) -> None:
        stamp = Stamp(now + timedelta(seconds=1), 999_000)
        if freed_by == "the record":
            extended = replace(boxed, tariffs=(replace(period, tariff=TariffName.EXTENDED),))
            put_customer(uow, extended, stamp, check_version=lambda version: None)
        else:
            taken_back = TimeRecord(60, "Ольга", now, reverses=an_entry(1).id)
            record_time(uow, an_id(1), taken_back, stamp)
        await_only(meanwhile())

    submitting: list[asyncio.Task[Any]] = []

    async def meanwhile() -> None:
        submitting.append(asyncio.ensure_future(other.write(submit(2))))
        await asyncio.wait(submitting, timeout=0.3)

    await store.write(begin)
    before = await store.write(submit(1))
    assert before.view.ticket.status is Status.DEFERRED
    await store.write(free)
    registered = await submitting[0]
    for ticket_id in (before.view.ticket.id, registered.view.ticket.id):
        ticket = await store.read(partial(_get, ticket_id))
        assert ticket is not None
        assert ticket.status is Status.QUEUED


def _get(ticket_id: str, uow: UnitOfWork) -> Ticket | None:
    return uow.tickets.get(ticket_id)
