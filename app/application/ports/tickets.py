"""Repositories of tickets and of what belongs to one: decisions, events, messages."""

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
    """Orders of the ticket list; every one is made total by the id."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    UPDATED = "-updated_at"
    PRIORITY = "priority"


TicketKey = tuple[datetime | int, datetime, str] | tuple[datetime, str]
"""Key of a listed ticket: (created_at | updated_at, id), or (rank, received_at, id) by priority."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list. An empty tuple does not filter; several values mean any of them.

    `*_from` is inclusive, `*_to` exclusive; `stems` must all occur in subject, text or messages.
    `customer_only` confines the list to one customer, whatever else is asked.
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
    """What a new ticket got from the store."""

    number: int
    queue_position: int | None
    """As `queue_places` counts; None if it does not wait."""


class TicketRepository(Protocol):
    """Tickets, the queue of work and the list."""

    def get(self, ticket_id: str) -> Ticket | None: ...
    def lock(self, ticket_id: str) -> Ticket | None:
        """Get, and hold the ticket until the transaction ends."""
        ...

    def add(
        self,
        ticket: Ticket,
        stems: Sequence[str],
        outcome: Outcome | None = None,
        reasons: Collection[str] = (),
    ) -> Entered | None:
        """Insert; None if the customer's external id is taken (the ticket's `number` is ignored).

        The list finds it by the stems, and by outcome and reasons as after `set_outcome`.
        """
        ...

    def save(self, ticket: Ticket) -> None:
        """Replace what changes in a ticket: its state, the text facts, `updated_at` and `version`."""
        ...

    def add_stems(self, ticket_id: str, stems: Sequence[str]) -> None:
        """Let the list find the ticket by these stems too."""
        ...

    def set_outcome(self, ticket_id: str, outcome: Outcome, reasons: Collection[str]) -> None:
        """Let the list find the ticket by the outcome and the reasons of its latest decision."""
        ...

    def of_chat(self, chat_id: str, limit: int) -> Sequence[Ticket]:
        """List the chat's newest tickets that are not closed, newest first."""
        ...

    def owners_in(self, chat_id: str) -> Sequence[str]:
        """List the customers who have tickets in a chat, by id."""
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
        """List unassigned waiting tickets in the order of work; `only` confines to one customer.

        What is to be classified comes in the order of triage if it is asked for alone (`queue.key_of`).
        """
        ...

    def queue_places(self, ticket_ids: Collection[str]) -> Mapping[str, int]:
        """Give the place (1 = next, capped at POSITION_CAP) of those of the tickets that wait unassigned."""
        ...

    def lock_first(self, statuses: Collection[Status], *, only: str | None) -> Ticket | None:
        """Hold the first ticket in the same order that nobody else is claiming at this moment."""
        ...

    def due_to_resume(
        self, now: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[tuple[datetime, str]]:
        """List deferred tickets whose end of deferral has come, as (`resume_at`, id), in that order."""
        ...

    def silent_since(self, until: datetime, *, after: str | None, limit: int) -> Sequence[str]:
        """List the ids of resolved tickets in which nothing was said or resolved after an instant, by id."""
        ...

    def deferred_by_hours(self, customer_id: str) -> Sequence[Ticket]:
        """Hold and list the customer's tickets that are deferred by used-up hours, oldest first."""
        ...


class DecisionRepository(Protocol):
    """Decisions as they were made; append-only."""

    def add(self, recorded: DecisionRecord) -> None: ...
    def latest(self, ticket_ids: Collection[str]) -> Mapping[str, DecisionRecord]:
        """Give the latest decision of each ticket."""
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
        """Give what the clocks need of each ticket's history, oldest first."""
        ...


class MessageRepository(Protocol):
    """Conversations; append-only, but for new wordings, which keep the old ones."""

    def add(self, message: Message) -> None: ...
    def get(self, ticket_id: str, message_id: str) -> Message | None: ...
    def save(self, message: Message) -> None:
        """Replace the words with their earlier wordings, and whether they were taken back."""
        ...

    def latest_of(self, ticket_id: str, author: MessageAuthor) -> Message | None:
        """Give the author's message that was stored last."""
        ...

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Message]:
        """List in the order of storing, oldest first; `after` is the id of the last one seen."""
        ...

    def last_at(self, ticket_id: str) -> datetime | None:
        """Give when the newest message of the ticket was stored."""
        ...

    def set_delivery(self, ticket_id: str, message_id: str, delivery: Delivery) -> None:
        """Keep how far a message got; one that is sent was sent at that instant."""
        ...
