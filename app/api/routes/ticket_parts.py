"""Lists that belong to one ticket: decisions, history, conversation, time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import NO_HEADERS, bytes_of
from app.api.http.keys import Caller
from app.api.http.pagination import PageRequest, id_column, listing
from app.api.http.path_params import ticket_id_of
from app.application.ports.store import UnitOfWork
from app.application.tickets.ticket_view import get_ticket


class TicketItem(Protocol):
    """An item of a ticket's list, ordered by id."""

    @property
    def id(self) -> str:
        """Id of the item."""
        ...


OfTicket = TypeVar("OfTicket", bound=TicketItem)
OfTicket_co = TypeVar("OfTicket_co", bound=TicketItem, covariant=True)


class ListOfTicket(Protocol[OfTicket_co]):
    """A repository that lists the items of a ticket, oldest first."""

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[OfTicket_co]:
        """List the items after the id `after`."""
        ...


async def page_of_ticket(
    request: Request,
    caller: Caller,
    ticket_id: str,
    page: PageRequest,
    items_in: Callable[[UnitOfWork], ListOfTicket[OfTicket]],
    show: Callable[[OfTicket], BaseModel],
    headers: Mapping[str, str] = NO_HEADERS,
) -> Response:
    """Build a page of a ticket's list. Raises NotFoundError if the caller may not see the ticket."""
    known_id, asked = ticket_id_of(ticket_id), listing(request, caller, page)
    after = asked.after(id_column)

    def work(uow: UnitOfWork) -> Response:
        get_ticket(uow, known_id, only=caller.customer_id)
        found = items_in(uow).of_ticket(known_id, after=after and after[0], limit=asked.rows)
        return asked.respond(found, lambda item: bytes_of(show(item)), lambda item: (item.id,), headers)

    return await services_of(request).store.read(work)
