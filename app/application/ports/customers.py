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
        """Get, and hold the customer until the transaction ends: chats and minutes are counted under it."""
        ...

    def share(self, customer_id: str) -> Customer | None:
        """Get, and let nobody hold the customer until the transaction ends; many may share it at once.

        Who decides on a customer's minutes shares it first, before any ticket is held: minutes that become
        free meanwhile then find what was decided without them. Who shares does not hold later.
        """
        ...

    def page(self, *, only: str | None, after: str | None, limit: int) -> Sequence[Customer]:
        """List by id; `only` confines to one customer."""
        ...

    def add(self, customer: Customer) -> bool:
        """Insert; False if the id is taken meanwhile."""
        ...

    def save(self, customer: Customer) -> None:
        """Replace the stored record."""
        ...


class TimeEntryRepository(Protocol):
    """The ledger; append-only."""

    def add(self, entry: TimeEntry) -> None: ...
    def get(self, entry_id: str) -> TimeEntry | None: ...
    def reversed_minutes(self, entry_id: str) -> int:
        """Give how many minutes of an entry were taken back by corrections."""
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
        """The same sum by ticket, by number; tickets whose sum is 0 are left out."""
        ...


@dataclass(frozen=True, slots=True)
class CustomerSnapshot:
    """What a submission of a customer is judged on."""

    customer: Customer
    minutes_used: int
    chat: Chat | None
    """The chat of the address, if it is this customer's."""
    calendar: WorkCalendar

    def entitlement_at(self, at: datetime) -> Entitlement:
        """Give what the customer may claim at the instant up to which its minutes were counted (R3)."""
        return self.customer.entitlement_on(moscow_day(at), self.minutes_used)


class SnapshotRepository(Protocol):
    """Reads in one journey what customers, chats, time entries and the calendar give one by one."""

    def find(
        self, customer_id: str, channel: str, address: str | None, since: datetime, until: datetime
    ) -> CustomerSnapshot | None:
        """Find a customer with its minutes of since <= counted_at <= until and its chat of this address."""
        ...
