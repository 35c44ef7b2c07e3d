"""The command on chats: `chats correct`."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from app.cli.common import WRONG_USE, fail, with_store

if TYPE_CHECKING:
    from app.wiring import OpenStore

commands = typer.Typer(help="Correct the addresses of chats.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    """Correct the addresses of chats."""


@commands.command("correct", context_settings={"ignore_unknown_options": True})
def correct_chat(
    chat_id: Annotated[UUID, typer.Argument(help="The desk's ID of the chat, from `migrate`.")],
    address: Annotated[
        str, typer.Argument(help="The messenger's ID of the chat, as the messenger sends it.")
    ],
) -> None:
    """Correct the address of a chat. A chat that has this address already is merged into it.

    Two working chats of different customers are never merged: unassign the wrong one first.
    """
    from app.adapters.system import SystemClock
    from app.application.chats.move_chat import correct_address
    from app.application.errors import ChatAssignedElsewhereError, NotFoundError
    from app.domain.chats.address import AddressError

    stamp = SystemClock().stamp()

    async def work(store: "OpenStore") -> None:
        await store.write(lambda uow: correct_address(uow, str(chat_id), address, stamp))

    try:
        with_store(work)
    except NotFoundError:
        fail("No chat has this ID. `migrate` lists the chats to correct.")
    except AddressError:
        fail("ADDRESS must be the messenger's ID of a chat. For example: -1001234567890", WRONG_USE)
    except ChatAssignedElsewhereError:
        fail("Another customer has a working chat with this address. Unassign the wrong one of both first.")
    typer.echo(f"chat {chat_id} corrected", err=True)
