"""The PostgreSQL store when connections break, the server is away, or transactions cross each other."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from asyncpg import IntegrityConstraintViolationError
from sqlalchemy.util import await_only

from app.adapters.sql.engines.postgres import (
    BEGIN_WRITE,
    CONNECT_SECONDS,
    CONNECTIONS,
    Fault,
    postgres_engine,
)
from app.adapters.sql.migrate.revisions import SchemaOutOfDateError
from app.adapters.sql.stores.postgres import ATTEMPTS, COMMIT_SECONDS, WORK_SECONDS, PostgresStore
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import (
    AnswerInProgressError,
    OutcomeUnknownError,
    OutOfTimeError,
    StoreUnavailableError,
)
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import Entered
from app.domain.calendar.work_calendar import WorkCalendar
from tests.adapters.postgres.wire import Cut, Wire
from tests.contracts.builders import (
    AGENCY,
    OTHER_AGENCY,
    a_chat,
    a_customer,
    a_ticket,
    an_answer,
    an_id,
)
from tests.postgres_server import PostgresServer, query

pytestmark = pytest.mark.anyio

ALL_WELL = {"database": True, "migrations": True, "writer": True}


def add(number: int, **changed: Any) -> Any:
    return lambda uow: uow.tickets.add(a_ticket(number, **changed), ())


def execute(uow: UnitOfWork, statement: str) -> Any:
    assert isinstance(uow, SqlUnitOfWork)
    return uow.connection._driver.fetch(statement, ())


LEFT_OPEN = """
    SELECT query FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'"""


def count(url: str) -> int:
    found: int = query(url, "SELECT count(*) FROM tickets")[0][0]
    return found


class Terminated:
    """Adds a ticket, and ends its own server process in the midst of the first runs."""

    def __init__(self, url: str, times: int) -> None:
        self.url, self.times, self.runs = url, times, 0

    def __call__(self, uow: UnitOfWork) -> Entered | None:
        self.runs += 1
        uow.tickets.add(a_ticket(1), ())
        if self.runs <= self.times:
            pid = execute(uow, "SELECT pg_backend_pid()")[0][0]
            query(self.url, "SELECT pg_terminate_backend($1, 5000)", pid)
        return uow.tickets.add(a_ticket(2), ())


@pytest.mark.parametrize("times", [1, 3])
async def test_work_whose_connection_is_ended_runs_again(
    store: PostgresStore, postgres_url: str, times: int
) -> None:
    work = Terminated(postgres_url, times)
    assert await store.write(work) is not None
    assert (work.runs, count(postgres_url)) == (times + 1, 2)


@pytest.mark.parametrize("at_end", [False, True])
async def test_work_is_not_lost_between_the_servers_last_words_and_the_end_of_its_connection(
    store: PostgresStore, wire: Wire, calendar: WorkCalendar, postgres_url: str, at_end: bool
) -> None:
    # Its ROLLBACK is never answered: as long as this is waited for.
    wired = PostgresStore(postgres_engine(wire.url), calendar, waiting=100)
    runs = 0

    def work(uow: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        uow.tickets.add(a_ticket(1), ())
        uow.tickets.get(an_id(1))  # no insert waits any more: if nothing else is done, COMMIT comes next
        if runs == 1:
            pid = execute(uow, "SELECT pg_backend_pid()")[0][0]
            query(postgres_url, "SELECT pg_terminate_backend($1, 5000)", pid)
            await_only(asyncio.sleep(0.1))  # its words are read, its end is not seen
        if not at_end:
            uow.tickets.add(a_ticket(2), ())

    await wired.read(lambda uow: uow.tickets.get(an_id(1)))
    wire.hides_ends = True
    if at_end:
        with pytest.raises(OutcomeUnknownError):
            await wired.write(work)
        assert (runs, count(postgres_url)) == (1, 0)
    await wired.write(work)
    assert (runs, count(postgres_url)) == (2, 1 if at_end else 2)
    await wired.close()


async def test_work_whose_connection_is_ended_every_time_changes_nothing(
    store: PostgresStore, postgres_url: str
) -> None:
    work = Terminated(postgres_url, 1_000)
    with pytest.raises(StoreUnavailableError):
        await store.write(work)
    assert (work.runs, count(postgres_url)) == (4, 0)
    assert await store.write(add(1)) is not None


async def test_no_statement_is_compiled_to_machine_code(store: PostgresStore) -> None:
    for run in (store.read, store.write):
        assert [tuple(row) for row in await run(lambda uow: execute(uow, "SHOW jit"))] == [("off",)]


async def test_a_pool_of_ended_connections_serves_at_once(store: PostgresStore, postgres_url: str) -> None:
    await asyncio.gather(*(store.write(add(n)) for n in range(1, 31)))
    ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
    assert len(query(postgres_url, f"{ended} AND pid <> pg_backend_pid()")) > 1
    await asyncio.gather(*(store.write(add(n)) for n in range(31, 61)))
    assert count(postgres_url) == 60


@pytest.mark.parametrize(("cut", "stored"), [(Cut.BEFORE_COMMIT, 0), (Cut.AFTER_COMMIT, 1)])
async def test_of_a_connection_that_is_lost_at_commit_the_outcome_is_unknown(
    wired: PostgresStore, wire: Wire, postgres_url: str, cut: Cut, stored: int
) -> None:
    runs = 0

    def work(uow: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        uow.tickets.add(a_ticket(1), ())

    wire.cut = cut
    with pytest.raises(OutcomeUnknownError):
        await wired.write(work)
    assert (runs, count(postgres_url)) == (1, stored)
    assert not (await wired.check())["writer"]
    wire.cut = Cut.NOWHERE
    assert await wired.write(add(2)) is not None
    assert await wired.check() == ALL_WELL


async def test_what_was_read_is_given_though_the_connection_is_lost_behind_it(
    wired: PostgresStore, wire: Wire
) -> None:
    await wired.write(add(1))

    def work(uow: UnitOfWork) -> object:
        found = uow.tickets.get(an_id(1))
        wire.tear()  # noticed when the end of the transaction is sent
        return found

    found = await wired.read(work)
    assert found is not None
    assert await wired.read(lambda uow: uow.tickets.get(an_id(1))) == found
    assert await wired.check() == ALL_WELL


@pytest.mark.parametrize("cut", [Cut.BEFORE_COMMIT, Cut.AFTER_COMMIT])
async def test_a_retry_under_the_same_key_after_an_unknown_outcome_stores_once(
    wired: PostgresStore, wire: Wire, postgres_url: str, cut: Cut
) -> None:
    def answer_to(number: int) -> Any:
        def work(uow: UnitOfWork) -> None:
            key = ("integrator", f"key-{number}")
            if uow.idempotency.find(*key) is None:
                uow.tickets.add(a_ticket(number), ())
                uow.idempotency.save(*key, an_answer())

        return work

    for number in range(1, 21):
        wire.cut = cut
        with pytest.raises(OutcomeUnknownError):
            await wired.write(answer_to(number))
        wire.cut = Cut.NOWHERE
        await wired.write(answer_to(number))
        assert count(postgres_url) == number


async def test_a_server_that_is_away_is_unavailability_until_it_is_back(
    wired: PostgresStore, wire: Wire, postgres_url: str
) -> None:
    assert await wired.check() == ALL_WELL
    wire.cut = Cut.EVERYWHERE
    wire.tear()
    for _ in range(3):
        with pytest.raises(StoreUnavailableError):
            await wired.write(add(1))
        with pytest.raises(StoreUnavailableError):
            await wired.read(lambda uow: uow.tickets.get(an_id(1)))
    assert await wired.check() == dict.fromkeys(ALL_WELL, False)
    wire.cut = Cut.NOWHERE
    assert await wired.write(add(1)) is not None
    assert await wired.check() == ALL_WELL
    assert count(postgres_url) == 1


@pytest.fixture
async def impatient(
    store: PostgresStore, wire: Wire, calendar: WorkCalendar, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PostgresStore]:
    """Give a store that waits for an answer no longer than a moment."""
    for name in ("WORK_SECONDS", "COMMIT_SECONDS"):
        monkeypatch.setattr(f"app.adapters.sql.stores.postgres.{name}", 0.2)
    engine = postgres_engine(wire.url)
    opened = PostgresStore(engine, calendar, waiting=100)
    yield opened
    await opened.close()


async def test_a_server_that_hangs_is_unavailability_until_it_goes_on(
    impatient: PostgresStore, wire: Wire, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONNECT_SECONDS", "LEAVE_SECONDS"):
        monkeypatch.setattr(f"app.adapters.sql.engines.postgres.{name}", 0.1)
    assert await impatient.write(add(1)) is not None
    wire.hang()
    for _ in range(3):
        with pytest.raises(StoreUnavailableError):
            await impatient.write(add(2))
        with pytest.raises(StoreUnavailableError):
            await impatient.write(look_up)
        with pytest.raises(StoreUnavailableError):
            await impatient.read(lambda uow: uow.tickets.get(an_id(1)))
    assert await impatient.check() == dict.fromkeys(ALL_WELL, False)
    wire.go_on()
    assert await impatient.write(add(3)) is not None
    for _ in range(8):
        assert await impatient.read(lambda uow: uow.tickets.get(an_id(404))) is None
    assert await impatient.check() == ALL_WELL
    assert count(postgres_url) == 2


async def test_of_a_server_that_hangs_at_commit_the_outcome_is_unknown(
    impatient: PostgresStore, wire: Wire, postgres_url: str
) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(1), ())
        uow.tickets.get(a_ticket(1).id)  # what is inserted has been sent when something is read
        wire.hang()

    with pytest.raises(OutcomeUnknownError):
        await impatient.write(work)
    wire.go_on()
    assert await impatient.write(add(2)) is not None


def test_no_call_waits_for_longer_than_ten_seconds() -> None:
    assert WORK_SECONDS + COMMIT_SECONDS <= 10


async def test_a_server_that_accepts_connections_and_never_answers_is_unavailability_in_time(
    wired: PostgresStore, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.sql.stores.postgres.WORK_SECONDS", 0.3)
    wire.hang()
    wire.tear()
    loop = asyncio.get_running_loop()
    began = loop.time()
    calls = [wired.write(add(1)), wired.read(look_up), wired.write(look_up)]
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(each) for each in ended} == {OutOfTimeError}
    assert loop.time() - began < CONNECT_SECONDS  # the first attempt to connect was not waited for
    wire.go_on()
    assert await wired.write(add(1)) is not None


async def test_conflicts_are_repeated_only_while_there_is_time(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.sql.stores.postgres.WORK_SECONDS", 0.2)
    runs = 0

    def work(uow: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        execute(uow, "DO $$ BEGIN PERFORM pg_sleep(0.05); RAISE EXCEPTION USING ERRCODE = '40001'; END $$")

    with pytest.raises(OutOfTimeError):
        await store.write(work)
    assert 0 < runs < ATTEMPTS[Fault.CONFLICT]
    assert await store.write(add(1)) is not None


async def test_a_lock_that_another_session_holds_is_waited_for_no_longer_than_a_call_may_take(
    store: PostgresStore, other: PostgresStore, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    seen: list[object] = []

    def add_and_lock(uow: UnitOfWork) -> object:
        uow.tickets.add(a_ticket(1), ())
        return uow.customers.lock(AGENCY)

    async def wait() -> None:
        calls = [
            store.write(lambda uow: uow.customers.lock(AGENCY)),
            store.write(add_and_lock),
        ]
        seen.extend(await asyncio.gather(*calls, return_exceptions=True))

    def hold(uow: UnitOfWork) -> None:
        uow.customers.lock(AGENCY)
        monkeypatch.setattr("app.adapters.sql.stores.postgres.WORK_SECONDS", 0.1)
        await_only(wait())

    monkeypatch.setattr("app.adapters.sql.stores.postgres.WORK_SECONDS", 60)
    await other.write(hold)
    assert [type(each) for each in seen] == [OutOfTimeError, OutOfTimeError]
    assert (query(postgres_url, LEFT_OPEN), count(postgres_url)) == ([], 0)


async def test_the_time_of_a_call_never_ends_in_the_midst_of_commit(
    wired: PostgresStore, wire: Wire, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.sql.stores.postgres.WORK_SECONDS", 0.2)
    going_on = asyncio.get_running_loop()

    def work(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(1), ())
        uow.tickets.get(an_id(1))
        wire.hang()
        going_on.call_later(0.6, wire.go_on)

    await wired.write(work)  # COMMIT was answered after the time for the work
    assert count(postgres_url) == 1


async def test_calls_beyond_the_pool_are_refused_after_a_while_and_served_again(
    store: PostgresStore, postgres_url: str
) -> None:
    pool: Any = store._engine.sync_engine.pool
    pool._timeout = 0.1
    held, freed = asyncio.Semaphore(0), asyncio.Event()

    def hold(uow: UnitOfWork) -> None:
        uow.customers.get(AGENCY)
        held.release()
        await_only(freed.wait())

    holding = [asyncio.ensure_future(store.write(hold)) for _ in range(CONNECTIONS)]
    for _ in holding:
        await held.acquire()
    with pytest.raises(StoreUnavailableError):
        await store.write(add(1))
    assert await store.check() == dict.fromkeys(ALL_WELL, False)
    freed.set()
    await asyncio.gather(*holding)
    assert await store.write(add(1)) is not None
    assert (await store.check(), count(postgres_url)) == (ALL_WELL, 1)


async def test_a_database_that_is_read_only_serves_reads_and_says_so(
    store: PostgresStore, postgres: PostgresServer, postgres_url: str
) -> None:
    """As a standby is, and as a provider makes it when the disk runs full."""
    name = urlsplit(postgres_url).path[1:]
    away = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"
    query(postgres.url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    query(postgres.url, away, name)
    for _ in range(2):
        assert await store.check() == {**ALL_WELL, "writer": False}
        with pytest.raises(StoreUnavailableError):
            await store.write(add(1))
        assert await store.read(lambda uow: uow.customers.get(AGENCY)) is not None
    query(postgres.url, f"ALTER DATABASE {name} RESET default_transaction_read_only")
    query(postgres.url, away, name)
    assert await store.write(add(1)) is not None
    assert await store.check() == ALL_WELL


async def test_of_two_writes_in_a_deadlock_both_succeed(store: PostgresStore, other: PostgresStore) -> None:
    both_hold, runs = asyncio.Barrier(2), 0

    def lock(first: str, second: str) -> Any:
        met = False

        def work(uow: UnitOfWork) -> None:
            nonlocal met, runs
            runs += 1
            uow.customers.lock(first)
            if not met:
                met = True
                await_only(both_hold.wait())
            customer = uow.customers.lock(second)
            assert customer is not None
            uow.customers.save(a_customer(second, version=customer.version + 1))

        return work

    await asyncio.gather(store.write(lock(AGENCY, OTHER_AGENCY)), other.write(lock(OTHER_AGENCY, AGENCY)))
    assert runs == 3
    for customer_id in (AGENCY, OTHER_AGENCY):
        assert await store.read(lambda uow, id_=customer_id: uow.customers.get(id_).version) == 2  # type: ignore[misc]


@pytest.mark.parametrize(("state", "runs"), [("40001", 3), ("40P01", 3), ("P0001", 1)])
async def test_only_conflicts_run_again(store: PostgresStore, state: str, runs: int) -> None:
    done = 0

    def work(uow: UnitOfWork) -> None:
        nonlocal done
        done += 1
        if done < 3:
            execute(uow, f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")

    if runs == 3:
        await store.write(work)
    else:
        with pytest.raises(Exception, match="P0001"):
            await store.write(work)
    assert done == runs


@pytest.mark.parametrize("state", ["53100", "57014", "25006", "58030", "53300"])
async def test_a_server_that_cannot_is_unavailability(store: PostgresStore, state: str) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.tickets.add(a_ticket(1), ())
        execute(uow, f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")

    with pytest.raises(StoreUnavailableError):
        await store.write(work)
    assert await store.read(lambda uow: uow.tickets.get(an_id(1))) is None
    assert await store.write(add(1)) is not None


def look_up(uow: UnitOfWork) -> Any:
    return uow.idempotency.find("integrator", "key")


async def test_who_gives_up_waiting_for_a_key_leaves_no_transaction_behind(
    store: PostgresStore, other: PostgresStore, postgres_url: str
) -> None:
    async def give_up() -> None:
        waiting = asyncio.ensure_future(other.write(look_up))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    def first(uow: UnitOfWork) -> None:
        assert look_up(uow) is None
        for _ in range(3):
            await_only(give_up())

    await store.write(first)
    for _ in range(4):
        assert await other.read(lambda uow: uow.tickets.get(an_id(404))) is None
    assert query(postgres_url, LEFT_OPEN) == []


async def test_who_gives_up_as_the_key_becomes_free_leaves_no_transaction_behind(
    store: PostgresStore, other: PostgresStore, postgres_url: str
) -> None:
    for _ in range(10):
        waiting: list[asyncio.Future[Any]] = []

        async def wait(waiting: list[asyncio.Future[Any]] = waiting) -> None:
            waiting.append(asyncio.ensure_future(other.write(look_up)))
            await asyncio.sleep(0.02)

        def first(uow: UnitOfWork, wait: Any = wait) -> None:
            assert look_up(uow) is None
            await_only(wait())

        await store.write(first)
        waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await other.read(lambda uow: uow.tickets.get(an_id(404))) is None
    assert query(postgres_url, LEFT_OPEN) == []


async def test_a_key_that_another_process_holds_for_too_long_is_in_progress(
    store: PostgresStore, other: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = f"{BEGIN_WRITE}; SET LOCAL lock_timeout = 50"
    monkeypatch.setattr("app.adapters.sql.stores.postgres.BEGIN_WRITE", hasty)
    seen: list[str] = []

    async def duplicates() -> None:
        with pytest.raises(AnswerInProgressError):
            await other.write(look_up)
        seen.append("in progress")
        assert await other.write(lambda uow: uow.idempotency.find("integrator", "another")) is None

    def first(uow: UnitOfWork) -> None:
        assert look_up(uow) is None
        await_only(duplicates())
        uow.idempotency.save("integrator", "key", an_answer())

    await store.write(first)
    assert seen == ["in progress"]
    assert await other.write(look_up) == an_answer()


async def test_a_duplicate_on_another_process_waits_for_the_answer(
    store: PostgresStore, other: PostgresStore
) -> None:
    waiting: list[asyncio.Task[Any]] = []

    async def start() -> None:
        waiting.append(asyncio.ensure_future(other.write(look_up)))
        await asyncio.sleep(0.1)

    def first(uow: UnitOfWork) -> None:
        assert look_up(uow) is None
        await_only(start())
        uow.idempotency.save("integrator", "key", an_answer())

    await store.write(first)
    assert await waiting[0] == an_answer()


async def test_a_read_keeps_its_snapshot_while_others_write(store: PostgresStore) -> None:
    def look_twice(uow: UnitOfWork) -> tuple[Any, Any]:
        before = uow.customers.get(AGENCY)
        await_only(store.write(lambda other: other.customers.save(a_customer(name="Другое"))))
        return before, uow.customers.get(AGENCY)

    before, after = await store.read(look_twice)
    assert before == after == a_customer()


async def test_a_read_cannot_write(store: PostgresStore) -> None:
    with pytest.raises(StoreUnavailableError):
        await store.read(add(1))


async def test_what_refers_to_nothing_is_not_stored(store: PostgresStore) -> None:
    with pytest.raises(IntegrityConstraintViolationError):
        await store.write(add(1, chat_id=a_chat(404).id))
    assert await store.write(add(1)) is not None


async def test_a_caller_that_gives_up_leaves_no_transaction_behind(
    store: PostgresStore, postgres_url: str
) -> None:
    for _ in range(20):
        call = asyncio.ensure_future(store.write(lambda uow: execute(uow, "SELECT pg_sleep(1)")))
        await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    open_ones = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start < now()"
    )
    deadline = asyncio.get_running_loop().time() + 60
    while query(postgres_url, f"{open_ones} AND pid <> pg_backend_pid()")[0][0]:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)
    assert await store.write(add(1)) is not None


async def test_too_many_calls_are_refused_at_once(postgres_url: str, calendar: WorkCalendar) -> None:
    store = PostgresStore.open(postgres_url, calendar, waiting=2)
    calls = [store.write(lambda uow: execute(uow, "SELECT pg_sleep(0.2)") and None) for _ in range(3)]
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each) for each in ended].count(StoreUnavailableError) == 1
    await store.close()


async def test_a_closed_store_refuses_calls_and_has_served_those_before(
    store: PostgresStore, postgres_url: str
) -> None:
    waiting = [asyncio.ensure_future(store.write(add(n))) for n in range(1, 31)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*waiting)) == count(postgres_url) == 30
    with pytest.raises(StoreUnavailableError):
        await store.write(add(31))
    assert await store.check() == dict.fromkeys(ALL_WELL, False)


async def test_a_database_without_migrations_or_without_itself_is_not_opened(
    postgres: PostgresServer, calendar: WorkCalendar
) -> None:
    with postgres.database("template1") as url, pytest.raises(SchemaOutOfDateError):
        PostgresStore.open(url, calendar)
    absent = postgres.database_url("absent").replace("postgres@", "postgres:hunter2@", 1)
    with pytest.raises(StoreUnavailableError, match="absent") as raised:
        PostgresStore.open(absent, calendar)
    assert "hunter2" not in repr(raised.value)
    with pytest.raises(StoreUnavailableError):
        PostgresStore.open("postgresql://postgres:hunter2@127.0.0.1:1/desk", calendar)


async def test_the_health_check_tells_an_old_schema(store: PostgresStore, postgres_url: str) -> None:
    assert await store.check() == ALL_WELL
    query(postgres_url, "UPDATE alembic_version SET version_num = 'future'")
    assert await store.check() == {**ALL_WELL, "migrations": False}
