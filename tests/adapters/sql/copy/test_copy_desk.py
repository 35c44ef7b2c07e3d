"""A desk copied to another database: the same rows, in one piece or not at all."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.util import await_only

from app.adapters.sql.copy import desk as module
from app.adapters.sql.copy.desk import COPIED, STEPS, Compared, CopyStep, Tally, copy_desk
from app.adapters.sql.copy.end import CopyFailedError, End, NotToBeCopiedError, Row
from app.adapters.sql.schema.tables import METADATA
from app.application.errors import StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import TicketFilter, TicketSort
from tests.adapters.sql.copy.conftest import STEMS, Databases, ask, furnished, opened
from tests.contracts.builders import (
    AGENCY,
    OTHER_AGENCY,
    START,
    a_customer,
    a_ticket,
    add_agencies,
    an_entry,
    an_event,
    an_id,
    number_of_new,
)

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[4]
KILLED = """
import asyncio, os, signal, sys
from app.adapters.sql.copy import desk as module
copy_step = module._copy_step
def copy_and_die(part, *ends):
    if part.name == "numbers given":
        os.kill(os.getpid(), signal.SIGKILL)
    return copy_step(part, *ends)
module._copy_step = copy_and_die
asyncio.run(module.copy_desk(sys.argv[1], sys.argv[2], lambda part: None))
"""

ENGINES = ["sqlite", "postgresql"]
both_ways = pytest.mark.parametrize(("source", "target"), [(a, b) for a in ENGINES for b in ENGINES])
to_each = pytest.mark.parametrize("target", ENGINES)


async def copied(source: str, target: str) -> dict[str, Compared]:
    told: list[Compared] = []
    await copy_desk(source, target, told.append)
    return {part.name: part for part in told}


def count(url: str) -> int:
    """Count the rows of all tables; the version of the calendar is there from the beginning."""
    found: int = sum(ask(url, f"SELECT count(*) FROM {table.name}")[0][0] for table in COPIED)  # noqa: S608 - ours
    return found - 1


def test_every_table_is_copied_but_the_room_of_health_checks() -> None:
    assert {table.name for table in METADATA.sorted_tables} - {part.name for part in STEPS} == {
        "write_probes"
    }


@both_ways
async def test_every_part_arrives_as_it_was_sent(databases: Databases, source: str, target: str) -> None:
    desk, url = await databases.desk(source), databases.bare(target)
    parts = await copied(desk, url)
    assert [part.name for part in STEPS] == list(parts)
    assert all(part.sent == part.arrived for part in parts.values())
    assert all(part.sent.rows > 0 for part in parts.values())
    assert await copied(url, databases.empty(source)) == parts


def look(uow: UnitOfWork) -> list[Any]:
    ids = [an_id(number) for number in (1, 2, 3)]
    histories = (uow.events, uow.decisions, uow.messages, uow.time_entries)
    return [
        uow.customers.page(only=None, after=None, limit=9),
        *([uow.chats.of_customer(customer) for customer in (AGENCY, OTHER_AGENCY)]),
        *(uow.tickets.get(id_) for id_ in ids),
        *(history.of_ticket(id_, after=None, limit=9) for history in histories for id_ in ids[:1]),
        *(uow.outbox.of_ticket(id_) for id_ in ids),
        uow.calendar.page(after=None, limit=9),
        uow.api_keys.all(),
        uow.idempotency.find("key", "k"),
        *(
            uow.tickets.page(TicketFilter(stems=(stem,)), TicketSort.OLDEST, None, 9)
            for stem in (*STEMS[:4], "нет")
        ),
    ]


@both_ways
async def test_a_copy_holds_what_the_desk_held(databases: Databases, source: str, target: str) -> None:
    desk, url = await databases.desk(source), databases.empty(target)
    await copied(desk, url)
    seen = []
    for one in (desk, url):
        async with opened(one) as store:
            seen.append(await store.write(look))  # a read may not hold a key, as looking it up does
    assert seen[0] == seen[1]
    assert all(seen[0][:-1])
    assert seen[0][-1] == []


@both_ways
async def test_the_copy_counts_on_where_the_desk_does(databases: Databases, source: str, target: str) -> None:
    desk, url = await databases.desk(source), databases.empty(target)
    await copied(desk, url)
    for one in (desk, url):
        async with opened(one) as store:
            assert await store.write(lambda uow: number_of_new(uow, a_ticket(7))) == 4
            await store.write(lambda uow: uow.events.add(an_event(7, a_ticket(7))))
        assert ask(one, "SELECT id, sequence FROM events ORDER BY sequence")[-1][1] == 4


@to_each
async def test_numbers_that_were_given_once_are_not_given_again(databases: Databases, target: str) -> None:
    desk, url = await databases.desk("postgresql"), databases.empty(target)

    def refused(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(8), ())
        raise RuntimeError

    async with opened(desk) as store:
        with pytest.raises(RuntimeError):
            await store.write(refused)
    await copied(desk, url)
    async with opened(url) as store:
        assert await store.write(lambda uow: number_of_new(uow, a_ticket(9))) == 5


@both_ways
async def test_an_empty_desk_is_copied_too(databases: Databases, source: str, target: str) -> None:
    url = databases.empty(target)
    await copied(databases.empty(source), url)
    await furnished(url)
    assert ask(url, "SELECT min(number), max(number) FROM tickets") == [(1, 3)]


@to_each
async def test_a_target_that_holds_data_is_refused_and_left_alone(databases: Databases, target: str) -> None:
    url = databases.empty(target)
    async with opened(url) as store:
        await store.write(lambda uow: uow.customers.add(a_customer("theirs")))
    with pytest.raises(NotToBeCopiedError, match="customers"):
        await copied(await databases.desk("sqlite"), url)
    assert count(url) == 1


@to_each
async def test_a_database_of_others_is_not_even_migrated(databases: Databases, target: str) -> None:
    url = databases.bare(target)
    for statement in ('CREATE TABLE "Их таблица" (id int)', 'INSERT INTO "Их таблица" VALUES (1)'):
        ask(url, statement)
    with pytest.raises(NotToBeCopiedError, match="Их таблица"):
        await copied(await databases.desk("sqlite"), url)
    with pytest.raises(Exception, match="alembic_version"):
        ask(url, "SELECT 1 FROM alembic_version")


async def test_a_source_that_is_no_desk_is_refused_before_the_target_is_touched(databases: Databases) -> None:
    url = databases.bare("postgresql")
    old = databases.empty("sqlite")
    ask(old, "UPDATE alembic_version SET version_num = '0000'")
    for source, why in (
        (databases.bare("postgresql"), "migrat"),
        (databases.bare("sqlite"), "there is no database"),
        (old, "migrat"),
    ):
        with pytest.raises(NotToBeCopiedError, match=why):
            await copied(source, url)
    with pytest.raises(Exception, match="alembic_version"):
        ask(url, "SELECT 1 FROM alembic_version")


@to_each
async def test_a_copy_that_fails_leaves_the_target_empty_and_can_be_repeated(
    databases: Databases, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, url = await databases.desk("sqlite"), databases.empty(target)

    def fail(end: End, rows: Sequence[Row]) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(module, "STEPS", (*STEPS, replace(STEPS[-1], write=fail)))
        with pytest.raises(RuntimeError):
            await copied(desk, url)
    assert count(url) == 0
    async with opened(url) as store:
        with pytest.raises(Undone, match="number 1"):
            await store.write(furnish_and_undo)
    await copied(desk, url)
    assert count(url) == count(desk)


class Undone(Exception):
    """Rolls back what was done."""


def furnish_and_undo(uow: UnitOfWork) -> None:
    """Raise, with the number that a new ticket got; nothing is left of it."""
    add_agencies(uow)
    raise Undone(f"number {number_of_new(uow, a_ticket())}")


@to_each
async def test_what_is_lost_on_the_way_is_told_and_nothing_stays(
    databases: Databases, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, url = await databases.desk("sqlite"), databases.empty(target)
    lost = ("answers", "messages", "ticket_search")

    def losing_one(part: CopyStep) -> CopyStep:
        def write(end: End, rows: Sequence[Row]) -> None:
            if len(rows) > 1:
                part.write(end, rows[1:])

        return replace(part, write=write)

    monkeypatch.setattr(module, "STEPS", [losing_one(p) if p.name in lost else p for p in STEPS])
    told: list[Compared] = []
    with pytest.raises(CopyFailedError, match=r": answers, messages, ticket_search$"):
        await copy_desk(desk, url, told.append)
    assert {part.name for part in told if part.sent != part.arrived} == set(lost)
    assert count(url) == 0


async def test_what_the_target_refuses_is_told_without_the_row(databases: Databases) -> None:
    desk, url = await databases.desk("sqlite"), databases.empty("postgresql")
    async with opened(desk) as store:
        await store.write(lambda uow: uow.customers.add(a_customer("c", name="тайна\0")))
    with pytest.raises(CopyFailedError) as raised:
        await copied(desk, url)
    assert str(raised.value) == "PostgreSQL refused: SQLSTATE 22021"
    assert raised.value.__cause__ is None
    assert count(url) == 0


async def test_a_target_that_is_away_is_unavailability(databases: Databases) -> None:
    with pytest.raises(StoreUnavailableError):
        await copied(await databases.desk("sqlite"), "postgresql://postgres:hunter2@127.0.0.1:1/desk")


@to_each
async def test_a_killed_copy_leaves_the_target_empty_and_the_next_one_succeeds(
    databases: Databases, target: str
) -> None:
    desk, url = await databases.desk("sqlite"), databases.empty(target)
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, desk, url, cwd=ROOT)
    assert await killed.wait() == -signal.SIGKILL
    assert count(url) == 0
    await copied(desk, url)
    assert count(url) == count(desk)


@both_ways
async def test_the_source_is_one_snapshot_while_others_write(
    databases: Databases, source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, url = await databases.desk(source), databases.empty(target)
    before = count(desk)
    numbers = iter(range(100, 200))
    async with opened(desk) as store:

        def copy_and_write(*arguments: Any) -> Compared:
            compared = copy_step(*arguments)
            ticket = a_ticket(next(numbers))
            await_only(store.write(lambda uow: uow.tickets.add(ticket, ())))
            return compared

        copy_step = module._copy_step
        monkeypatch.setattr(module, "_copy_step", copy_and_write)
        await copied(desk, url)
    assert (count(url), count(desk)) == (before, before + len(STEPS))


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
async def test_many_rows_come_in_several_batches(
    databases: Databases, source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, url = await databases.desk(source), databases.empty(target)

    def add(uow: UnitOfWork) -> None:
        for number in range(10, 60):
            uow.tickets.add(a_ticket(number), STEMS)
            uow.time_entries.add(an_entry(100 + number))
            uow.time_entries.add(an_entry(number, reverses=an_entry(100 + number).id))

    async with opened(desk) as store:
        await store.write(add)
    monkeypatch.setattr(module, "AT_ONCE", 7)
    parts = await copied(desk, url)
    assert (parts["tickets"].arrived.rows, parts["time_entries"].arrived.rows) == (53, 102)


def test_a_tally_knows_rows_in_any_order_but_not_twice() -> None:
    def total(*rows: Row) -> object:
        tally = Tally()
        for row in rows:
            tally.add([row])
        return tally.total()

    a, b = (1, "а", {"x": 1, "y": None}), (True, b"\0", START)
    assert total(a, b) == total(b, (1, "а", {"y": None, "x": 1}))
    assert total(a) != total(a, a)
    assert total(a, a) != total(b, b)
    assert total((1, None)) != total((None, 1))
    assert total((1,)) != total((True,))
