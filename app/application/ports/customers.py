"""Repositories of customers and of the ledger of their minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.calendar.service_hours import moscow_day
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.chat import Chat
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TicketMinutes, TimeEntry
from app.domain.regulation.entitlement import Entitlement


class CustomerRepository(Protocol):
    """Customers by the CRM's id."""

    def get(self, customer_id: str) -> Customer | None: ...
    def lock(self, customer_id: str) -> Customer | None:
        """Get the customer and lock it until the transaction ends: chats and minutes are counted under it."""
        ...

    def share(self, customer_id: str) -> Customer | None:
        """Get the customer with a shared lock: no transaction locks it until this one ends.

        A transaction that decides on the customer's minutes shares the customer before it locks any ticket.
        A transaction that frees minutes then finds the decisions that were made without them. A transaction
        that shares a customer does not lock it later.
        """
        ...

    def page(self, *, only: str | None, after: str | None, limit: int) -> Sequence[Customer]:
        """List by id; `only` confines the list to one customer."""
        ...

    def add(self, customer: Customer) -> bool:
        """Insert; False if another transaction has taken the id."""
        ...

    def save(self, customer: Customer) -> None:
        """Replace the stored record."""
        ...


class TimeEntryRepository(Protocol):
    """The ledger; append-only."""

    def add(self, entry: TimeEntry) -> None: ...
    def get(self, entry_id: str) -> TimeEntry | None: ...
    def reversed_minutes(self, entry_id: str) -> int:
        """Return the number of an entry's minutes that corrections have reversed."""
        ...

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[TimeEntry]:
        """List in the order of storing, oldest first; `after` is the id of the last one seen."""
        ...

    def minutes_used(self, customer_id: str, since: datetime, until: datetime) -> int:
        """Sum the counting minutes with since <= counted_at <= until."""
        ...

    def minutes_by_ticket(
        self, customer_id: str, since: datetime, until: datetime
    ) -> Sequence[TicketMinutes]:
        """Return the same sum per ticket, by number; tickets with the sum 0 are left out."""
        ...


@dataclass(frozen=True, slots=True)
class CustomerSnapshot:
    """The facts about a customer on which a submission is decided."""

    customer: Customer
    minutes_used: int
    chat: Chat | None
    """The chat of the address, if it is a working chat of this customer."""
    calendar: WorkCalendar

    def entitlement_at(self, at: datetime) -> Entitlement:
        """Return the entitlement at the instant up to which the minutes were counted (R3)."""
        return self.customer.entitlement_on(moscow_day(at), self.minutes_used)


class SnapshotRepository(Protocol):
    """Reads customer, minutes, chat and calendar in one round trip instead of four."""

    def find(
        self, customer_id: str, channel: str, address: str | None, since: datetime, until: datetime
    ) -> CustomerSnapshot | None:
        """Find a customer with the minutes of since <= counted_at <= until and the chat of this address."""
        ...
