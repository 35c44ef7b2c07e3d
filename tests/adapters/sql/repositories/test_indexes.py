"""Every question that a list can ask is answered by an index, and the queue without sorting."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Index

from app.adapters.sql.repositories.ticket_columns import TRIAGE_COLUMNS
from app.adapters.sql.repositories.ticket_filters import (
    _FILTERS,
    ORDERS,
    SOONER,
    crowd_of,
    serves_in_order,
)
from app.adapters.sql.schema.tables import tickets
from app.adapters.sql.stores.sqlite import SqliteStore
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.ports.inbox import ChatKey
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import TicketFilter, TicketSort
from app.domain.chats.inbox import InboxItem, InboxState
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.vocabulary import Category, Outcome, Priority, Status
from tests.adapters.sql.driver import driver_of
from tests.contracts.builders import AGENCY, START, an_id, at

pytestmark = pytest.mark.anyio

AN_ITEM = InboxItem(1, "telegram", "1", "-1", b"", START, InboxState.PENDING, 0, START)
SORTING = "USE TEMP B-TREE FOR ORDER BY"

IN_ORDER: tuple[dict[str, Any], ...] = (
    {},
    {"customer_only": AGENCY},
    {"customer_ids": (AGENCY,)},
    {"channels": ("telegram",)},
    {"statuses": (Status.CLOSED,)},
    {"categories": (Category.OTHER,)},
    {"assignees": ("Ольга",)},
    {"outcomes": (Outcome.DEFERRED,)},
    {"created_from": START},
    {"created_from": START, "created_to": at(5)},
)
FEW_ROWS: tuple[dict[str, Any], ...] = (
    {"priorities": (Priority.HIGH,)},
    {"numbers": (1, 2)},
    {"external_ids": ("A-1",)},
    {"chat_addresses": ("-1001",)},
    {"reasons": ("hours_exhausted",)},
    {"stems": ("выгрузк",)},
    {"updated_since": START},
)


def index_named(name: str) -> Index:
    return next(index for index in tickets.indexes if index.name == name)


def looks_at_the_queue(statuses: set[Status], only: str | None) -> tuple[Callable[[UnitOfWork], object], ...]:
    return (
        lambda uow: uow.tickets.lock_first(statuses, only=only),
        lambda uow: uow.tickets.queue_page(statuses, only=only, after=None, limit=50),
    )


async def plan_of(store: SqliteStore, question: Callable[[UnitOfWork], object]) -> str:
    """Give how SQLite answers the last statement of a question."""

    def explain(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        driver = driver_of(uow)
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


@pytest.mark.parametrize("sort", [TicketSort.NEWEST, TicketSort.OLDEST, TicketSort.PRIORITY])
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


@pytest.mark.parametrize(
    ("statuses", "only", "index"),
    [
        (WAITING_IN_QUEUE, None, "ix_tickets_queue ("),
        ({Status.NEW}, None, "ix_tickets_queue_triage ("),
        ({Status.QUEUED}, None, "ix_tickets_queue_classified ("),
        (WAITING_IN_QUEUE, AGENCY, "ix_tickets_queue_by_customer (customer_id=?"),
        ({Status.NEW}, AGENCY, "ix_tickets_queue_by_customer (customer_id=?"),
        ({Status.QUEUED}, AGENCY, "ix_tickets_queue_by_customer (customer_id=?"),
    ],
)
async def test_each_part_of_the_queue_has_an_index_that_holds_nothing_else(
    store: SqliteStore, statuses: set[Status], only: str | None, index: str
) -> None:
    for question in looks_at_the_queue(statuses, only):
        assert index in await plan_of(store, question)


async def test_what_one_customer_has_to_be_classified_is_sorted_without_its_rows(store: SqliteStore) -> None:
    columns = [column.name for column in index_named("ix_tickets_queue_by_customer").columns]
    assert {column.name for column in TRIAGE_COLUMNS} <= set(columns)
    plan = await plan_of(store, lambda uow: uow.tickets.lock_first({Status.NEW}, only=AGENCY))
    assert SORTING in plan


@pytest.mark.parametrize("sort", TicketSort)
@pytest.mark.parametrize("name", _FILTERS)
def test_a_filter_is_where_it_is_said_to_be(name: str, sort: TicketSort) -> None:
    """Said to be in an order: there is an index of both. Said to be in the order's index: it is."""
    filtered = _FILTERS[name][0].name
    order = [column.name for column in ORDERS[sort][0]]
    shapes = [[column.name for column in index.columns] for index in tickets.indexes]
    if serves_in_order(name, sort):
        assert [filtered, *(column for column in order if column != filtered)] in shapes or (
            filtered == order[0] and any(shape[: len(order)] == order for shape in shapes)
        )
    elif crowd_of(name, sort) == SOONER:
        assert any(shape[: len(order)] == order and filtered in shape for shape in shapes)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda uow: uow.inbox.due(START, 8), "ix_inbox_in_turn"),
        (lambda uow: uow.inbox.next_due_at(), "ix_inbox_in_turn"),
        (lambda uow: uow.inbox.waiting(ChatKey("telegram", "-1"), 50), "ix_inbox_in_turn"),
        (lambda uow: uow.inbox.take(AN_ITEM), "ix_inbox_in_turn"),
        (lambda uow: uow.inbox.of_state(InboxState.PARKED, after=0, limit=50), "ix_inbox_parked"),
        (lambda uow: uow.chat_messages.find("telegram", "-1", "1"), "uq_chat_messages"),
        (lambda uow: uow.chat_messages.gathered(an_id(1)), "ix_chat_messages_gathered"),
        (lambda uow: uow.chat_messages.of_album(an_id(1), "a"), "ix_chat_messages_album"),
        (lambda uow: uow.chat_messages.latest(an_id(1)), "ix_chat_messages_chat_id"),
        (lambda uow: uow.gatherings.due(START, 50), "ix_gatherings_closes_at"),
        (lambda uow: uow.gatherings.next_at(), "ix_gatherings_closes_at"),
        (lambda uow: uow.tickets.of_chat(an_id(1), 20), "ix_tickets_chat_id_created_at_id"),
        (lambda uow: uow.inbox.held_of(an_id(1)), "COVERING INDEX ix_inbox_held ("),
        (lambda uow: uow.unassigned_chats.page(after=None, limit=50), "ix_unassigned_chats_last_at"),
        (lambda uow: uow.unassigned_chats.page(after=None, limit=50), "COVERING INDEX ix_inbox_held ("),
        (lambda uow: uow.unassigned_chats.page(after=None, limit=50), "ix_chat_messages_gathered"),
        (lambda uow: uow.messages.get(an_id(1), an_id(2)), "ix_messages_ticket_id"),
    ],
)
async def test_what_the_inbox_asks_is_answered_by_an_index(
    store: SqliteStore, question: Callable[[UnitOfWork], object], index: str
) -> None:
    plan = await plan_of(store, question)
    assert index in plan.replace("sqlite_autoindex_chat_messages", "uq_chat_messages")


@pytest.mark.parametrize("unassigned", [False, True])
@pytest.mark.parametrize("question", ["heads", "next_due_at"])
async def test_the_lines_are_told_apart_without_reading_a_row(
    store: SqliteStore, question: str, unassigned: bool
) -> None:
    """Thousands of unassigned chats may wait: of theirs, only the index is read for a working chat."""
    limit = (9,) if question == "heads" else ()

    def ask(uow: UnitOfWork) -> object:
        return getattr(uow.outbox, question)("telegram", START, *limit, unassigned=unassigned)

    plan = await plan_of(store, ask)
    assert "SCAN outbox USING COVERING INDEX ix_outbox_line" in plan
    assert "SEARCH outbox USING INTEGER PRIMARY KEY" in plan
