"""The regulation as this service reads it: its clauses, the codes that implement them, our readings."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.vocabulary import Action, Category, Clause, Finding, NoticeCode, ReasonCode
from app.domain.wording.text import Text

EDITION = "2026-11"
"""Id of this codification, cited by every decision; it changes when a rule or a reading changes."""

MECHANISMS = frozenset(
    {
        "chat_limit",
        "critical_claim",
        "entitlement",
        "ledger",
        "measured_clocks",
        "outbox",
        "priority",
        "queue",
        "tariff_price",
        "work_calendar",
        "working_chats",
    }
)
"""Parts of the service, other than codes, categories and actions, that implement a clause."""

_TARIFFS = (Clause.C5_1, Clause.C5_2)

REASON_CLAUSES: Mapping[ReasonCode, tuple[Clause, ...]] = {
    ReasonCode.CONTRACT_MISSING: (Clause.C1_1,),
    ReasonCode.PAID_PERIOD_OVER: (Clause.C1_3,),
    ReasonCode.TARIFF_MISSING: (Clause.C1_3,),
    ReasonCode.THIRD_PARTY_PROBLEM: (Clause.C1_4,),
    ReasonCode.WEB_DESIGN: (Clause.C1_5,),
    ReasonCode.CONFIGURE_FOR_CUSTOMER: (Clause.C3_1,),
    ReasonCode.THIRD_PARTY_SETUP: (Clause.C3_1,),
    ReasonCode.WORKSTATION_DIAGNOSTICS: (Clause.C3_1,),
    ReasonCode.CUSTOM_DEVELOPMENT: (Clause.C3_3,),
    ReasonCode.CODE_MODIFICATION: (Clause.C3_3,),
    ReasonCode.CHAT_NOT_ASSIGNED: (Clause.C4_1,),
    ReasonCode.DESCRIPTION_MISSING: (Clause.C4_2,),
    ReasonCode.UNOFFICIAL_CHANNEL: (Clause.C4_3,),
    ReasonCode.NOT_IN_TEXT_FORM: (Clause.C4_4,),
    ReasonCode.OBSCENE_LANGUAGE: (Clause.C4_6,),
    ReasonCode.HOURS_EXHAUSTED: _TARIFFS,
    ReasonCode.SEPARATE_ORDER: _TARIFFS,
    ReasonCode.EXTENDED_TARIFF_ONLY: (Clause.C5_2,),
}
"""The clauses that a reason can cite; of two, the tariff in force selects one."""

NOTICE_CLAUSES: Mapping[NoticeCode, tuple[Clause, ...]] = {
    NoticeCode.KNOWLEDGE_BASE_FIRST: (Clause.C1_2,),
    NoticeCode.OUTSIDE_SERVICE_HOURS: (Clause.C2_1,),
    NoticeCode.RELEASE_DATES_INDIVIDUAL: (Clause.C2_2,),
    NoticeCode.NO_GUARANTEED_TIME: (Clause.C2_3,),
    NoticeCode.MANAGER_CONTACT_HAS_NO_EFFECT: (Clause.C2_3,),
    NoticeCode.STEPS_RECOMMENDED: (Clause.C4_2,),
    NoticeCode.HOURS_NEARLY_EXHAUSTED: _TARIFFS,
    NoticeCode.PRIORITY_DEVELOPMENT: (Clause.C5_2,),
}
"""The clauses that a notice can cite."""

FINDING_CLAUSES: Mapping[Finding, tuple[Clause, ...]] = {
    Finding.NOT_REPRODUCIBLE: (Clause.C4_6,),
    Finding.INSUFFICIENT_INFORMATION: (Clause.C4_6,),
    Finding.OUT_OF_SCOPE: (Clause.C4_6,),
    Finding.INCORRECT_OR_UNCONSTRUCTIVE: (Clause.C4_6,),
    Finding.DELAYED_BY_CUSTOMER: (Clause.C4_6,),
    Finding.OBSCENE_OR_INSULTING: (Clause.C4_6,),
    Finding.HOURS_EXHAUSTED: _TARIFFS,
}
"""The clauses that an agent's finding can cite."""

CATEGORY_CLAUSES: Mapping[Category, tuple[Clause, ...]] = {
    Category.CONFIGURATION_CONSULTATION: (Clause.C3_1,),
    Category.INTEGRATION_CONSULTATION: (Clause.C3_1,),
    Category.CONFIGURE_FOR_CUSTOMER: (Clause.C3_1,),
    Category.THIRD_PARTY_SETUP: (Clause.C3_1,),
    Category.WORKSTATION_DIAGNOSTICS: (Clause.C3_1,),
    Category.OPERATION_FAILURE: (Clause.C3_2,),
    Category.PRODUCT_DEFECT: (Clause.C3_2,),
    Category.API_CONSULTATION: (Clause.C3_3,),
    Category.CUSTOM_DEVELOPMENT: (Clause.C3_3, *_TARIFFS),
    Category.CODE_MODIFICATION: (Clause.C3_3, *_TARIFFS),
    Category.FEATURE_EXPLANATION: (Clause.C3_4,),
    Category.IMPROVEMENT_REQUEST: (Clause.C3_4,),
    Category.THIRD_PARTY_PROBLEM: (Clause.C1_4,),
    Category.WEB_DESIGN: (Clause.C1_5,),
    Category.SOFTWARE_UPDATE: _TARIFFS,
    Category.DEVELOPER_CONSULTATION: (Clause.C5_2,),
    Category.LISTINGS_OPTIMISATION: (Clause.C5_2,),
    Category.OTHER: (Clause.C4_6,),
}
"""The clauses that decide on a category."""


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    """One clause: its subject in our own English and Russian, and the rules that implement it.

    `rules` lists codes, categories, actions and `MECHANISMS`. `why_not` is set exactly when `automated` is
    false.
    """

    clause: Clause
    title: Text
    automated: bool
    why_not: Text | None
    rules: tuple[str, ...]


NOT_AUTOMATED: Mapping[Clause, Text] = {
    Clause.C1_2: Text(
        ru=(
            "Программа не может проверить, прочитал ли клиент статьи и понял ли их: она "
            "только спрашивает об этом и напоминает."
        ),
        en=(
            "A program cannot check that a customer has read and understood the articles: "
            "it only asks and reminds."
        ),
    ),
}
"""Duties that a program cannot judge, each with the reason."""


def _entry(clause: Clause, title: Text, *more: str) -> ClauseEntry:
    """Build the entry of a clause from the tables above, and from `more`: mechanisms and actions."""
    tables = (REASON_CLAUSES, NOTICE_CLAUSES, FINDING_CLAUSES, CATEGORY_CLAUSES)
    codes = [code.value for table in tables for code, clauses in table.items() if clause in clauses]
    rules = tuple(dict.fromkeys([*codes, *more]))  # a reason may share its name with a category
    return ClauseEntry(clause, title, clause not in NOT_AUTOMATED, NOT_AUTOMATED.get(clause), rules)


CLAUSES: tuple[ClauseEntry, ...] = (
    _entry(
        Clause.C1_1,
        Text("Договор как основание поддержки", "The contract as the basis of support"),
        "entitlement",
    ),
    _entry(
        Clause.C1_2,
        Text("Сначала — база знаний", "The knowledge base comes first"),
    ),
    _entry(
        Clause.C1_3,
        Text(
            "Оплаченный период аренды, тариф коробочной версии",
            "Paid period of a rental, tariff of a boxed version",
        ),
        "entitlement",
    ),
    _entry(Clause.C1_4, Text("Сторонние сервисы и программы", "Third-party services and programs")),
    _entry(Clause.C1_5, Text("Веб-дизайн и сайты", "Web design and websites")),
    _entry(
        Clause.C2_1,
        Text("Часы работы, очередь и критичные случаи", "Service hours, the queue, critical cases"),
        "work_calendar",
        "queue",
        "critical_claim",
        "priority",
    ),
    _entry(
        Clause.C2_2,
        Text("Передача в разработку и выпуск обновлений", "Transfer to development, releases"),
        Action.TRANSFER_TO_DEVELOPMENT.value,
        Action.ANNOUNCE_RELEASE.value,
    ),
    _entry(
        Clause.C2_3,
        Text(
            "Время решения не гарантируется; обращение к менеджеру его не сокращает",
            "No resolution time is guaranteed; contacting the manager does not shorten it",
        ),
        "measured_clocks",
        "queue",
        Action.WAIT_FOR_PARTNER.value,
    ),
    _entry(Clause.C3_1, Text("Настройка: только консультации", "Configuration: advice only")),
    _entry(
        Clause.C3_2,
        Text("Сбои и ошибки продукта", "Product failures and defects"),
        "critical_claim",
    ),
    _entry(Clause.C3_3, Text("Разработка и API", "Development and the API")),
    _entry(Clause.C3_4, Text("Объяснение возможностей и пожелания", "Feature explanations and suggestions")),
    _entry(
        Clause.C4_1,
        Text("Рабочий чат в Telegram или WhatsApp", "A working chat in Telegram or WhatsApp"),
        "working_chats",
        "outbox",
    ),
    _entry(
        Clause.C4_2,
        Text("Понятное описание и шаги", "A clear description and steps"),
        Action.REQUEST_INFORMATION.value,
    ),
    _entry(
        Clause.C4_3,
        Text("Другие каналы не регистрируются", "Other channels are not registered"),
        "working_chats",
    ),
    _entry(
        Clause.C4_4,
        Text("Текст, к которому можно приложить снимки и видео", "Text, with screenshots and video attached"),
    ),
    _entry(
        Clause.C4_5,
        Text("Ответ ссылкой на статью", "An answer with a link to an article"),
        Action.RESOLVE.value,
    ),
    _entry(
        Clause.C4_6,
        Text("Когда решение отложено или невозможно", "When help is deferred or impossible"),
        Action.DEFER.value,
        Action.DECLINE.value,
    ),
    _entry(
        Clause.C5_1,
        Text("Тариф «Сервисная техподдержка»", "The service tariff"),
        "ledger",
        "chat_limit",
        "tariff_price",
    ),
    _entry(
        Clause.C5_2,
        Text("Тариф «Расширенная техподдержка»", "The extended tariff"),
        "ledger",
        "chat_limit",
        "tariff_price",
        "priority",
    ),
)
"""Every clause, in the order of the document."""
