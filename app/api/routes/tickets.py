"""Tickets: submit, retrieve, transition, with their decisions and history."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import analysed_for, count_submission, services_of, version_check
from app.api.http.answers import bytes_of
from app.api.http.etags import conditional, read_if_match, versioned
from app.api.http.guard import CurrentCaller
from app.api.http.idempotency import answer
from app.api.http.keys import Scope
from app.api.http.languages import language_headers
from app.api.http.operation import IfMatchUse, Operation, Success
from app.api.http.pagination import Page
from app.api.http.path_params import TicketPath, ticket_id_of
from app.api.http.request_context import language_for
from app.api.http.routing import operation
from app.api.routes.submissions import not_registered, to_submission
from app.api.routes.ticket_parts import page_of_ticket
from app.api.schemas import examples
from app.api.schemas.decisions import StoredDecisionOut
from app.api.schemas.events import EventOut
from app.api.schemas.pages import DecisionsPage, EventsPage
from app.api.schemas.tickets import TicketIn, TicketOut
from app.api.schemas.transitions import TransitionIn
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.application.tickets.submit_ticket import NotRegistered, Registered, submit_ticket
from app.application.tickets.ticket_view import get_ticket, view_ticket
from app.application.tickets.transition_ticket import transition_ticket
from app.domain.language.hints import HintVerdict

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
        problems=(
            "customer_not_found",
            "external_id_taken",
            "not_registered",
            "too_many_long_texts",
            "creation_limit_reached",
        ),
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
    services, language = services_of(request), language_for(request)
    stamp = services.clock.stamp()
    submission = await to_submission(
        body,
        body.text,
        request,
        customer_id=body.customer_id,
        attachment_ids=body.attachment_ids,
        external_id=body.external_id,
        author=body.author.to_author() if body.author else None,
    )

    def work(uow: UnitOfWork) -> tuple[StoredResponse, Registered | NotRegistered]:
        result = submit_ticket(uow, submission, stamp, only=caller.customer_id, limits=services.limits)
        if isinstance(result, NotRegistered):
            return not_registered(request, result), result
        ticket = result.view.ticket
        headers = {"Location": f"/v1/tickets/{ticket.id}", **language_headers(language)}
        return versioned(201, TicketOut.of(result.view, language), ticket.version, headers), result

    response, result = await answer(request, caller, services.store, stamp, work)
    if result is not None:
        count_submission(services, result)
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
    services, language = services_of(request), language_for(request)
    known_id, now = ticket_id_of(ticket_id), services.clock.stamp().now
    view = await services.store.read(
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
    """Returns all decisions on a ticket, oldest first, each with the facts that it rests on."""
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

    Each event has its actor, its time, the status before and after it, and its cause.
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
            "too_many_long_texts",
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

    `action` must be one of the ticket's `allowed_actions`. Any other action gets 409
    `transition_not_allowed`, which lists the allowed ones. `resolve` requires a category, so classify a
    ticket from triage first. `text` is sent to the customer's chat unchanged. `classify`, `defer` and
    `decline` add a decision. Send `If-Match` to act only on the version you have read.
    """
    services, language = services_of(request), language_for(request)
    known_id, stamp = ticket_id_of(ticket_id), services.clock.stamp()
    check = version_check(read_if_match(request))
    stems = await analysed_for(request, (body.text,), lambda: services.texts.stems(body.text))
    asked = body.to_transition(stems)

    def work(uow: UnitOfWork) -> tuple[StoredResponse, HintVerdict | None]:
        view = transition_ticket(uow, known_id, asked, stamp, check_version=check, only=caller.customer_id)
        shown = TicketOut.of(view, language)
        return versioned(200, shown, view.ticket.version, language_headers(language)), view.triage

    response, triaged = await answer(request, caller, services.store, stamp, work)
    if triaged is not None:
        services.metrics.count_triage(triaged)
    return response
