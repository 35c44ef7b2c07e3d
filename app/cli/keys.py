"""The command line: python -m app serve | relay | migrate | copy | … and more. It logs to stderr only."""

import asyncio
import json
import re
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import structlog
import typer
from prometheus_client import CollectorRegistry

from app.adapters.attachments.folder import prepare
from app.adapters.calendar_page import render_month
from app.adapters.sql.migrate.revisions import SchemaOutOfDateError
from app.adapters.sql.migrate.run import migrate
from app.adapters.system import SystemClock
from app.api.http.security import Scope
from app.api.schemas.base import CUSTOMER_ID_PATTERN, read_day, read_month
from app.application.administration.api_keys import SECRET_BYTES, new_key, works
from app.application.errors import OutcomeUnknownError, StoreUnavailableError
from app.application.ports.outbox import Listed
from app.application.ports.store import ApiKey, UnitOfWork
from app.application.sending.retry_outgoing import retry_outgoing
from app.domain.calendar.work_calendar import WorkCalendar, moscow_day
from app.domain.chats.inbox import InboxItem, InboxState
from app.domain.tickets.message import PartState
from app.domain.tickets.ticket import display_number
from app.main import create_app, listen
from app.main import serve as serve_http
from app.observability.logs import set_up_logs
from app.relay import RelayTaken, lock_for_process, run_until_told
from app.settings import Settings, WrongSettingsError, names_a_database, read_settings
from app.wiring import Wired, attachments_folder, base_calendar, telegram_api, wire

if TYPE_CHECKING:
    from app.adapters.messengers.telegram.api import TelegramApi
    from app.adapters.messengers.telegram.setup import SetupProblem
    from app.adapters.sql.copy.desk import Compared

T = TypeVar("T")
WRONG_USE = 2
MAX_NAME = 100
PAGE = 100

cli = typer.Typer(
    help="JokerCRM Support Desk.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
keys = typer.Typer(help="API keys of integrators.", no_args_is_help=True)
cli.add_typer(keys, name="keys")
inbox = typer.Typer(help="Updates of the messengers.", no_args_is_help=True)
cli.add_typer(inbox, name="inbox")
outbox = typer.Typer(help="Messages that were not sent, or perhaps not.", no_args_is_help=True)
cli.add_typer(outbox, name="outbox")
telegram = typer.Typer(help="The bot of Telegram.", no_args_is_help=True)
cli.add_typer(telegram, name="telegram")


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
            await wired.close()

    return asyncio.run(run())


def _listen(settings: Settings, variable: str, port: int) -> socket.socket:
    try:
        return listen(settings.host, port)
    except OSError as failure:
        _fail(
            f"Wrong settings:\nSUPPORT_HOST, {variable}: cannot listen on {settings.host}:{port}: "
            f"{failure.strerror}. For example: {variable}=8001",
            WRONG_USE,
        )


@cli.command()
def serve() -> None:
    """Migrate the database and serve HTTP until told to stop."""
    settings = _settings()
    listener = _listen(settings, "SUPPORT_PORT", settings.port)
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
    except RelayTaken as failure:
        _fail(f"Wrong settings:\nSUPPORT_RELAY: {failure}", WRONG_USE)
    except (StoreUnavailableError, SchemaOutOfDateError) as failure:
        _fail(f"The database cannot be opened: {failure}")


@cli.command("relay")
def run_relay() -> None:
    """Migrate the database and send what waits until told to stop; for services with SUPPORT_RELAY=off."""
    settings = _settings()
    _migrated(settings)
    try:
        lock = lock_for_process(settings)
    except RelayTaken as failure:
        _fail(f"Wrong settings:\nSUPPORT_RELAY: {failure}", WRONG_USE)

    listener = None
    if settings.relay_metrics_port is not None:
        listener = _listen(settings, "SUPPORT_RELAY_METRICS_PORT", settings.relay_metrics_port)

    async def run() -> None:
        await run_until_told(wire(settings), settings, CollectorRegistry(), listener)

    try:
        asyncio.run(run())
    except (StoreUnavailableError, SchemaOutOfDateError) as failure:
        _fail(f"The database cannot be opened: {failure}")
    finally:
        if lock is not None:
            lock.release()


@outbox.command("list")
def list_outbox(
    state: Annotated[
        list[PartState] | None, typer.Option(help="A state; repeat for several. Without: unknown and dead.")
    ] = None,
) -> None:
    """List parts of messages, oldest first; never what they say or to whom.

    Number, channel, ticket, kind, part, state, code, attempts charged, since when.
    """
    states = set(state or (PartState.UNKNOWN, PartState.DEAD))

    async def work(wired: Wired) -> None:
        after = 0
        while True:
            page = partial(_outbox_page, states=states, after=after)
            found = await wired.store.read(page)
            for each in found:
                typer.echo(_line(each))
            if len(found) < PAGE:
                return
            after = found[-1].part.sequence

    _with_store(work)


def _outbox_page(uow: UnitOfWork, states: set[PartState], after: int) -> Sequence[Listed]:
    return uow.outbox.page(states, after=after, limit=PAGE)


def _line(listed: Listed) -> str:
    part = listed.part
    ticket = "-" if listed.ticket_number is None else display_number(listed.ticket_number)
    since = f"{part.state_at:%Y-%m-%dT%H:%M:%SZ}"
    told = (part.sequence, listed.channel, ticket, part.kind.value, f"{part.part}/{part.parts}")
    return "\t".join(map(str, (*told, part.state.value, part.error_code or "-", part.attempts, since)))


@outbox.command("retry")
def retry_outbox(
    numbers: Annotated[list[int], typer.Argument(help="Numbers, as `outbox list` shows them.")],
) -> None:
    """Send again what was given up or may not have arrived; the latter with a mark."""

    async def work(wired: Wired) -> list[int]:
        refused = []
        for number in numbers:
            stamp = wired.clock.stamp()
            if not await wired.store.write(partial(retry_outgoing, sequence=number, stamp=stamp)):
                refused.append(number)
        return refused

    refused = _with_store(work)
    typer.echo(f"waiting again: {len(numbers) - len(refused)}", err=True)
    if refused:
        _fail(f"neither dead nor unknown: {' '.join(map(str, refused))}. `outbox list` shows what is.")


@cli.command("migrate")
def migrate_database() -> None:
    """Bring the database to the present schema; safe to repeat."""
    applied = _migrated(_settings())
    typer.echo(f"applied: {', '.join(applied)}" if applied else "up to date", err=True)


@cli.command("copy")
def copy_database(
    source: Annotated[str, typer.Option("--from", metavar="URL", help="sqlite:///… or postgresql://…")],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="An empty database; migrated first.")],
) -> None:
    """Copy a desk into an empty database, say from SQLite to PostgreSQL, and compare what arrived.

    The source is read in one snapshot and not changed; what is written to it later is not copied, so stop its
    service first. The target gets everything or nothing. PGPASSWORD and ~/.pgpass keep a password out of the
    command.

    Exit code 2: nothing was copied, because the source is not at the newest migration or the target holds
    data. Exit code 1: the copy failed, or what arrived was not what was sent; the target is still empty.
    """
    from app.adapters.sql.copy.desk import copy_desk
    from app.adapters.sql.copy.end import CopyFailedError, NotToBeCopiedError

    _settings()
    for option, url in (("--from", source), ("--to", target)):
        if not names_a_database(url):
            _fail(f"{option} must name a database: sqlite:///… with a file, or postgresql://…", WRONG_USE)
    typer.echo(f"{'part':<20}{'rows':>10}  checksum", err=True)
    try:
        asyncio.run(copy_desk(source, target, _tell_of))
    except NotToBeCopiedError as refusal:
        _fail(f"Not copied: {refusal}", WRONG_USE)
    except (CopyFailedError, StoreUnavailableError, OSError) as failure:
        _fail(f"Not copied: {failure}. The target is as empty as before")
    except OutcomeUnknownError:
        _fail(
            "The connection to the target was lost at COMMIT: copy again, and be told whether it holds data"
        )
    typer.echo("copied: every part arrived as it was sent", err=True)


def _tell_of(part: "Compared") -> None:
    """Print a line about a part of the desk, two if it did not arrive as it was sent."""
    typer.echo(f"{part.name:<20}{part.sent.rows:>10}  {part.sent.checksum}", err=True)
    if part.arrived != part.sent:
        typer.echo(f"{'  arrived':<20}{part.arrived.rows:>10}  {part.arrived.checksum}", err=True)


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


@inbox.command("list")
def list_inbox(
    state: Annotated[InboxState, typer.Option(help="Which ones.")] = InboxState.PARKED,
    after: Annotated[int, typer.Option(help="Only numbers beyond this one.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
) -> None:
    """List updates by number: channel, when it came, tries, error. Never what was written or where."""

    async def work(wired: Wired) -> Sequence[InboxItem]:
        return await wired.store.read(lambda uow: uow.inbox.of_state(state, after=after, limit=limit))

    for item in _with_store(work):
        came = f"{item.received_at:%Y-%m-%dT%H:%M:%SZ}"
        told = (item.sequence, item.channel, item.state.value, came, item.attempts, item.error or "-")
        typer.echo("\t".join(map(str, told)))


@inbox.command("replay")
def replay_inbox(
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Numbers of parked updates, as `inbox list` shows them.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that are parked.")] = False,
) -> None:
    """Have parked updates tried anew, once what was wrong is mended."""
    if bool(numbers) == everything:
        _fail("Name the numbers, or --all. For example: inbox replay 17 18", WRONG_USE)

    async def work(wired: Wired) -> int:
        now = wired.clock.stamp().now
        return await wired.store.write(lambda uow: uow.inbox.replay(numbers or None, now))

    replayed = _with_store(work)
    typer.echo(f"{replayed} to be tried anew", err=True)
    if numbers and replayed < len(set(numbers)):
        _fail("The others are not parked. `inbox list` shows those that are.")


@telegram.command("setup")
def set_up_telegram(
    url: Annotated[
        str | None,
        typer.Option(help="Address of /webhooks/telegram as Telegram reaches it; none for polling."),
    ] = None,
) -> None:
    """Have updates delivered to the address, or fetched in polling mode; then check.

    What waits at Telegram is kept. Exit code 1: something is to be mended; 2: wrong use, nothing was changed.
    """
    from app.adapters.messengers.telegram.setup import (
        remove_webhook,
        set_webhook,
        why_not_a_webhook,
    )

    settings = _settings()
    if settings.telegram_mode == "polling":
        if url is not None:
            _fail("--url is for webhooks, and SUPPORT_TELEGRAM_MODE is polling", WRONG_USE)
        _tell_findings(settings, remove_webhook)
        return
    if url is None:
        _fail("Name the address. For example: --url https://desk.example.org/webhooks/telegram", WRONG_USE)
    if reason := why_not_a_webhook(url, own_server=settings.own_telegram_server):
        _fail(f"--url: {reason}. For example: https://desk.example.org/webhooks/telegram", WRONG_USE)
    secret = "" if settings.telegram_secret is None else settings.telegram_secret.get_secret_value()
    _tell_findings(settings, partial(set_webhook, url=url, secret=secret))


@telegram.command("check")
def check_telegram() -> None:
    """Ask Telegram about the bot and how updates come; exit code 1 if something is to be mended."""
    from app.adapters.messengers.telegram.setup import check

    settings = _settings()
    _tell_findings(settings, partial(check, url="" if settings.telegram_mode == "polling" else None))


def _tell_findings(
    settings: Settings, work: "Callable[[TelegramApi], Awaitable[list[SetupProblem]]]"
) -> None:
    """Print what is, and under it what to do; leave with 1 where something is to be done."""
    from app.adapters.messengers.telegram.setup import SetupFailed

    api = telegram_api(settings)
    if api is None:
        _fail("SUPPORT_TELEGRAM_TOKEN is not set: the channel is off", WRONG_USE)

    async def run() -> "list[SetupProblem]":
        async with api:
            return await work(api)

    try:
        findings = asyncio.run(run())
    except SetupFailed as failure:
        _fail(str(failure))
    for finding in findings:
        typer.echo(finding.fact, err=True)
        if finding.advice is not None:
            typer.echo(f"  → {finding.advice}", err=True)
    if any(finding.advice is not None for finding in findings):
        raise typer.Exit(1)


if __name__ == "__main__":
    cli()
