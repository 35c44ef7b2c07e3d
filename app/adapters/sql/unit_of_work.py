"""One unit of work over one connection, used for one transaction after another."""

from sqlalchemy import Connection

from app.adapters.sql.dialect import Dialect
from app.adapters.sql.repositories.answers import SqlIdempotencyRepository
from app.adapters.sql.repositories.api_keys import SqlApiKeyRepository
from app.adapters.sql.repositories.attachments import SqlAttachmentRepository
from app.adapters.sql.repositories.calendar import CalendarSource, SqlCalendarRepository
from app.adapters.sql.repositories.chats import SqlChatRepository
from app.adapters.sql.repositories.customers import SqlCustomerRepository
from app.adapters.sql.repositories.events import SqlEventRepository
from app.adapters.sql.repositories.messages import SqlMessageRepository, SqlOutboxRepository
from app.adapters.sql.repositories.rulings import SqlRulingRepository
from app.adapters.sql.repositories.tickets import SqlTicketRepository
from app.adapters.sql.repositories.time_entries import SqlTimeEntryRepository
from app.application.attachment_ports import AttachmentRepository
from app.application.ports import (
    ApiKeyRepository,
    CalendarRepository,
    ChatRepository,
    CustomerRepository,
    EventRepository,
    IdempotencyRepository,
    MessageRepository,
    OutboxRepository,
    RulingRepository,
    TicketRepository,
    TimeEntryRepository,
)


class SqlUnitOfWork:
    """The repositories of a connection; the store begins and ends the transactions."""

    def __init__(self, connection: Connection, dialect: Dialect, calendar: CalendarSource) -> None:
        self.connection = connection
        self._calendar = SqlCalendarRepository(connection, dialect, calendar)
        self.customers: CustomerRepository = SqlCustomerRepository(connection, dialect)
        self.chats: ChatRepository = SqlChatRepository(connection, dialect)
        self.tickets: TicketRepository = SqlTicketRepository(connection, dialect)
        self.rulings: RulingRepository = SqlRulingRepository(connection)
        self.events: EventRepository = SqlEventRepository(connection)
        self.messages: MessageRepository = SqlMessageRepository(connection)
        self.outbox: OutboxRepository = SqlOutboxRepository(connection)
        self.time_entries: TimeEntryRepository = SqlTimeEntryRepository(connection)
        self.calendar: CalendarRepository = self._calendar
        self.idempotency: IdempotencyRepository = SqlIdempotencyRepository(connection, dialect)
        self.api_keys: ApiKeyRepository = SqlApiKeyRepository(connection)
        self.attachments: AttachmentRepository = SqlAttachmentRepository(connection)

    def begin(self) -> None:
        """Forget what the last transaction left behind in memory."""
        self._calendar.begin()
