"""The commands on messages that were not delivered for certain: `outbox list` and `outbox retry`."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, with_store
from app.domain.sending.part import PartState

if TYPE_CHECKING:
    from app.application.ports.outbox import Listed
    from app.application.ports.store import UnitOfWork
    from app.wiring import OpenStore

PAGE = 100

commands = typer.Typer(
    help="List and retry messages whose delivery failed or cannot be confirmed.", no_args_is_help=True
)


@commands.command("list")
def list_outbox(
    state: Annotated[
        list[PartState] | None,
        typer.Option(help="A state; repeat the option for several. Default: unknown and dead."),
    ] = None,
) -> None:
    """List parts of messages, oldest first, without their text or recipient.

    Columns: number, channel, ticket, kind, part, state, error code, attempts, since.
    """
    states = set(state or (PartState.UNKNOWN, PartState.DEAD))

    async def work(store: "OpenStore") -> None:
        after = 0
        while True:
            page = partial(_outbox_page, states=states, after=after)
            found = await store.read(page)
            for each in found:
                typer.echo(_line(each))
            if len(found) < PAGE:
                return
            after = found[-1].part.sequence

    with_store(work)


def _outbox_page(uow: "UnitOfWork", states: set[PartState], after: int) -> "Sequence[Listed]":
    return uow.outbox.page(states, after=after, limit=PAGE)


def _line(listed: "Listed") -> str:
    from app.domain.tickets.ticket import display_number

    part = listed.part
    ticket = "-" if listed.ticket_number is None else display_number(listed.ticket_number)
    since = f"{part.state_at:%Y-%m-%dT%H:%M:%SZ}"
    columns = (part.sequence, listed.channel, ticket, part.kind.value, f"{part.part}/{part.parts}")
    return "\t".join(map(str, (*columns, part.state.value, part.error_code or "-", part.attempts, since)))


@commands.command("retry")
def retry_outbox(
    numbers: Annotated[list[int], typer.Argument(help="Numbers of parts, from `outbox list`.")],
) -> None:
    """Send dead and unknown parts again; an unknown part is marked as a possible repeat."""
    from app.adapters.system import SystemClock
    from app.application.sending.retry_outgoing import retry_outgoing

    async def work(store: "OpenStore") -> list[int]:
        clock = SystemClock()
        return [
            number
            for number in numbers
            if not await store.write(partial(retry_outgoing, sequence=number, stamp=clock.stamp()))
        ]

    refused = with_store(work)
    typer.echo(f"to be sent again: {len(numbers) - len(refused)}", err=True)
    if refused:
        fail(f"neither dead nor unknown: {' '.join(map(str, refused))}. `outbox list` lists both.")
