"""Soft reasons: 4.2, 4.4, 4.6 and used-up hours of 5.1, 5.2; when they are notices instead (R4, R6)."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.domain.regulation.entitlement import Entitlement
from app.domain.vocabulary import (
    AttachmentKind,
    Category,
    Impact,
    ObscenityLevel,
    Outcome,
    Priority,
)
from tests.domain.cases import (
    BOXED_EXTENDED,
    BOXED_EXTENDED_EXCLUSIVE,
    BOXED_SERVICE,
    BOXED_WITHOUT_TARIFF,
    RENTAL,
    decided,
    msk,
    notices,
    reasons,
    used,
)

SPEECH = [AttachmentKind.VOICE, AttachmentKind.AUDIO, AttachmentKind.VIDEO_NOTE]
NO_SPEECH = [kind for kind in AttachmentKind if kind not in SPEECH]
NOTHING_ELSE = ["2.3 no_guaranteed_time"]


def test_without_words_a_submission_is_deferred_until_a_description_comes() -> None:
    decision = decided(has_words=False)
    assert decision.outcome is Outcome.DEFERRED
    assert reasons(decision) == ["4.2 description_missing deferred"]
    assert (decision.resume_at, decision.earliest_start_at) == (None, None)


@pytest.mark.parametrize("kind", SPEECH)
def test_speech_without_words_is_asked_for_text_instead(kind: AttachmentKind) -> None:
    decision = decided(has_words=False, attachment_kinds=(AttachmentKind.IMAGE, kind))
    assert decision.outcome is Outcome.DEFERRED
    assert reasons(decision) == ["4.4 not_in_text_form deferred"]


@pytest.mark.parametrize("kind", NO_SPEECH)
def test_a_picture_or_a_file_without_words_still_lacks_a_description(kind: AttachmentKind) -> None:
    assert reasons(decided(has_words=False, attachment_kinds=(kind,))) == ["4.2 description_missing deferred"]


@pytest.mark.parametrize("kind", list(AttachmentKind))
def test_with_words_any_attachment_will_do(kind: AttachmentKind) -> None:
    assert reasons(decided(attachment_kinds=(kind,))) == []


@pytest.mark.parametrize("level", list(ObscenityLevel))
def test_obscene_words_defer_and_the_reason_carries_their_level(level: ObscenityLevel) -> None:
    decision = decided(obscene_level=level)
    assert decision.outcome is Outcome.DEFERRED
    assert reasons(decision) == ["4.6 obscene_language deferred"]
    assert decision.reasons[0].level is level


@pytest.mark.parametrize(
    ("edition", "minutes", "expected"),
    [
        (BOXED_SERVICE, 179, []),
        (BOXED_SERVICE, 180, ["5.1 hours_exhausted deferred"]),
        (BOXED_SERVICE, 181, ["5.1 hours_exhausted deferred"]),
        (BOXED_SERVICE, 100_000, ["5.1 hours_exhausted deferred"]),
        (BOXED_EXTENDED, 539, []),
        (BOXED_EXTENDED, 540, ["5.2 hours_exhausted deferred"]),
        (BOXED_EXTENDED, 541, ["5.2 hours_exhausted deferred"]),
        (RENTAL, 100_000, []),
        (BOXED_WITHOUT_TARIFF, 100_000, ["1.3 tariff_missing declined"]),
    ],
)
def test_a_used_up_allotment_defers(edition: Entitlement, minutes: int, expected: list[str]) -> None:
    assert reasons(decided(used(edition, minutes))) == expected


def test_used_up_hours_end_with_the_first_service_minute_of_the_next_month() -> None:
    decision = decided(used(BOXED_SERVICE, 180))
    tuesday = msk(2026, 12, 1, 9)
    assert decision.outcome is Outcome.DEFERRED
    assert decision.reasons[0].resume_at == tuesday
    assert (decision.resume_at, decision.earliest_start_at) == (tuesday, tuesday)


def test_used_up_hours_of_december_end_after_the_new_year_holidays() -> None:
    decision = decided(used(BOXED_SERVICE, 180), msk(2025, 12, 15, 10))
    assert reasons(decision) == ["1.3 tariff_missing declined"]
    whole_years = replace(
        BOXED_SERVICE, tariffs=(replace(BOXED_SERVICE.tariffs[0], first_day=msk(2025, 1, 1).date()),)
    )
    decision = decided(used(whole_years, 180), msk(2025, 12, 15, 10))
    assert decision.resume_at == msk(2026, 1, 12, 9)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (msk(2026, 10, 30, 17, 59, 59), ["5.1 hours_exhausted deferred"]),
        (msk(2026, 10, 30, 18), []),
        (msk(2026, 10, 31, 20), []),
        (msk(2026, 10, 29, 18), ["5.1 hours_exhausted deferred"]),
    ],
    ids=["last service second of October", "closing", "Saturday evening", "Thursday evening"],
)
def test_hours_do_not_defer_what_could_not_start_in_the_month_anyway(
    at: datetime, expected: list[str]
) -> None:
    decision = decided(used(BOXED_SERVICE, 180), at)
    assert reasons(decision) == expected
    if not expected:
        assert decision.earliest_start_at == msk(2026, 11, 2, 9)
        assert notices(decision) == ["2.1 outside_service_hours", "2.3 no_guaranteed_time"]


def test_a_working_saturday_is_the_first_service_day_of_its_month() -> None:
    """R1: Saturday 1 November 2025 is a working day."""
    whole = replace(
        BOXED_SERVICE, tariffs=(replace(BOXED_SERVICE.tariffs[0], first_day=msk(2025, 1, 1).date()),)
    )
    decision = decided(used(whole, 180), msk(2025, 10, 31, 12))
    assert decision.resume_at == msk(2025, 11, 1, 9)


def test_a_deferral_has_no_end_of_its_own_where_one_of_its_reasons_has_none() -> None:
    decision = decided(used(BOXED_SERVICE, 180), obscene_level=ObscenityLevel.MAT)
    assert reasons(decision) == ["4.6 obscene_language deferred", "5.1 hours_exhausted deferred"]
    assert decision.outcome is Outcome.DEFERRED
    assert (decision.resume_at, decision.earliest_start_at) == (None, None)


@pytest.mark.parametrize("impact", [Impact.CRM_DOWN, Impact.SERVICE_DOWN])
@pytest.mark.parametrize("category", [Category.OPERATION_FAILURE, Category.PRODUCT_DEFECT, None])
def test_under_a_critical_claim_soft_reasons_are_notices(category: Category | None, impact: Impact) -> None:
    decision = decided(
        used(BOXED_SERVICE, 180),
        category=category,
        impact=impact,
        has_words=False,
        obscene_level=ObscenityLevel.MAT,
    )
    assert decision.outcome is Outcome.ACCEPTED
    assert reasons(decision) == []
    assert notices(decision) == [
        *NOTHING_ELSE,
        "4.2 description_missing",
        "4.6 obscene_language",
        "5.1 hours_exhausted",
    ]
    assert decision.notices[2].level is ObscenityLevel.MAT
    assert decision.priority is Priority.CRITICAL


def test_speech_alone_under_a_critical_claim_is_a_notice_by_its_own_code() -> None:
    decision = decided(
        category=Category.OPERATION_FAILURE,
        impact=Impact.CRM_DOWN,
        has_words=False,
        attachment_kinds=(AttachmentKind.VOICE,),
    )
    assert decision.outcome is Outcome.ACCEPTED
    assert notices(decision) == [*NOTHING_ELSE, "4.4 not_in_text_form"]


@pytest.mark.parametrize(
    ("category", "impact"),
    [
        (Category.OPERATION_FAILURE, Impact.FUNCTION),
        (Category.OPERATION_FAILURE, Impact.NONE),
        (Category.OTHER, Impact.CRM_DOWN),
        (Category.API_CONSULTATION, Impact.SERVICE_DOWN),
    ],
)
def test_a_claim_that_is_not_critical_softens_nothing(category: Category, impact: Impact) -> None:
    decision = decided(used(BOXED_SERVICE, 180), category=category, impact=impact, has_words=False)
    assert reasons(decision) == ["4.2 description_missing deferred", "5.1 hours_exhausted deferred"]


def test_before_classification_words_are_asked_for_but_obscenity_and_hours_wait() -> None:
    decision = decided(
        used(BOXED_EXTENDED, 540), category=None, has_words=False, obscene_level=ObscenityLevel.VULGAR
    )
    assert decision.outcome is Outcome.DEFERRED
    assert reasons(decision) == ["4.2 description_missing deferred"]
    assert notices(decision) == [*NOTHING_ELSE, "4.6 obscene_language", "5.2 hours_exhausted"]


def test_before_classification_obscenity_and_hours_alone_do_not_defer() -> None:
    decision = decided(used(BOXED_EXTENDED, 540), category=None, obscene_level=ObscenityLevel.MAT)
    assert decision.outcome is Outcome.ACCEPTED
    assert notices(decision) == [*NOTHING_ELSE, "4.6 obscene_language", "5.2 hours_exhausted"]


@pytest.mark.parametrize(
    ("edition", "category", "clause"),
    [
        (BOXED_SERVICE, Category.CODE_MODIFICATION, "5.1"),
        (BOXED_EXTENDED, Category.CODE_MODIFICATION, "5.2"),
        (BOXED_EXTENDED_EXCLUSIVE, Category.SOFTWARE_UPDATE, "5.2"),
    ],
)
def test_used_up_hours_do_not_stop_what_is_paid_apart(
    edition: Entitlement, category: Category, clause: str
) -> None:
    decision = decided(used(edition, 1_000), category=category)
    assert decision.outcome is Outcome.SEPARATE_ORDER
    assert reasons(decision) == [f"{clause} separate_order separate_order"]
    assert notices(decision) == [*NOTHING_ELSE, f"{clause} hours_exhausted"]
    assert decision.resume_at is None


def test_a_separate_order_without_words_is_deferred_first() -> None:
    decision = decided(used(BOXED_SERVICE, 180), category=Category.CUSTOM_DEVELOPMENT, has_words=False)
    assert decision.outcome is Outcome.DEFERRED
    assert reasons(decision) == ["4.2 description_missing deferred", "5.1 separate_order separate_order"]
    assert notices(decision) == ["2.2 release_dates_individual", *NOTHING_ELSE, "5.1 hours_exhausted"]
    assert (decision.resume_at, decision.earliest_start_at) == (None, None)


def test_a_declined_submission_keeps_its_soft_reasons_but_tells_no_soft_notice() -> None:
    decision = decided(
        used(BOXED_SERVICE, 180), category=Category.WEB_DESIGN, obscene_level=ObscenityLevel.MAT
    )
    assert decision.outcome is Outcome.DECLINED
    assert reasons(decision) == [
        "1.5 web_design declined",
        "4.6 obscene_language deferred",
        "5.1 hours_exhausted deferred",
    ]
    assert notices(decision) == NOTHING_ELSE
    assert decision.resume_at is None
