"""Repositories of tickets and of their decisions, events and messages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.domain.regulation.decision_record import DecisionRecord
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import Event
from app.domain.tickets.message import Delivery, Message, MessageAuthor
from app.domain.tickets.queue import QueueKey
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import (
    Category,
    Outcome,
    Priority,
    Status,
)


class TicketSort(StrEnum):
    """Orders of the ticket list; the id decides between equals."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    UPDATED = "-updated_at"
    PRIORITY = "priority"


TicketKey = tuple[datetime | int, datetime, str] | tuple[datetime, str]
"""Key of a listed ticket: (created_at | updated_at, id), or (rank, received_at, id) by priority."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """A filter of the ticket list. An empty tuple does not filter; several values mean any of them.

    `*_from` is inclusive, `*_to` exclusive; all `stems` must occur in subject, text or messages.
    `customer_only` confines the list to one customer, whatever the other filters are.
    """

    customer_only: str | None = None
    numbers: tuple[int, ...] = ()
    external_ids: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    chat_addresses: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    priorities: tuple[Priority, ...] = ()
    categories: tuple[Category, ...] = ()
    assignees: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    reasons: tuple[str, ...] = ()
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_since: datetime | None = None
    stems: tuple[str, ...] = ()


class Entered(NamedTuple):
    """The values that the store assigns to a new ticket."""

    number: int
    queue_position: int | None
    """The position as `queue_places` counts it; None for a ticket that does not wait."""


class TicketRepository(Protocol):
    """Tickets, the queue of work and the list."""

    def get(self, ticket_id: str) -> Ticket | None: ...
    def lock(self, ticket_id: str) -> Ticket | None:
        """Get the ticket and lock it until the transaction ends."""
        ...

    def add(
        self,
        ticket: Ticket,
        stems: Sequence[str],
        outcome: Outcome | None = None,
        reasons: Collection[str] = (),
    ) -> Entered | None:
        """Insert; None if the customer's external id is taken. The ticket's `number` is ignored.

        The list finds the ticket by the stems, and by outcome and reasons as after `set_outcome`.
        """
        ...

    def save(self, ticket: Ticket) -> None:
        """Replace the members that change: the state, the text facts, `updated_at` and `version`."""
        ...

    def add_stems(self, ticket_id: str, stems: Sequence[str]) -> None:
        """Add stems by which the list finds the ticket."""
        ...

    def set_outcome(self, ticket_id: str, outcome: Outcome, reasons: Collection[str]) -> None:
        """Set outcome and reasons of the latest decision, by which the list finds the ticket."""
        ...

    def of_chat(self, chat_id: str, limit: int) -> Sequence[Ticket]:
        """List the chat's newest tickets that are not closed, newest first."""
        ...

    def owners_in(self, chat_id: str) -> Sequence[str]:
        """List the ids of the customers with tickets in a chat."""
        ...

    def id_of_external(self, customer_id: str, external_id: str) -> str | None: ...
    def page(
        self, wanted: TicketFilter, sort: TicketSort, after: TicketKey | None, limit: int
    ) -> Sequence[Ticket]: ...
    def queue_page(
        self,
        statuses: Collection[Status],
        *,
        only: str | None,
        after: QueueKey | None,
        limit: int,
    ) -> Sequence[Ticket]:
        """List unassigned waiting tickets in the order of work; `only` confines the list to one customer.

        A list of unclassified tickets alone is in the order of triage (`queue.key_of`).
        """
        ...

    def queue_places(self, ticket_ids: Collection[str]) -> Mapping[str, int]:
        """Return the position of each ticket that waits unassigned: 1 is next, the cap is POSITION_CAP."""
        ...

    def lock_first(self, statuses: Collection[Status], *, only: str | None) -> Ticket | None:
        """Lock the first ticket in the same order that no other transaction is claiming."""
        ...

    def due_to_resume(
        self, now: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[tuple[datetime, str]]:
        """List deferred tickets whose end of deferral has come, as (`resume_at`, id), in that order."""
        ...

    def silent_since(self, until: datetime, *, after: str | None, limit: int) -> Sequence[str]:
        """List the ids of resolved tickets with no message and no resolution after an instant, by id."""
        ...

    def deferred_by_hours(self, customer_id: str) -> Sequence[Ticket]:
        """Lock and list the customer's tickets that are deferred by used-up hours, oldest first."""
        ...


class DecisionRepository(Protocol):
    """Decisions as they were made; append-only."""

    def add(self, recorded: DecisionRecord) -> None: ...
    def latest(self, ticket_ids: Collection[str]) -> Mapping[str, DecisionRecord]:
        """Return the latest decision of each ticket."""
        ...

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[DecisionRecord]:
        """List in the order of storing, oldest first; `after` is the id of the last one seen."""
        ...


class EventRepository(Protocol):
    """The history; append-only."""

    def add(self, event: Event) -> None: ...
    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Event]:
        """List in the order of storing, oldest first; `after` is the id of the last one seen."""
        ...

    def steps(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Step]]:
        """Return the steps of each ticket's history that the clocks measure, oldest first."""
        ...


class MessageRepository(Protocol):
    """Conversations; append-only, except for edits, which keep the earlier texts."""

    def add(self, message: Message) -> None: ...
    def get(self, ticket_id: str, message_id: str) -> Message | None: ...
    def save(self, message: Message) -> None:
        """Replace the text, its earlier texts and the instant of its revocation."""
        ...

    def latest_of(self, ticket_id: str, author: MessageAuthor) -> Message | None:
        """Return the author's message that was stored last."""
        ...

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Message]:
        """List in the order of storing, oldest first; `after` is the id of the last one seen."""
        ...

    def last_at(self, ticket_id: str) -> datetime | None:
        """Return the instant at which the ticket's newest message was stored."""
        ...

    def set_delivery(self, ticket_id: str, message_id: str, delivery: Delivery) -> None:
        """Store the delivery state of a message; `sent_at` becomes the instant of a delivery that is sent."""
        ...
