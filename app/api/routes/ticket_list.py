"""The list of tickets, with its filters."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import bytes_of
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.languages import language_headers
from app.api.http.operation import Operation, Success
from app.api.http.pagination import (
    Column,
    Key,
    Page,
    id_column,
    instant_column,
    listing,
    rank_column,
)
from app.api.http.problems import FieldError, Problem
from app.api.http.request_context import language_for
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.base import CHAT_ID_FORMS, ChatId, Instant, plain
from app.api.schemas.pages import TicketsPage
from app.api.schemas.tickets import TicketOut
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import TicketFilter, TicketSort
from app.application.tickets.ticket_view import TicketView, view_tickets
from app.domain.chats.address import FORMS, address_pattern, is_address
from app.domain.tickets.life_cycle import status_category
from app.domain.tickets.queue import priority_rank
from app.domain.tickets.ticket import NUMBER_PREFIX
from app.domain.vocabulary import Category, Outcome, Priority, Status, StatusCategory

router = APIRouter()

MAX_VALUES = 50
NUMBER = rf"^({NUMBER_PREFIX})?[0-9]{{1,15}}$"
_CODE = r"^[a-z][a-z0-9_]{0,63}$"


def _many(description: str) -> Any:  # noqa: ANN401 - as Query itself
    return Query(
        max_length=MAX_VALUES, description=f"{description} Repeat it to match any of several values."
    )


@operation(
    router,
    "GET",
    "/v1/tickets",
    Operation(
        scope=Scope.TICKETS_READ,
        id="listTickets",
        summary="List tickets",
        tag="tickets",
        answers=(Success(200, "A page of tickets.", TicketsPage, {"one": examples.page(examples.TICKET)}),),
        problems=("search_too_slow",),
        paged=True,
        bilingual=True,
    ),
)
async def list_tickets(  # noqa: PLR0913 - one parameter a filter, as the contract names them
    request: Request,
    caller: CurrentCaller,
    page: Page,
    *,
    number: Annotated[
        list[Annotated[str, Field(pattern=NUMBER, max_length=19)]],
        _many("Number of the ticket: `STP-000042` or `42`."),
    ] = [],  # noqa: B006 - FastAPI copies defaults
    external_id: Annotated[
        list[Annotated[str, plain(128)]], _many("The submitter's own ID of the submission.")
    ] = [],  # noqa: B006
    customer_id: Annotated[list[Annotated[str, plain(64)]], _many("The CRM's ID of the customer.")] = [],  # noqa: B006
    channel: Annotated[list[Annotated[str, plain(32)]], _many("Messenger: `telegram` or `whatsapp`.")] = [],  # noqa: B006
    chat_id: Annotated[
        list[Annotated[ChatId, Field(json_schema_extra={"pattern": address_pattern(*FORMS)})]],
        _many(f"The messenger's ID of the chat, present or former. {CHAT_ID_FORMS}"),
    ] = [],  # noqa: B006
    status: Annotated[list[Status], _many("Stage of the life cycle.")] = [],  # noqa: B006
    status_category_: Annotated[
        list[StatusCategory],
        Query(
            alias="status_category",
            max_length=MAX_VALUES,
            description="Whether the clock runs, is stopped or has ended (R8).",
        ),
    ] = [],  # noqa: B006
    priority: Annotated[list[Priority], _many("Priority of the ticket.")] = [],  # noqa: B006
    category: Annotated[list[Category], _many("Category of the ticket.")] = [],  # noqa: B006
    assignee: Annotated[list[Annotated[str, plain(100)]], _many("The agent's name.")] = [],  # noqa: B006
    outcome: Annotated[list[Outcome], _many("Outcome of the latest decision.")] = [],  # noqa: B006
    reason: Annotated[
        list[Annotated[str, Field(pattern=_CODE, max_length=64)]],
        _many("Code of a reason of the latest decision."),
    ] = [],  # noqa: B006
    created_from: Annotated[Instant | None, Query(description="Registered at this instant or later.")] = None,
    created_to: Annotated[Instant | None, Query(description="Registered before this instant.")] = None,
    updated_since: Annotated[Instant | None, Query(description="Changed at this instant or later.")] = None,
    query: Annotated[
        Annotated[str, plain(200)] | None,
        Query(
            description="Words to find in the subject, the text or the messages, in any form of the same "
            "word (case, number, person). A ticket must contain all of them."
        ),
    ] = None,
    sort: Annotated[TicketSort, Query(description="Order of the list.")] = TicketSort.NEWEST,
) -> Response:
    """Returns the tickets that match all filters.

    `sort=priority` puts the most urgent first, then orders by arrival. Declined tickets have no priority
    and come last.

    A list may take up to one second, including the wait for other lists of the same API key: the slow ones
    of a key run one after another. Then the response is 503 `search_too_slow`.
    """
    _check_spelling(chat_id, channel)
    services, language = services_of(request), language_for(request)
    asked = listing(request, caller, page)
    after = asked.after(*_KEY_COLUMNS[sort])
    statuses = _statuses(status, status_category_)
    stems = services.texts.stems(query) if query is not None else ()
    if statuses is None or (query is not None and not stems):
        return asked.respond((), bytes_of, lambda _: (), language_headers(language))
    wanted = TicketFilter(
        customer_only=caller.customer_id,
        numbers=tuple(int(one.removeprefix(NUMBER_PREFIX)) for one in number),
        external_ids=tuple(external_id),
        customer_ids=tuple(customer_id),
        channels=tuple(channel),
        chat_addresses=tuple(chat_id),
        statuses=statuses,
        priorities=tuple(priority),
        categories=tuple(category),
        assignees=tuple(assignee),
        outcomes=tuple(outcome),
        reasons=tuple(reason),
        created_from=created_from,
        created_to=created_to,
        updated_since=updated_since,
        stems=stems,
    )
    now = services.clock.stamp().now

    def work(uow: UnitOfWork) -> list[TicketView]:
        return view_tickets(uow, uow.tickets.page(wanted, sort, after, asked.rows), now)

    found = await services.searches.search(work, caller.key_id)
    return asked.respond(
        found,
        lambda view: bytes_of(TicketOut.of(view, language)),
        lambda view: _key_of(view, sort),
        language_headers(language),
    )


def _check_spelling(chat_ids: Sequence[str], channels: Sequence[str]) -> None:
    """Raise Problem unless each chat ID is an address of a named channel, or of any if none is named.

    Unofficial channels have no tickets (4.3), so their names change nothing.
    """
    named = FORMS.keys() & set(channels) or FORMS.keys()
    wrong = [
        FieldError(f"/query/chat_id/{place}", "bad_format")
        for place, chat_id in enumerate(chat_ids)
        if not any(is_address(channel, chat_id) for channel in named)
    ]
    if wrong:
        raise Problem("validation_failed", errors=wrong)


def _statuses(wanted: list[Status], categories: list[StatusCategory]) -> tuple[Status, ...] | None:
    """Return the statuses that both filters allow: () for all, None for none."""
    if not categories:
        return tuple(wanted)
    allowed = tuple(s for s in wanted or Status if status_category(s) in categories)
    return allowed or None


_KEY_COLUMNS: Mapping[TicketSort, tuple[Column, ...]] = {
    TicketSort.NEWEST: (instant_column, id_column),
    TicketSort.OLDEST: (instant_column, id_column),
    TicketSort.UPDATED: (instant_column, id_column),
    TicketSort.PRIORITY: (rank_column, instant_column, id_column),
}


def _key_of(view: TicketView, sort: TicketSort) -> Key:
    ticket = view.ticket
    match sort:
        case TicketSort.UPDATED:
            return ticket.updated_at, ticket.id
        case TicketSort.PRIORITY:
            return priority_rank(ticket.priority), ticket.received_at, ticket.id
        case _:
            return ticket.created_at, ticket.id
