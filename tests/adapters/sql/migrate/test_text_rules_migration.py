"""The migration of the text rules keeps what waited before it in the triage list."""

import asyncio
import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations

from app.adapters.sql.engines.sqlite import sqlite_engine
from app.adapters.sql.migrate.revisions import MIGRATIONS
from app.adapters.sql.stores.sqlite import SqliteStore
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.vocabulary import Status
from tests.contracts.builders import a_ticket, add_agencies, add_tickets


def migration(name: str) -> Any:
    spec = spec_from_file_location(name, MIGRATIONS / "versions" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_waited_before_stands_in_the_triage_list(
    migrated: Path, tmp_path: Path, calendar: WorkCalendar
) -> None:
    file = Path(shutil.copy(migrated, tmp_path / "support.db"))
    new, queued = a_ticket(1, category=None, status=Status.NEW), a_ticket(2, status=Status.QUEUED)

    async def stand() -> list[str]:
        store = SqliteStore.open(str(file), calendar)
        try:
            found = await store.read(
                lambda uow: uow.tickets.queue_page({Status.NEW}, only=None, after=None, limit=9)
            )
            return [ticket.id for ticket in found]
        finally:
            await store.close()

    async def fill() -> None:
        store = SqliteStore.open(str(file), calendar)
        try:
            await store.write(add_agencies)
            await store.write(lambda uow: add_tickets(uow, new, queued))
        finally:
            await store.close()

    asyncio.run(fill())
    rules, indexes = migration("0003_text_rules"), migration("0008_fewer_indexes")
    with sqlite_engine(file).connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            indexes.downgrade()
            rules.downgrade()
            rules.upgrade()
            indexes.upgrade()
        connection.commit()
    assert asyncio.run(stand()) == [new.id]
