"""Times in a decision: the earliest start and the end of a deferral; neither is a promise (2.3)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.regulation.case import CalendarFacts
from app.domain.regulation.decide import decide
from app.domain.vocabulary import Category, Outcome
from tests.domain.cases import BOXED_SERVICE, BOXED_WITHOUT_TARIFF, a_case, decided, msk, used


@pytest.mark.parametrize(
    ("at", "starts"),
    [
        (msk(2026, 11, 20, 10, 30), msk(2026, 11, 20, 10, 30)),
        (msk(2026, 11, 20, 9), msk(2026, 11, 20, 9)),
        (msk(2026, 11, 20, 8, 59, 59), msk(2026, 11, 20, 9)),
        (msk(2026, 11, 20, 17, 59, 59), msk(2026, 11, 20, 17, 59, 59)),
        (msk(2026, 11, 20, 18), msk(2026, 11, 23, 9)),
        (msk(2026, 11, 3, 18), msk(2026, 11, 5, 9)),
        (msk(2025, 12, 30, 18), msk(2026, 1, 12, 9)),
    ],
    ids=["open", "opening", "before opening", "last second", "Friday closing", "holiday eve", "new year"],
)
def test_work_starts_at_the_first_service_instant_at_the_earliest(at: datetime, starts: datetime) -> None:
    assert decided(at=at).earliest_start_at == starts


def test_instants_in_any_zone_are_the_same_instants() -> None:
    assert decided(at=msk(2026, 11, 20, 18).astimezone(UTC)).earliest_start_at == msk(2026, 11, 23, 9)


def test_a_separate_order_has_an_earliest_start_but_no_end_of_a_deferral() -> None:
    decision = decided(BOXED_SERVICE, category=Category.CUSTOM_DEVELOPMENT, at=msk(2026, 11, 21, 12))
    assert decision.outcome is Outcome.SEPARATE_ORDER
    assert decision.earliest_start_at == msk(2026, 11, 23, 9)
    assert decision.resume_at is None


def test_a_declined_submission_has_no_times_though_its_hours_would_come_back() -> None:
    decision = decided(used(BOXED_SERVICE, 180), category=Category.WEB_DESIGN)
    assert (decision.outcome, decision.earliest_start_at, decision.resume_at) == (
        Outcome.DECLINED,
        None,
        None,
    )
    assert decided(BOXED_WITHOUT_TARIFF).earliest_start_at is None


def test_past_the_end_of_the_calendar_there_is_no_earliest_start_and_no_error() -> None:
    no_more = CalendarFacts(msk(2026, 12, 31).date(), open=False, first_service_at=None, next_month_at=None)
    decision = decide(replace(a_case(used(BOXED_SERVICE, 180)), calendar=no_more))
    assert (decision.outcome, decision.earliest_start_at) == (Outcome.ACCEPTED, None)
