"""Stores lean on what the drivers of both engines tell of transactions, and on Python's collector."""

import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import asyncpg
import pytest

from tests.postgres_server import PostgresServer

OWN = "own connections to PostgreSQL (engines/postgres.py) lean on asyncpg: "
GROUP = "group commit without savepoints (group_commit.py) leans on sqlite3: "


@pytest.fixture
async def driver(postgres: PostgresServer) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(postgres.url, statement_cache_size=0, command_timeout=5)
    yield connection
    await connection.close()


async def test_a_text_without_parameters_may_hold_several_statements(driver: Any) -> None:
    await driver.execute("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(1)")
    assert driver.is_in_transaction(), OWN + "is_in_transaction knows of a BEGIN that was sent as text"
    told = [await driver.execute("CREATE TEMPORARY TABLE things (id int) ON COMMIT DROP")]
    told.append(await driver.execute("INSERT INTO things SELECT generate_series(1, $1::int)", 3))
    told.append(await driver.execute("UPDATE things SET id = id + 1"))
    told.append(await driver.execute("COMMIT"))
    assert told == ["CREATE TABLE", "INSERT 0 3", "UPDATE 3", "COMMIT"], OWN + "command tags"
    assert not driver.is_in_transaction(), OWN + "is_in_transaction knows of COMMIT"


async def test_a_failed_transaction_is_told_at_commit(driver: Any) -> None:
    await driver.execute("BEGIN")
    with pytest.raises(asyncpg.PostgresError) as raised:
        await driver.execute("SELECT 1 / 0")
    assert raised.value.sqlstate == "22012", OWN + "errors have the server's code"
    assert driver.is_in_transaction(), OWN + "a failed transaction is still one"
    assert await driver.execute("COMMIT") == "ROLLBACK", OWN + "the command tag of a refused COMMIT"


async def test_inserts_travel_as_one_statement(driver: Any) -> None:
    await driver.execute("CREATE TEMPORARY TABLE things (id int); CREATE TEMPORARY TABLE parts (id int)")
    both = "WITH first AS (INSERT INTO things VALUES ($1)) INSERT INTO parts VALUES ($2)"
    await driver.execute(both, 1, 2)
    rows = await driver.fetch("SELECT things.id, parts.id FROM things, parts")
    assert [tuple(row) for row in rows] == [(1, 2)], "inserts that travel together lean on PostgreSQL's WITH"


async def test_a_closed_connection_is_known_by_its_words(driver: Any) -> None:
    driver.terminate()
    assert driver.is_closed(), OWN + "is_closed"
    with pytest.raises(asyncpg.InterfaceError, match="closed"):
        await driver.execute("SELECT 1")


def test_sqlite_counts_every_changed_row_and_tells_of_a_rollback() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)) as connection:
        connection.execute("CREATE TABLE things (id INTEGER UNIQUE)")
        connection.execute("BEGIN IMMEDIATE")
        counts = [connection.total_changes]
        for statement in ("INSERT INTO things VALUES (1), (2)", "UPDATE things SET id = 5 WHERE id = 1"):
            connection.execute(statement)
            counts.append(connection.total_changes)
        with pytest.raises(sqlite3.IntegrityError) as raised:
            connection.execute("INSERT INTO things VALUES (5)")
        counts.append(connection.total_changes)
        assert counts == [0, 2, 3, 3], GROUP + "total_changes grows by each changed row, not by a refused one"
        assert raised.value.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_UNIQUE, GROUP + "sqlite_errorcode"
        assert connection.in_transaction, GROUP + "in_transaction"
        connection.execute("ROLLBACK")
        assert not connection.in_transaction, GROUP + "in_transaction knows of ROLLBACK"


FREEZE = """
import gc
mine = [[]]
assert any(one is mine for one in gc.get_objects())
gc.freeze()
assert gc.get_freeze_count() > 1_000
assert not any(one is mine for one in gc.get_objects())
gc.set_threshold(10_000, 20, 20)
assert gc.get_threshold()[0] == 10_000
"""


def test_frozen_objects_stay_out_of_the_collectors_sight() -> None:
    told = "the collector's settings (main.py) lean on CPython's gc.freeze and gc.set_threshold"
    assert subprocess.run([sys.executable, "-c", FREEZE], check=False).returncode == 0, told
