"""Unassigned chats (4.1)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import bytes_of
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.operation import Operation, Success
from app.api.http.pagination import Page, id_column, instant_column, listing
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.channels import UnassignedChatOut
from app.api.schemas.pages import UnassignedChatsPage
from app.application.ports.store import UnitOfWork

router = APIRouter()

_EXAMPLE = examples.page(examples.UNASSIGNED_CHAT)


@operation(
    router,
    "GET",
    "/v1/unassigned-chats",
    Operation(
        scope=Scope.CUSTOMERS_READ,
        id="listUnassignedChats",
        summary="List unassigned chats",
        tag="chats",
        answers=(Success(200, "A page of unassigned chats.", UnassignedChatsPage, {"one": _EXAMPLE}),),
        confined_keys=False,
        paged=True,
    ),
)
async def list_unassigned(request: Request, page: Page, caller: CurrentCaller) -> Response:
    """Returns the chats that have written to the desk and are not a working chat of any customer.

    The most recently active chat comes first.

    When a chat is assigned, its waiting messages are processed, each as of the time it was written. A
    chat that writes while you page through the list moves to the first page.
    """
    asked = listing(request, caller, page)
    after = asked.after(instant_column, id_column)

    def work(uow: UnitOfWork) -> Response:
        found = uow.unassigned_chats.page(after=after, limit=asked.rows)
        return asked.respond(
            found, lambda one: bytes_of(UnassignedChatOut.of(one)), lambda one: (one.last_at, one.chat.id)
        )

    return await services_of(request).store.read(work)
