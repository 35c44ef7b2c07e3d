"""Tickets: submit, retrieve, transition, with their decisions and history."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of, version_check
from app.api.http.call import language_for
from app.api.http.etags import conditional, read_if_match
from app.api.http.guard import CurrentCaller, IfMatchUse, Operation, Success, operation
from app.api.http.idempotency import answer
from app.api.http.languages import language_headers
from app.api.http.pagination import Page
from app.api.http.paths import TicketPath, ticket_id_of
from app.api.http.rendering import bytes_of, versioned
from app.api.http.security import Scope
from app.api.routes.submissions import not_registered, to_submission
from app.api.routes.ticket_parts import page_of_ticket
from app.api.schemas import examples
from app.api.schemas.decisions import StoredDecisionOut
from app.api.schemas.events import EventOut
from app.api.schemas.pages import DecisionsPage, EventsPage
from app.api.schemas.tickets import TicketIn, TicketOut
from app.api.schemas.transitions import TransitionIn
from app.application.ports.store import StoredResponse, UnitOfWork
from app.application.tickets.submit_ticket import NotRegistered, Registered, submit_ticket
from app.application.tickets.ticket_view import get_ticket, view_ticket
from app.application.tickets.transition_ticket import transition_ticket
from app.domain.language.triage import HintVerdict

router = APIRouter()


@operation(
    router,
    "POST",
    "/v1/tickets",
    Operation(
        scope=Scope.TICKETS_WRITE,
        id="submitTicket",
        summary="Submit a ticket",
        tag="tickets",
        answers=(Success(201, "The ticket.", TicketOut, {"accepted": examples.TICKET}),),
        problems=("customer_not_found", "external_id_taken", "not_registered"),
        idempotent=True,
        etag=True,
        request_examples={"defect": examples.SUBMISSION, "triage": examples.SUBMISSION_TRIAGE},
        bilingual=True,
    ),
)
async def submit(request: Request, body: TicketIn, caller: CurrentCaller) -> Response:
    """Decides on a submission and registers it as a ticket.

    The outcomes `accepted`, `deferred`, `separate_order` and `declined` get 201 with the ticket. A
    submission that 4.1 or 4.3 does not register gets 422 `not_registered` with the `decision`, and
    nothing is stored. Send an `Idempotency-Key`, so that a repeated request never submits twice.
    """
    desk, language = services_of(request), language_for(request)
    stamp = desk.clock.stamp()
    submission = to_submission(
        body,
        body.text,
        desk.texts,
        customer_id=body.customer_id,
        attachment_ids=body.attachment_ids,
        external_id=body.external_id,
        author=body.author.to_author() if body.author else None,
    )
    results: list[Registered | NotRegistered] = []

    def work(uow: UnitOfWork) -> StoredResponse:
        result = submit_ticket(uow, submission, stamp, only=caller.customer_id)
        results[:] = [result]
        if isinstance(result, NotRegistered):
            return not_registered(request, result)
        ticket = result.view.ticket
        headers = {"Location": f"/v1/tickets/{ticket.id}", **language_headers(language)}
        return versioned(201, TicketOut.of(result.view, language), ticket.version, headers)

    response = await answer(request, caller, desk.store, stamp, work)
    desk.metrics.count_all(results)
    return response


@operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}",
    Operation(
        scope=Scope.TICKETS_READ,
        id="getTicket",
        summary="Retrieve a ticket",
        tag="tickets",
        answers=(Success(200, "The ticket.", TicketOut, {"queued": examples.TICKET}),),
        problems=("ticket_not_found",),
        etag=True,
        bilingual=True,
    ),
)
async def read(request: Request, ticket_id: TicketPath, caller: CurrentCaller) -> Response:
    """Returns a ticket with its latest decision, its measured times and its place in the queue."""
    desk, language = services_of(request), language_for(request)
    known_id, now = ticket_id_of(ticket_id), desk.clock.stamp().now
    view = await desk.store.read(
        lambda uow: view_ticket(uow, get_ticket(uow, known_id, only=caller.customer_id), now)
    )
    shown = bytes_of(TicketOut.of(view, language))
    return conditional(request, shown, view.ticket.version, language_headers(language))


@operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}/decisions",
    Operation(
        scope=Scope.TICKETS_READ,
        id="listTicketDecisions",
        summary="List a ticket's decisions",
        tag="tickets",
        answers=(
            Success(
                200, "A page of decisions.", DecisionsPage, {"one": examples.page(examples.STORED_DECISION)}
            ),
        ),
        problems=("ticket_not_found",),
        paged=True,
        bilingual=True,
    ),
)
async def decisions(request: Request, ticket_id: TicketPath, page: Page, caller: CurrentCaller) -> Response:
    """Returns all decisions on a ticket, oldest first, each with the facts it rests on."""
    language = language_for(request)
    return await page_of_ticket(
        request,
        caller,
        ticket_id,
        page,
        lambda uow: uow.decisions,
        lambda recorded: StoredDecisionOut.of(recorded, language),
        language_headers(language),
    )


@operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}/events",
    Operation(
        scope=Scope.TICKETS_READ,
        id="listTicketEvents",
        summary="List a ticket's history",
        tag="tickets",
        answers=(Success(200, "A page of events.", EventsPage, {"one": examples.page(examples.EVENT)}),),
        problems=("ticket_not_found",),
        paged=True,
    ),
)
async def events(request: Request, ticket_id: TicketPath, page: Page, caller: CurrentCaller) -> Response:
    """Returns the history of a ticket, oldest first.

    Each event has its author, time, statuses before and after, and cause.
    """
    return await page_of_ticket(request, caller, ticket_id, page, lambda uow: uow.events, EventOut.of)


@operation(
    router,
    "POST",
    "/v1/tickets/{ticket_id}/transitions",
    Operation(
        scope=Scope.TICKETS_WORK,
        id="transitionTicket",
        summary="Transition a ticket",
        tag="work",
        answers=(Success(200, "The ticket after the action.", TicketOut, {"moved": examples.TICKET}),),
        problems=(
            "ticket_not_found",
            "transition_not_allowed",
            "finding_not_allowed",
            "chat_not_assigned",
        ),
        idempotent=True,
        etag=True,
        if_match=IfMatchUse.ALLOWED,
        request_examples={
            "classify": examples.CLASSIFY,
            "start": examples.START,
            "resolve": examples.RESOLVE,
        },
        bilingual=True,
    ),
)
async def transition(
    request: Request, ticket_id: TicketPath, body: TransitionIn, caller: CurrentCaller
) -> Response:
    """Performs an agent's action on a ticket.

    `action` must be one of the ticket's `allowed_actions`; any other action gets 409
    `transition_not_allowed`, which lists the allowed ones. `resolve` requires a category, so classify a
    ticket from triage first. Texts are sent to the customer's chat unchanged. `classify`, `defer` and
    `decline` add a decision. Send `If-Match` to act only on the version you have read.
    """
    desk, language = services_of(request), language_for(request)
    known_id, stamp = ticket_id_of(ticket_id), desk.clock.stamp()
    check = version_check(read_if_match(request))
    asked = body.to_transition(desk.texts.stems(body.text))
    triaged: list[HintVerdict | None] = []

    def work(uow: UnitOfWork) -> StoredResponse:
        view = transition_ticket(uow, known_id, asked, stamp, check_version=check, only=caller.customer_id)
        triaged[:] = [view.triage]
        shown = TicketOut.of(view, language)
        return versioned(200, shown, view.ticket.version, language_headers(language))

    response = await answer(request, caller, desk.store, stamp, work)
    desk.metrics.count_triage(triaged)
    return response
