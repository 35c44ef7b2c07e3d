"""Examples of the contract: real cases of the regulation, made by the code that decides them.

They use customer `agency-17` and chat `-1001234567890` on Friday, 20 November 2026.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel

from app.api.schemas.attachments import AttachmentOut
from app.api.schemas.channels import StaffOut, UnassignedChatOut
from app.api.schemas.customers import ChatOut, CustomerIn, CustomerOut, EntitlementOut, UsageOut
from app.api.schemas.decisions import DecisionOut, StoredDecisionOut
from app.api.schemas.events import EventOut
from app.api.schemas.language import TextCheckOut
from app.api.schemas.messages import MessageOut
from app.api.schemas.regulation import QuoteOut, RegulationOut, TariffOut
from app.api.schemas.tickets import QueuedTicketOut, TicketOut
from app.api.schemas.time_entries import TimeEntryOut
from app.api.schemas.work_calendar import (
    CalendarStatusOut,
    DayOut,
    DaysOut,
    ExceptionOut,
    IntervalOut,
    WorkingTimeOut,
)
from app.application.customers.read_ledger import EntitlementView, Usage
from app.application.customers.working_chats import WorkingChat
from app.application.ports.calendar import StoredException
from app.application.ports.inbox import UnassignedChat
from app.application.tickets.message_view import MessageView
from app.application.tickets.ticket_view import TicketView
from app.domain.attachments.attachment import Attachment, AttachmentState
from app.domain.calendar.service_days import ServiceDays
from app.domain.calendar.service_hours import CalendarException, DayFacts, ServiceHours
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.chat import Chat
from app.domain.chats.staff import StaffMember
from app.domain.customers.ledger import TicketMinutes, TimeEntry
from app.domain.language.folding import fold
from app.domain.language.triage import triage_hints
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.clauses import EDITION
from app.domain.regulation.decide import decide
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.regulation.entitlement import chat_limit
from app.domain.regulation.tariff import EXTENDED, SERVICE, Period
from app.domain.tickets import event as history
from app.domain.tickets.clocks import Step, measure
from app.domain.tickets.event import ActorKind, Cause, Event, EventType, changes_between
from app.domain.tickets.life_cycle import settle, start
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.ticket import Author, Ticket
from app.domain.vocabulary import (
    AttachmentKind,
    Category,
    Impact,
    Language,
    Status,
)

Json = dict[str, Any]


def _json(shown: BaseModel) -> Json:
    return shown.model_dump(mode="json", by_alias=True)


def page(item: Json) -> Json:
    """Build a list of one item."""
    return {"items": [item], "next_cursor": None}


_MOVED_SATURDAY = date(2025, 11, 1)
_CALENDAR = WorkCalendar(
    ServiceDays(
        lambda year: (
            {_MOVED_SATURDAY: DayFacts(working=True, name="Рабочая суббота (перенос)")}
            if year == _MOVED_SATURDAY.year
            else {}
        ),
        date(2027, 12, 31),
    )
)
_NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
_CUSTOMER_ID = "agency-17"
_CHAT_ADDRESS = "-1001234567890"
_TICKET_ID = "019a9f5c-7b80-7000-8000-000000000001"
_CHAT_ID = "019a9f5c-7b80-7000-8000-000000000002"
_DECISION_ID = "019a9f5c-7b80-7000-8000-000000000003"
_MESSAGE_ID = "019a9f5c-7b80-7000-8000-000000000004"
_EVENT_ID = "019a9f5c-7b80-7000-8000-000000000005"
_ENTRY_ID = "019a9f5c-7b80-7000-8000-000000000006"
_ATTACHMENT_ID = "019a9f5c-7b80-7000-8000-000000000007"
_SUBJECT = "Выгрузка на площадки"
_TEXT = "После обновления объявления не выгружаются: в журнале ошибка, статус «Отклонено»."
_STEPS = ["Открыть «Экспорт»", "Нажать «Выгрузить сейчас»", "Дождаться ошибки в журнале"]
_AGENT = "Ирина"

CUSTOMER_IN: Json = {
    "name": "Агентство «Новый дом»",
    "contract_accepted_on": "2025-12-15",
    "licence": "boxed",
    "paid_until": None,
    "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}],
    "exclusive_version": False,
}
RENTAL_IN: Json = {
    "name": "Агентство «Ключи»",
    "contract_accepted_on": "2026-02-01",
    "licence": "rental",
    "paid_until": "2026-12-31",
}
_CUSTOMER = CustomerIn.model_validate(CUSTOMER_IN).to_record(_CUSTOMER_ID, _NOW)
_CUSTOMER = replace(_CUSTOMER, version=1)
CUSTOMER: Json = _json(CustomerOut.of(_CUSTOMER))

_ENTITLEMENT = _CUSTOMER.entitlement_on(_NOW.date(), minutes_used=45)
_CASE = Case(
    SubmissionFacts(
        channel="telegram",
        chat_assigned=True,
        category=Category.PRODUCT_DEFECT,
        impact=Impact.NONE,
        has_words=True,
        obscene_level=None,
        attachment_kinds=(AttachmentKind.IMAGE,),
        has_steps=True,
        knowledge_base_checked=True,
        sent_to_manager=False,
    ),
    _ENTITLEMENT,
    _NOW,
    CalendarFacts.at(_NOW, _CALENDAR),
)
_DECISION = decide(_CASE)
_RECORDED = DecisionRecord(_DECISION_ID, _TICKET_ID, _DECISION, _CASE, _NOW, EDITION)
DECISION: Json = _json(DecisionOut.of(_RECORDED, Language.RU))
STORED_DECISION: Json = _json(StoredDecisionOut.of(_RECORDED, Language.RU))

_WORDS: Json = {
    "channel": "telegram",
    "chat_id": _CHAT_ADDRESS,
    "category": "product_defect",
    "impact": "none",
    "subject": _SUBJECT,
    "text": _TEXT,
    "reproduction_steps": _STEPS,
    "knowledge_base_checked": True,
    "sent_to_manager": False,
}
DECISION_QUESTION: Json = {
    "as_of": "2026-11-20T10:00:00+03:00",
    "customer_id": _CUSTOMER_ID,
    "submission": {**_WORDS, "attachment_kinds": ["image"]},
}
DECISION_WHAT_IF: Json = {
    "as_of": "2026-11-20T10:00:00+03:00",
    "entitlement": {
        "contract_accepted": True,
        "licence": "boxed",
        "paid_until": None,
        "tariffs": [{"tariff": "service", "from": "2026-01-01", "until": "2026-12-31"}],
        "exclusive_version": False,
        "minutes_used": 180,
        "chat_assigned": True,
    },
    "submission": {
        "channel": "whatsapp",
        "category": "configuration_consultation",
        "text": "Как настроить воронку для аренды?",
    },
}
_PICTURE = Attachment(
    id=_ATTACHMENT_ID,
    customer_id=_CUSTOMER_ID,
    kind=AttachmentKind.IMAGE,
    name="журнал выгрузки.png",
    state=AttachmentState.STORED,
    created_at=_NOW - timedelta(minutes=1),
    media_type="image/png",
    size=48_213,
    sha256="5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    blob="00000000000000000000000000000000",
)
ATTACHMENT: Json = _json(AttachmentOut.of(_PICTURE))
UPLOAD: Json = {"customer_id": _CUSTOMER_ID, "file": "…"}
CONTENT = "10:00 выгрузка начата; 10:01 ошибка: статус «Отклонено»"
SUBMISSION: Json = {
    **_WORDS,
    "customer_id": _CUSTOMER_ID,
    "attachment_ids": [_ATTACHMENT_ID],
    "external_id": "crm-5521",
    "author": {"name": "Мария", "external_id": "40012345"},
}
SUBMISSION_TRIAGE: Json = {
    "customer_id": _CUSTOMER_ID,
    "channel": "telegram",
    "chat_id": _CHAT_ADDRESS,
    "impact": "crm_down",
    "text": "CRM не открывается ни у кого из сотрудников.",
}

TEXT_CHECK_IN: Json = {"text": SUBMISSION_TRIAGE["text"]}
TEXT_CHECK: Json = _json(
    TextCheckOut.of((), None, triage_hints(fold(TEXT_CHECK_IN["text"]))),
)

_DRAFT = Ticket(
    id=_TICKET_ID,
    number=42,
    external_id="crm-5521",
    customer_id=_CUSTOMER_ID,
    channel="telegram",
    chat_id=_CHAT_ID,
    chat_address=_CHAT_ADDRESS,
    author=Author("Мария", "40012345"),
    subject=_SUBJECT,
    text=_TEXT,
    reproduction_steps=tuple(_STEPS),
    category=Category.PRODUCT_DEFECT,
    impact=Impact.NONE,
    status=Status.NEW,
    priority=None,
    assignee=None,
    resume_at=None,
    development=None,
    release=None,
    settlement=None,
    received_at=_NOW,
    created_at=_NOW,
    updated_at=_NOW,
    version=1,
    has_words=True,
    obscene_level=None,
)
_TICKET = settle(_DRAFT, _DECISION)
_REGISTERED = Event(
    id=_EVENT_ID,
    ticket_id=_TICKET_ID,
    customer_id=_CUSTOMER_ID,
    type=EventType.REGISTERED,
    actor=history.CUSTOMER,
    at=_NOW,
    status_from=None,
    status_to=_TICKET.status,
    changes=changes_between(None, _TICKET),
    cause=Cause.SUBMISSION,
    decision_id=_DECISION_ID,
    message_id=_MESSAGE_ID,
)
_STEP = Step(_NOW, EventType.REGISTERED, history.CUSTOMER.kind, _TICKET.status)
_VIEW = TicketView(_TICKET, _RECORDED, measure(_NOW, (_STEP,), _NOW, _CALENDAR), 3, (_PICTURE,))
TICKET: Json = _json(TicketOut.of(_VIEW, Language.RU))
QUEUED_TICKET: Json = _json(QueuedTicketOut.of(_VIEW, Language.RU))
_CLAIM_STEP = Step(_NOW, EventType.STARTED, ActorKind.AGENT, Status.IN_PROGRESS)
_CLAIMED = TicketView(
    replace(start(_TICKET, _AGENT), version=2),
    _RECORDED,
    measure(_NOW, (_STEP, _CLAIM_STEP), _NOW, _CALENDAR),
    None,
    (_PICTURE,),
)
CLAIMED_TICKET: Json = _json(TicketOut.of(_CLAIMED, Language.RU))
EVENT: Json = _json(EventOut.of(_REGISTERED))

CLASSIFY: Json = {
    "action": "classify",
    "agent": _AGENT,
    "category": "operation_failure",
    "impact": "function",
}
START: Json = {"action": "start", "agent": _AGENT}
RESOLVE: Json = {
    "action": "resolve",
    "agent": _AGENT,
    "resolution": "answered",
    "text": "Выгрузка восстановлена, проверьте, пожалуйста.",
}
CLAIM: Json = {"agent": _AGENT}
CLAIM_TRIAGE: Json = {"agent": _AGENT, "status": "new"}

CUSTOMER_MESSAGE: Json = {"author": "customer", "text": "Ошибка повторяется и сегодня утром."}
AGENT_MESSAGE: Json = {"author": "agent", "agent": _AGENT, "text": "Спасибо, вижу ошибку, проверяю журнал."}
MESSAGE: Json = _json(
    MessageOut.of(
        MessageView(
            Message(
                id=_MESSAGE_ID,
                ticket_id=_TICKET_ID,
                author=MessageAuthor.AGENT,
                agent=_AGENT,
                text=AGENT_MESSAGE["text"],
                sent_at=None,
                created_at=_NOW,
                delivery=Delivery(DeliveryState.PENDING, _NOW),
            )
        )
    )
)

TIME_ENTRY_IN: Json = {
    "minutes": 25,
    "agent": _AGENT,
    "performed_at": "2026-11-20T10:30:00+03:00",
    "activity": "диагностика",
}
REVERSAL_IN: Json = {
    "minutes": 10,
    "agent": _AGENT,
    "performed_at": "2026-11-20T11:00:00+03:00",
    "note": "Записано лишнее",
    "reverses": _ENTRY_ID,
}
TIME_ENTRY: Json = _json(
    TimeEntryOut.of(
        TimeEntry(
            id=_ENTRY_ID,
            ticket_id=_TICKET_ID,
            customer_id=_CUSTOMER_ID,
            minutes=25,
            agent=_AGENT,
            performed_at=_NOW + timedelta(minutes=30),
            counted_at=_NOW + timedelta(minutes=30),
            counts=True,
            activity="диагностика",
            note=None,
            reverses=None,
            created_at=_NOW + timedelta(minutes=35),
        )
    )
)

CHAT_IN: Json = {"title": "Новый дом — поддержка"}
CHAT: Json = _json(
    ChatOut.of(
        WorkingChat(
            Chat(_CHAT_ID, "telegram", _CHAT_ADDRESS, _CUSTOMER_ID, CHAT_IN["title"], _NOW, _NOW, 1),
            over_limit=False,
        )
    )
)
UNASSIGNED_CHAT: Json = _json(
    UnassignedChatOut.of(
        UnassignedChat(
            Chat(_CHAT_ID, "telegram", _CHAT_ADDRESS, None, CHAT_IN["title"], None, _NOW, 1),
            messages=3,
            first_at=_NOW - timedelta(hours=2),
            last_at=_NOW,
            held=3,
        )
    )
)
STAFF_IN: Json = {"name": _AGENT}
STAFF: Json = _json(StaffOut.of(StaffMember("telegram", "501200300", _AGENT, _NOW, 1)))
ENTITLEMENT: Json = _json(
    EntitlementOut.of(
        EntitlementView(
            customer_id=_CUSTOMER_ID,
            at=_NOW,
            entitlement=_ENTITLEMENT,
            tariff=EXTENDED,
            limit_minutes=EXTENDED.minutes_per_month,
            left_minutes=_ENTITLEMENT.minutes_left(_NOW.date()),
            chats=1,
            chat_limit=chat_limit(_CUSTOMER.licence, _CUSTOMER.tariffs, _NOW.date()),
        )
    )
)
USAGE: Json = _json(
    UsageOut.of(
        Usage(
            customer_id=_CUSTOMER_ID,
            period_start=date(2026, 11, 1),
            period_end=date(2026, 11, 30),
            limit_minutes=EXTENDED.minutes_per_month,
            used_minutes=45,
            left_minutes=EXTENDED.minutes_per_month - 45,
            tickets=(TicketMinutes(_TICKET_ID, 42, 45),),
        )
    )
)

CALENDAR_DAYS: Json = _json(
    DaysOut(
        items=[DayOut.of(_CALENDAR.day(_MOVED_SATURDAY)), DayOut.of(_CALENDAR.day(date(2025, 11, 2)))],
        time_zone="Europe/Moscow",
        known_through=_CALENDAR.known_through,
    )
)
CALENDAR_STATUS: Json = _json(
    CalendarStatusOut(
        at=_NOW,
        open=_CALENDAR.is_open(_NOW),
        closes_at=_CALENDAR.closes_at(_NOW),
        next_opening_at=_CALENDAR.next_opening(_NOW),
        known_through=_CALENDAR.known_through,
    )
)
_FRIDAY_EVENING, _MONDAY = _NOW + timedelta(hours=7), _NOW + timedelta(days=3)
WORKING_TIME: Json = _json(
    WorkingTimeOut(
        minutes=_CALENDAR.working_minutes_between(_FRIDAY_EVENING, _MONDAY),
        intervals=[IntervalOut.of(one) for one in _CALENDAR.working_intervals(_FRIDAY_EVENING, _MONDAY)],
    )
)
EXCEPTION_IN: Json = {
    "intervals": [{"opens": "09:00", "closes": "16:00"}],
    "reason": "Короткий день перед праздником",
}
EXCEPTION_CLOSED: Json = {"intervals": [], "reason": "Переезд офиса"}
EXCEPTION: Json = _json(
    ExceptionOut.of(
        StoredException(
            CalendarException(date(2026, 12, 30), (ServiceHours(time(9), time(16)),), EXCEPTION_IN["reason"]),
            _NOW,
            1,
        )
    )
)


def _excerpt(of: Json) -> Json:
    """Return only the first entry of every list."""
    return {name: part[:1] if isinstance(part, list) else part for name, part in of.items()}


REGULATION: Json = _excerpt(_json(RegulationOut.in_language(Language.RU)))
TARIFFS: Json = {
    "items": [_json(TariffOut.of(SERVICE)), _json(TariffOut.of(EXTENDED))],
    "next_cursor": None,
}
QUOTE: Json = _json(QuoteOut.of(EXTENDED, Period.YEAR))
