"""Migrations: the same schema as the tables, applied once, whoever runs them and however they end."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.adapters.sql.engines.dialect_sqlite import CREATE_SEARCH
from app.adapters.sql.engines.sqlite import create_file, sqlite_engine
from app.adapters.sql.migrate.revisions import MIGRATIONS, head, is_current
from app.adapters.sql.migrate.run import migrate
from app.adapters.sql.schema.tables import METADATA
from tests.adapters.revisions import REVISIONS

ROOT = Path(__file__).parents[4]


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


MIGRATE = "import sys; from app.adapters.sql.migrate.run import migrate; print(migrate(sys.argv[1]))"
KILLED_BEFORE_COMMIT = """
import os, signal, sys
from app.adapters.sql.migrate import run, upgrade as module
upgrade = module.upgrade
def upgrade_and_die(connection):
    upgrade(connection)
    os.kill(os.getpid(), signal.SIGKILL)
module.upgrade = upgrade_and_die
run.migrate(sys.argv[1])
"""


def facts_of(file: Path) -> dict[str, Any]:
    """Give columns, keys and indexes of every table as SQLite sees them."""
    with closing(sqlite3.connect(file)) as connection:

        def rows(query: str) -> list[Any]:
            return connection.execute(query).fetchall()

        def sql_of(name: str) -> Any:
            query = "SELECT sql FROM sqlite_master WHERE name = ?"
            return connection.execute(query, (name,)).fetchone()[0]

        def index(name: str) -> Any:
            return sql_of(name), rows(f"PRAGMA index_xinfo({name})")

        tables = [
            name
            for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("ticket_search", "alembic_version", "sqlite_"))
        ]
        return {
            table: {
                "columns": rows(f"PRAGMA table_xinfo({table})"),
                "foreign keys": sorted(row[2:] for row in rows(f"PRAGMA foreign_key_list({table})")),
                "indexes": sorted(
                    [(*row[2:], index(row[1])) for row in rows(f"PRAGMA index_list({table})")], key=repr
                ),
                "autoincrement": "AUTOINCREMENT" in sql_of(table),
            }
            for table in tables
        }


def test_migrations_lead_to_the_schema_of_the_tables(migrated: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    create_file(made)
    with sqlite_engine(made).connect() as connection:
        METADATA.create_all(connection)
    assert facts_of(migrated) == facts_of(made)
    assert facts_of(made)["tickets"]["indexes"]


def test_alembic_finds_nothing_left_to_do(migrated: Path) -> None:
    def is_ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return not (kind == "table" and str(name).startswith("ticket_search"))

    with sqlite_engine(migrated).connect() as connection:
        options = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_the_search_index_is_the_one_that_the_dialect_reads(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'ticket_search'").fetchone()
    assert sql == CREATE_SEARCH


def test_migrations_are_applied_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "support.db"
    assert migrate(f"sqlite:///{file}") == REVISIONS
    assert migrate(str(file)) == []
    with sqlite_engine(file).connect() as connection:
        assert is_current(connection)


def test_a_program_that_finds_nothing_to_migrate_does_not_load_the_migration_tool(migrated: Path) -> None:
    program = f"{MIGRATE}; import app.main; print('alembic' in sys.modules)"
    with start(program, str(migrated)) as process:
        assert process.communicate(timeout=60)[0].strip().split() == ["[]", "False"]


def test_the_newest_revision_is_the_one_that_the_migration_tool_finds() -> None:
    assert REVISIONS[-1] == head()
    assert (MIGRATIONS / "script.py.mako").is_file()


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    file = tmp_path / "support.db"
    create_file(file)
    with sqlite_engine(file).connect() as connection:
        assert not is_current(connection)


def test_of_four_processes_that_migrate_at_once_one_does_it(tmp_path: Path) -> None:
    file = str(tmp_path / "support.db")
    processes = [start(MIGRATE, file) for _ in range(4)]
    answers = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert answers == sorted([str(REVISIONS), "[]", "[]", "[]"])


def test_a_killed_migration_leaves_nothing_and_the_next_one_succeeds(tmp_path: Path) -> None:
    file = tmp_path / "support.db"
    with start(KILLED_BEFORE_COMMIT, str(file)) as process:
        process.wait(60)
    assert process.returncode == -signal.SIGKILL
    with sqlite_engine(file).connect() as connection:
        assert not is_current(connection)
    assert migrate(str(file)) == REVISIONS
    assert facts_of(file)


def test_a_migration_that_cannot_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OSError, match="file"):
        migrate(str(tmp_path / "file" / "support.db"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
