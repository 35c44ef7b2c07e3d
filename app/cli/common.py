"""The parts that commands share: failure, settings, the migrated database, a listening socket."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from app.application.administration.misspelt_addresses import Misspelt
    from app.settings import Settings
    from app.wiring import OpenStore

T = TypeVar("T")
WRONG_USE = 2
BACKLOG = 2_048


def fail(message: str, status: int = 1) -> NoReturn:
    """Print a message on stderr and exit with the status."""
    typer.echo(message, err=True)
    raise typer.Exit(status)


def load_settings() -> "Settings":
    """Read the settings and set up the logs by them."""
    from app.observability.logs import set_up_logs
    from app.settings import WrongSettingsError, read_settings

    try:
        settings = read_settings()
    except WrongSettingsError as failure:
        fail(f"Wrong settings:\n{failure}", WRONG_USE)
    set_up_logs(settings.log_level, settings.log_format)
    return settings


def raise_descriptor_limit() -> None:
    """Raise the limit of open files to the highest one allowed: each connection needs a descriptor."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems report a limit that they refuse to set
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def migrated(settings: "Settings") -> list[str]:
    """Migrate the database; return the revisions that were applied.

    If there are any, log what a person must correct after them. A new database holds nothing yet.
    """
    from app.adapters.sql.migrate.revisions import FIRST
    from app.adapters.sql.migrate.run import migrate
    from app.application.errors import StoreUnavailableError

    try:
        applied = migrate(settings.database_url)
    except (StoreUnavailableError, OSError) as failure:
        fail(
            "SUPPORT_DATABASE_URL, SUPPORT_DATA_DIR: the database cannot be opened and migrated: "
            f"{failure}. For example: SUPPORT_DATA_DIR=/var/lib/support-desk",
            WRONG_USE if settings.embedded else 1,
        )
    if applied and FIRST not in applied:
        _report_misspelt(settings)
    return applied


def _report_misspelt(settings: "Settings") -> None:
    """Log what a person must correct; the migration is applied even if that cannot be read."""
    import structlog

    from app.application.errors import StoreUnavailableError
    from app.cli.misspelt import log_misspelt

    try:
        log_misspelt(read_misspelt(settings))
    except (StoreUnavailableError, OSError) as failure:
        error = type(failure).__name__
        structlog.get_logger("app.main").warning(
            "misspelt unknown", error=error, advice="support-desk migrate"
        )


def read_misspelt(settings: "Settings") -> "Misspelt":
    """Return the addresses and IDs that a person must correct in the migrated database."""
    from app.application.administration.misspelt_addresses import find_misspelt

    return run_on_store(settings, lambda store: store.read(find_misspelt))


def warn_of_open_files(settings: "Settings") -> None:
    """Log which of the service's own files other users can open; their modes are the operator's choice."""
    import structlog

    from app.adapters.private_files import open_to_others
    from app.adapters.sql.engines.sqlite import database_file
    from app.wiring import attachments_folder

    paths = [attachments_folder(settings)]
    if settings.embedded:
        file = database_file(settings.database_url)
        paths += [file.parent, file]
    for path in open_to_others(paths):
        structlog.get_logger("app.main").warning("open to other users", path=str(path), advice="chmod o-rwx")


def warn_of_network_file_systems(settings: "Settings") -> None:
    """Log a warning for each part of the data on a file system that other machines share."""
    import structlog

    from app.wiring import on_network_file_systems

    for setting, kind in on_network_file_systems(settings).items():
        structlog.get_logger("app.main").warning("data on a network file system", setting=setting, type=kind)


def with_store(work: "Callable[[OpenStore], Awaitable[T]]") -> T:
    """Run work on the migrated database, then close the database."""
    settings = load_settings()
    migrated(settings)
    return run_on_store(settings, work)


def run_on_store(settings: "Settings", work: "Callable[[OpenStore], Awaitable[T]]") -> T:
    """Run work on the database as it is, then close the database."""
    from app.wiring import configured_store

    async def run() -> T:
        store = configured_store(settings)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def listen(settings: "Settings", variable: str, port: int) -> socket.socket:
    """Bind the address of a server before anything else starts; `variable` is the setting of the port."""
    try:
        return _bound(settings.host, port)
    except OSError as failure:
        fail(
            f"Wrong settings:\nSUPPORT_HOST, {variable}: cannot listen on {settings.host}:{port}: "
            f"{failure.strerror}. For example: {variable}=8001",
            WRONG_USE,
        )


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
