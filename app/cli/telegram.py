"""The commands on the Telegram bot: `telegram setup` and `telegram check`."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import WRONG_USE, fail, load_settings

if TYPE_CHECKING:
    from app.adapters.messengers.telegram.api import TelegramApi
    from app.adapters.messengers.telegram.setup import SetupProblem
    from app.settings import Settings

commands = typer.Typer(help="Set up and check the Telegram bot.", no_args_is_help=True)


@commands.command("setup")
def set_up_telegram(
    url: Annotated[
        str | None,
        typer.Option(help="Public address of /webhooks/telegram; omit it in polling mode."),
    ] = None,
) -> None:
    """Set the webhook to the address, or remove it in polling mode; then check the bot.

    Updates that wait at Telegram are kept. Exit code 1: something needs fixing. Exit code 2: wrong use,
    nothing was changed.
    """
    from app.adapters.messengers.telegram.setup import remove_webhook, set_webhook, why_not_a_webhook

    settings = load_settings()
    if settings.telegram_mode == "polling":
        if url is not None:
            fail("--url is for webhooks, but SUPPORT_TELEGRAM_MODE is polling", WRONG_USE)
        _print_problems(settings, remove_webhook)
        return
    if url is None:
        fail("--url is required. For example: --url https://desk.example.org/webhooks/telegram", WRONG_USE)
    if reason := why_not_a_webhook(url, own_server=settings.own_telegram_server):
        fail(f"--url: {reason}. For example: https://desk.example.org/webhooks/telegram", WRONG_USE)
    secret = "" if settings.telegram_secret is None else settings.telegram_secret.get_secret_value()
    _print_problems(settings, partial(set_webhook, url=url, secret=secret))


@commands.command("check")
def check_telegram() -> None:
    """Check the bot and the delivery of its updates. Exit code 1: something needs fixing."""
    from app.adapters.messengers.telegram.setup import check

    settings = load_settings()
    _print_problems(settings, partial(check, url="" if settings.telegram_mode == "polling" else None))


def _print_problems(
    settings: "Settings", work: "Callable[[TelegramApi], Awaitable[list[SetupProblem]]]"
) -> None:
    """Print each fact with its remedy below it; exit with 1 if there is any remedy."""
    from app.adapters.messengers.telegram.setup import SetupFailed
    from app.wiring import telegram_api

    api = telegram_api(settings)
    if api is None:
        fail("SUPPORT_TELEGRAM_TOKEN is not set: the channel is off", WRONG_USE)

    async def run() -> "list[SetupProblem]":
        async with api:
            return await work(api)

    try:
        problems = asyncio.run(run())
    except SetupFailed as failure:
        fail(str(failure))
    for problem in problems:
        typer.echo(problem.fact, err=True)
        if problem.advice is not None:
            typer.echo(f"  → {problem.advice}", err=True)
    if any(problem.advice is not None for problem in problems):
        raise typer.Exit(1)
