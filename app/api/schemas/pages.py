"""Schemas of list pages; pagination.py renders them."""

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
        max_length=1024, description="Pass it as `cursor` to get the next page. Null on the last page."
    )


class TicketsPage(PageOut):
    """A page of tickets."""

    items: list[TicketOut] = Field(max_length=MAX_ITEMS, description="The tickets, in the requested order.")


class QueuePage(PageOut):
    """A page of the queue."""

    items: list[QueuedTicketOut] = Field(
        max_length=MAX_ITEMS, description="Waiting tickets in the order of work."
    )


class DecisionsPage(PageOut):
    """A page of a ticket's decisions."""

    items: list[StoredDecisionOut] = Field(max_length=MAX_ITEMS, description="Decisions, oldest first.")


class EventsPage(PageOut):
    """A page of a ticket's history."""

    items: list[EventOut] = Field(max_length=MAX_ITEMS, description="Events, oldest first.")


class MessagesPage(PageOut):
    """A page of a ticket's conversation."""

    items: list[MessageOut] = Field(max_length=MAX_ITEMS, description="Messages, oldest first.")


class TimeEntriesPage(PageOut):
    """A page of a ticket's time entries."""

    items: list[TimeEntryOut] = Field(max_length=MAX_ITEMS, description="Time entries, oldest first.")


class CustomersPage(PageOut):
    """A page of customers."""

    items: list[CustomerOut] = Field(max_length=MAX_ITEMS, description="Customers, ordered by ID.")


class ChatsPage(PageOut):
    """A page of a customer's working chats."""

    items: list[ChatOut] = Field(max_length=MAX_ITEMS, description="Chats, the earliest assigned first.")


class UnassignedChatsPage(PageOut):
    """A page of unassigned chats."""

    items: list[UnassignedChatOut] = Field(
        max_length=MAX_ITEMS, description="Chats, the most recently active first."
    )


class StaffPage(PageOut):
    """A page of staff members."""

    items: list[StaffOut] = Field(
        max_length=MAX_ITEMS, description="Staff members, ordered by channel and the messenger's ID."
    )


class ExceptionsPage(PageOut):
    """A page of exceptions of the work calendar."""

    items: list[ExceptionOut] = Field(max_length=MAX_ITEMS, description="Exceptions, ordered by date.")
