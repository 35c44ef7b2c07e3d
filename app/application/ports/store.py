"""What the use cases need of the world: a store of transactions and the repositories inside one.

Repositories are synchronous: a use case is a function of a unit of work, and the store decides where
and how often it runs (design 3, section 2). Pages are keyset pages: `after` is the key of the last
row seen, and at most `limit` rows come back, in the documented order.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from app.application.ports.attachments import AttachmentRepository
from app.application.ports.inbox import (
    ChatMessageRepository,
    GatheringRepository,
    InboxRepository,
    NoticeRepository,
    StaffRepository,
    UnassignedChatRepository,
)
from app.application.ports.outbox import ChannelRepository, OutboxRepository
from app.domain.calendar.work_calendar import CalendarException, WorkCalendar, moscow_day
from app.domain.chats.chat import Chat
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TicketMinutes, TimeEntry
from app.domain.language.notes import Note
from app.domain.language.spans import Obscenity
from app.domain.language.triage import TriageHints
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.regulation.entitlement import Entitlement
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import Event
from app.domain.tickets.message import Delivery, Message, MessageAuthor
from app.domain.tickets.queue import QueueKey
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import (
    Category,
    ObscenityLevel,
    ObscenityPolicy,
    Outcome,
    Priority,
    Status,
)

T = TypeVar("T")


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


class ChatRepository(Protocol):
    """Chats by our id and by every external address that they have had (R12)."""

    def get(self, chat_id: str) -> Chat | None: ...
    def find(self, channel: str, address: str) -> Chat | None:
        """Find by any address of the chat, past ones included."""
        ...

    def lock(self, channel: str, address: str) -> Chat | None:
        """Find, and hold the chat until the transaction ends."""
        ...

    def lock_by_id(self, chat_id: str) -> Chat | None:
        """Get, and hold the chat until the transaction ends."""
        ...

    def of_customer(self, customer_id: str) -> Sequence[Chat]:
        """List the customer's working chats, the one assigned first in front (then by id)."""
        ...

    def add(self, chat: Chat) -> bool:
        """Insert with its address; False if the address is taken meanwhile."""
        ...

    def save(self, chat: Chat) -> None:
        """Replace the stored chat, its addresses left alone."""
        ...

    def add_address(self, chat: Chat, address: str) -> bool:
        """Let the chat be found by one more address; False if it is taken."""
        ...

    def set_address(self, chat: Chat) -> None:
        """Make the chat's `address`, which must be one of its own, the present one."""
        ...

    def absorb(self, kept: Chat, stub: Chat) -> None:
        """Give all that hangs on a chat to another one, its addresses too, and remove it (R12)."""
        ...


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
class StoredException:
    """An override of one date, with the version that conditional requests compare."""

    exception: CalendarException
    updated_at: datetime
    version: int


class CalendarRepository(Protocol):
    """The work calendar with the overrides that operations made; effective at once."""

    def calendar(self) -> WorkCalendar:
        """Give the calendar as of this transaction; built anew only when an override has changed."""
        ...

    def get(self, day: date) -> StoredException | None: ...
    def page(self, *, after: date | None, limit: int) -> Sequence[StoredException]:
        """List by date."""
        ...

    def save(self, stored: StoredException) -> None:
        """Insert or replace the override of a date."""
        ...

    def remove(self, day: date) -> None: ...


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


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An HTTP answer as it was first given: kept with the effect, replayed byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer under an idempotency key, and the fingerprint of the request that it answered."""

    fingerprint: str
    answer: StoredResponse
    created_at: datetime


class IdempotencyRepository(Protocol):
    """Answers by API key and idempotency key."""

    def find(self, key_id: str, key: str, *, since: datetime) -> KeptAnswer | None:
        """Find an answer that was given at `since` or later. Holds the key until the transaction ends."""
        ...

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        """Keep an answer, over an expired one if there is any."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Drop up to `limit` answers given before an instant; give how many."""
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of an integrator; of the secret only the SHA-256 is kept. Days are Moscow days."""

    id: str
    name: str
    secret_sha256: str
    scopes: frozenset[str]
    customer_id: str | None
    created_at: datetime
    expires_on: date | None
    revoked_at: datetime | None = None


class ApiKeyRepository(Protocol):
    """API keys."""

    def find(self, secret_sha256: str) -> ApiKey | None: ...
    def add(self, key: ApiKey) -> None: ...
    def all(self) -> Sequence[ApiKey]:
        """List every key, oldest first."""
        ...

    def revoke(self, key_id: str, at: datetime) -> bool:
        """Revoke; False if there is no such key, or it is revoked already."""
        ...


class UnitOfWork(Protocol):
    """One transaction: what is written in it stands or falls together."""

    customers: CustomerRepository
    chats: ChatRepository
    tickets: TicketRepository
    decisions: DecisionRepository
    events: EventRepository
    messages: MessageRepository
    outbox: OutboxRepository
    channels: ChannelRepository
    time_entries: TimeEntryRepository
    calendar: CalendarRepository
    snapshots: SnapshotRepository
    idempotency: IdempotencyRepository
    api_keys: ApiKeyRepository
    inbox: InboxRepository
    chat_messages: ChatMessageRepository
    gatherings: GatheringRepository
    unassigned_chats: UnassignedChatRepository
    notices: NoticeRepository
    staff: StaffRepository
    attachments: AttachmentRepository


class Store(Protocol):
    """Runs functions of a unit of work as transactions.

    `write` returns when the work is committed and durable; it may run `work` again on a conflict, so
    `work` touches nothing but the unit of work. What `work` raises rolls back and is raised here.
    """

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run and commit. StoreUnavailableError: nothing changed. OutcomeUnknownError: unknown."""
        ...

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on one snapshot; `work` must not write."""
        ...

    async def check(self) -> Mapping[str, bool]:
        """Say what of the store works: `database`, `migrations`, `writer`."""
        ...


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What was made of a text before the transaction: whether it has words, obscenity, stems, hints.

    `obscene_level` is the strongest that counts by the settings; `notes` are all that was found. `hints` are
    None where nobody has looked for any.
    """

    has_words: bool
    obscene_level: ObscenityLevel | None
    stems: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    hints: TriageHints | None = None
    obscenity_policy: ObscenityPolicy = ObscenityPolicy.DEFERRED


ObscenityJudge = Callable[[str], Sequence[Obscenity]]
"""Finds obscene words (4.6), in the order of the text."""


class Stemmer(Protocol):
    """Reduces words to stems, so that other forms of a word are found."""

    def stems_of(self, text: str) -> tuple[str, ...]:
        """Give the stems of the words of a text, each once, in order of appearance."""
        ...
