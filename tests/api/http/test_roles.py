"""The matrix of roles: every operation that the app declares, by every role, on a foreign customer's objects.

What a cell has to be follows from the declaration of the operation and from the role; the calls that fill
the operations with something to do are those of the contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.api.http.keys import Access, Scope
from app.api.http.operation import Operation
from app.api.http.routing import GuardedRoute
from app.main import create_app
from tests.api.calls import BY_NAME, Call, World
from tests.api.service import AGENCY, OTHER_CHAT, Service, code_of

OPENED = "opened"


@dataclass(frozen=True)
class Role:
    """Who calls: the scopes of the key, None for no key, and whether another customer confines it."""

    name: str
    scopes: tuple[Scope, ...] | None
    confined: bool = False


ROLES = (
    Role("no key", None),
    *(Role(f"{scope}, confined", (scope,), confined=True) for scope in Scope),
    Role("all scopes, confined", tuple(Scope), confined=True),
    *(Role(scope, (scope,)) for scope in Scope),
    Role("admin", tuple(Scope)),
)
"""Those who may change things come last, so that the refused ones find the world untouched."""


def declared(app: FastAPI) -> Iterator[tuple[str, Operation]]:
    """Give method and path of each operation of the contract with what was declared of it."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, GuardedRoute) and route.operation and route.operation.in_document:
            for method in route.methods or ():
                yield f"{method} {route.path_format}", route.operation


OPERATIONS = dict(declared(create_app()))
EACH = pytest.mark.parametrize("name", OPERATIONS)


def outcome(operation: Operation, role: Role, call: Call) -> str | tuple[int, str]:
    """Say what a cell of the matrix has to be: opened, or the status and code of the refusal."""
    scope = operation.scope
    if scope is Access.PUBLIC:
        return OPENED
    if role.scopes is None:
        return 401, "unauthenticated"
    if isinstance(scope, Scope) and scope not in role.scopes:
        return 403, "missing_scope"
    if role.confined and not operation.confined_keys:
        return 403, "not_for_confined_keys"
    if role.confined and call.of_customer:
        if "{customer_id}" in call.template + str(call.body) + str(call.form):
            return 404, "customer_not_found"
        return 404, "attachment_not_found" if "{attachment_id}" in call.template else "ticket_not_found"
    return OPENED


def wrong_with(
    answer: httpx.Response, expected: str | tuple[int, str], role: Role, world: World
) -> list[str]:
    """List what is wrong with the answer in a cell: another outcome, or something of the other customer."""
    refused = answer.status_code in {401, 403} or (role.confined and answer.status_code == 404)
    found = code_of(answer) if refused else OPENED
    wrong = [] if found == expected else [f"{role.name}: {found}, not {expected}"]
    if role.confined:
        text = answer.text.replace(answer.request.url.path, "")
        theirs = (world.theirs.ticket_id, OTHER_CHAT, '"agency-18"', "STP-000002")
        wrong += [f"{role.name}: leaks {one}" for one in theirs if one in text]
    return wrong


async def client_of(service: Service, role: Role) -> httpx.AsyncClient:
    if role.scopes is None:
        return service.client(None)
    return await service.with_key(*role.scopes, customer=AGENCY if role.confined else None)


async def send(client: httpx.AsyncClient, call: Call, world: World) -> httpx.Response:
    return await client.request(call.method, world.theirs.path(call), **call.options(world.theirs.body(call)))


def test_the_matrix_has_every_operation_and_every_scope() -> None:
    assert set(OPERATIONS) == set(BY_NAME)
    assert {scope for role in ROLES for scope in role.scopes or ()} == set(Scope)


@EACH
async def test_no_role_gets_more_or_less_than_its_cell_says(world: World, name: str) -> None:
    operation, call = OPERATIONS[name], BY_NAME[name]
    clients = [(role, await client_of(world.service, role)) for role in ROLES]
    wrong: list[str] = []

    for opened, some in groupby(clients, lambda one: outcome(operation, one[0], call) == OPENED):
        before = None if opened else world.service.dump()
        for role, client in some:
            answer = await send(client, call, world)
            wrong += wrong_with(answer, outcome(operation, role, call), role, world)
        if before is not None and world.service.dump() != before:
            wrong.append(f"{role.name}, or one refused just before: changed something")

    assert wrong == []


@pytest.mark.parametrize("name", [one for one in OPERATIONS if BY_NAME[one].of_customer])
async def test_a_key_that_lost_its_confinement_is_noticed(world: World, name: str) -> None:
    """A planted leak in every operation that names an object of a customer turns its cell red."""
    role = Role("all scopes, confined", tuple(Scope), confined=True)
    expected = outcome(OPERATIONS[name], role, BY_NAME[name])
    forgetful: Any = await world.service.with_key()

    answer = await send(forgetful, BY_NAME[name], world)

    assert wrong_with(answer, expected, role, world)
