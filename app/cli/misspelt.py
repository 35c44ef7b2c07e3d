"""The report of addresses and customer IDs that a person must correct, without any address."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.application.administration.misspelt_addresses import Misspelt
    from app.domain.chats.chat import Chat

MOST_LOGGED = 20


def log_misspelt(found: "Misspelt") -> None:
    """Log what is to be corrected, if there is anything."""
    import structlog

    if found:
        structlog.get_logger("app.main").warning(
            "misspelt",
            chats=len(found.chats),
            twins=sum(bool(one.twins) for one in found.chats),
            chat_ids=[one.chat.id for one in found.chats[:MOST_LOGGED]],
            staff=found.staff,
            customer_ids=list(found.customer_ids),
            advice="support-desk migrate",
        )


def print_misspelt(found: "Misspelt") -> None:
    """Print what is to be corrected and how, if there is anything."""
    for one in found.chats:
        twins = ", ".join(_named(twin) for twin in one.twins)
        reason = f"has the same address as {twins}" if twins else "has an address that is not accepted"
        typer.echo(f"to correct: {_named(one.chat)} {reason}", err=True)
    if found.staff:
        typer.echo(f"to correct: staff members with an id that is not accepted: {found.staff}", err=True)
    for customer_id in found.customer_ids:
        typer.echo(f"to correct: the customer ID {customer_id} is not accepted", err=True)
    if found:
        typer.echo("docs/operations.md, section Other spellings, describes how to correct them", err=True)


def _named(chat: "Chat") -> str:
    owner = "unassigned" if chat.customer_id is None else f"of {chat.customer_id}"
    return f"{chat.channel} chat {chat.id} ({owner})"
