"""Working chats of customers (4.1, 5.1, 5.2)."""

from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of, version_check
from app.api.http.answers import bytes_of, response_of
from app.api.http.etags import read_if_match, versioned
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.operation import IfMatchUse, Operation, Success
from app.api.http.pagination import Page, id_column, instant_column, listing
from app.api.http.path_params import ChannelPath, ChatPath, CustomerPath, address_of, customer_id_of
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.customers import ChatIn, ChatOut
from app.api.schemas.pages import ChatsPage
from app.application.customers.working_chats import (
    WorkingChat,
    assign_chat,
    list_chats,
    unassign_chat,
)
from app.application.errors import NotFoundError
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork

router = APIRouter()

_ONE = "/v1/customers/{customer_id}/chats/{channel}/{chat_id}"

NO_TITLE = ChatIn(title=None)


@operation(
    router,
    "PUT",
    _ONE,
    Operation(
        scope=Scope.CUSTOMERS_WRITE,
        id="assignChat",
        summary="Assign a working chat",
        tag="customers",
        answers=(
            Success(200, "The chat was already assigned and is updated.", ChatOut, {"chat": examples.CHAT}),
            Success(201, "The chat is newly assigned.", ChatOut, {"chat": examples.CHAT}),
        ),
        confined_keys=False,
        problems=(
            "customer_not_found",
            "chat_limit_reached",
            "chat_assigned_elsewhere",
            "unofficial_channel",
        ),
        etag=True,
        if_match=IfMatchUse.ALLOWED,
        request_examples={"titled": examples.CHAT_IN},
    ),
)
async def assign(
    request: Request,
    customer_id: CustomerPath,
    channel: ChannelPath,
    chat_id: ChatPath,
    body: ChatIn | None = None,
) -> Response:
    """Assigns a chat to a customer as a working chat, or renames a working chat.

    The response is 409 `chat_limit_reached` if the tariff allows no further chat, 409
    `chat_assigned_elsewhere` if the chat belongs to another customer, and 422 `unofficial_channel` if the
    channel is not an official messenger.
    """
    services, known_id = services_of(request), customer_id_of(customer_id)
    address = address_of(channel, chat_id, "chat_id")
    title = (body or NO_TITLE).title
    stamp, check = services.clock.stamp(), version_check(read_if_match(request))

    def work(uow: UnitOfWork) -> StoredResponse:
        working, created = assign_chat(uow, known_id, address, title, stamp, check_version=check)
        place = f"/v1/customers/{known_id}/chats/{channel}/{quote(chat_id, safe='')}"
        location = {"Location": place} if created else {}
        return versioned(201 if created else 200, ChatOut.of(working), working.chat.version, location)

    return response_of(await services.store.write(work))


@operation(
    router,
    "DELETE",
    _ONE,
    Operation(
        scope=Scope.CUSTOMERS_WRITE,
        id="unassignChat",
        summary="Unassign a working chat",
        tag="customers",
        answers=(Success(204, "The chat is unassigned."),),
        confined_keys=False,
        problems=("customer_not_found", "chat_not_found"),
    ),
)
async def unassign(
    request: Request, customer_id: CustomerPath, channel: ChannelPath, chat_id: ChatPath
) -> Response:
    """Removes a working chat from a customer.

    Its tickets stay. Messages that wait to be sent to the chat are cancelled. A chat that an earlier
    version stored in another spelling is removed by that spelling.
    """
    services, known_id = services_of(request), customer_id_of(customer_id)
    stamp = services.clock.stamp()
    try:
        await services.store.write(lambda uow: unassign_chat(uow, known_id, channel, chat_id, stamp))
    except NotFoundError:
        address_of(channel, chat_id, "chat_id")
        raise
    return Response(status_code=204)


@operation(
    router,
    "GET",
    "/v1/customers/{customer_id}/chats",
    Operation(
        scope=Scope.CUSTOMERS_READ,
        id="listChats",
        summary="List working chats",
        tag="customers",
        answers=(Success(200, "A page of working chats.", ChatsPage, {"one": examples.page(examples.CHAT)}),),
        problems=("customer_not_found",),
        paged=True,
    ),
)
async def list_working_chats(
    request: Request, customer_id: CustomerPath, page: Page, caller: CurrentCaller
) -> Response:
    """Returns a customer's working chats, the earliest assigned first.

    After a downgrade, chats beyond the new limit continue to work and are marked `over_limit` (R11).
    """
    services, known_id = services_of(request), customer_id_of(customer_id)
    asked = listing(request, caller, page)
    after, stamp = asked.after(instant_column, id_column), services.clock.stamp()
    chats = await services.store.read(lambda uow: list_chats(uow, known_id, stamp, only=caller.customer_id))
    rest = [one for one in chats if after is None or _key(one) > after]
    return asked.respond(rest[: asked.rows], lambda one: bytes_of(ChatOut.of(one)), _key)


def _key(working: WorkingChat) -> tuple[datetime, str]:
    chat = working.chat
    return chat.assigned_at or chat.updated_at, chat.id
