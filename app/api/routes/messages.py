"""The conversation of a ticket."""

from dataclasses import replace
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import analysed_for, count_submission, services_of
from app.api.http.answers import plain
from app.api.http.guard import CurrentCaller
from app.api.http.idempotency import answer
from app.api.http.keys import Scope
from app.api.http.operation import Operation, Success
from app.api.http.pagination import Page
from app.api.http.path_params import TicketPath, ticket_id_of
from app.api.http.problems import FieldError, Problem
from app.api.http.routing import operation
from app.api.routes.submissions import not_registered
from app.api.routes.ticket_parts import page_of_ticket
from app.api.schemas import examples
from app.api.schemas.messages import MessageIn, MessageOut
from app.api.schemas.pages import MessagesPage
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.application.tickets.message_view import Conversation, view_messages
from app.application.tickets.post_message import (
    HintsWantedError,
    PostedText,
    post_agent_message,
    post_customer_message,
)
from app.application.tickets.submit_ticket import NotRegistered, Registered
from app.domain.tickets.message import Message

router = APIRouter()


@operation(
    router,
    "POST",
    "/v1/tickets/{ticket_id}/messages",
    Operation(
        scope=Scope.TICKETS_WRITE,
        id="postMessage",
        summary="Add a message",
        tag="conversation",
        answers=(Success(201, "The message.", MessageOut, {"answer": examples.MESSAGE}),),
        problems=(
            "ticket_not_found",
            "ticket_closed",
            "chat_not_assigned",
            "not_registered",
            "too_many_long_texts",
            "creation_limit_reached",
        ),
        idempotent=True,
        request_examples={"customer": examples.CUSTOMER_MESSAGE, "agent": examples.AGENT_MESSAGE},
    ),
)
async def post(request: Request, ticket_id: TicketPath, body: MessageIn, caller: CurrentCaller) -> Response:
    """Adds a message to a ticket. An agent's message is sent to the chat unchanged.

    A customer's message can change the ticket's status. A ticket that waits for the customer returns to
    the queue. A ticket that is declined, or deferred by 4.2, 4.4 or 4.6, is decided again. A resolved
    ticket reopens within three working days; mere thanks do not reopen it. On a closed ticket, the message
    becomes a new submission: `ticket_id` in the response is the new ticket's, or 422 `not_registered`
    explains why there is none.
    """
    services = services_of(request)
    if body.article_id is not None:
        raise Problem("validation_failed", errors=[FieldError("/article_id", "article_not_found")])
    known_id, stamp = ticket_id_of(ticket_id), services.clock.stamp()
    judged = services.texts.of_message if body.agent is None else services.texts.of_agent
    facts = await analysed_for(request, (body.text,), lambda: judged(body.text))
    words = PostedText(body.text, facts, tuple(body.attachment_ids))
    only = caller.customer_id

    def work(uow: UnitOfWork) -> tuple[StoredResponse, Registered | NotRegistered | None]:
        if body.agent is not None:
            posted = post_agent_message(uow, known_id, body.agent, words, stamp, only=only)
            return _answer(uow, posted), None
        received = post_customer_message(uow, known_id, words, stamp, only=only, limits=services.limits)
        if isinstance(received, Message):
            return _answer(uow, received), None
        if isinstance(received, NotRegistered):
            return not_registered(request, received), received
        return _answer(uow, received.first_message), received

    try:
        response, submitted = await answer(request, caller, services.store, stamp, work)
    except HintsWantedError:
        # Rare, and hints take as long as the whole rest: they are made here and not for every message.
        as_submission = partial(services.texts.of_submission, None, body.text)
        words = replace(words, facts=await analysed_for(request, (body.text,), as_submission))
        response, submitted = await answer(request, caller, services.store, stamp, work)
    if submitted is not None:
        count_submission(services, submitted)
    return response


@operation(
    router,
    "GET",
    "/v1/tickets/{ticket_id}/messages",
    Operation(
        scope=Scope.TICKETS_READ,
        id="listMessages",
        summary="List messages",
        tag="conversation",
        answers=(
            Success(200, "A page of messages.", MessagesPage, {"one": examples.page(examples.MESSAGE)}),
        ),
        problems=("ticket_not_found",),
        paged=True,
    ),
)
async def list_messages(
    request: Request, ticket_id: TicketPath, page: Page, caller: CurrentCaller
) -> Response:
    """Returns a ticket's messages, oldest first. The first one is the submission itself."""
    return await page_of_ticket(request, caller, ticket_id, page, Conversation, MessageOut.of)


def _answer(uow: UnitOfWork, message: Message) -> StoredResponse:
    shown = MessageOut.of(view_messages(uow, (message,))[0])
    return plain(201, shown, {"Location": f"/v1/tickets/{shown.ticket_id}/messages"})
