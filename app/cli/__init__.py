"""The command line: `support-desk`, the same as `python -m app`. Logs go to stderr only.

A command imports its parts when it runs, so that help and small commands start quickly.
"""

from typing import Annotated

import typer

from app import __version__
from app.cli import chats, database, inbox, keys, outbox, serve, telegram

cli = typer.Typer(
    help="JokerCRM Support Desk.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
cli.add_typer(serve.commands)
cli.add_typer(database.commands)
cli.add_typer(keys.commands, name="keys")
cli.add_typer(chats.commands, name="chats")
cli.add_typer(inbox.commands, name="inbox")
cli.add_typer(outbox.commands, name="outbox")
cli.add_typer(telegram.commands, name="telegram")


def _print_version(asked: bool) -> None:  # noqa: FBT001 - the library passes the flag by position
    if asked:
        typer.echo(f"support-desk {__version__}")
        raise typer.Exit


@cli.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """JokerCRM Support Desk."""
