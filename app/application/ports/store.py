"""The store of transactions, and the repositories inside one transaction.

Repositories are synchronous: a use case is a function of a unit of work, and the store decides where and
how often it runs (docs/decisions/0102-a-transaction-is-a-function.md). Pages are keyset pages: `after` is
the key of the last row seen, and at most `limit` rows are returned, in the documented order.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from app.application.ports.access import ApiKeyRepository, IdempotencyRepository
from app.application.ports.attachments import AttachmentRepository
from app.application.ports.calendar import CalendarRepository
from app.application.ports.customers import CustomerRepository, SnapshotRepository, TimeEntryRepository
from app.application.ports.inbox import (
    ChatMessageRepository,
    ChatRepository,
    GatheringRepository,
    InboxRepository,
    NoticeRepository,
    StaffRepository,
    UnassignedChatRepository,
)
from app.application.ports.outbox import ChannelRepository, OutboxRepository
from app.application.ports.tickets import (
    DecisionRepository,
    EventRepository,
    MessageRepository,
    TicketRepository,
)
from app.application.ports.waits import WaitRepository

T = TypeVar("T")


class UnitOfWork(Protocol):
    """One transaction: all of its changes are committed, or none."""

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
    waits: WaitRepository


class Store(Protocol):
    """Runs functions of a unit of work as transactions.

    `write` returns when the work is committed and durable. It may run `work` again on a conflict, so `work`
    touches nothing but the unit of work. An error in `work` rolls back and is raised to the caller. No call
    waits for the database for more than ten seconds.
    """

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run and commit.

        Raises StoreUnavailableError if nothing was changed, and OutcomeUnknownError if the commit may or may
        not have succeeded.
        """
        ...

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on one snapshot; `work` must not write. Raises StoreUnavailableError."""
        ...

    async def check(self) -> Mapping[str, bool]:
        """Return the health of each part of the store: `database`, `migrations`, `writer`."""
        ...


class Searches(Protocol):
    """Runs reads that may be expensive, so that neither other keys nor the probes wait for them."""

    async def search(self, work: Callable[[UnitOfWork], T], key_id: str) -> T:
        """Run as `read` does; the searches of one API key run one at a time and may run twice.

        Raises SearchTooSlowError after a second, which includes the wait for its turn.
        """
        ...
