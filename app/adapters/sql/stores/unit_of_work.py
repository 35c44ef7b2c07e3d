"""One unit of work over one connection, reused for one transaction after another."""

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.answers import SqlIdempotencyRepository
from app.adapters.sql.repositories.api_keys import SqlApiKeyRepository
from app.adapters.sql.repositories.attachments import SqlAttachmentRepository
from app.adapters.sql.repositories.calendar import CalendarSource, SqlCalendarRepository
from app.adapters.sql.repositories.channels import SqlChannelRepository
from app.adapters.sql.repositories.chat_messages import (
    SqlChatMessageRepository,
    SqlGatheringRepository,
)
from app.adapters.sql.repositories.chats import SqlChatRepository
from app.adapters.sql.repositories.customers import SqlCustomerRepository
from app.adapters.sql.repositories.decisions import SqlDecisionRepository
from app.adapters.sql.repositories.events import SqlEventRepository
from app.adapters.sql.repositories.inbox import SqlInboxRepository
from app.adapters.sql.repositories.messages import SqlMessageRepository
from app.adapters.sql.repositories.outbox import SqlOutboxRepository
from app.adapters.sql.repositories.snapshots import SqlSnapshotRepository
from app.adapters.sql.repositories.staff import SqlStaffRepository
from app.adapters.sql.repositories.tickets import SqlTicketRepository
from app.adapters.sql.repositories.time_entries import SqlTimeEntryRepository
from app.adapters.sql.repositories.unassigned import SqlNoticeRepository, SqlUnassignedChatRepository
from app.adapters.sql.repositories.waits import SqlWaitRepository
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


class SqlUnitOfWork:
    """The repositories of a connection; the store begins and ends the transactions."""

    def __init__(self, connection: SqlConnection, dialect: Dialect, source: CalendarSource) -> None:
        self.connection = connection
        self.source = source
        self._calendar = SqlCalendarRepository(connection, dialect, source)
        self.customers: CustomerRepository = SqlCustomerRepository(connection, dialect)
        self.chats: ChatRepository = SqlChatRepository(connection, dialect)
        self._tickets = SqlTicketRepository(connection, dialect)
        self.tickets: TicketRepository = self._tickets
        self.decisions: DecisionRepository = SqlDecisionRepository(connection)
        self.events: EventRepository = SqlEventRepository(connection)
        self.messages: MessageRepository = SqlMessageRepository(connection)
        self.outbox: OutboxRepository = SqlOutboxRepository(connection)
        self.channels: ChannelRepository = SqlChannelRepository(connection, dialect)
        self.time_entries: TimeEntryRepository = SqlTimeEntryRepository(connection)
        self.calendar: CalendarRepository = self._calendar
        self.snapshots: SnapshotRepository = SqlSnapshotRepository(connection, self._calendar)
        self.idempotency: IdempotencyRepository = SqlIdempotencyRepository(connection, dialect)
        self.api_keys: ApiKeyRepository = SqlApiKeyRepository(connection)
        self.inbox: InboxRepository = SqlInboxRepository(connection, dialect)
        self.chat_messages: ChatMessageRepository = SqlChatMessageRepository(connection, dialect)
        self.gatherings: GatheringRepository = SqlGatheringRepository(connection, dialect)
        self.unassigned_chats: UnassignedChatRepository = SqlUnassignedChatRepository(connection)
        self.notices: NoticeRepository = SqlNoticeRepository(connection, dialect)
        self.staff: StaffRepository = SqlStaffRepository(connection, dialect)
        self.attachments: AttachmentRepository = SqlAttachmentRepository(connection)
        self.waits: WaitRepository = SqlWaitRepository(connection)

    def begin(self, sql: str) -> None:
        """Begin a transaction and clear what the previous one cached."""
        self.connection.begin(sql)
        self._calendar.begin()
        self._tickets.begin()

    def undone(self) -> None:
        """Clear the cache of tickets after a part of the transaction was rolled back."""
        self._tickets.begin()

    def finish(self) -> None:
        """Run the pending statements; the transaction may be committed after that."""
        self.connection.finish()
