"""Makes values to store: everything has a default, ids and instants count up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.application.ports.access import ApiKey, KeptAnswer, StoredResponse
from app.application.ports.calendar import StoredException
from app.application.ports.store import UnitOfWork
from app.domain.attachments.attachment import Attachment, AttachmentState, ProviderFile
from app.domain.calendar.service_hours import CalendarException
from app.domain.chats.chat import Chat
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TimeEntry
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.decision import Decision, Notice, Reason
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.sending.part import OutboxKind, OutboxMessage
from app.domain.tickets.event import CUSTOMER, Event, EventType, changes_between
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.ticket import Author, Ticket
from app.domain.vocabulary import (
    AttachmentKind,
    Clause,
    Impact,
    Licence,
    NoticeCode,
    Outcome,
    Priority,
    ReasonCode,
    Source,
    Status,
    TariffName,
)

START = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
AGENCY, OTHER_AGENCY = "agency-17", "agency-18"


def an_id(number: int, kind: int = 0) -> str:
    """Give an id; greater numbers give greater ids."""
    return f"01930000-0000-7000-8{kind:03x}-{number:012x}"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def a_customer(customer_id: str = AGENCY, **changed: Any) -> Customer:
    customer = Customer(
        id=customer_id,
        name="Агентство",
        contract_accepted_on=date(2025, 1, 31),
        licence=Licence.BOXED,
        paid_until=None,
        tariffs=(TariffPeriod(TariffName.EXTENDED, date(2026, 1, 1), date(2026, 12, 31)),),
        exclusive_version=True,
        created_at=START,
        updated_at=START,
        version=1,
    )
    return replace(customer, **changed)


def a_chat(number: int = 1, customer_id: str | None = AGENCY, **changed: Any) -> Chat:
    chat = Chat(
        id=an_id(number, kind=1),
        channel="telegram",
        address=f"-100{number}",
        customer_id=customer_id,
        title="Рабочий чат",
        assigned_at=None if customer_id is None else at(number),
        updated_at=at(number),
        version=1,
    )
    return replace(chat, **changed)


def a_provider_file(number: int = 1, channel: str = "telegram") -> ProviderFile:
    return ProviderFile(channel, f"file-{number}", f"unique-{number}")


def an_attachment(number: int = 1, **changed: Any) -> Attachment:
    attachment = Attachment(
        id=an_id(number, kind=9),
        customer_id=AGENCY,
        kind=AttachmentKind.IMAGE,
        name="снимок.png",
        state=AttachmentState.STORED,
        created_at=START,
        media_type="image/png",
        size=100 + number,
        sha256=f"{number:064x}",
        blob=f"{number:032x}",
    )
    return replace(attachment, **changed)


def a_ticket(number: int = 1, chat: Chat | None = None, **changed: Any) -> Ticket:
    """Make a ticket as it comes back: numbered, with the chat's customer and address."""
    chat = chat or a_chat()
    ticket = Ticket(
        id=an_id(number),
        number=number,
        external_id=None,
        customer_id=chat.customer_id or AGENCY,
        channel=chat.channel,
        chat_id=chat.id,
        chat_address=chat.address,
        author=Author("Анна", "42"),
        subject="Выгрузка",
        text="Не работает выгрузка «на площадки»",
        reproduction_steps=("Открыть", "Нажать"),
        category=None,
        impact=Impact.NONE,
        status=Status.NEW,
        priority=Priority.NORMAL,
        assignee=None,
        resume_at=None,
        development=None,
        release=None,
        settlement=None,
        received_at=at(number),
        created_at=at(number),
        updated_at=at(number),
        version=1,
        has_words=True,
        obscene_level=None,
    )
    return replace(ticket, **changed)


def facts_of(ticket: Ticket) -> Case:
    return Case(
        submission=SubmissionFacts(
            channel=ticket.channel,
            chat_assigned=True,
            category=ticket.category,
            impact=ticket.impact,
            has_words=True,
            obscene_level=None,
            attachment_kinds=(),
            has_steps=True,
            knowledge_base_checked=None,
            sent_to_manager=False,
        ),
        entitlement=Entitlement(contract_accepted=True, licence=Licence.RENTAL, paid_until=date(2027, 1, 1)),
        as_of=ticket.received_at,
        calendar=CalendarFacts(date(2027, 12, 31), open=True, first_service_at=START, next_month_at=at(9)),
    )


def a_decision_record(number: int = 1, ticket: Ticket | None = None, **changed: Any) -> DecisionRecord:
    ticket = ticket or a_ticket()
    recorded = DecisionRecord(
        id=an_id(number, kind=2),
        ticket_id=ticket.id,
        decision=Decision(
            outcome=Outcome.DEFERRED,
            source=Source.RULES,
            reasons=(Reason(ReasonCode.HOURS_EXHAUSTED, Clause.C5_2, Outcome.DEFERRED, at(5)),),
            notices=(Notice(NoticeCode.NO_GUARANTEED_TIME, Clause.C2_3),),
            priority=Priority.HIGH,
            earliest_start_at=at(5),
            resume_at=at(5),
        ),
        facts=facts_of(ticket),
        decided_at=at(number),
        edition="2026-01-12",
    )
    return replace(recorded, **changed)


def an_event(number: int = 1, ticket: Ticket | None = None, **changed: Any) -> Event:
    ticket = ticket or a_ticket()
    event = Event(
        id=an_id(number, kind=3),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        type=EventType.REGISTERED,
        actor=CUSTOMER,
        at=at(number),
        status_from=None,
        status_to=ticket.status,
        changes=changes_between(None, ticket),
    )
    return replace(event, **changed)


def a_message(number: int = 1, ticket: Ticket | None = None, **changed: Any) -> Message:
    ticket = ticket or a_ticket()
    message = Message(
        id=an_id(number, kind=4),
        ticket_id=ticket.id,
        author=MessageAuthor.AGENT,
        agent="Ольга",
        text="Посмотрите, пожалуйста",
        sent_at=None,
        created_at=at(number),
        delivery=Delivery(DeliveryState.PENDING, at(number)),
    )
    return replace(message, **changed)


def a_waiting_message(number: int = 1, ticket: Ticket | None = None, **changed: Any) -> OutboxMessage:
    ticket = ticket or a_ticket()
    waiting = OutboxMessage(
        id=an_id(number, kind=5),
        chat_id=ticket.chat_id,
        customer_id=ticket.customer_id,
        ticket_id=ticket.id,
        message_id=None,
        kind=OutboxKind.ANSWER,
        text="Посмотрите, пожалуйста",
        created_at=at(number),
        state_at=at(number),
    )
    return replace(waiting, **changed)


def an_entry(number: int = 1, ticket: Ticket | None = None, minutes: int = 30, **changed: Any) -> TimeEntry:
    ticket = ticket or a_ticket()
    entry = TimeEntry(
        id=an_id(number, kind=6),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        minutes=minutes,
        agent="Ольга",
        performed_at=at(number),
        counted_at=at(number),
        counts=True,
        activity=None,
        note=None,
        reverses=None,
        created_at=at(number),
    )
    return replace(entry, **changed)


def an_exception(day: date, **changed: Any) -> StoredException:
    return replace(StoredException(CalendarException(day, (), "Переезд"), START, 1), **changed)


def an_answer(body: bytes = b"{}", **changed: Any) -> KeptAnswer:
    headers = {"Location": "/v1/tickets/1", "ETag": '"1.abc"', "Content-Type": "application/json"}
    return replace(KeptAnswer("fingerprint", StoredResponse(201, headers, body), START), **changed)


def a_key(number: int = 1, **changed: Any) -> ApiKey:
    key = ApiKey(
        id=f"key-{number}",
        name="Интеграция",
        secret_sha256=f"{number:064x}",
        scopes=frozenset({"tickets:read", "tickets:write"}),
        customer_id=None,
        created_at=at(number),
        expires_on=date(2027, 1, 1),
    )
    return replace(key, **changed)


def add_agencies(uow: UnitOfWork) -> None:
    """Store two customers with a chat each: what tickets stand on."""
    uow.customers.add(a_customer())
    uow.customers.add(a_customer(OTHER_AGENCY))
    uow.chats.add(a_chat())
    uow.chats.add(a_chat(2, OTHER_AGENCY))


def number_of_new(uow: UnitOfWork, ticket: Ticket) -> int:
    """Add a ticket; give its number."""
    entered = uow.tickets.add(ticket, ())
    assert entered is not None
    return entered.number


def add_tickets(uow: UnitOfWork, *tickets: Ticket) -> None:
    for ticket in tickets:
        uow.tickets.add(ticket, ())
