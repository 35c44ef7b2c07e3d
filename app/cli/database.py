"""The commands on the database as a whole: `migrate`, `copy` and `calendar`."""

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import WRONG_USE, fail, load_settings, migrated, read_misspelt, run_on_store

if TYPE_CHECKING:
    from app.adapters.sql.copy.desk import Compared
    from app.domain.calendar.work_calendar import WorkCalendar
    from app.settings import Settings

commands = typer.Typer()


@commands.command("migrate")
def migrate_database() -> None:
    """Migrate the database to the current schema, and list what a person must correct. Safe to repeat."""
    from app.application.errors import StoreUnavailableError
    from app.cli.misspelt import print_misspelt

    settings = load_settings()
    applied = migrated(settings)
    typer.echo(f"applied: {', '.join(applied)}" if applied else "up to date", err=True)
    try:
        found = read_misspelt(settings)
    except (StoreUnavailableError, OSError) as failure:
        fail(f"Migrated, but what is to be corrected cannot be read: {failure}. Run the command again")
    print_misspelt(found)


@commands.command("copy")
def copy_database(
    source: Annotated[str, typer.Option("--from", metavar="URL", help="sqlite:///… or postgresql://…")],
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help="An empty database; it is migrated first.")
    ],
) -> None:
    """Copy a desk into an empty database, for example from SQLite to PostgreSQL, and verify the copy.

    The source is read in one snapshot and is not changed. Stop its service first: later writes are not
    copied. The target receives everything or nothing. PGPASSWORD and ~/.pgpass keep a password out of the
    command.

    Exit code 2: nothing was copied, because the source is not at the newest migration or the target holds
    data. Exit code 1: the copy or its verification failed; the target is still empty.
    """
    from app.adapters.sql.copy.desk import copy_desk
    from app.adapters.sql.copy.end import CopyFailedError, NotToBeCopiedError
    from app.application.errors import OutcomeUnknownError, StoreUnavailableError
    from app.settings import names_a_database

    load_settings()
    for option, url in (("--from", source), ("--to", target)):
        if not names_a_database(url):
            fail(f"{option} must name a database: sqlite:///… with a file, or postgresql://…", WRONG_USE)
    typer.echo(f"{'part':<20}{'rows':>10}  checksum", err=True)
    try:
        asyncio.run(copy_desk(source, target, _print_compared))
    except NotToBeCopiedError as refusal:
        fail(f"Not copied: {refusal}", WRONG_USE)
    except (CopyFailedError, StoreUnavailableError, OSError) as failure:
        fail(f"Not copied: {failure}. The target is still empty")
    except OutcomeUnknownError:
        fail(
            "The connection to the target was lost during COMMIT. Run the copy again: it reports whether the "
            "target holds data"
        )
    typer.echo("copied and verified", err=True)


def _print_compared(part: "Compared") -> None:
    """Print one line about a part of the desk, and a second one if the copy differs."""
    typer.echo(f"{part.name:<20}{part.sent.rows:>10}  {part.sent.checksum}", err=True)
    if part.arrived != part.sent:
        typer.echo(f"{'  arrived':<20}{part.arrived.rows:>10}  {part.arrived.checksum}", err=True)


@commands.command("calendar")
def print_calendar(
    month: Annotated[str | None, typer.Argument(help="Month, YYYY-MM. Default: the current month.")] = None,
) -> None:
    """Print a month of the work calendar, including the exceptions in the database if there is one."""
    from app.adapters.calendar_page import render_month
    from app.api.schemas.base import read_month

    calendar, today = _calendar(load_settings())
    try:
        first_day = read_month(month) if month else today
    except ValueError:
        fail("MONTH must be YYYY-MM, in the years 2000 to 2100. For example: 2026-11", WRONG_USE)
    typer.echo(render_month(calendar, first_day.year, first_day.month))


def _calendar(settings: "Settings") -> "tuple[WorkCalendar, date]":
    from app.adapters.sql.migrate.revisions import SchemaOutOfDateError
    from app.adapters.system import SystemClock
    from app.application.errors import StoreUnavailableError
    from app.domain.calendar.service_hours import moscow_day
    from app.wiring import base_calendar

    today = moscow_day(SystemClock().stamp().now)
    try:
        return run_on_store(settings, lambda store: store.read(lambda uow: uow.calendar.calendar())), today
    except (SchemaOutOfDateError, StoreUnavailableError) as failure:
        typer.echo(f"Exceptions are not included: {failure}", err=True)
        return base_calendar(settings), today
