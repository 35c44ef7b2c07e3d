"""Staff time on a ticket (5.1, 5.2)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import plain
from app.api.http.guard import CurrentCaller
from app.api.http.idempotency import answer
from app.api.http.keys import Scope
from app.api.http.operation import Operation, Success
from app.api.http.pagination import Page
from app.api.http.path_params import TicketPath, ticket_id_of
from app.api.http.routing import operation
from app.api.routes.ticket_parts import page_of_ticket
from app.api.schemas import examples
from app.api.schemas.pages import TimeEntriesPage
from app.api.schemas.time_entries import TimeEntryIn, TimeEntryOut
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.application.tickets.record_time import record_time

router = APIRouter()


@operation(
    router,
    "POST",
    "/v1/tickets/{ticket_id}/time-entries",
    Operation(
        scope=Scope.TICKETS_WORK,
        id="bookTime",
        summary="Record time",
        tag="work",
        answers=(Success(201, "The time entry.", TimeEntryOut, {"booked": examples.TIME_ENTRY}),),
        problems=("ticket_not_found", "time_entry_not_found", "reversal_exceeds_entry"),
        idempotent=True,
        request_examples={"work": examples.TIME_ENTRY_IN, "correction": examples.REVERSAL_IN},
    ),
)
async def book(request: Request, ticket_id: TicketPath, body: TimeEntryIn, caller: CurrentCaller) -> Response:
    """Records minutes of staff time on a ticket or, with `reverses`, takes back minutes of an entry.

    An entry counts in the Moscow month of `performed_at`; a reversal counts in the month of the entry it
    reverses. Entries beyond the tariff's minutes are accepted. Time on a separate order is paid
    separately and does not count (R9).
    """
    services, known_id = services_of(request), ticket_id_of(ticket_id)
    stamp, booked = services.clock.stamp(), body.to_record()

    def work(uow: UnitOfWork) -> tuple[StoredResponse, None]:
        entry = record_time(uow, known_id, booked, stamp, only=caller.customer_id)
        location = {"Location": f"/v1/tickets/{known_id}/time-entries"}
        return plain(201, TimeEntryOut.of(entry), location), None

    response, _ = await answer(request, caller, services.store, stamp, work)
    return response


@operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}/time-entries",
    Operation(
        scope=Scope.TICKETS_WORK,
        id="listTimeEntries",
        summary="List time entries",
        tag="work",
        answers=(
            Success(
                200, "A page of time entries.", TimeEntriesPage, {"one": examples.page(examples.TIME_ENTRY)}
            ),
        ),
        problems=("ticket_not_found",),
        paged=True,
    ),
)
async def list_entries(
    request: Request, ticket_id: TicketPath, page: Page, caller: CurrentCaller
) -> Response:
    """Returns the time entries of a ticket, oldest first."""
    return await page_of_ticket(
        request, caller, ticket_id, page, lambda uow: uow.time_entries, TimeEntryOut.of
    )
