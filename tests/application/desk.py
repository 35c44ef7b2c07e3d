"""A desk to work at: a store in memory that runs every work twice, a clock to set, plain words to say."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from app.application.administration.calendar_exceptions import put_exception
from app.application.customers.put_customer import put_customer
from app.application.customers.working_chats import (
    WorkingChat,
    assign_chat,
    list_chats,
    unassign_chat,
)
from app.application.errors import PreconditionFailedError
from app.application.ports.store import UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.ports.tickets import TicketFilter, TicketSort
from app.application.stamp import Stamp
from app.application.tickets.claim_ticket import claim_ticket
from app.application.tickets.decide_submission import decide_submission
from app.application.tickets.post_message import PostedText, post_agent_message, post_customer_message
from app.application.tickets.record_time import TimeRecord, record_time
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import NotRegistered, Registered, submit_ticket
from app.application.tickets.text_analysis import TextAnalysis
from app.application.tickets.ticket_view import TicketView, get_ticket, view_ticket
from app.application.tickets.transition_ticket import Transition, transition_ticket
from app.domain.calendar.service_hours import MOSCOW, CalendarException
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.address import ChatAddress
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TimeEntry
from app.domain.language.folding import Folded
from app.domain.language.spans import Obscenity
from app.domain.regulation.case import Case
from app.domain.regulation.decision import Decision
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.regulation.tariff import TariffPeriod
from app.domain.sending.part import OutboxMessage
from app.domain.tickets.event import Event
from app.domain.tickets.message import Message
from app.domain.tickets.ticket import Development, Release, Ticket
from app.domain.vocabulary import (
    Action,
    Category,
    Finding,
    Impact,
    Licence,
    ObscenityLevel,
    Resolution,
    Status,
    TariffName,
)
from tests.domain.cases import CALENDAR, FRIDAY_TEN, reasons
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore

T = TypeVar("T")

AGENCY, OTHER_AGENCY = "agency-17", "agency-18"
CHAT = "-1001"
OLGA, PYOTR = "Ольга", "Пётр"
ALL = 10_000
WAITING = (Status.NEW, Status.QUEUED)


OBSCENE = "хрень"


def on_telegram(address: str) -> ChatAddress:
    return ChatAddress("telegram", address)


def find_one_word(folded: Folded) -> tuple[Obscenity, ...]:
    """Find one word obscene."""
    place = folded.text.find(OBSCENE)
    if place < 0:
        return ()
    start, end = folded.span(place, place + len(OBSCENE))
    return (Obscenity(folded.original[start:end], start, end, ObscenityLevel.MAT),)


class WholeWords:
    """Takes each word for its own stem."""

    def stems_of(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text.casefold().split()))


TEXTS = TextAnalysis(find_one_word, WholeWords())


def a_customer(customer_id: str = AGENCY, **changed: Any) -> Customer:
    """Give a rental that is paid for."""
    long_ago = datetime(2025, 1, 1, tzinfo=UTC)
    customer = Customer(
        id=customer_id,
        name="Агентство",
        contract_accepted_on=date(2025, 1, 31),
        licence=Licence.RENTAL,
        paid_until=date(2027, 6, 30),
        tariffs=(),
        exclusive_version=False,
        created_at=long_ago,
        updated_at=long_ago,
        version=0,
    )
    return replace(customer, **changed)


def tariff(name: TariffName, first: date = date(2026, 1, 1), last: date = date(2027, 12, 31)) -> TariffPeriod:
    return TariffPeriod(name, first, last)


def boxed(name: TariffName = TariffName.SERVICE, **changed: Any) -> Customer:
    plain = a_customer(licence=Licence.BOXED, paid_until=None, tariffs=(tariff(name),))
    return replace(plain, **changed)


UNPAID = a_customer(paid_until=date(2026, 10, 31))


def any_version(_: int) -> None:
    """Ask for no version."""


def only_version(wanted: int) -> Callable[[int], None]:
    def check(version: int) -> None:
        if version != wanted:
            raise PreconditionFailedError

    return check


def done(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what never waits, as everything in memory does."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        result: T = finished.value
        return result
    raise AssertionError("the store in memory waited for something")


class Desk:
    """The use cases as plain calls at the instant `now`."""

    def __init__(
        self,
        customer: Customer | None = None,
        at: datetime = FRIDAY_TEN,
        calendar: WorkCalendar = CALENDAR,
    ) -> None:
        self.store = RerunningStore(MemoryStore(calendar))
        self.now = at
        self._next_id = 1 << 64
        self.put(customer or a_customer())
        self.assign(CHAT)

    # The store and the clock

    def stamp(self) -> Stamp:
        self._next_id += 1 << 20
        return Stamp(self.now, self._next_id)

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        return done(self.store.write(work))

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return done(self.store.read(work))

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)

    def wait_working_minutes(self, minutes: int) -> None:
        later = CALENDAR.add_working_minutes(self.now, minutes)
        assert later is not None
        self.now = later

    # Customers and chats

    def put(self, customer: Customer, check: Callable[[int], None] = any_version) -> tuple[Customer, bool]:
        stamp = self.stamp()
        return self.write(lambda uow: put_customer(uow, customer, stamp, check_version=check))

    def assign(
        self, address: str, customer_id: str = AGENCY, channel: str = "telegram", title: str | None = None
    ) -> tuple[WorkingChat, bool]:
        stamp = self.stamp()
        return self.write(
            lambda uow: assign_chat(
                uow, customer_id, ChatAddress(channel, address), title, stamp, check_version=any_version
            )
        )

    def take_chat_away(self, address: str = CHAT, customer_id: str = AGENCY) -> None:
        stamp = self.stamp()
        self.write(lambda uow: unassign_chat(uow, customer_id, "telegram", address, stamp))

    def chats(self, customer_id: str = AGENCY) -> dict[str, bool]:
        """Give the addresses of the working chats, and which are over the limit."""
        stamp = self.stamp()
        listed = self.read(lambda uow: list_chats(uow, customer_id, stamp))
        return {working.chat.address: working.over_limit for working in listed}

    def close_on(self, day: date) -> None:
        stamp, closed = self.stamp(), CalendarException(day, (), "Переезд")
        self.write(lambda uow: put_exception(uow, closed, stamp, check_version=any_version))

    # Submissions

    def submission(self, text: str = "Как настроить воронку?", **given: Any) -> Submission:
        facts = TEXTS.of_submission(given.get("subject"), text, given.get("reproduction_steps", ()))
        plain = Submission(
            customer_id=AGENCY,
            channel="telegram",
            chat_address=CHAT,
            text=text,
            text_facts=facts,
            category=Category.CONFIGURATION_CONSULTATION,
            knowledge_base_checked=True,
        )
        return replace(plain, **given)

    def submit(
        self, text: str = "Как настроить воронку?", *, only: str | None = None, **given: Any
    ) -> Registered | NotRegistered:
        submission, stamp = self.submission(text, **given), self.stamp()
        return self.write(lambda uow: submit_ticket(uow, submission, stamp, only=only))

    def register(self, text: str = "Как настроить воронку?", **given: Any) -> str:
        """Submit what is registered; give the ticket's id."""
        result = self.submit(text, **given)
        assert isinstance(result, Registered)
        return result.view.ticket.id

    def try_out(self, text: str = "Как настроить воронку?", **given: Any) -> tuple[Decision, Case]:
        submission = self.submission(text, **given)
        return self.read(lambda uow: decide_submission(uow, submission, None, self.now))

    # Agents

    def act(
        self,
        ticket_id: str,
        action: Action,
        *,
        check: Callable[[int], None] = any_version,
        only: str | None = None,
        **asked: Any,
    ) -> TicketView:
        stamp, transition = self.stamp(), Transition(action, **{"agent": OLGA, **asked})
        return self.write(
            lambda uow: transition_ticket(uow, ticket_id, transition, stamp, check_version=check, only=only)
        )

    def claim(self, agent: str = OLGA, statuses: Sequence[Status] = WAITING) -> Ticket | None:
        stamp = self.stamp()
        view = self.write(lambda uow: claim_ticket(uow, agent, statuses, stamp))
        return None if view is None else view.ticket

    def say(self, ticket_id: str, text: str = "Посмотрите, пожалуйста") -> Message:
        stamp, words = self.stamp(), PostedText(text, TextFacts(True, None, TEXTS.stems(text)))
        return self.write(lambda uow: post_agent_message(uow, ticket_id, OLGA, words, stamp))

    def book(
        self, ticket_id: str, minutes: int, at: datetime | None = None, reverses: str | None = None
    ) -> TimeEntry:
        stamp, booked = self.stamp(), TimeRecord(minutes, OLGA, at or self.now, reverses=reverses)
        return self.write(lambda uow: record_time(uow, ticket_id, booked, stamp))

    # The customer

    def reply(self, ticket_id: str, text: str = "Вот подробности") -> Message | NotRegistered:
        stamp, words = self.stamp(), PostedText(text, TEXTS.of_submission(None, text))
        came = self.write(lambda uow: post_customer_message(uow, ticket_id, words, stamp))
        return came.first_message if isinstance(came, Registered) else came

    # Looking

    def ticket(self, ticket_id: str) -> Ticket:
        return self.read(lambda uow: get_ticket(uow, ticket_id))

    def status(self, ticket_id: str) -> Status:
        return self.ticket(ticket_id).status

    def view(self, ticket_id: str) -> TicketView:
        return self.read(lambda uow: view_ticket(uow, get_ticket(uow, ticket_id), self.now))

    def events(self, ticket_id: str) -> Sequence[Event]:
        return self.read(lambda uow: uow.events.of_ticket(ticket_id, after=None, limit=ALL))

    def event_types(self, ticket_id: str) -> list[str]:
        return [event.type.value for event in self.events(ticket_id)]

    def decisions(self, ticket_id: str) -> Sequence[DecisionRecord]:
        return self.read(lambda uow: uow.decisions.of_ticket(ticket_id, after=None, limit=ALL))

    def reasons(self, ticket_id: str) -> list[str]:
        """Give the reasons of the latest decision."""
        return reasons(self.decisions(ticket_id)[-1].decision)

    def messages(self, ticket_id: str) -> Sequence[Message]:
        return self.read(lambda uow: uow.messages.of_ticket(ticket_id, after=None, limit=ALL))

    def waiting_messages(self, ticket_id: str) -> Sequence[OutboxMessage]:
        return self.read(lambda uow: uow.outbox.of_ticket(ticket_id))

    def list(self, wanted: TicketFilter) -> Sequence[Ticket]:
        return self.read(lambda uow: uow.tickets.page(wanted, TicketSort.NEWEST, None, ALL))

    def put_into(self, ticket_id: str, status: Status, **changed: Any) -> None:
        """Set a ticket into a status, whatever way there is to it."""
        ticket = replace(self.ticket(ticket_id), status=status, **changed)
        self.write(lambda uow: uow.tickets.save(ticket))


ARGUMENTS: Mapping[Action, Mapping[str, Any]] = {
    Action.CLASSIFY: {"category": Category.PRODUCT_DEFECT, "impact": Impact.FUNCTION},
    Action.REQUEST_INFORMATION: {"text": "Какая у вас версия?"},
    Action.TRANSFER_TO_DEVELOPMENT: {"development": Development("DEV-7", "https://tracker.example/7")},
    Action.ANNOUNCE_RELEASE: {"release": Release("4.2", date(2026, 12, 1)), "text": "Выйдет в 4.2"},
    Action.DEFER: {"finding": Finding.NOT_REPRODUCIBLE},
    Action.DECLINE: {"finding": Finding.OUT_OF_SCOPE},
    Action.RESOLVE: {"resolution": Resolution.ANSWERED, "text": "Готово"},
}


def asked_of(action: Action) -> Mapping[str, Any]:
    """Give what an action needs beside an agent."""
    return ARGUMENTS.get(action, {})


def moscow(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MOSCOW)
