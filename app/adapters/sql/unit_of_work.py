"""One unit of work over one connection, used for one transaction after another."""

from sqlalchemy import Connection

from app.adapters.sql.dialect import Dialect
from app.adapters.sql.repositories.answers import SqlIdempotencyRepository
from app.adapters.sql.repositories.api_keys import SqlApiKeyRepository
from app.adapters.sql.repositories.calendar import CalendarSource, SqlCalendarRepository
from app.adapters.sql.repositories.chats import SqlChatRepository
from app.adapters.sql.repositories.customers import SqlCustomerRepository
from app.adapters.sql.repositories.events import SqlEventRepository
from app.adapters.sql.repositories.messages import SqlMessageRepository, SqlOutboxRepository
from app.adapters.sql.repositories.rulings import SqlRulingRepository
from app.adapters.sql.repositories.tickets import SqlTicketRepository
from app.adapters.sql.repositories.time_entries import SqlTimeEntryRepository
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
        opened = dialect.opened(connection)
        self._calendar = SqlCalendarRepository(opened, dialect, calendar)
        self.customers: CustomerRepository = SqlCustomerRepository(opened, dialect)
        self.chats: ChatRepository = SqlChatRepository(opened, dialect)
        self.tickets: TicketRepository = SqlTicketRepository(opened, dialect)
        self.rulings: RulingRepository = SqlRulingRepository(opened)
        self.events: EventRepository = SqlEventRepository(opened)
        self.messages: MessageRepository = SqlMessageRepository(opened)
        self.outbox: OutboxRepository = SqlOutboxRepository(opened)
        self.time_entries: TimeEntryRepository = SqlTimeEntryRepository(opened)
        self.calendar: CalendarRepository = self._calendar
        self.idempotency: IdempotencyRepository = SqlIdempotencyRepository(opened, dialect)
        self.api_keys: ApiKeyRepository = SqlApiKeyRepository(opened)

    def begin(self) -> None:
        """Forget what the last transaction left behind in memory."""
        self._calendar.begin()
