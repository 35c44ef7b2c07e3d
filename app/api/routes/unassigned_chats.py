"""Unassigned chats: chats that wrote and belong to no customer (4.1)."""

from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import bytes_of
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.operation import Operation, Success
from app.api.http.pagination import Page, listing
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
        summary="List chats that are nobody's",
        tag="chats",
        answers=(Success(200, "Chats.", UnassignedChatsPage, {"one": _EXAMPLE}),),
        confined_keys=False,
        paged=True,
    ),
)
async def list_unassigned(request: Request, page: Page, caller: CurrentCaller) -> Response:
    """List chats that wrote to the desk and are nobody's working chat, the latest writer in front.

    Assign one, and what was said in it is processed as of its own time. A chat that writes while the list
    is read moves to its front.
    """
    asked = listing(request, caller, page)
    after = asked.after(datetime, str)

    def work(uow: UnitOfWork) -> Response:
        found = uow.unassigned_chats.page(after=after, limit=asked.rows)
        return asked.respond(
            found, lambda one: bytes_of(UnassignedChatOut.of(one)), lambda one: (one.last_at, one.chat.id)
        )

    return await services_of(request).store.read(work)
