"""Priority: 2.1 before 5.2 before the rest; none where there is no work."""

from itertools import product

import pytest

from app.domain.regulation.entitlement import Entitlement
from app.domain.vocabulary import Category, Impact, Priority
from tests.domain.cases import (
    BOXED_EXTENDED,
    BOXED_SERVICE,
    BOXED_WITHOUT_TARIFF,
    RENTAL,
    decided,
)

CRITICAL_PAIRS = set(
    product(
        (Category.OPERATION_FAILURE, Category.PRODUCT_DEFECT, None), (Impact.CRM_DOWN, Impact.SERVICE_DOWN)
    )
)


@pytest.mark.parametrize("impact", list(Impact))
@pytest.mark.parametrize("category", [None, *Category])
def test_only_a_failure_a_defect_or_the_unknown_is_critical_and_only_when_something_is_down(
    category: Category | None, impact: Impact
) -> None:
    decision = decided(BOXED_EXTENDED, category=category, impact=impact)
    critical = decision.priority is Priority.CRITICAL
    assert critical is ((category, impact) in CRITICAL_PAIRS)


@pytest.mark.parametrize(
    ("edition", "impact", "expected"),
    [
        (RENTAL, Impact.FUNCTION, Priority.NORMAL),
        (RENTAL, Impact.SERVICE_DOWN, Priority.CRITICAL),
        (BOXED_SERVICE, Impact.FUNCTION, Priority.NORMAL),
        (BOXED_SERVICE, Impact.CRM_DOWN, Priority.CRITICAL),
        (BOXED_EXTENDED, Impact.FUNCTION, Priority.HIGH),
        (BOXED_EXTENDED, Impact.CRM_DOWN, Priority.CRITICAL),
    ],
)
def test_the_tariff_raises_a_submission_and_a_breakdown_raises_it_above_that(
    edition: Entitlement, impact: Impact, expected: Priority
) -> None:
    assert decided(edition, category=Category.OPERATION_FAILURE, impact=impact).priority is expected


def test_a_refused_submission_has_no_priority_however_critical() -> None:
    failure, down = Category.OPERATION_FAILURE, Impact.CRM_DOWN
    assert decided(BOXED_WITHOUT_TARIFF, category=failure, impact=down).priority is None
    assert decided(channel="phone", category=failure, impact=down).priority is None


def test_a_deferred_submission_keeps_the_priority_that_it_will_have() -> None:
    assert decided(BOXED_EXTENDED, has_words=False).priority is Priority.HIGH


def test_other_matters_are_never_critical() -> None:
    assert decided(category=Category.OTHER, impact=Impact.CRM_DOWN).priority is Priority.NORMAL
