"""The commands on updates of the messengers: `inbox list` and `inbox replay`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import WRONG_USE, fail, with_store
from app.domain.chats.inbox import InboxItem, InboxState

if TYPE_CHECKING:
    from app.wiring import OpenStore

commands = typer.Typer(help="Inspect and replay updates of the messengers.", no_args_is_help=True)


@commands.command("list")
def list_inbox(
    state: Annotated[InboxState, typer.Option(help="State of the updates.")] = InboxState.PARKED,
    after: Annotated[int, typer.Option(help="Only updates with a greater number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of updates.")] = 100,
) -> None:
    """List updates by number, without their text or sender.

    Columns: number, channel, state, time of arrival, attempts, error.
    """

    async def work(store: "OpenStore") -> Sequence[InboxItem]:
        return await store.read(lambda uow: uow.inbox.of_state(state, after=after, limit=limit))

    for item in with_store(work):
        came = f"{item.received_at:%Y-%m-%dT%H:%M:%SZ}"
        columns = (item.sequence, item.channel, item.state.value, came, item.attempts, item.error or "-")
        typer.echo("\t".join(map(str, columns)))


@commands.command("replay")
def replay_inbox(
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Numbers of parked updates, from `inbox list`.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All parked updates.")] = False,
) -> None:
    """Process parked updates again, once the cause of the failure is fixed."""
    if bool(numbers) == everything:
        fail("Pass either numbers or --all. For example: inbox replay 17 18", WRONG_USE)

    from app.adapters.system import SystemClock

    async def work(store: "OpenStore") -> int:
        now = SystemClock().stamp().now
        return await store.write(lambda uow: uow.inbox.replay(numbers or None, now))

    replayed = with_store(work)
    typer.echo(f"{replayed} to be processed again", err=True)
    if numbers and replayed < len(set(numbers)):
        fail("The other updates are not parked. `inbox list` lists the parked updates.")
