"""Who writes, from where, and whether support is paid for: 1.1, 1.3, 4.1, 4.3 (R7)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.customers.customer import Customer
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import Category, Impact, Licence, ObscenityLevel, Outcome, TariffName
from tests.domain.cases import (
    BOXED_EXTENDED,
    BOXED_SERVICE,
    BOXED_WITHOUT_TARIFF,
    RENTAL,
    decided,
    msk,
    notices,
    reasons,
    used,
)


def test_a_plain_question_of_a_paying_customer_in_its_chat_is_accepted() -> None:
    decision = decided()
    assert decision.outcome is Outcome.ACCEPTED
    assert reasons(decision) == []
    assert notices(decision) == ["2.3 no_guaranteed_time"]


def test_without_a_contract_a_submission_is_declined() -> None:
    decision = decided(replace(RENTAL, contract_accepted=False))
    assert decision.outcome is Outcome.DECLINED
    assert reasons(decision) == ["1.1 contract_missing declined"]


@pytest.mark.parametrize(
    ("day", "accepted"),
    [(date(2026, 11, 19), False), (date(2026, 11, 20), True), (date(2026, 11, 21), True)],
)
def test_a_contract_holds_from_its_own_day_on(day: date, accepted: bool) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    customer = Customer(
        id="a",
        name="",
        contract_accepted_on=date(2026, 11, 20),
        licence=Licence.RENTAL,
        paid_until=None,
        tariffs=(),
        exclusive_version=False,
        created_at=long_ago,
        updated_at=long_ago,
        version=1,
    )
    assert customer.entitlement_on(day, 0).contract_accepted is accepted


def test_a_customer_who_never_accepted_the_offer_has_no_contract() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    customer = Customer("a", "", None, Licence.RENTAL, None, (), False, long_ago, long_ago, 1)
    assert customer.entitlement_on(date(2026, 1, 1), 0).contract_accepted is False


PAID_TO_THE_TWENTIETH = replace(RENTAL, paid_until=date(2026, 11, 20))


def test_the_last_paid_day_is_paid_to_its_last_second() -> None:
    decision = decided(PAID_TO_THE_TWENTIETH, msk(2026, 11, 20, 23, 59, 59))
    assert decision.outcome is Outcome.ACCEPTED


def test_at_the_next_moscow_midnight_the_paid_period_is_over() -> None:
    decision = decided(PAID_TO_THE_TWENTIETH, msk(2026, 11, 21))
    assert decision.outcome is Outcome.DECLINED
    assert reasons(decision) == ["1.3 paid_period_over declined"]


def test_the_day_is_that_of_moscow_not_of_utc() -> None:
    still_the_twentieth_in_utc = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    assert reasons(decided(PAID_TO_THE_TWENTIETH, still_the_twentieth_in_utc)) == [
        "1.3 paid_period_over declined"
    ]


def test_a_rental_that_never_paid_has_no_paid_period() -> None:
    assert reasons(decided(replace(RENTAL, paid_until=None))) == ["1.3 paid_period_over declined"]


def test_a_paid_period_says_nothing_for_a_boxed_licence() -> None:
    boxed = replace(BOXED_SERVICE, paid_until=date(2020, 1, 1))
    assert decided(boxed).outcome is Outcome.ACCEPTED
    assert reasons(decided(replace(BOXED_WITHOUT_TARIFF, paid_until=date(2030, 1, 1)))) == [
        "1.3 tariff_missing declined"
    ]


def test_a_tariff_says_nothing_for_a_rental() -> None:
    rental = replace(RENTAL, paid_until=None, tariffs=BOXED_EXTENDED.tariffs)
    assert reasons(decided(rental, category=Category.DEVELOPER_CONSULTATION)) == [
        "1.3 paid_period_over declined",
        "5.2 extended_tariff_only declined",
    ]


NOVEMBER = replace(
    BOXED_WITHOUT_TARIFF,
    tariffs=(TariffPeriod(TariffName.SERVICE, date(2026, 11, 1), date(2026, 11, 30)),),
)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (msk(2026, 10, 31, 23, 59, 59), ["1.3 tariff_missing declined"]),
        (msk(2026, 11, 1), []),
        (msk(2026, 11, 30, 23, 59, 59), []),
        (msk(2026, 12, 1), ["1.3 tariff_missing declined"]),
    ],
    ids=["day before", "first day", "last day", "day after"],
)
def test_a_tariff_is_in_force_from_its_first_day_to_the_end_of_its_last(
    at: datetime, expected: list[str]
) -> None:
    assert reasons(decided(NOVEMBER, at)) == expected


def test_of_two_tariff_periods_that_of_the_day_is_in_force() -> None:
    upgraded = replace(
        BOXED_WITHOUT_TARIFF,
        tariffs=(
            TariffPeriod(TariffName.SERVICE, date(2026, 11, 1), date(2026, 11, 20)),
            TariffPeriod(TariffName.EXTENDED, date(2026, 11, 21), date(2026, 12, 31)),
        ),
    )
    consultation = Category.DEVELOPER_CONSULTATION
    assert decided(upgraded, msk(2026, 11, 20, 23, 59, 59), category=consultation).outcome is Outcome.DECLINED
    assert decided(upgraded, msk(2026, 11, 21), category=consultation).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_an_official_channel_takes_a_working_chat_only(channel: str) -> None:
    assert decided(channel=channel).outcome is Outcome.ACCEPTED
    decision = decided(channel=channel, chat_assigned=False)
    assert decision.outcome is Outcome.NOT_REGISTERED
    assert reasons(decision) == ["4.1 chat_not_assigned not_registered"]


@pytest.mark.parametrize("channel", ["phone", "skype", "email", "viber", "Telegram", "", "телефон"])
@pytest.mark.parametrize("assigned", [True, False])
def test_any_other_channel_is_not_registered_whatever_the_chat(channel: str, assigned: bool) -> None:
    decision = decided(channel=channel, chat_assigned=assigned)
    assert decision.outcome is Outcome.NOT_REGISTERED
    assert reasons(decision) == ["4.3 unofficial_channel not_registered"]


def test_a_submission_that_is_not_registered_gets_no_notice_no_priority_and_no_times() -> None:
    decision = decided(
        channel="email",
        at=msk(2026, 11, 21, 12),
        knowledge_base_checked=False,
        sent_to_manager=True,
        category=Category.OPERATION_FAILURE,
        impact=Impact.CRM_DOWN,
        has_steps=False,
    )
    assert decision.outcome is Outcome.NOT_REGISTERED
    assert (decision.notices, decision.priority) == ((), None)
    assert (decision.earliest_start_at, decision.resume_at) == (None, None)


def test_all_reasons_are_kept_in_the_order_of_the_clauses_and_the_strongest_rules() -> None:
    decision = decided(
        used(replace(BOXED_WITHOUT_TARIFF, contract_accepted=False), 999),
        channel="skype",
        chat_assigned=False,
        category=Category.WEB_DESIGN,
        has_words=False,
        obscene_level=ObscenityLevel.MAT,
    )
    assert decision.outcome is Outcome.NOT_REGISTERED
    assert reasons(decision) == [
        "1.1 contract_missing declined",
        "1.3 tariff_missing declined",
        "1.5 web_design declined",
        "4.2 description_missing deferred",
        "4.3 unofficial_channel not_registered",
        "4.6 obscene_language deferred",
    ]


def test_a_decline_is_stronger_than_a_deferral_and_keeps_its_reasons() -> None:
    decision = decided(replace(RENTAL, paid_until=None), has_words=False)
    assert decision.outcome is Outcome.DECLINED
    assert reasons(decision) == ["1.3 paid_period_over declined", "4.2 description_missing deferred"]
