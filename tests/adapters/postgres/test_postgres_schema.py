"""Migrations on PostgreSQL: the schema of the tables, applied once, whoever runs or kills them."""

import signal
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from app.adapters.sql.engines.postgres import in_own_loop, postgres_engine
from app.adapters.sql.migrate.run import migrate
from app.adapters.sql.schema.tables import METADATA
from tests.adapters.revisions import REVISIONS
from tests.adapters.sql.migrate.test_migrations import KILLED_BEFORE_COMMIT, MIGRATE, start
from tests.postgres_server import PostgresServer, query

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
           (SELECT collname FROM pg_collation AS l WHERE l.oid = a.attcollation),
           pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    ORDER BY c.relname, a.attname"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
OUTSIDE = ("ticket_search", "alembic_version")
"""Tables that the migrations make by their own words, as they do in SQLite."""


def on(url: str, work: Any) -> Any:
    async def run() -> Any:
        engine = postgres_engine(url, pooled=False)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return in_own_loop(run)


def facts_of(url: str) -> list[tuple[Any, ...]]:
    """Give columns, keys and indexes as PostgreSQL tells them, without what is only of PostgreSQL."""
    rows = [tuple(row) for question in (COLUMNS, CONSTRAINTS, INDEXES) for row in query(url, question)]
    return [row for row in rows if row[0] not in OUTSIDE and "transaction" not in row[1]]


def test_migrations_lead_to_the_schema_of_the_tables(postgres: PostgresServer, postgres_url: str) -> None:
    with postgres.database("template1") as made:
        on(made, METADATA.create_all)
        assert facts_of(postgres_url) == facts_of(made)
    assert len(facts_of(postgres_url)) > 150


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_alembic_finds_nothing_left_to_do(postgres_url: str) -> None:
    def is_ours(_: Any, name: str | None, *__: Any) -> bool:
        return name not in {"ticket_search", "transaction", "ix_events_transaction_sequence"}

    def compare(connection: Connection) -> Any:
        options = {"compare_type": True, "include_object": is_ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)

    assert on(postgres_url, compare) == []


def test_names_are_ordered_by_code_points_and_columns_have_native_types(postgres_url: str) -> None:
    facts = {(row[0], row[1]): row[2:] for row in query(postgres_url, COLUMNS)}
    assert facts["customers", "id"][3] == "C"
    assert facts["tickets", "id"][0] == "uuid"
    assert facts["tickets", "created_at"][0] == "timestamp with time zone"
    assert facts["tickets", "number"][0] == "bigint"
    assert facts["events", "transaction"][0] == "xid8"
    assert facts["rulings", "facts"][0] == "jsonb"


def test_migrations_are_applied_once(postgres: PostgresServer) -> None:
    with postgres.database("template1") as url:
        assert migrate(url) == REVISIONS
        assert migrate(url) == []


def test_of_four_processes_that_migrate_at_once_one_does_it(postgres: PostgresServer) -> None:
    with postgres.database("template1") as url:
        processes = [start(MIGRATE, url) for _ in range(4)]
        answers = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
        assert [process.returncode for process in processes] == [0, 0, 0, 0]
        assert answers == sorted([str(REVISIONS), "[]", "[]", "[]"])


def test_a_killed_migration_leaves_nothing_and_the_next_one_succeeds(postgres: PostgresServer) -> None:
    with postgres.database("template1") as url:
        with start(KILLED_BEFORE_COMMIT, url) as process:
            process.wait(60)
        assert process.returncode == -signal.SIGKILL
        assert facts_of(url) == []
        assert migrate(url) == REVISIONS


@pytest.mark.parametrize("term", ["stems @> ARRAY['выгрузк']"])
def test_stems_are_found_by_their_index(postgres_url: str, term: str) -> None:
    plan = query(postgres_url, f"EXPLAIN SELECT number FROM ticket_search WHERE {term}")  # noqa: S608 - ours
    assert "ix_ticket_search_stems" in "\n".join(row[0] for row in plan)
