"""Laws of `decide` that hold for every case, not only for those that somebody thought of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.calendar.service_hours import MOSCOW
from app.domain.regulation.case import CalendarFacts, Case
from app.domain.regulation.decide import SOFT, decide
from app.domain.regulation.decision import Decision
from app.domain.regulation.tariff import TariffPeriod
from app.domain.tickets.queue import queue_key
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import (
    Category,
    Clause,
    Impact,
    Licence,
    Outcome,
    Priority,
    ReasonCode,
    TariffName,
)
from tests.contracts.builders import a_ticket
from tests.domain.cases import BOXED_WITHOUT_TARIFF, CALENDAR, decided, used
from tests.domain.strategies import ANY_CASES, INSTANTS, cases

STRONGEST_FIRST = ["not_registered", "declined", "deferred", "separate_order", "accepted"]
CLAUSES = "1.1 1.2 1.3 1.4 1.5 2.1 2.2 2.3 3.1 3.2 3.3 3.4 4.1 4.2 4.3 4.4 4.5 4.6 5.1 5.2".split()
FOREVER = date(1, 1, 1), date(9999, 12, 31)


def strength(decision: Decision) -> int:
    """Greater is stronger."""
    return -STRONGEST_FIRST.index(decision.outcome)


def refusals(decision: Decision) -> set[str]:
    strong = {Outcome.NOT_REGISTERED, Outcome.DECLINED}
    return {reason.code for reason in decision.reasons if reason.effect in strong}


def no_worse(better: Case, case: Case) -> bool:
    now, before = decide(better), decide(case)
    return strength(now) <= strength(before) and refusals(now) <= refusals(before)


# Totality and shape


@given(ANY_CASES)
def test_any_well_typed_case_gets_a_decision(case: Case) -> None:
    decision = decide(case)
    assert decision == decide(case)
    assert hash(decision) == hash(decide(case))


@given(ANY_CASES)
def test_the_outcome_is_the_strongest_effect(case: Case) -> None:
    decision = decide(case)
    effects = [reason.effect for reason in decision.reasons] or [Outcome.ACCEPTED]
    assert decision.outcome == min(effects, key=STRONGEST_FIRST.index)


@given(ANY_CASES)
def test_reasons_and_notices_stand_in_the_order_of_the_clauses(case: Case) -> None:
    decision = decide(case)
    for told in (decision.reasons, decision.notices):
        places = [CLAUSES.index(each.clause) for each in told]
        assert places == sorted(places)
        codes = [each.code for each in told]
        assert len(codes) == len(set(codes))


@given(ANY_CASES)
def test_no_code_is_both_a_reason_and_a_notice_and_only_soft_ones_change_sides(case: Case) -> None:
    decision = decide(case)
    codes = {reason.code for reason in decision.reasons}
    told = {notice.code for notice in decision.notices}
    assert not codes & told
    assert told & set(ReasonCode) <= SOFT


@given(ANY_CASES)
def test_there_is_a_priority_exactly_where_there_may_be_work(case: Case) -> None:
    decision = decide(case)
    refused = decision.outcome in {Outcome.NOT_REGISTERED, Outcome.DECLINED}
    assert (decision.priority is None) is refused


@given(ANY_CASES)
def test_a_critical_claim_is_never_deferred(case: Case) -> None:
    if case.critical_claim:
        assert decide(case).outcome not in {Outcome.DEFERRED, Outcome.SEPARATE_ORDER}


@given(ANY_CASES)
def test_every_registered_outcome_says_that_no_time_is_guaranteed(case: Case) -> None:
    decision = decide(case)
    registered = decision.outcome is not Outcome.NOT_REGISTERED
    assert any(notice.clause is Clause.C2_3 for notice in decision.notices) is registered


# Facts alone decide


@given(cases(), st.booleans(), st.sampled_from([None, True, False]), st.booleans())
def test_what_only_notices_hear_of_never_changes_the_outcome(
    case: Case, steps: bool, checked: bool | None, manager: bool
) -> None:
    facts = replace(case.submission, has_steps=steps, knowledge_base_checked=checked, sent_to_manager=manager)
    one, other = decide(case), decide(replace(case, submission=facts))
    assert replace(one, notices=()) == replace(other, notices=())


@given(cases())
def test_the_same_instant_in_another_zone_is_the_same_case(case: Case) -> None:
    at = case.as_of.astimezone(UTC)
    assert decide(replace(case, as_of=at, calendar=CalendarFacts.at(at, CALENDAR))) == decide(case)


# Times


@given(cases())
def test_the_earliest_start_lies_in_service_hours_and_never_before_the_instant(case: Case) -> None:
    start = decide(case).earliest_start_at
    if start is not None:
        assert start >= case.as_of
        assert CALENDAR.is_open(start)


@given(cases())
def test_a_deferral_ends_by_itself_exactly_when_all_its_reasons_do(case: Case) -> None:
    decision = decide(case)
    deferring = [reason for reason in decision.reasons if reason.effect is Outcome.DEFERRED]
    ends = decision.outcome is Outcome.DEFERRED and all(reason.resume_at for reason in deferring)
    assert (decision.resume_at is not None) is ends
    if decision.resume_at is not None:
        assert decision.resume_at > case.as_of
        assert decision.earliest_start_at == decision.resume_at


@given(INSTANTS, st.sampled_from(TariffName))
def test_at_its_own_end_a_deferral_by_hours_finds_a_full_allotment(at: datetime, name: TariffName) -> None:
    spent = replace(BOXED_WITHOUT_TARIFF, tariffs=(TariffPeriod(name, *FOREVER),), minutes_used=1_000)
    decision = decided(spent, at)
    if decision.resume_at is None:
        assert decision.outcome is Outcome.ACCEPTED
    else:
        month = at.astimezone(MOSCOW).month
        assert decision.resume_at.astimezone(MOSCOW).month == month % 12 + 1
        assert decided(used(spent, 0), decision.resume_at).outcome is Outcome.ACCEPTED


# More entitlement never adds a refusal


@given(cases())
def test_accepting_the_contract_never_harms(case: Case) -> None:
    assert no_worse(replace(case, entitlement=replace(case.entitlement, contract_accepted=True)), case)


@given(cases(), st.integers(0, 2_000))
def test_paying_for_longer_never_harms(case: Case, days: int) -> None:
    paid = case.entitlement.paid_until or date(2024, 12, 1)
    longer = replace(case.entitlement, paid_until=paid + timedelta(days=days))
    assert no_worse(replace(case, entitlement=longer), case)


@given(cases(), st.integers(0, 2_000))
def test_fewer_minutes_used_never_harm(case: Case, minutes: int) -> None:
    fewer = min(minutes, case.entitlement.minutes_used)
    assert no_worse(replace(case, entitlement=replace(case.entitlement, minutes_used=fewer)), case)


@given(cases())
def test_an_assigned_chat_never_harms(case: Case) -> None:
    assert no_worse(replace(case, submission=replace(case.submission, chat_assigned=True)), case)


@given(cases(), st.sampled_from(TariffName))
def test_a_tariff_where_there_was_none_never_harms(case: Case, name: TariffName) -> None:
    """It may turn a refusal by 1.3 into an order or a deferral: both are weaker."""
    assume(case.tariff is None)
    tariffs = (TariffPeriod(name, *FOREVER),)
    assert no_worse(replace(case, entitlement=replace(case.entitlement, tariffs=tariffs)), case)


@given(cases())
def test_the_extended_tariff_instead_of_the_service_one_never_harms_but_for_r13(case: Case) -> None:
    """R13: only on the extended tariff is the update of an exclusive version a separate order."""
    r13 = case.entitlement.exclusive_version and case.submission.category is Category.SOFTWARE_UPDATE
    service = replace(case.entitlement, tariffs=(TariffPeriod(TariffName.SERVICE, *FOREVER),))
    extended = replace(case.entitlement, tariffs=(TariffPeriod(TariffName.EXTENDED, *FOREVER),))
    before, after = replace(case, entitlement=service), replace(case, entitlement=extended)
    assert refusals(decide(after)) <= refusals(decide(before))
    if not r13:
        assert no_worse(after, before)


@given(cases())
def test_an_upgrade_never_lowers_the_priority(case: Case) -> None:
    service = replace(case.entitlement, tariffs=(TariffPeriod(TariffName.SERVICE, *FOREVER),))
    extended = replace(case.entitlement, tariffs=(TariffPeriod(TariffName.EXTENDED, *FOREVER),))
    before = decide(replace(case, entitlement=service)).priority
    after = decide(replace(case, entitlement=extended)).priority
    if before is not None:
        assert after is not None
        assert list(Priority).index(after) <= list(Priority).index(before)


@given(cases())
def test_a_claim_of_breakdown_never_harms(case: Case) -> None:
    """2.1 goes before the soft reasons, and refuses nothing."""
    louder = replace(case.submission, impact=Impact.CRM_DOWN)
    assert no_worse(replace(case, submission=louder), case)


@given(cases())
def test_minutes_mean_nothing_to_a_rental(case: Case) -> None:
    rental = replace(case.entitlement, licence=Licence.RENTAL)
    spent = replace(rental, minutes_used=100_000)
    assert decide(replace(case, entitlement=rental)) == decide(replace(case, entitlement=spent))


# The queue

TICKETS = st.lists(
    st.builds(
        a_ticket,
        number=st.integers(1, 40),
        priority=st.sampled_from(Priority),
        received_at=st.sampled_from([datetime(2026, 11, 20, 7, minute, tzinfo=UTC) for minute in range(3)]),
    ),
    unique_by=lambda ticket: ticket.id,
)


@given(TICKETS, st.data())
def test_the_queue_has_one_order_however_it_is_shuffled(tickets: list[Ticket], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(tickets))
    assert sorted(shuffled, key=queue_key) == sorted(tickets, key=queue_key)


@given(TICKETS)
def test_the_queue_goes_by_priority_then_arrival_then_id(tickets: list[Ticket]) -> None:
    rank = {Priority.CRITICAL: 1, Priority.HIGH: 2, Priority.NORMAL: 3, None: 4}
    keys = [(rank[t.priority], t.received_at, t.id) for t in sorted(tickets, key=queue_key)]
    assert all(first < second for first, second in pairwise(keys))
