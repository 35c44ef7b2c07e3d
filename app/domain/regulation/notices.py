"""Notices: information for the customer beside the outcome, one function each, in clause order."""

from collections.abc import Callable

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Notice
from app.domain.regulation.tariff import NEARLY_EXHAUSTED_PERCENT
from app.domain.vocabulary import Category, Clause, NoticeCode

NoticeRule = Callable[[Case], Notice | None]

_DATED_INDIVIDUALLY = frozenset({Category.CUSTOM_DEVELOPMENT, Category.IMPROVEMENT_REQUEST})
_REPRODUCIBLE = frozenset({Category.OPERATION_FAILURE, Category.PRODUCT_DEFECT})


def knowledge_base_first(case: Case) -> Notice | None:
    """Return the notice about the knowledge base unless the submission says it was consulted (1.2)."""
    if case.submission.knowledge_base_checked:
        return None
    return Notice(NoticeCode.KNOWLEDGE_BASE_FIRST, Clause.C1_2)


def outside_service_hours(case: Case) -> Notice | None:
    """Return a notice if the desk is closed at this instant by the production calendar (2.1)."""
    if case.calendar.open:
        return None
    return Notice(NoticeCode.OUTSIDE_SERVICE_HOURS, Clause.C2_1)


def release_dates_individual(case: Case) -> Notice | None:
    """Return the notice that dates of updates are announced individually (2.2)."""
    if case.submission.category not in _DATED_INDIVIDUALLY:
        return None
    return Notice(NoticeCode.RELEASE_DATES_INDIVIDUAL, Clause.C2_2)


def no_guaranteed_time(_: Case) -> Notice:
    """Return the notice that no resolution time is guaranteed; every registered outcome has it (2.3)."""
    return Notice(NoticeCode.NO_GUARANTEED_TIME, Clause.C2_3)


def manager_contact_has_no_effect(case: Case) -> Notice | None:
    """Return the notice that a copy to the personal manager does not speed anything up (2.3)."""
    if not case.submission.sent_to_manager:
        return None
    return Notice(NoticeCode.MANAGER_CONTACT_HAS_NO_EFFECT, Clause.C2_3)


def steps_recommended(case: Case) -> Notice | None:
    """Return the notice that steps to reproduce help with a failure or a defect (4.2)."""
    if case.submission.has_steps or case.submission.category not in _REPRODUCIBLE:
        return None
    return Notice(NoticeCode.STEPS_RECOMMENDED, Clause.C4_2)


def hours_nearly_exhausted(case: Case) -> Notice | None:
    """Return a notice if a fifth of the allotment or less is left, but not zero (5.1, 5.2)."""
    left = case.entitlement.minutes_left(case.day)
    if case.tariff is None or not left:
        return None
    if left * 100 > case.tariff.minutes_per_month * NEARLY_EXHAUSTED_PERCENT:
        return None
    return Notice(NoticeCode.HOURS_NEARLY_EXHAUSTED, case.tariff.clause)


def priority_development(case: Case) -> Notice | None:
    """Return the notice that the extended tariff gives priority to development to order (5.2, R14)."""
    if case.submission.category is not Category.CUSTOM_DEVELOPMENT:
        return None
    if not case.entitlement.has_extended_tariff(case.day):
        return None
    return Notice(NoticeCode.PRIORITY_DEVELOPMENT, Clause.C5_2)


ALWAYS_TOLD: tuple[NoticeRule, ...] = (no_guaranteed_time, manager_contact_has_no_effect)
"""The notices that a declined submission gets too."""

BEFORE_SOFT: tuple[NoticeRule, ...] = (
    knowledge_base_first,
    outside_service_hours,
    release_dates_individual,
    *ALWAYS_TOLD,
    steps_recommended,
)
AFTER_SOFT: tuple[NoticeRule, ...] = (hours_nearly_exhausted, priority_development)


def apply(rules: tuple[NoticeRule, ...], case: Case) -> tuple[Notice, ...]:
    """Return the notices that these rules find."""
    return tuple(notice for rule in rules if (notice := rule(case)) is not None)
