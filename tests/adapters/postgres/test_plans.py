"""How PostgreSQL, with statistics of a filled desk, answers lists, queue and housekeeping: by an index."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from app.adapters.sql.stores.postgres import PostgresStore
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import TicketFilter, TicketSort
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.queue import POSITION_CAP
from app.domain.vocabulary import Category, Outcome, Priority, Status
from tests.adapters.sql.repositories.test_indexes import looks_at_the_queue
from tests.adapters.sql.repositories.test_page_costs import AGENT, FILTERS, told
from tests.contracts.builders import AGENCY, START, a_chat, a_ticket, add_agencies, an_id, at
from tests.postgres_server import PostgresServer, execute, query

pytestmark = pytest.mark.anyio

MANY = 20_000

# Copies of one ticket: most are closed, one in ten waits, one in a hundred is deferred by used-up hours.
COPIES = """
    INSERT INTO tickets ({columns})
    SELECT {values}
    FROM (SELECT * FROM tickets LIMIT 1) AS original CROSS JOIN generate_series(1, {many}) AS i"""
FILL = f"""
    {COPIES};
    INSERT INTO ticket_reasons SELECT id, 'hours_exhausted' FROM tickets WHERE outcome = 'deferred';
    INSERT INTO ticket_reasons SELECT id, 'no_guaranteed_time' FROM tickets;
    INSERT INTO ticket_search
    SELECT number, ARRAY['выгрузк', (number % 1000)::text] FROM tickets WHERE number > 1000;
    ANALYZE"""  # noqa: S608 - ours
CATEGORIES = "'{" + ",".join(Category) + "}'::text[]"
OWN = {
    "number": "1000 + i",
    "id": "('01930000-0000-7000-8000-' || lpad(to_hex(1000 + i), 12, '0'))::uuid",
    "status": "CASE WHEN i % 10 = 0 THEN CASE WHEN i % 20 = 0 THEN 'new' ELSE 'queued' END "
    "WHEN i % 100 = 1 THEN 'deferred' ELSE 'closed' END",
    "outcome": "CASE WHEN i % 100 = 1 THEN 'deferred' ELSE 'accepted' END",
    "category": f"({CATEGORIES})[1 + i % {len(Category)}]",
    "rank": "i % 3",
    "queue_rank": "CASE WHEN i % 10 = 0 THEN i % 3 END",
    "triage_rank": "CASE WHEN i % 20 = 0 THEN 2 * (i % 3) + 1 END",
    "assignee": f"CASE WHEN i % 10 <> 0 THEN '{AGENT}' || i % 50 END",
    "resume_at": "CASE WHEN i % 100 = 1 THEN now() END",
    "external_id": "'external ' || i",
    **dict.fromkeys(
        ("received_at", "created_at", "updated_at"), "original.created_at + i * interval '1 minute'"
    ),
}
"""What differs among the copies, by column."""


@pytest.fixture(scope="module")
def filled_url(postgres: PostgresServer) -> Any:
    with postgres.database() as url:
        yield url


@pytest.fixture
async def desk(filled_url: str, calendar: WorkCalendar) -> AsyncIterator[PostgresStore]:
    store = PostgresStore.open(filled_url, calendar)
    try:
        if not await store.read(lambda uow: uow.tickets.page(TicketFilter(), TicketSort.NEWEST, None, 1)):
            await store.write(add_agencies)
            await store.write(lambda uow: uow.tickets.add(a_ticket(1, a_chat()), ()))
            columns = await store.read(columns_of)
            values = ", ".join(OWN.get(name, f"original.{name}") for name in columns)
            execute(filled_url, FILL.format(columns=", ".join(columns), values=values, many=MANY))
        yield store
    finally:
        await store.close()


def columns_of(uow: UnitOfWork) -> list[str]:
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = 'tickets'"
    return [row[0] for row in driver_of(uow).fetch(asked, ())]


def driver_of(uow: UnitOfWork) -> Any:
    assert isinstance(uow, SqlUnitOfWork)
    return uow.connection._driver


async def plan_of(desk: PostgresStore, question: Callable[[UnitOfWork], object]) -> str:
    """Give how the statements of a question are answered."""

    def explain(uow: UnitOfWork) -> str:
        driver = driver_of(uow)
        fetch, asked = driver.fetch, []

        def noted(sql: str, parameters: Sequence[Any]) -> Any:
            asked.append((sql, parameters))
            return fetch(sql, parameters)

        driver.fetch = noted
        try:
            question(uow)
        finally:
            del driver.fetch
        return "\n".join(row[0] for sql, values in asked for row in fetch(f"EXPLAIN {sql}", values))

    return await desk.write(explain)


@pytest.mark.parametrize("sort", TicketSort)
@pytest.mark.parametrize("wanted", FILTERS, ids=told)
async def test_no_filter_reads_every_ticket(
    desk: PostgresStore, wanted: dict[str, Any], sort: TicketSort
) -> None:
    plan = await plan_of(desk, lambda uow: uow.tickets.page(TicketFilter(**wanted), sort, None, 50))
    assert "Seq Scan on tickets" not in plan
    assert "Seq Scan on ticket_reasons" not in plan


QUESTIONS: tuple[Callable[[UnitOfWork], object], ...] = (
    lambda uow: uow.tickets.page(TicketFilter(numbers=(1_500,)), TicketSort.NEWEST, None, 50),
    lambda uow: uow.tickets.page(TicketFilter(external_ids=("external 7",)), TicketSort.NEWEST, None, 50),
    lambda uow: uow.tickets.page(TicketFilter(stems=("77",)), TicketSort.PRIORITY, None, 50),
    lambda uow: uow.tickets.page(
        TicketFilter(outcomes=(Outcome.DEFERRED,), priorities=(Priority.HIGH,)), TicketSort.UPDATED, None, 50
    ),
    lambda uow: uow.tickets.queue_places((an_id(1),)),
    lambda uow: uow.tickets.queue_places((an_id(1), an_id(2))),
    lambda uow: uow.tickets.due_to_resume(at(5), after=None, limit=50),
    lambda uow: uow.tickets.of_chat(a_chat().id, 20),
    lambda uow: uow.tickets.deferred_by_hours(AGENCY),
    lambda uow: uow.tickets.silent_since(START, after=None, limit=50),
    lambda uow: uow.tickets.get(an_id(1)),
    lambda uow: uow.tickets.lock(an_id(1)),
    lambda uow: uow.tickets.id_of_external(AGENCY, "external 7"),
)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_nothing_else_reads_every_ticket(
    desk: PostgresStore, question: Callable[[UnitOfWork], object]
) -> None:
    assert "Seq Scan on tickets" not in await plan_of(desk, question)


@pytest.mark.parametrize(
    ("statuses", "only", "index"),
    [
        (WAITING_IN_QUEUE, None, "ix_tickets_queue on"),
        ({Status.NEW}, None, "ix_tickets_queue_triage on"),
        ({Status.QUEUED}, None, "ix_tickets_queue_classified on"),
        (WAITING_IN_QUEUE, "agency-2", "ix_tickets_queue_by_customer on"),
        ({Status.NEW}, "agency-2", "ix_tickets_queue_by_customer on"),
        ({Status.QUEUED}, "agency-2", "ix_tickets_queue_by_customer on"),
    ],
)
async def test_each_part_of_the_queue_is_read_by_its_index(
    desk: PostgresStore, statuses: set[Status], only: str | None, index: str
) -> None:
    for question in looks_at_the_queue(statuses, only):
        assert index in await plan_of(desk, question)


ASKED = 10
ONE_FOR_ALL = {"rank", "queue_rank", "triage_rank", "status", "outcome"}
LONG_TEXT = {"text": "repeat('слово ', 100)"}
READ = """
    SELECT seq_tup_read + idx_tup_read AS tuples
    FROM pg_stat_user_tables AS tables JOIN pg_stat_user_indexes AS index USING (relid)
    WHERE tables.relname = 'tickets' AND indexrelname = 'ix_tickets_queue'"""


@pytest.mark.parametrize("planned", ["when it was empty", "without statistics", "with statistics"])
@pytest.mark.parametrize("many", [3_000, MANY])
async def test_a_place_in_a_crowd_of_one_priority_is_counted_by_the_index(
    postgres: PostgresServer, calendar: WorkCalendar, many: int, planned: str
) -> None:
    """Plans are kept, and what the planner knows misleads: some of a higher priority are ahead, say."""
    own = {name: value for name, value in OWN.items() if name not in ONE_FOR_ALL} | LONG_TEXT

    async def ask(store: PostgresStore, ticket_id: str) -> None:
        for _ in range(ASKED):
            assert await store.read(lambda uow: uow.tickets.queue_places((ticket_id,)))

    with postgres.database() as url:
        store, later = PostgresStore.open(url, calendar), PostgresStore.open(url, calendar)
        try:
            await store.write(add_agencies)
            await store.write(lambda uow: uow.tickets.add(a_ticket(1, a_chat()), ()))
            await ask(store, an_id(1))
            columns = await store.read(columns_of)
            values = ", ".join(own.get(name, f"original.{name}") for name in columns)
            execute(url, COPIES.format(columns=", ".join(columns), values=values, many=many))
            if planned == "with statistics":
                execute(url, "ANALYZE")
            await ask(store if planned == "when it was empty" else later, an_id(1_000 + many))
        finally:
            await store.close()
            await later.close()
        (read,) = query(url, READ)
        assert read["tuples"] < ASKED * (POSITION_CAP + 10)


PURGES: tuple[Callable[[UnitOfWork], object], ...] = (
    lambda uow: uow.idempotency.purge(before=START, limit=20),
    lambda uow: uow.inbox.purge(before=START, limit=20),
    lambda uow: uow.inbox.purge_held(before=START, limit=20),
    lambda uow: uow.outbox.purge(before=START, limit=20),
)


@pytest.mark.parametrize("purge", PURGES)
async def test_what_is_purged_is_chosen_once(
    desk: PostgresStore, purge: Callable[[UnitOfWork], object]
) -> None:
    plan = await plan_of(desk, purge)
    assert "CTE old" in plan
    assert "CTE Scan on old" in plan
    assert "SubPlan" not in plan


@pytest.mark.parametrize("unassigned", [False, True])
@pytest.mark.parametrize("question", ["heads", "next_due_at"])
async def test_the_first_part_of_a_chat_is_read_by_its_key_though_nothing_is_known_of_the_outbox(
    postgres_url: str, calendar: WorkCalendar, question: str, unassigned: bool
) -> None:
    """The index of the line would be read once a chat: 2.4 s with 3,000 chats that have just written."""
    limit = (9,) if question == "heads" else ()

    def ask(uow: UnitOfWork) -> object:
        return getattr(uow.outbox, question)("telegram", START, *limit, unassigned=unassigned)

    store = PostgresStore.open(postgres_url, calendar)
    try:
        plan = await plan_of(store, ask)
    finally:
        await store.close()
    assert "using pk_outbox on outbox" in plan
    assert "using pk_chats on chats" in plan
    assert "Index Cond: ((sequence" not in plan
