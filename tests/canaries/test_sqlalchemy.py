"""Prepared statements, and transactions on PostgreSQL in one greenlet, lean on insides of SQLAlchemy."""

import re
import sqlite3
from copy import copy
from typing import Any

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Executable,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import asyncpg as on_postgres
from sqlalchemy.dialects.sqlite import pysqlite as on_sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import await_, await_only, greenlet_spawn

from tests.postgres_server import PostgresServer

PREPARED = "prepared statements (engines/prepared.py) lean on SQLAlchemy: "
GREENLET = "one greenlet per transaction (stores/postgres.py) leans on SQLAlchemy: "

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("open", Boolean),
    Column("document", JSON),
)
FIND = (
    select(things.c.id, things.c.name.label("called"))
    .where(things.c.id.in_(bindparam("ids", expanding=True)))
    .where(things.c.name == bindparam("wanted"))
    .limit(7)
)
DIALECTS: list[Dialect] = [on_sqlite.dialect(), on_postgres.dialect()]  # type: ignore[no-untyped-call]
EXPANDED = {"ids": [3, 4, 5], "wanted": "chair"}


def compiled(statement: Executable, dialect: Dialect, names: list[str] | None = None) -> SQLCompiler:
    found = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]
    assert isinstance(found, SQLCompiler), PREPARED + "compile() gives a SQLCompiler"
    return found


def samples_of(form: SQLCompiler) -> dict[str, Any]:
    return {name: bind.effective_value for bind, name in form.bind_names.items()} | {"ids": [None] * 3}


@pytest.mark.parametrize("dialect", DIALECTS, ids=["sqlite", "postgresql"])
def test_a_compiled_statement_knows_its_parameters(dialect: Dialect) -> None:
    binds = {name: bind for bind, name in compiled(FIND, dialect).bind_names.items()}
    assert EXPANDED.keys() < binds.keys(), PREPARED + "SQLCompiler.bind_names names every parameter"
    told = {name: (bind.required, bool(bind.expanding)) for name, bind in binds.items()}
    constants = binds.keys() - EXPANDED.keys()
    expected = {"ids": (True, True), "wanted": (True, False)} | dict.fromkeys(constants, (False, False))
    assert told == expected, PREPARED + "BindParameter.required and .expanding"
    values = {binds[name].effective_value for name in constants}
    assert 7 in values, PREPARED + "BindParameter.effective_value of a constant"


def test_a_list_is_expanded_to_the_length_of_its_sample() -> None:
    form = compiled(FIND, DIALECTS[1])
    state = form.construct_expanded_state(samples_of(form))
    members = state.parameter_expansion["ids"]
    assert len(members) == 3, PREPARED + "ExpandedState.parameter_expansion names each member of a list"
    found = re.search(r"IN \((.*)\) AND things.name = (\S+)", state.statement)
    assert found, PREPARED + "ExpandedState.statement holds a mark for each member of a list"
    numbers = [int(number) for number in re.findall(r"\$(\d+)", found[0])]
    named = [(state.positiontup or ())[number - 1] for number in numbers]
    assert named == [*members, "wanted"], PREPARED + "ExpandedState.positiontup names the parameters $1, $2 …"


def test_the_text_and_the_order_run_on_the_driver() -> None:
    form = compiled(FIND, DIALECTS[0])
    state = form.construct_expanded_state(samples_of(form))
    values = samples_of(form) | {"wanted": "chair"}
    values |= dict(zip(state.parameter_expansion["ids"], EXPANDED["ids"], strict=True))
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (id INTEGER, name TEXT)")
    connection.executemany("INSERT INTO things VALUES (?, ?)", [(4, "chair"), (5, "table"), (9, "chair")])
    rows = connection.execute(state.statement, [values[name] for name in state.positiontup or ()]).fetchall()
    connection.close()
    assert rows == [(4, "chair")], PREPARED + "the compiled text runs on the driver itself"


@pytest.mark.parametrize("dialect", DIALECTS, ids=["sqlite", "postgresql"])
def test_an_insert_takes_the_columns_that_are_named(dialect: Dialect) -> None:
    statement = insert(things).returning(things.c.id)
    short = compiled(copy(statement), dialect, ["id", "name"])
    long = compiled(copy(statement), dialect, ["id", "name", "open"])
    assert [sorted(form.bind_names.values()) for form in (short, long)] == [
        ["id", "name"],
        ["id", "name", "open"],
    ], PREPARED + "a copy of an insert is compiled by column_keys, whatever was compiled before"
    assert [column.key for column in statement.exported_columns] == ["id"], PREPARED + "exported_columns"


def test_columns_and_names_of_a_result_are_known_before_it_runs() -> None:
    assert [column.key for column in FIND.exported_columns] == ["id", "called"], PREPARED + "exported_columns"
    plain = text("SELECT 1").columns(things.c.id)
    assert [column.key for column in plain.exported_columns] == ["id"], PREPARED + "TextualSelect's columns"
    assert not getattr(text("DELETE FROM things"), "exported_columns", ()), PREPARED + "a text has no columns"


def test_types_turn_values_outside_of_a_result() -> None:
    sqlite = on_sqlite.dialect(json_serializer=lambda document: f"<{document}>")
    document = things.c.document.type.dialect_impl(sqlite)
    write, read = document.bind_processor(sqlite), document.result_processor(sqlite, None)
    assert write is not None, PREPARED + "JSON is written by a processor"
    assert write(1) == "<1>", PREPARED + "bind_processor uses the dialect's json_serializer"
    assert read is not None, PREPARED + "JSON is read by a processor"
    assert read("[1]") == [1], PREPARED + "result_processor needs no type of the driver"
    opened = things.c.open.type.dialect_impl(sqlite).result_processor(sqlite, None)
    assert opened is not None, PREPARED + "SQLite's numbers become booleans"
    assert opened(1) is True, PREPARED + "SQLite's numbers become booleans"
    assert things.c.name.type.dialect_impl(sqlite).bind_processor(sqlite) is None, PREPARED + "text stays"


async def test_a_plain_function_awaits_in_the_greenlet_that_was_spawned_for_it() -> None:
    async def answer(question: int) -> int:
        return question + 1

    def work(first: int) -> int:
        return await_(answer(first)) + await_only(answer(0))

    assert await greenlet_spawn(work, 40) == 42, GREENLET + "greenlet_spawn, await_ and await_only"


async def test_the_dialect_connects_by_our_function() -> None:
    class Called(Exception): ...

    async def connect(*_: Any, **__: Any) -> Any:
        raise Called

    given = {"async_creator_fn": connect, "prepared_statement_cache_size": 0}
    engine = create_async_engine("postgresql+asyncpg://", connect_args=given)
    with pytest.raises(Called):
        await engine.connect()
    await engine.dispose()


async def test_a_raw_connection_of_the_pool_runs_calls_of_its_driver(postgres: PostgresServer) -> None:
    async def connect(*_: Any, **__: Any) -> Any:
        return await asyncpg.connect(postgres.url)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"async_creator_fn": connect},
        isolation_level="AUTOCOMMIT",
        pool_size=1,
    )

    def take() -> tuple[Any, Any, bool]:
        connection = engine.sync_engine.raw_connection()
        driver = connection.driver_connection
        kept = bool(connection.info.setdefault("kept", []))
        connection.info["kept"].append(1)
        adapted: Any = connection.dbapi_connection
        rows = adapted.run_async(lambda own: own.fetch("SELECT $1::int", 6))
        idle = driver is not None and not driver.is_in_transaction()
        connection.close()
        return driver, rows[0][0] if idle else None, kept

    first, second = await greenlet_spawn(take), await greenlet_spawn(take)
    await engine.dispose()
    assert isinstance(first[0], asyncpg.Connection), GREENLET + "driver_connection is asyncpg's own"
    assert first[1] == 6, GREENLET + "run_async runs a call of the driver and begins no transaction"
    assert first[0] is second[0], GREENLET + "a closed connection goes back to the pool"
    assert (first[2], second[2]) == (False, True), GREENLET + "info lasts as long as the connection"


async def test_an_invalidated_connection_gives_its_place_back(postgres: PostgresServer) -> None:
    async def connect(*_: Any, **__: Any) -> Any:
        return await asyncpg.connect(postgres.url)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"async_creator_fn": connect},
        pool_size=1,
        max_overflow=0,
        pool_timeout=2,
    )

    def drop() -> Any:
        connection = engine.sync_engine.raw_connection()
        driver: Any = connection.driver_connection
        driver.terminate()
        connection.invalidate()
        return driver

    first, second = await greenlet_spawn(drop), await greenlet_spawn(drop)
    await engine.dispose()
    assert first is not second, GREENLET + "invalidate() drops a connection and makes room for another"


def test_alembic_names_the_steps_of_an_upgrade() -> None:
    assert callable(getattr(ScriptDirectory, "_upgrade_revs", None)), (
        "the migration (migrate/upgrade.py) leans on Alembic: ScriptDirectory._upgrade_revs"
    )


class Loud(TypeDecorator[str]):
    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        del dialect
        return str.upper


def test_a_type_of_ours_writes_by_its_own_processor() -> None:
    sqlite = on_sqlite.dialect()
    write = Loud().dialect_impl(sqlite).bind_processor(sqlite)
    assert write is str.upper, PREPARED + "a TypeDecorator's own bind_processor is used as it is"
