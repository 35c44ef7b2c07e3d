"""Notices: each one at least once, its boundary, its place, and who gets none."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.domain.regulation.entitlement import Entitlement
from app.domain.vocabulary import Category, Impact, ObscenityLevel, Outcome
from tests.domain.cases import (
    BOXED_EXTENDED,
    BOXED_SERVICE,
    BOXED_WITHOUT_TARIFF,
    RENTAL,
    decided,
    msk,
    notices,
    used,
)


@pytest.mark.parametrize(("checked", "told"), [(True, False), (False, True), (None, True)])
def test_the_knowledge_base_comes_first_unless_it_was_consulted(checked: bool | None, told: bool) -> None:
    assert ("1.2 knowledge_base_first" in notices(decided(knowledge_base_checked=checked))) is told


@pytest.mark.parametrize(
    ("at", "closed"),
    [
        (msk(2026, 11, 20, 8, 59, 59), True),
        (msk(2026, 11, 20, 9), False),
        (msk(2026, 11, 20, 17, 59, 59), False),
        (msk(2026, 11, 20, 18), True),
        (msk(2026, 11, 21, 12), True),
        (msk(2026, 11, 4, 12), True),
    ],
    ids=["before nine", "nine", "before eighteen", "eighteen", "Saturday", "holiday"],
)
def test_outside_service_hours_it_is_said_so(at: datetime, closed: bool) -> None:
    assert ("2.1 outside_service_hours" in notices(decided(at=at))) is closed


@pytest.mark.parametrize("category", [None, *Category])
def test_release_dates_are_told_for_development_and_wishes(category: Category | None) -> None:
    told = "2.2 release_dates_individual" in notices(decided(BOXED_SERVICE, category=category))
    assert told is (category in {Category.CUSTOM_DEVELOPMENT, Category.IMPROVEMENT_REQUEST})


@pytest.mark.parametrize("sent", [True, False])
def test_who_wrote_to_the_manager_too_hears_that_it_does_not_help(sent: bool) -> None:
    decision = decided(sent_to_manager=sent)
    assert ("2.3 manager_contact_has_no_effect" in notices(decision)) is sent
    assert decision == replace(decided(), notices=decision.notices)


@pytest.mark.parametrize("category", [None, *Category])
@pytest.mark.parametrize("steps", [True, False])
def test_steps_are_recommended_for_a_failure_or_defect_without_any(
    category: Category | None, steps: bool
) -> None:
    told = "4.2 steps_recommended" in notices(decided(category=category, has_steps=steps))
    expected = category in {Category.OPERATION_FAILURE, Category.PRODUCT_DEFECT} and not steps
    assert told is expected


@pytest.mark.parametrize(
    ("edition", "minutes", "expected"),
    [
        (BOXED_SERVICE, 143, None),
        (BOXED_SERVICE, 144, "5.1"),  # 36 of 180 left: a fifth exactly
        (BOXED_SERVICE, 179, "5.1"),
        (BOXED_SERVICE, 180, None),
        (BOXED_EXTENDED, 431, None),
        (BOXED_EXTENDED, 432, "5.2"),  # 108 of 540 left
        (BOXED_EXTENDED, 539, "5.2"),
        (BOXED_EXTENDED, 540, None),
        (RENTAL, 179, None),
        (BOXED_WITHOUT_TARIFF, 179, None),
    ],
)
def test_hours_run_out_from_a_fifth_left_to_the_last_minute(
    edition: Entitlement, minutes: int, expected: str | None
) -> None:
    told = [n for n in notices(decided(used(edition, minutes))) if n.endswith("hours_nearly_exhausted")]
    assert told == ([] if expected is None else [f"{expected} hours_nearly_exhausted"])


def test_all_notices_stand_in_the_order_of_the_clauses() -> None:
    decision = decided(
        used(BOXED_EXTENDED, 530),
        msk(2026, 11, 21, 12),
        category=Category.OPERATION_FAILURE,
        impact=Impact.CRM_DOWN,
        has_words=False,
        has_steps=False,
        obscene_level=ObscenityLevel.NORM14,
        knowledge_base_checked=None,
        sent_to_manager=True,
    )
    assert notices(decision) == [
        "1.2 knowledge_base_first",
        "2.1 outside_service_hours",
        "2.3 no_guaranteed_time",
        "2.3 manager_contact_has_no_effect",
        "4.2 steps_recommended",
        "4.2 description_missing",
        "4.6 obscene_language",
        "5.2 hours_nearly_exhausted",
    ]


def test_an_order_of_development_hears_of_dates_of_hours_and_of_its_priority() -> None:
    decision = decided(used(BOXED_EXTENDED, 500), category=Category.CUSTOM_DEVELOPMENT)
    assert decision.outcome is Outcome.SEPARATE_ORDER
    assert notices(decision) == [
        "2.2 release_dates_individual",
        "2.3 no_guaranteed_time",
        "5.2 hours_nearly_exhausted",
        "5.2 priority_development",
    ]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (False, ["2.3 no_guaranteed_time"]),
        (True, ["2.3 no_guaranteed_time", "2.3 manager_contact_has_no_effect"]),
    ],
)
def test_a_declined_submission_gets_two_notices_at_most(sent: bool, expected: list[str]) -> None:
    decision = decided(
        at=msk(2026, 11, 21, 12),
        category=Category.CUSTOM_DEVELOPMENT,
        has_steps=False,
        knowledge_base_checked=False,
        sent_to_manager=sent,
    )
    assert decision.outcome is Outcome.DECLINED
    assert notices(decision) == expected
