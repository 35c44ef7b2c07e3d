"""Staff members who write in customers' chats, known by the messenger's IDs (4.1)."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of, version_check
from app.api.http.answers import bytes_of, response_of
from app.api.http.etags import conditional, read_if_match, versioned
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.operation import IfMatchUse, Operation, Success
from app.api.http.pagination import Page, listing, name_column
from app.api.http.path_params import ChannelPath, PersonPath, address_of
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.channels import StaffIn, StaffOut
from app.api.schemas.pages import StaffPage
from app.application.administration.staff_list import get_staff, put_staff, remove_staff
from app.application.errors import NotFoundError, UnofficialChannelError
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.domain.vocabulary import OFFICIAL_CHANNELS

router = APIRouter()

_ONE = "/v1/staff/{channel}/{external_id}"


@operation(
    router,
    "PUT",
    _ONE,
    Operation(
        scope=Scope.CHANNELS_MANAGE,
        id="putStaffMember",
        summary="Register a staff member",
        tag="chats",
        answers=(
            Success(
                200,
                "The staff member was already registered and is updated.",
                StaffOut,
                {"engineer": examples.STAFF},
            ),
            Success(201, "The staff member is newly registered.", StaffOut, {"engineer": examples.STAFF}),
        ),
        confined_keys=False,
        problems=("unofficial_channel",),
        etag=True,
        if_match=IfMatchUse.ALLOWED,
        request_examples={"engineer": examples.STAFF_IN},
    ),
)
async def put(request: Request, channel: ChannelPath, external_id: PersonPath, body: StaffIn) -> Response:
    """Registers a staff member.

    Their messages in any chat are then treated as an agent's, not a customer's.
    """
    if channel not in OFFICIAL_CHANNELS:
        raise UnofficialChannelError
    services, person = services_of(request), address_of(channel, external_id, "external_id")
    stamp, check = services.clock.stamp(), version_check(read_if_match(request))

    def work(uow: UnitOfWork) -> StoredResponse:
        member, created = put_staff(uow, person, body.name, stamp, check_version=check)
        location = {"Location": f"/v1/staff/{channel}/{quote(external_id, safe='')}"} if created else {}
        return versioned(201 if created else 200, StaffOut.of(member), member.version, location)

    return response_of(await services.store.write(work))


@operation(
    router,
    "GET",
    _ONE,
    Operation(
        scope=Scope.CHANNELS_MANAGE,
        id="getStaffMember",
        summary="Retrieve a staff member",
        tag="chats",
        answers=(Success(200, "The staff member.", StaffOut, {"engineer": examples.STAFF}),),
        confined_keys=False,
        problems=("staff_not_found",),
        etag=True,
    ),
)
async def read(request: Request, channel: ChannelPath, external_id: PersonPath) -> Response:
    """Returns a staff member."""
    person = address_of(channel, external_id, "external_id")
    member = await services_of(request).store.read(lambda uow: get_staff(uow, person))
    return conditional(request, bytes_of(StaffOut.of(member)), member.version)


@operation(
    router,
    "DELETE",
    _ONE,
    Operation(
        scope=Scope.CHANNELS_MANAGE,
        id="removeStaffMember",
        summary="Remove a staff member",
        tag="chats",
        answers=(Success(204, "The staff member is removed."),),
        confined_keys=False,
        problems=("staff_not_found",),
    ),
)
async def remove(request: Request, channel: ChannelPath, external_id: PersonPath) -> Response:
    """Removes a staff member.

    Their next messages in a working chat are treated as a customer's. A person whom an earlier version
    stored in another spelling is removed by that spelling.
    """
    try:
        await services_of(request).store.write(lambda uow: remove_staff(uow, channel, external_id))
    except NotFoundError:
        address_of(channel, external_id, "external_id")
        raise
    return Response(status_code=204)


@operation(
    router,
    "GET",
    "/v1/staff",
    Operation(
        scope=Scope.CHANNELS_MANAGE,
        id="listStaff",
        summary="List staff members",
        tag="chats",
        answers=(
            Success(200, "A page of staff members.", StaffPage, {"one": examples.page(examples.STAFF)}),
        ),
        confined_keys=False,
        paged=True,
    ),
)
async def list_staff(request: Request, page: Page, caller: CurrentCaller) -> Response:
    """Returns the registered staff members, ordered by channel and the messenger's ID.

    Staff members from the setting `SUPPORT_TELEGRAM_STAFF` are not included.
    """
    asked = listing(request, caller, page)
    after = asked.after(name_column, name_column)

    def work(uow: UnitOfWork) -> Response:
        found = uow.staff.page(after=after, limit=asked.rows)
        return asked.respond(
            found, lambda one: bytes_of(StaffOut.of(one)), lambda one: (one.channel, one.external_id)
        )

    return await services_of(request).store.read(work)
