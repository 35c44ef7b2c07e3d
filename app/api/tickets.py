"""Tickets: submit, read, list, move, and what is kept of each."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api import examples
from app.api.call import language_for
from app.api.desk import desk_of, version_check
from app.api.etags import conditional, read_if_match
from app.api.guard import CurrentCaller, IfMatchUse, Operation, Success, add_operation
from app.api.idempotency import answer
from app.api.pagination import Page, listing
from app.api.paths import TicketPath, ticket_id_of
from app.api.problems import FieldError, Problem, problem_answer
from app.api.rendering import bytes_of, versioned
from app.api.schemas.decisions import DecisionOut, StoredDecisionOut
from app.api.schemas.events import EventOut
from app.api.schemas.pages import DecisionsPage, EventsPage
from app.api.schemas.tickets import TicketIn, TicketOut
from app.api.schemas.transitions import TransitionIn
from app.api.security import Scope
from app.application.ports import Answer, UnitOfWork
from app.application.submission import Submission
from app.application.submit_ticket import NotRegistered, submit_ticket
from app.application.ticket_view import get_ticket, view_ticket
from app.application.transition_ticket import transition_ticket
from app.domain.decision import Decision

router = APIRouter()


async def submit(request: Request, body: TicketIn, caller: CurrentCaller) -> Response:
    """Decide on a submission and register it as a ticket, whatever its registered outcome.

    `accepted`, `deferred`, `separate_order` and `declined` answer 201 with the ticket. A submission that
    4.1 or 4.3 does not register answers 422 `not_registered` with the `decision`, and nothing is stored.
    Send an `Idempotency-Key` so that a repeated call never submits twice.
    """
    desk, language = desk_of(request), language_for(request)
    if body.attachment_ids:
        raise Problem("validation_failed", errors=[FieldError("/attachment_ids/0", "attachment_not_found")])
    stamp = desk.clock.stamp()
    submission = Submission(
        customer_id=body.customer_id,
        channel=body.channel,
        chat_address=body.chat_id,
        text=body.text,
        text_facts=desk.texts.of_submission(body.subject, body.text, body.reproduction_steps),
        category=body.category,
        impact=body.impact,
        subject=body.subject,
        reproduction_steps=tuple(body.reproduction_steps),
        knowledge_base_checked=body.knowledge_base_checked,
        sent_to_manager=body.sent_to_manager,
        external_id=body.external_id,
        author=body.author.to_author() if body.author else None,
    )
    decided: list[Decision] = []

    def work(uow: UnitOfWork) -> Answer:
        result = submit_ticket(uow, submission, stamp, only=caller.customer_id)
        if isinstance(result, NotRegistered):
            decided[:] = [result.decision]
            shown = DecisionOut.of_dry_run(result.decision, result.facts, language)
            return problem_answer(
                request, "not_registered", members={"decision": shown.model_dump(mode="json")}
            )
        decided[:] = [result.view.ruling.decision]
        ticket = result.view.ticket
        location = {"Location": f"/v1/tickets/{ticket.id}"}
        return versioned(201, TicketOut.of(result.view, language), ticket.version, location)

    response = await answer(request, caller, desk.store, stamp, work)
    for decision in decided:
        desk.metrics.count(decision, body.channel)
    return response


async def read(request: Request, ticket_id: TicketPath, caller: CurrentCaller) -> Response:
    """Show a ticket with its latest decision, its clocks and its place in the queue."""
    desk, language = desk_of(request), language_for(request)
    known_id, now = ticket_id_of(ticket_id), desk.clock.stamp().now
    view = await desk.store.read(
        lambda uow: view_ticket(uow, get_ticket(uow, known_id, only=caller.customer_id), now)
    )
    return conditional(request, bytes_of(TicketOut.of(view, language)), view.ticket.version)


async def decisions(request: Request, ticket_id: TicketPath, page: Page, caller: CurrentCaller) -> Response:
    """List every decision on a ticket, oldest first, each with the facts that it rests on."""
    desk, language = desk_of(request), language_for(request)
    known_id, asked = ticket_id_of(ticket_id), listing(request, caller, page)
    after = asked.after(str)

    def work(uow: UnitOfWork) -> Response:
        get_ticket(uow, known_id, only=caller.customer_id)
        found = uow.rulings.of_ticket(known_id, after=after and after[0], limit=asked.rows)
        return asked.respond(
            found, lambda ruling: bytes_of(StoredDecisionOut.of(ruling, language)), lambda r: (r.id,)
        )

    return await desk.store.read(work)


async def events(request: Request, ticket_id: TicketPath, page: Page, caller: CurrentCaller) -> Response:
    """List the history of a ticket, oldest first: what, who, when, from, to and why."""
    desk = desk_of(request)
    known_id, asked = ticket_id_of(ticket_id), listing(request, caller, page)
    after = asked.after(str)

    def work(uow: UnitOfWork) -> Response:
        get_ticket(uow, known_id, only=caller.customer_id)
        found = uow.events.of_ticket(known_id, after=after and after[0], limit=asked.rows)
        return asked.respond(found, lambda event: bytes_of(EventOut.of(event)), lambda e: (e.id,))

    return await desk.store.read(work)


async def transition(
    request: Request, ticket_id: TicketPath, body: TransitionIn, caller: CurrentCaller
) -> Response:
    """Do something to a ticket as an agent.

    `action` is one of the ticket's `allowed_actions`; another answers 409 `transition_not_allowed` with
    those that are. Texts go to the customer's chat verbatim. `classify`, `defer` and `decline` add a
    decision. Send `If-Match` to act only on the version that you have seen.
    """
    desk, language = desk_of(request), language_for(request)
    known_id, stamp = ticket_id_of(ticket_id), desk.clock.stamp()
    check = version_check(read_if_match(request))
    asked = body.to_transition(desk.texts.stems(body.text))

    def work(uow: UnitOfWork) -> Answer:
        view = transition_ticket(uow, known_id, asked, stamp, check_version=check, only=caller.customer_id)
        return versioned(200, TicketOut.of(view, language), view.ticket.version)

    return await answer(request, caller, desk.store, stamp, work)


add_operation(
    router,
    "POST",
    "/v1/tickets",
    submit,
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
    ),
)
add_operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}",
    read,
    Operation(
        scope=Scope.TICKETS_READ,
        id="getTicket",
        summary="Read a ticket",
        tag="tickets",
        answers=(Success(200, "The ticket.", TicketOut, {"queued": examples.TICKET}),),
        problems=("ticket_not_found",),
        etag=True,
    ),
)
add_operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}/decisions",
    decisions,
    Operation(
        scope=Scope.TICKETS_READ,
        id="listTicketDecisions",
        summary="List the decisions on a ticket",
        tag="tickets",
        answers=(
            Success(200, "Decisions.", DecisionsPage, {"one": examples.page(examples.STORED_DECISION)}),
        ),
        problems=("ticket_not_found",),
        paged=True,
    ),
)
add_operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}/events",
    events,
    Operation(
        scope=Scope.TICKETS_READ,
        id="listTicketEvents",
        summary="List the history of a ticket",
        tag="tickets",
        answers=(Success(200, "Events.", EventsPage, {"one": examples.page(examples.EVENT)}),),
        problems=("ticket_not_found",),
        paged=True,
    ),
)
add_operation(
    router,
    "POST",
    "/v1/tickets/{ticket_id}/transitions",
    transition,
    Operation(
        scope=Scope.TICKETS_WORK,
        id="transitionTicket",
        summary="Move a ticket",
        tag="work",
        answers=(Success(200, "The ticket after it.", TicketOut, {"moved": examples.TICKET}),),
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
    ),
)
