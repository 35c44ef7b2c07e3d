"""What a page costs SQLite, counted in steps of its machine: no filter sorts or reads all there is.

Of twenty thousand tickets any way that touches each one takes more than twice what is allowed.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.adapters.sql.stores.sqlite import SqliteStore
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import TicketFilter, TicketSort
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Category, Outcome, Priority, Status
from tests.adapters.sql.driver import driver_of
from tests.contracts.builders import AGENCY, a_chat, a_ticket, add_agencies, an_id

pytestmark = pytest.mark.anyio

MANY = 20_000
AT_ONCE = 1_000
"""Tickets of one transaction: a write may take ten seconds, also on a busy machine."""
STEPS = 120_000
"""Allowed for a page: sorting the 4,000 that are sorted at most takes a little more than half of it."""
PULSE = 100
AGENT = "agent "

CATEGORIES, STATUSES, PRIORITIES = tuple(Category), tuple(Status), tuple(Priority)


def ticket(number: int) -> Ticket:
    """Give one of a desk in which each status, category, priority and agent is met everywhere."""
    status = STATUSES[number * 7 % len(STATUSES)]
    category = None if status is Status.NEW else CATEGORIES[number * 11 % len(CATEGORIES)]
    return a_ticket(
        number,
        a_chat(),
        status=status,
        category=category,
        priority=PRIORITIES[number * 13 % len(PRIORITIES)],
        assignee=None if status in WAITING_IN_QUEUE else f"{AGENT}{number % 5}",
        updated_at=a_ticket(number * 17 % MANY).updated_at,
    )


def fill(uow: UnitOfWork, first: int) -> None:
    outcomes = tuple(Outcome)
    for number in range(first, first + AT_ONCE):
        stems = ("выгрузк", *(("порта",) if number % 100 == 0 else ()))
        reasons = ("hours_exhausted",) if number % 3 == 0 else ()
        uow.tickets.add(ticket(number), stems, outcomes[number * 5 % len(outcomes)], reasons)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """Give a file that the first test fills."""
    file = tmp_path_factory.mktemp("filled") / "desk.sqlite3"
    file.write_bytes(migrated.read_bytes())
    return file


@pytest.fixture
async def desk(place: Path, calendar: WorkCalendar) -> AsyncIterator[SqliteStore]:
    store = SqliteStore.open(str(place), calendar)
    try:
        if not await store.read(lambda uow: uow.tickets.page(TicketFilter(), TicketSort.NEWEST, None, 1)):
            await store.write(add_agencies)
            for first in range(1, MANY + 1, AT_ONCE):
                await store.write(partial(fill, first=first))
        yield store
    finally:
        await store.close()


@contextmanager
def counted(uow: UnitOfWork) -> Iterator[Callable[[], int]]:
    """Count the steps of whatever is asked inside, in hundreds."""
    assert isinstance(uow, SqlUnitOfWork)
    driver = driver_of(uow)
    pulses = 0

    def pulse() -> int:
        nonlocal pulses
        pulses += 1
        return 0

    driver.set_progress_handler(pulse, PULSE)
    try:
        yield lambda: pulses * PULSE
    finally:
        driver.set_progress_handler(None, PULSE)


async def steps_of(desk: SqliteStore, question: Callable[[UnitOfWork], object]) -> int:
    def work(uow: UnitOfWork) -> int:
        with counted(uow) as steps:
            question(uow)
            return steps()

    return await desk.read(work)


FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"customer_only": AGENCY},
    {"customer_ids": (AGENCY, "nobody")},
    {"channels": ("telegram",)},
    {"channels": ("whatsapp",)},
    {"chat_addresses": (a_chat().address,)},
    *({"statuses": (status,)} for status in Status),
    {"statuses": (Status.CLOSED, Status.RESOLVED, Status.DECLINED)},
    *({"priorities": (priority,)} for priority in Priority),
    {"categories": (Category.OTHER,)},
    {"categories": tuple(Category)[:15]},
    {"assignees": (f"{AGENT}1",)},
    {"assignees": ("nobody",)},
    *({"outcomes": (outcome,)} for outcome in Outcome),
    {"reasons": ("hours_exhausted",)},
    {"reasons": ("contract_missing",)},
    {"stems": ("порта",)},
    {"stems": ("нигде",)},
    {"created_from": ticket(MANY // 2).created_at},
    {"updated_since": ticket(1).created_at},
    {"statuses": (Status.CLOSED,), "categories": (Category.OTHER,), "customer_only": AGENCY},
)


def told(wanted: dict[str, Any]) -> str:
    return "+".join(f"{name}={len(given)}" for name, given in wanted.items() if isinstance(given, tuple))


@pytest.mark.parametrize("sort", TicketSort)
@pytest.mark.parametrize("wanted", FILTERS, ids=told)
async def test_a_page_is_found_without_touching_every_ticket(
    desk: SqliteStore, wanted: dict[str, Any], sort: TicketSort
) -> None:
    page = TicketFilter(**wanted)
    assert await steps_of(desk, lambda uow: uow.tickets.page(page, sort, None, 50)) < STEPS


@pytest.mark.parametrize("only", [None, AGENCY])
@pytest.mark.parametrize("statuses", [WAITING_IN_QUEUE, {Status.NEW}, {Status.QUEUED}])
async def test_a_part_of_the_queue_is_found_without_touching_every_ticket(
    desk: SqliteStore, statuses: set[Status], only: str | None
) -> None:
    def first(uow: UnitOfWork) -> object:
        return uow.tickets.queue_page(statuses, only=only, after=None, limit=50)

    assert await steps_of(desk, first) < STEPS


async def test_sorting_them_all_would_be_noticed(desk: SqliteStore) -> None:
    def all_sorted(uow: UnitOfWork) -> object:
        assert isinstance(uow, SqlUnitOfWork)
        rows = driver_of(uow).execute("SELECT * FROM tickets ORDER BY +updated_at LIMIT 50")
        return rows.fetchall()

    assert await steps_of(desk, all_sorted) > STEPS


async def test_housekeeping_touches_what_is_due_alone(desk: SqliteStore) -> None:
    now = ticket(MANY).created_at
    for question in (
        lambda uow: uow.tickets.due_to_resume(now, after=None, limit=50),
        lambda uow: uow.tickets.of_chat(a_chat().id, 20),
        lambda uow: uow.tickets.queue_places((an_id(1),)),
    ):
        assert await steps_of(desk, question) < STEPS
