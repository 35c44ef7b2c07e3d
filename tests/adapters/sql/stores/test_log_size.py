"""The size of SQLite's write-ahead log: shown as a metric, and cut after a large write."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from app.adapters.sql.engines.sqlite import CHECKPOINT_PAGES, LOG_BYTES, log_file
from app.adapters.sql.stores.sqlite import SqliteStore
from app.application.ports.store import UnitOfWork
from app.observability.database_metrics import watch_log
from tests.adapters.sql.driver import ask
from tests.contracts.builders import a_ticket

pytestmark = pytest.mark.anyio

SMALL = 1024 * 1024
LARGE = "долго" * 400_000
"""Four megabytes."""


@pytest.fixture
def log(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the log of a store that keeps a smaller one than usual."""
    monkeypatch.setattr("app.adapters.sql.engines.sqlite.LOG_BYTES", SMALL)
    return log_file(database)


def size_of(log: Path) -> int:
    return log.stat().st_size


async def write(store: SqliteStore, number: int, text: str = "") -> None:
    await store.write(lambda uow: uow.tickets.add(a_ticket(number, text=text), ()))


def checkpoint(uow: UnitOfWork) -> None:
    ask(uow, "PRAGMA wal_checkpoint(PASSIVE)")


async def test_a_large_log_is_cut_by_the_write_after_a_checkpoint(log: Path, store: SqliteStore) -> None:
    await write(store, 1, LARGE)
    assert size_of(log) > SMALL
    await store.read(checkpoint)
    await write(store, 2)
    assert size_of(log) <= SMALL


async def test_a_long_read_keeps_the_log_until_it_ends(log: Path, store: SqliteStore, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM tickets").fetchone()
        await write(store, 1, LARGE)
        await store.read(checkpoint)
        await write(store, 2)
        assert size_of(log) > SMALL
    await store.read(checkpoint)
    await write(store, 3)
    assert size_of(log) <= SMALL


async def test_the_limit_is_above_what_usual_work_needs(store: SqliteStore) -> None:
    page: int = await store.read(lambda uow: ask(uow, "PRAGMA page_size"))
    assert 1.5 * page * CHECKPOINT_PAGES <= LOG_BYTES


async def test_the_metric_is_the_size_of_the_log(database: Path, store: SqliteStore, tmp_path: Path) -> None:
    registry, other = CollectorRegistry(), CollectorRegistry()
    watch_log(registry, log_file(database))
    watch_log(other, tmp_path / "absent")
    await write(store, 1)
    name = "support_database_wal_bytes"
    assert registry.get_sample_value(name) == size_of(log_file(database)) > 0
    assert other.get_sample_value(name) == 0
