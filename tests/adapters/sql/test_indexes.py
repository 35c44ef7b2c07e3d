"""Every question that a list can ask is answered by an index, and the queue without sorting."""

from collections.abc import Callable
from typing import Any

import pytest

from app.adapters.sql.sqlite import driver_of
from app.adapters.sql.store import SqliteStore
from app.adapters.sql.unit_of_work import SqlUnitOfWork
from app.application.ports import TicketFilter, TicketSort, UnitOfWork
from app.domain.life_cycle import WAITING_IN_QUEUE
from app.domain.vocabulary import Category, Outcome, Priority, Status
from tests.contracts.builders import AGENCY, START, an_id, at

pytestmark = pytest.mark.anyio

SORTING = "USE TEMP B-TREE FOR ORDER BY"

IN_ORDER: tuple[dict[str, Any], ...] = (
    {},
    {"customer_only": AGENCY},
    {"customer_ids": (AGENCY,)},
    {"channels": ("telegram",)},
    {"statuses": (Status.CLOSED,)},
    {"priorities": (Priority.HIGH,)},
    {"categories": (Category.OTHER,)},
    {"assignees": ("Ольга",)},
    {"outcomes": (Outcome.DEFERRED,)},
    {"created_from": START},
    {"created_from": START, "created_to": at(5)},
)
FEW_ROWS: tuple[dict[str, Any], ...] = (
    {"numbers": (1, 2)},
    {"external_ids": ("A-1",)},
    {"chat_addresses": ("-1001",)},
    {"reasons": ("hours_exhausted",)},
    {"stems": ("выгрузк",)},
    {"updated_since": START},
)


async def plan_of(store: SqliteStore, question: Callable[[UnitOfWork], object]) -> str:
    """Give how SQLite answers the last statement of a question."""

    def explain(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        driver = driver_of(uow.connection)
        asked: list[str] = []
        driver.set_trace_callback(asked.append)
        question(uow)
        driver.set_trace_callback(None)
        statement = next(s for s in reversed(asked) if s.startswith("SELECT"))
        return "\n".join(row[-1] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}"))

    return await store.read(explain)


@pytest.mark.parametrize("after", [None, (START, an_id(1))])
@pytest.mark.parametrize("sort", [TicketSort.NEWEST, TicketSort.OLDEST])
@pytest.mark.parametrize("wanted", IN_ORDER, ids=lambda wanted: "+".join(wanted) or "all")
async def test_a_filter_is_served_by_an_index_in_the_order_of_the_list(
    store: SqliteStore, wanted: dict[str, Any], sort: TicketSort, after: Any
) -> None:
    plan = await plan_of(store, lambda uow: uow.tickets.page(TicketFilter(**wanted), sort, after, 50))
    assert "USING INDEX ix_tickets" in plan
    assert SORTING not in plan


SELECTIVE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"numbers": (1,)}, "PRIMARY KEY"),
    ({"external_ids": ("A-1",)}, "ix_tickets_external_id"),
    ({"stems": ("выгрузк",)}, "PRIMARY KEY"),
    ({"chat_addresses": ("-1001",)}, "ix_tickets_chat_id_created_at_id"),
    ({"customer_only": AGENCY}, "(customer_id=?"),
    ({"customer_ids": (AGENCY,)}, "(customer_id=?"),
    ({"assignees": ("Ольга",)}, "ix_tickets_assignee_created_at_id"),
)
DENSE: tuple[dict[str, Any], ...] = (
    {"statuses": (Status.CLOSED,)},
    {"statuses": (Status.CLOSED, Status.RESOLVED)},
    {"outcomes": (Outcome.ACCEPTED,)},
    {"channels": ("telegram",), "priorities": (Priority.NORMAL,), "categories": (Category.OTHER,)},
    {"updated_since": START, "created_from": START, "created_to": at(5)},
)


@pytest.mark.parametrize("sort", TicketSort)
@pytest.mark.parametrize("dense", DENSE, ids="+".join)
@pytest.mark.parametrize(("selective", "index"), SELECTIVE, ids=str)
async def test_the_filter_that_leaves_the_fewest_tickets_chooses_the_index(
    store: SqliteStore, selective: dict[str, Any], index: str, dense: dict[str, Any], sort: TicketSort
) -> None:
    wanted = TicketFilter(**selective, **dense)
    assert index in await plan_of(store, lambda uow: uow.tickets.page(wanted, sort, None, 50))


@pytest.mark.parametrize("sort", [TicketSort.NEWEST, TicketSort.OLDEST, TicketSort.UPDATED])
async def test_tickets_of_several_statuses_are_not_all_sorted(store: SqliteStore, sort: TicketSort) -> None:
    wanted = TicketFilter(statuses=(Status.CLOSED, Status.RESOLVED, Status.DECLINED))
    plan = await plan_of(store, lambda uow: uow.tickets.page(wanted, sort, None, 50))
    assert plan.count("INDEX ix_tickets_status_") == 3
    assert plan.count(SORTING) == 1  # of the few that were found


@pytest.mark.parametrize("sort", TicketSort)
@pytest.mark.parametrize("wanted", [*IN_ORDER, *FEW_ROWS], ids=lambda wanted: "+".join(wanted) or "all")
async def test_no_filter_reads_the_whole_table_without_an_index(
    store: SqliteStore, wanted: dict[str, Any], sort: TicketSort
) -> None:
    plan = await plan_of(store, lambda uow: uow.tickets.page(TicketFilter(**wanted), sort, None, 50))
    assert "SCAN tickets\n" not in f"{plan}\n"
    assert "SCAN chat_addresses\n" not in f"{plan}\n"
    assert "SCAN ticket_reasons\n" not in f"{plan}\n"


@pytest.mark.parametrize(
    "question",
    [
        lambda uow: uow.tickets.lock_first(WAITING_IN_QUEUE, only=None),
        lambda uow: uow.tickets.lock_first({Status.NEW}, only=None),
        lambda uow: uow.tickets.lock_first(WAITING_IN_QUEUE, only=AGENCY),
        lambda uow: uow.tickets.lock_first({Status.NEW}, only=AGENCY),
        lambda uow: uow.tickets.queue_page(WAITING_IN_QUEUE, only=None, after=None, limit=50),
        lambda uow: uow.tickets.queue_page({Status.QUEUED}, only=None, after=(1, START, an_id(1)), limit=50),
        lambda uow: uow.tickets.queue_page(WAITING_IN_QUEUE, only=AGENCY, after=(0, START, "a"), limit=50),
        lambda uow: uow.tickets.queue_places((an_id(1),)),
    ],
)
async def test_the_queue_is_read_in_order_and_never_sorted(
    store: SqliteStore, question: Callable[[UnitOfWork], object]
) -> None:
    plan = await plan_of(store, question)
    assert "ix_tickets_queue" in plan
    assert SORTING not in plan
