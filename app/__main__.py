"""The command line: python -m app serve | migrate | keys … | openapi | calendar. Logs go to stderr only."""

import asyncio
import json
import re
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, NoReturn, TypeVar

import structlog
import typer

from app.adapters.attachments.folder import prepare
from app.adapters.calendar_page import render_month
from app.adapters.sql.migrate import SchemaOutOfDateError, migrate
from app.adapters.system import SystemClock
from app.api.log_setup import set_up_logs
from app.api.schemas.base import CUSTOMER_ID_PATTERN, read_day, read_month
from app.api.security import Scope
from app.application.api_keys import SECRET_BYTES, new_key, works
from app.application.errors import StoreUnavailableError
from app.application.ports import ApiKey
from app.domain.work_calendar import WorkCalendar, moscow_day
from app.main import create_app, listen
from app.main import serve as serve_http
from app.settings import Settings, WrongSettingsError, read_settings
from app.wiring import Wired, attachments_folder, base_calendar, wire

T = TypeVar("T")
WRONG_USE = 2
MAX_NAME = 100

cli = typer.Typer(
    help="JokerCRM Support Desk.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
keys = typer.Typer(help="API keys of integrators.", no_args_is_help=True)
cli.add_typer(keys, name="keys")


def _fail(message: str, status: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status)


def _settings() -> Settings:
    """Read the settings, set the logs up by them."""
    try:
        settings = read_settings()
    except WrongSettingsError as failure:
        _fail(f"Wrong settings:\n{failure}", WRONG_USE)
    set_up_logs(settings.log_level)
    return settings


def _migrated(settings: Settings) -> list[str]:
    try:
        return migrate(settings.database_url)
    except (StoreUnavailableError, OSError) as failure:
        _fail(
            "SUPPORT_DATABASE_URL, SUPPORT_DATA_DIR: the database cannot be opened and migrated: "
            f"{failure}. For example: SUPPORT_DATA_DIR=/var/lib/support-desk",
            WRONG_USE if settings.embedded else 1,
        )


def _with_store(work: Callable[[Wired], Awaitable[T]]) -> T:
    """Run work on the migrated database, and let go of it."""
    settings = _settings()
    _migrated(settings)

    async def run() -> T:
        wired = wire(settings)
        try:
            return await work(wired)
        finally:
            await wired.store.close()

    return asyncio.run(run())


@cli.command()
def serve() -> None:
    """Migrate the database and serve HTTP until told to stop."""
    settings = _settings()
    try:
        listener = listen(settings)
    except OSError as failure:
        _fail(
            f"Wrong settings:\nSUPPORT_HOST, SUPPORT_PORT: cannot listen on {settings.host}:{settings.port}: "
            f"{failure.strerror}. For example: SUPPORT_PORT=8001",
            WRONG_USE,
        )
    applied = _migrated(settings)
    try:
        prepare(attachments_folder(settings))
    except OSError as failure:
        _fail(
            "Wrong settings:\nSUPPORT_ATTACHMENTS_DIR, SUPPORT_DATA_DIR: the folder of attachments takes no "
            f"files: {failure.strerror}. "
            "For example: SUPPORT_ATTACHMENTS_DIR=/var/lib/support-desk/attachments",
            WRONG_USE,
        )
    if applied:
        structlog.get_logger("app.main").info("migrated", revisions=applied)
    try:
        serve_http(settings, listener)
    except (StoreUnavailableError, SchemaOutOfDateError) as failure:
        _fail(f"The database cannot be opened: {failure}")


@cli.command("migrate")
def migrate_database() -> None:
    """Bring the database to the present schema; safe to repeat."""
    applied = _migrated(_settings())
    typer.echo(f"applied: {', '.join(applied)}" if applied else "up to date", err=True)


@cli.command("openapi")
def print_document() -> None:
    """Print the OpenAPI document."""
    document = create_app().openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


@cli.command("calendar")
def print_calendar(
    month: Annotated[str | None, typer.Argument(help="Month, YYYY-MM; the present one if absent.")] = None,
) -> None:
    """Print a month of the work calendar, with the overrides of the database if there is one."""
    settings = _settings()
    calendar, today = _calendar(settings)
    try:
        first_day = read_month(month) if month else today
    except ValueError:
        _fail("The month is written YYYY-MM, of the years 2000 to 2100. For example: 2026-11", WRONG_USE)
    typer.echo(render_month(calendar, first_day.year, first_day.month))


def _calendar(settings: Settings) -> tuple[WorkCalendar, date]:
    async def read() -> tuple[WorkCalendar, date]:
        wired = wire(settings)
        try:
            calendar = await wired.store.read(lambda uow: uow.calendar.calendar())
            return calendar, moscow_day(wired.clock.stamp().now)
        finally:
            await wired.store.close()

    try:
        return asyncio.run(read())
    except (SchemaOutOfDateError, StoreUnavailableError) as failure:
        typer.echo(f"Overrides are left out: {failure}", err=True)
        return base_calendar(settings), moscow_day(SystemClock().stamp().now)


@keys.command("scopes")
def print_scopes() -> None:
    """Print all scopes, one a line."""
    for scope in Scope:
        typer.echo(scope.value)


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[list[str], typer.Option(help="A scope; repeat for several.")],
    customer: Annotated[str | None, typer.Option(help="Confine the key to this customer.")] = None,
    expires: Annotated[str | None, typer.Option(help="Last Moscow day of the key, YYYY-MM-DD.")] = None,
) -> None:
    """Make a key and print it, alone on the last line; it is shown this once only."""
    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or not name.strip():
        _fail("NAME is 1 to 100 printable characters. For example: crm-backend", WRONG_USE)
    unknown = sorted(set(scope) - set(Scope))
    if unknown:
        _fail(f"No such scope: {', '.join(unknown)}. `keys scopes` lists them all.", WRONG_USE)
    try:
        expires_on = read_day(expires) if expires else None
    except ValueError:
        _fail("--expires is a day, YYYY-MM-DD. For example: 2027-12-31", WRONG_USE)
    today = moscow_day(SystemClock().stamp().now)
    if expires_on is not None and expires_on < today:
        _fail(f"--expires is in the past; today it is {today} in Moscow.", WRONG_USE)
    if customer is not None and not re.fullmatch(CUSTOMER_ID_PATTERN, customer, re.ASCII):
        _fail("--customer is the CRM's id: 1 to 64 of A-Z a-z 0-9 . _ : @ -", WRONG_USE)
    made = new_key(secrets.token_bytes(SECRET_BYTES))

    async def work(wired: Wired) -> ApiKey:
        stamp = wired.clock.stamp()
        key = ApiKey(
            id=stamp.ids().next(),
            name=name,
            secret_sha256=made.secret_sha256,
            scopes=frozenset(scope),
            customer_id=customer,
            created_at=stamp.now,
            expires_on=expires_on,
        )
        await wired.store.write(lambda uow: uow.api_keys.add(key))
        return key

    key = _with_store(work)
    typer.echo(f"key {key.id} made for {name}", err=True)
    typer.echo(made.token)


@keys.command("list")
def list_keys() -> None:
    """List the keys; the secrets are not kept, so they are not shown."""

    async def work(wired: Wired) -> list[ApiKey]:
        return list(await wired.store.read(lambda uow: uow.api_keys.all()))

    now = SystemClock().stamp().now
    for key in _with_store(work):
        state = f"until {key.expires_on}" if key.expires_on else "without end"
        if key.revoked_at:
            state = f"revoked {key.revoked_at:%Y-%m-%d}"
        elif not works(key, now):
            state = f"expired {key.expires_on}"
        confined = f"customer {key.customer_id}" if key.customer_id else "all customers"
        typer.echo("\t".join((key.id, key.name, state, confined, " ".join(sorted(key.scopes)))))


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="Id of the key, as `keys list` shows it.")],
) -> None:
    """Revoke a key; a running service refuses it within a second."""

    async def work(wired: Wired) -> bool:
        now = wired.clock.stamp().now
        return await wired.store.write(lambda uow: uow.api_keys.revoke(key_id, now))

    if not _with_store(work):
        _fail("There is no such key, or it is revoked already. `keys list` shows all.")
    typer.echo("revoked", err=True)


if __name__ == "__main__":
    cli()
