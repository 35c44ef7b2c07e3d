"""Pages of lists on the wire; they describe what pagination.py renders."""

from pydantic import Field

from app.api.schemas.base import Out
from app.api.schemas.channels import StaffOut, UnassignedChatOut
from app.api.schemas.customers import ChatOut, CustomerOut
from app.api.schemas.decisions import StoredDecisionOut
from app.api.schemas.events import EventOut
from app.api.schemas.messages import MessageOut
from app.api.schemas.tickets import QueuedTicketOut, TicketOut
from app.api.schemas.time_entries import TimeEntryOut
from app.api.schemas.work_calendar import ExceptionOut

MAX_ITEMS = 100


class PageOut(Out):
    """One page of a list."""

    next_cursor: str | None = Field(
        max_length=1024, description="Pass it as `cursor` for the next page; null on the last one."
    )


class TicketsPage(PageOut):
    """Tickets."""

    items: list[TicketOut] = Field(max_length=MAX_ITEMS, description="The tickets.")


class QueuePage(PageOut):
    """Waiting tickets in the order of work."""

    items: list[QueuedTicketOut] = Field(max_length=MAX_ITEMS, description="The tickets, first is next.")


class DecisionsPage(PageOut):
    """Decisions on a ticket."""

    items: list[StoredDecisionOut] = Field(max_length=MAX_ITEMS, description="Decisions, oldest first.")


class EventsPage(PageOut):
    """History of a ticket."""

    items: list[EventOut] = Field(max_length=MAX_ITEMS, description="Events, oldest first.")


class MessagesPage(PageOut):
    """Conversation of a ticket."""

    items: list[MessageOut] = Field(max_length=MAX_ITEMS, description="Messages, oldest first.")


class TimeEntriesPage(PageOut):
    """Time booked on a ticket."""

    items: list[TimeEntryOut] = Field(max_length=MAX_ITEMS, description="Entries, oldest first.")


class CustomersPage(PageOut):
    """Customers."""

    items: list[CustomerOut] = Field(max_length=MAX_ITEMS, description="Customers by id.")


class ChatsPage(PageOut):
    """Working chats of a customer."""

    items: list[ChatOut] = Field(max_length=MAX_ITEMS, description="Chats, the one assigned first in front.")


class UnassignedChatsPage(PageOut):
    """Chats that are nobody's."""

    items: list[UnassignedChatOut] = Field(
        max_length=MAX_ITEMS, description="Chats, the latest writer in front."
    )


class StaffPage(PageOut):
    """Staff in the messengers."""

    items: list[StaffOut] = Field(max_length=MAX_ITEMS, description="Persons by channel and id.")


class ExceptionsPage(PageOut):
    """Overrides of the work calendar."""

    items: list[ExceptionOut] = Field(max_length=MAX_ITEMS, description="Overrides by date.")
