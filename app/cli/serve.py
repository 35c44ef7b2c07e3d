"""The commands that run until they are stopped, `serve` and `relay`, and `openapi`."""

import asyncio
import json
import secrets
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app import __version__
from app.cli.common import (
    WRONG_USE,
    fail,
    listen,
    load_settings,
    migrated,
    raise_descriptor_limit,
    warn_of_network_file_systems,
    warn_of_open_files,
)

if TYPE_CHECKING:
    from app.settings import Settings

commands = typer.Typer()


@commands.command()
def serve(
    *,
    dev: Annotated[
        bool,
        typer.Option(
            "--dev",
            help="Create an admin key unless SUPPORT_ADMIN_KEY is set; print it and the docs' address.",
        ),
    ] = False,
) -> None:
    """Migrate the database and serve HTTP until stopped."""
    settings = load_settings()
    raise_descriptor_limit()

    # The application is loaded before the port listens: until then connections are refused, not kept waiting.
    import structlog
    from pydantic import SecretStr

    from app.adapters.attachments.folder import prepare
    from app.adapters.sql.migrate.revisions import SchemaOutOfDateError
    from app.application.errors import StoreUnavailableError
    from app.main import serve as serve_http
    from app.wiring import attachments_folder
    from app.worker.locks import RelayTaken

    listener = listen(settings, "SUPPORT_PORT", settings.port)
    applied = migrated(settings)
    try:
        prepare(attachments_folder(settings))
    except OSError as failure:
        fail(
            "Wrong settings:\nSUPPORT_ATTACHMENTS_DIR, SUPPORT_DATA_DIR: the folder of attachments is not "
            f"writable: {failure.strerror}. "
            "For example: SUPPORT_ATTACHMENTS_DIR=/var/lib/support-desk/attachments",
            WRONG_USE,
        )
    warn_of_open_files(settings)
    warn_of_network_file_systems(settings)
    if applied:
        structlog.get_logger("app.main").info("migrated", revisions=applied)
    welcome = ""
    if dev:
        made = None if settings.admin_key else f"jsd_{secrets.token_urlsafe(32)}"
        if made:
            settings = settings.model_copy(update={"admin_key": SecretStr(made)})
        welcome = _welcome(_address(settings, listener), made)
    try:
        serve_http(settings, listener, lambda: typer.echo(welcome, nl=False))
    except RelayTaken as failure:
        fail(f"Wrong settings:\nSUPPORT_RELAY: {failure}", WRONG_USE)
    except (StoreUnavailableError, SchemaOutOfDateError) as failure:
        fail(f"The database cannot be opened: {failure}")


def _address(settings: "Settings", listener: socket.socket) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}"


def _welcome(address: str, made: str | None) -> str:
    """Return the lines that a person needs first; other programs read them too, without the heading."""
    lines = [
        f"Docs:      {address}/docs",
        f"Admin key: {made or 'the value of SUPPORT_ADMIN_KEY'}",
        f"Try:       KEY={made or '$SUPPORT_ADMIN_KEY'}",
        f'           curl -H "Authorization: Bearer $KEY" {address}/v1/queue',
        "",
    ]
    if sys.stdout.isatty():
        heading = f"JokerCRM Support Desk {__version__} is running. Stop it with Ctrl+C."
        lines = ["", heading, "", *lines, ""]
    return "\n".join(lines)


@commands.command("relay")
def run_relay() -> None:
    """Migrate the database and run the relay until stopped. Its services must have SUPPORT_RELAY=off.

    The relay processes updates, sends messages and fetches files. If SUPPORT_RELAY_METRICS_PORT is set, it
    also serves metrics and probes.
    """
    settings = load_settings()
    raise_descriptor_limit()
    migrated(settings)
    warn_of_open_files(settings)
    warn_of_network_file_systems(settings)

    from prometheus_client import CollectorRegistry

    from app.adapters.sql.migrate.revisions import SchemaOutOfDateError
    from app.application.errors import StoreUnavailableError
    from app.wiring import wire
    from app.worker.locks import RelayTaken, lock_for_process
    from app.worker.process import run_until_told

    try:
        lock = lock_for_process(settings)
    except RelayTaken as failure:
        fail(f"Wrong settings:\nSUPPORT_RELAY: {failure}", WRONG_USE)

    listener = None
    if settings.relay_metrics_port is not None:
        listener = listen(settings, "SUPPORT_RELAY_METRICS_PORT", settings.relay_metrics_port)

    async def run() -> None:
        await run_until_told(wire(settings), settings, CollectorRegistry(), listener)

    try:
        asyncio.run(run())
    except (StoreUnavailableError, SchemaOutOfDateError) as failure:
        fail(f"The database cannot be opened: {failure}")
    finally:
        if lock is not None:
            lock.release()


@commands.command("openapi")
def print_document() -> None:
    """Print the OpenAPI document."""
    from app.main import create_app

    document = create_app().openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
