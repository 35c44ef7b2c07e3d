"""The queue of work and claims on it (2.1, 5.2)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import bytes_of, empty_answer
from app.api.http.etags import versioned
from app.api.http.guard import CurrentCaller
from app.api.http.idempotency import answer
from app.api.http.keys import Scope
from app.api.http.languages import language_headers
from app.api.http.operation import Operation, Success
from app.api.http.pagination import Page, id_column, instant_column, listing, rank_column
from app.api.http.request_context import language_for
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.pages import QueuePage
from app.api.schemas.tickets import ClaimIn, QueuedTicketOut, TicketOut
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.application.tickets.claim_ticket import claim_ticket
from app.application.tickets.ticket_view import TicketView, view_tickets
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.queue import key_of
from app.domain.vocabulary import Status

router = APIRouter()


@operation(
    router,
    "GET",
    "/v1/queue",
    Operation(
        scope=Scope.TICKETS_READ,
        id="listQueue",
        summary="List the queue",
        tag="work",
        answers=(
            Success(200, "A page of the queue.", QueuePage, {"one": examples.page(examples.QUEUED_TICKET)}),
        ),
        paged=True,
        bilingual=True,
    ),
)
async def show_queue(
    request: Request,
    page: Page,
    caller: CurrentCaller,
    status: Annotated[
        Literal[Status.NEW, Status.QUEUED] | None,
        Query(description="Only tickets before triage (`new`) or after it (`queued`). Both if left out."),
    ] = None,
) -> Response:
    """Returns the tickets that wait for an agent, in the order of work: priority, then arrival, then ID.

    `status=new` returns the triage list. Tickets that suggest an outage (`check_first`, 2.1) come first
    within their priority there, so that an agent sees them soon; the queue itself keeps its order.
    `position` counts the whole queue, even for a key that is confined to one customer.
    """
    services, language = services_of(request), language_for(request)
    asked = listing(request, caller, page)
    after = asked.after(rank_column, instant_column, id_column)
    statuses = WAITING_IN_QUEUE if status is None else (status,)
    now = services.clock.stamp().now

    def work(uow: UnitOfWork) -> list[TicketView]:
        found = uow.tickets.queue_page(statuses, only=caller.customer_id, after=after, limit=asked.rows)
        return view_tickets(uow, found, now)

    return asked.respond(
        await services.store.read(work),
        lambda view: bytes_of(QueuedTicketOut.of(view, language)),
        lambda view: key_of(statuses)(view.ticket),
        language_headers(language),
    )


@operation(
    router,
    "POST",
    "/v1/queue/claims",
    Operation(
        scope=Scope.TICKETS_WORK,
        id="claimNextTicket",
        summary="Claim the next ticket",
        tag="work",
        answers=(
            Success(
                201,
                "The ticket, started and assigned to the agent.",
                TicketOut,
                {"claimed": examples.CLAIMED_TICKET},
            ),
            Success(204, "No ticket is waiting."),
        ),
        idempotent=True,
        etag=True,
        request_examples={"any": examples.CLAIM, "triage": examples.CLAIM_TRIAGE},
        bilingual=True,
    ),
)
async def claim(request: Request, body: ClaimIn, caller: CurrentCaller) -> Response:
    """Starts the first ticket of the queue and assigns it to the agent.

    Two claims never get the same ticket.

    `"status": "new"` claims the first ticket of the triage list, where `check_first` tickets come before
    others of their priority. The response is 204 if no ticket waits.
    """
    services, language = services_of(request), language_for(request)
    stamp = services.clock.stamp()
    statuses = WAITING_IN_QUEUE if body.status is None else (body.status,)

    def work(uow: UnitOfWork) -> tuple[StoredResponse, None]:
        view = claim_ticket(uow, body.agent, statuses, stamp, only=caller.customer_id)
        if view is None:
            return empty_answer(), None
        headers = {"Location": f"/v1/tickets/{view.ticket.id}", **language_headers(language)}
        return versioned(201, TicketOut.of(view, language), view.ticket.version, headers), None

    response, _ = await answer(request, caller, services.store, stamp, work)
    return response
