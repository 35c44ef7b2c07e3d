"""The scenario as data: the steps and their expected decisions.

Days are relative to the day of the run, so the scenario holds on any day. The player derives from the work
calendar what depends on the hour or the end of the month.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

HOURS = "hours_exhausted"


@dataclass(frozen=True)
class Agency:
    """A customer as the CRM syncs it."""

    id: str
    name: str
    plan: tuple[str, str]
    """What it has paid for, in Russian and English."""
    record: dict[str, Any]
    chats: tuple[tuple[str, str], ...]
    one_chat_too_many: str
    """The clause that limits the working chats."""


@dataclass(frozen=True)
class Expected:
    """The expected decision. Reasons are (code, clause); `notices` must be among the notices."""

    outcome: str
    reasons: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    priority: str | None = "normal"
    status: str | None = None
    source: str = "rules"
    resume_at: str | None = None


@dataclass(frozen=True)
class Submit:
    """A submission; later steps refer to its ticket by `name`."""

    name: str
    agency: str
    text: str
    expected: Expected
    category: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    hours_used_up: bool = False
    """Deferred by used-up minutes, or accepted if the desk opens only in the next month."""
    gloss: str = ""
    """The text in English."""


@dataclass(frozen=True)
class Ask:
    """A preview of a decision at a fixed instant."""

    agency: str
    text: str
    as_of: str
    expected: Expected
    category: str
    attachment_kinds: tuple[str, ...] = ()
    gloss: str = ""


@dataclass(frozen=True)
class Reply:
    """A later message of the customer."""

    ticket: str
    text: str
    expected: Expected
    gloss: str = ""


@dataclass(frozen=True)
class Move:
    """A transition of a ticket by an agent."""

    ticket: str
    body: dict[str, Any]
    expected: Expected


@dataclass(frozen=True)
class Book:
    """Minutes of work on a ticket; without `performed_at` they are recorded now."""

    ticket: str
    minutes: int
    left: int | None
    performed_at: str | None = None


Step = Submit | Ask | Reply | Move | Book

ANNA, BORIS = "Анна Воронцова", "Борис Ким"
ACCEPTED = "accepted"
DECLINED = "declined"
DEFERRED = "deferred"


def agencies(today: date) -> tuple[Agency, ...]:
    """Return four agencies with their records on a Moscow day."""
    until = date(today.year + 1, 12, 31).isoformat()

    def boxed(tariff: str, *, exclusive: bool) -> dict[str, Any]:
        tariffs = [{"tariff": tariff, "from": "2025-01-01", "until": until}]
        return {"licence": "boxed", "tariffs": tariffs, "exclusive_version": exclusive}

    def rental(paid_until: date) -> dict[str, Any]:
        return {"licence": "rental", "paid_until": paid_until.isoformat()}

    return (
        Agency(
            "agency-17",
            "АН «Ключ»",
            ("аренда, оплачена", "rental, paid"),
            rental(today + timedelta(days=40)),
            (("telegram", "-1001234567890"),),
            "4.1",
        ),
        Agency(
            "agency-23",
            "«Новый адрес»",
            ("коробка, тариф 5.1", "boxed, tariff of 5.1"),
            boxed("service", exclusive=False),
            (("telegram", "-1002300000001"),),
            "5.1",
        ),
        Agency(
            "agency-31",
            "«Северный дом»",
            ("коробка, тариф 5.2, эксклюзивная версия", "boxed, tariff of 5.2, exclusive version"),
            boxed("extended", exclusive=True),
            (
                ("telegram", "-1003100000001"),
                ("telegram", "-1003100000002"),
                ("whatsapp", "79210000031"),
            ),
            "5.2",
        ),
        Agency(
            "agency-42",
            "«Домострой»",
            ("аренда, оплата кончилась", "rental, the paid period is over"),
            rental(today - timedelta(days=12)),
            (("telegram", "-1004200000001"),),
            "4.1",
        ),
    )


STEPS: tuple[Step, ...] = (
    Submit(
        "выгрузка",
        "agency-17",
        "Со вчерашнего вечера объекты не выгружаются на порталы, фид пустой.",
        Expected(ACCEPTED, priority="normal", status="queued"),
        "operation_failure",
        {
            "subject": "Выгрузка",
            "impact": "function",
            "reproduction_steps": ["Открыть «Выгрузка»", "Нажать «Обновить фид»", "Фид пустой"],
            "knowledge_base_checked": True,
        },
        gloss="listings have not been exported since last night, the feed is empty",
    ),
    Submit(
        "воронка",
        "agency-17",
        "Настройте нам, пожалуйста, воронку продаж и роли сотрудников сами.",
        Expected(DECLINED, (("configure_for_customer", "3.1"),), priority=None, status="declined"),
        "configure_for_customer",
        gloss="please set up our sales funnel and roles yourselves",
    ),
    Submit(
        "доработка аренды",
        "agency-17",
        "Напишите для нас модуль расчёта комиссии агентов.",
        Expected(DECLINED, (("custom_development", "3.3"),), priority=None, status="declined"),
        "custom_development",
        gloss="write a module for agents' commissions for us",
    ),
    Submit(
        "звонок",
        "agency-17",
        "Звонили по телефону: не приходят заявки с сайта.",
        Expected("not_registered", (("unofficial_channel", "4.3"),), priority=None),
        "operation_failure",
        {"channel": "phone", "chat_id": "+7 921 000-00-17"},
        gloss="by phone: no leads arrive from the website",
    ),
    Submit(
        "чужой чат",
        "agency-17",
        "Пишу с личного номера: не открывается карточка объекта.",
        Expected("not_registered", (("chat_not_assigned", "4.1"),), priority=None),
        "product_defect",
        {"channel": "whatsapp", "chat_id": "79217770017"},
        gloss="from a private number: a listing does not open",
    ),
    Submit(
        "без слов",
        "agency-17",
        "😡😡😡 !!!",
        Expected(DEFERRED, (("description_missing", "4.2"),), status="deferred"),
    ),
    Reply(
        "без слов",
        "Простите. При сохранении карточки объекта вылетает ошибка 500.",
        Expected(ACCEPTED, status="new"),
        gloss="sorry; saving a listing fails with error 500",
    ),
    Move(
        "без слов",
        {"action": "classify", "agent": ANNA, "category": "product_defect", "impact": "function"},
        Expected(ACCEPTED, notices=("steps_recommended",), status="queued"),
    ),
    Submit(
        "на разбор",
        "agency-17",
        "У одного менеджера тормозит компьютер, посмотрите, пожалуйста, что с ним.",
        Expected(ACCEPTED, status="new"),
        gloss="one manager's computer is slow, please look at it",
    ),
    Move(
        "на разбор",
        {"action": "classify", "agent": ANNA, "category": "workstation_diagnostics"},
        Expected(DECLINED, (("workstation_diagnostics", "3.1"),), priority=None, status="declined"),
    ),
    Submit(
        "api",
        "agency-23",
        "Каким методом API получить список сделок за период?",
        Expected(ACCEPTED, status="queued"),
        "api_consultation",
        gloss="which API method lists the deals of a period?",
    ),
    Move("api", {"action": "start", "agent": BORIS}, Expected(ACCEPTED, status="in_progress")),
    Book("api", 150, left=30),
    Submit(
        "пояснение",
        "agency-23",
        "Чем отличается «бронь» от «аванса» в карточке сделки?",
        Expected(ACCEPTED, notices=("hours_nearly_exhausted",), status="queued"),
        "feature_explanation",
        gloss="what is the difference between two stages of a deal?",
    ),
    Book("api", 30, left=0),
    Submit(
        "часы исчерпаны",
        "agency-23",
        "Подскажите, как настроить права на просмотр чужих сделок?",
        Expected(DEFERRED, ((HOURS, "5.1"),), status="deferred"),
        "configuration_consultation",
        hours_used_up=True,
        gloss="how do I restrict who sees other agents' deals?",
    ),
    Submit(
        "доработка 5.1",
        "agency-23",
        "Поменяйте в модуле «Сделки» формулу комиссии под наш договор.",
        Expected("separate_order", (("separate_order", "5.1"),), status="separate_order"),
        "code_modification",
        gloss="change the commission formula in the Deals module",
    ),
    Submit(
        "всё лежит",
        "agency-23",
        "CRM не открывается ни у кого, офис стоит!",
        Expected(ACCEPTED, priority="critical", status="queued"),
        "operation_failure",
        {"impact": "crm_down", "sent_to_manager": True},
        hours_used_up=True,
        gloss="the CRM opens for nobody, the office stands still",
    ),
    # Used-up minutes have another effect at the end of a month; fixed instants show both on any day.
    Book("api", 180, left=None, performed_at="2025-03-12T11:00:00+03:00"),
    Ask(
        "agency-23",
        "Тот же вопрос среди месяца, в котором минуты израсходованы.",
        "2025-03-20T12:00:00+03:00",
        Expected(DEFERRED, ((HOURS, "5.1"),), resume_at="2025-04-01T06:00:00+00:00"),
        "configuration_consultation",
        gloss="the same question in the middle of a month with no hours left",
    ),
    Ask(
        "agency-23",
        "Тот же вопрос вечером последнего дня: работа начнётся уже в новом месяце.",
        "2025-03-31T18:30:00+03:00",
        Expected(ACCEPTED, notices=("outside_service_hours",)),
        "configuration_consultation",
        gloss="the same question on the last evening: work starts next month",
    ),
    Ask(
        "agency-17",
        "",
        "2025-06-13T12:00:00+03:00",
        Expected(DEFERRED, (("not_in_text_form", "4.4"),), notices=("outside_service_hours",)),
        "product_defect",
        ("voice",),
    ),
    Submit(
        "обновление",
        "agency-31",
        "Когда обновите нашу эксклюзивную версию до свежего релиза?",
        Expected("separate_order", (("separate_order", "5.2"),), priority="high", status="separate_order"),
        "software_update",
        gloss="when will our exclusive version be updated?",
    ),
    Submit(
        "доработка 5.2",
        "agency-31",
        "Закажем интеграцию с нашим колл-центром.",
        Expected(
            "separate_order",
            (("separate_order", "5.2"),),
            ("priority_development", "release_dates_individual"),
            "high",
            "separate_order",
        ),
        "custom_development",
        gloss="we order an integration with our call centre",
    ),
    Submit(
        "разработчик",
        "agency-31",
        "Нужна консультация разработчика по вебхукам сделок.",
        Expected(ACCEPTED, priority="high", status="queued"),
        "developer_consultation",
        {"channel": "whatsapp", "chat_id": "79210000031"},
        gloss="we need a developer's advice on webhooks of deals",
    ),
    Submit(
        "база объектов",
        "agency-31",
        "Оптимизируйте базу объявлений по Ленинградской области, есть задвоения.",
        Expected(ACCEPTED, priority="high", status="queued"),
        "listings_optimisation",
        gloss="remove the duplicates from our listings",
    ),
    Move(
        "база объектов",
        {
            "action": "defer",
            "agent": ANNA,
            "finding": "insufficient_information",
            "note": "Нет примеров задвоенных объявлений.",
        },
        Expected(
            DEFERRED,
            (("insufficient_information", "4.6"),),
            priority="high",
            status="deferred",
            source="agent",
        ),
    ),
    Submit(
        "сайт",
        "agency-42",
        "Сделайте нам новый сайт агентства.",
        Expected(
            DECLINED, (("paid_period_over", "1.3"), ("web_design", "1.5")), priority=None, status="declined"
        ),
        "web_design",
        {"sent_to_manager": True},
        gloss="make us a new website",
    ),
)

QUEUE = ("всё лежит", "разработчик", "выгрузка", "без слов", "пояснение")
"""The order of work at the end; a ticket that used-up minutes did not defer stands last."""
