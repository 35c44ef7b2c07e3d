"""The commands on API keys: `keys scopes`, `keys create`, `keys list` and `keys revoke`."""

import re
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import WRONG_USE, fail, with_store

if TYPE_CHECKING:
    from app.application.ports.access import ApiKey
    from app.wiring import OpenStore

MAX_NAME = 100

commands = typer.Typer(help="Manage the API keys of integrators.", no_args_is_help=True)


@commands.command("scopes")
def print_scopes() -> None:
    """Print all scopes, one per line."""
    from app.api.http.keys import Scope

    for scope in Scope:
        typer.echo(scope.value)


@commands.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="The person or program that will use the key.")],
    scope: Annotated[list[str], typer.Option(help="A scope; repeat the option for several.")],
    customer: Annotated[str | None, typer.Option(help="Restrict the key to this customer.")] = None,
    expires: Annotated[
        str | None, typer.Option(help="Last day on which the key works, YYYY-MM-DD, Moscow time.")
    ] = None,
) -> None:
    """Create a key and print it, alone on the last line. It cannot be shown again."""
    from app.adapters.system import SystemClock
    from app.api.http.keys import Scope
    from app.api.schemas.base import CUSTOMER_ID_PATTERN, read_day
    from app.application.administration.api_keys import SECRET_BYTES, new_key
    from app.application.ports.access import ApiKey
    from app.domain.calendar.service_hours import moscow_day
    from app.domain.customers.customer import PATH_STEPS

    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or not name.strip():
        fail("NAME must be 1 to 100 printable characters. For example: crm-backend", WRONG_USE)
    unknown = sorted(set(scope) - set(Scope))
    if unknown:
        fail(f"Unknown scope: {', '.join(unknown)}. `keys scopes` lists all scopes.", WRONG_USE)
    try:
        expires_on = read_day(expires) if expires else None
    except ValueError:
        fail("--expires must be a day, YYYY-MM-DD. For example: 2027-12-31", WRONG_USE)
    stamp = SystemClock().stamp()
    today = moscow_day(stamp.now)
    if expires_on is not None and expires_on < today:
        fail(f"--expires is in the past; today is {today} in Moscow.", WRONG_USE)
    if customer is not None and (customer in PATH_STEPS or not re.fullmatch(CUSTOMER_ID_PATTERN, customer)):
        fail("--customer must be an id of the CRM: 1 to 64 of A-Z a-z 0-9 . _ : @ -, not . or ..", WRONG_USE)
    made = new_key(secrets.token_bytes(SECRET_BYTES))
    key = ApiKey(
        id=stamp.ids().next(),
        name=name,
        secret_sha256=made.secret_sha256,
        scopes=frozenset(scope),
        customer_id=customer,
        created_at=stamp.now,
        expires_on=expires_on,
    )

    async def work(store: "OpenStore") -> None:
        await store.write(lambda uow: uow.api_keys.add(key))

    with_store(work)
    typer.echo(f"key {key.id} created for {name}", err=True)
    typer.echo(made.token)


@commands.command("list")
def list_keys() -> None:
    """List all keys. Secrets are not stored, so they are not shown."""
    from app.adapters.system import SystemClock
    from app.application.administration.api_keys import works

    async def work(store: "OpenStore") -> "list[ApiKey]":
        return list(await store.read(lambda uow: uow.api_keys.all()))

    now = SystemClock().stamp().now
    for key in with_store(work):
        state = f"until {key.expires_on}" if key.expires_on else "no expiry"
        if key.revoked_at:
            state = f"revoked {key.revoked_at:%Y-%m-%d}"
        elif not works(key, now):
            state = f"expired {key.expires_on}"
        confined = f"customer {key.customer_id}" if key.customer_id else "all customers"
        typer.echo("\t".join((key.id, key.name, state, confined, " ".join(sorted(key.scopes)))))


@commands.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="Id of the key, from `keys list`.")],
) -> None:
    """Revoke a key. A running service rejects it within a second."""
    from app.adapters.system import SystemClock

    async def work(store: "OpenStore") -> bool:
        now = SystemClock().stamp().now
        return await store.write(lambda uow: uow.api_keys.revoke(key_id, now))

    if not with_store(work):
        fail("The key does not exist or is already revoked. `keys list` lists all keys.")
    typer.echo("revoked", err=True)
