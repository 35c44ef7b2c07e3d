"""Cases to decide on: a plain submission that is accepted without a word, and what a test changes in it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.adapters.production_calendar import production_calendar
from app.domain.calendar.service_hours import MOSCOW
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.decide import decide
from app.domain.regulation.decision import Decision
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import Category, Impact, Licence, TariffName

CALENDAR = production_calendar()


def msk(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=MOSCOW)


FRIDAY_TEN = msk(2026, 11, 20, 10)
"""A working Friday within service hours."""

IN_FORCE = date(2026, 1, 1), date(2026, 12, 31)

RENTAL = Entitlement(contract_accepted=True, licence=Licence.RENTAL, paid_until=date(2026, 12, 31))
BOXED_WITHOUT_TARIFF = Entitlement(contract_accepted=True, licence=Licence.BOXED)
BOXED_SERVICE = replace(BOXED_WITHOUT_TARIFF, tariffs=(TariffPeriod(TariffName.SERVICE, *IN_FORCE),))
BOXED_EXTENDED = replace(BOXED_WITHOUT_TARIFF, tariffs=(TariffPeriod(TariffName.EXTENDED, *IN_FORCE),))
BOXED_SERVICE_EXCLUSIVE = replace(BOXED_SERVICE, exclusive_version=True)
BOXED_EXTENDED_EXCLUSIVE = replace(BOXED_EXTENDED, exclusive_version=True)

PLAIN = SubmissionFacts(
    channel="telegram",
    chat_assigned=True,
    category=Category.CONFIGURATION_CONSULTATION,
    impact=Impact.NONE,
    has_words=True,
    obscene_level=None,
    attachment_kinds=(),
    has_steps=True,
    knowledge_base_checked=True,
    sent_to_manager=False,
)


def a_case(entitlement: Entitlement = RENTAL, at: datetime = FRIDAY_TEN, **facts: Any) -> Case:
    return Case(replace(PLAIN, **facts), entitlement, at, CalendarFacts.at(at, CALENDAR))


def decided(entitlement: Entitlement = RENTAL, at: datetime = FRIDAY_TEN, **facts: Any) -> Decision:
    return decide(a_case(entitlement, at, **facts))


def reasons(decision: Decision) -> list[str]:
    """Give each reason as clause, code and effect."""
    return [f"{reason.clause} {reason.code} {reason.effect}" for reason in decision.reasons]


def notices(decision: Decision) -> list[str]:
    """Give each notice as clause and code."""
    return [f"{notice.clause} {notice.code}" for notice in decision.notices]


def used(entitlement: Entitlement, minutes: int) -> Entitlement:
    return replace(entitlement, minutes_used=minutes)
