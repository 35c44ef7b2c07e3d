"""The decision on one submission by the whole regulation, as a pure and total function."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.domain.regulation import notices
from app.domain.regulation.case import Case
from app.domain.regulation.coverage import category_coverage
from app.domain.regulation.decision import Decision, Notice, Reason
from app.domain.regulation.eligibility import (
    chat_not_assigned,
    contract_missing,
    paid_period_over,
    tariff_missing,
    unofficial_channel,
)
from app.domain.regulation.priority import priority_of
from app.domain.regulation.rejection import (
    description_missing,
    hours_exhausted,
    not_in_text_form,
    obscene_language,
)
from app.domain.vocabulary import (
    OUTCOME_STRENGTH,
    Clause,
    ObscenityPolicy,
    Outcome,
    ReasonCode,
    Source,
)

Rule = Callable[[Case], Reason | None]

RULES: tuple[Rule, ...] = (
    contract_missing,
    paid_period_over,
    tariff_missing,
    category_coverage,
    chat_not_assigned,
    description_missing,
    unofficial_channel,
    not_in_text_form,
    obscene_language,
    hours_exhausted,
)

SOFT = frozenset(
    {
        ReasonCode.DESCRIPTION_MISSING,
        ReasonCode.NOT_IN_TEXT_FORM,
        ReasonCode.OBSCENE_LANGUAGE,
        ReasonCode.HOURS_EXHAUSTED,
    }
)
"""Reasons that become notices on a critical claim: 2.1 takes precedence (R4, R6)."""

SOFT_UNTIL_CLASSIFIED = frozenset({ReasonCode.OBSCENE_LANGUAGE, ReasonCode.HOURS_EXHAUSTED})
"""Reasons that wait for the category, because the category may make the matter critical."""

REFUSED = frozenset({Outcome.NOT_REGISTERED, Outcome.DECLINED})

_ONLY_NOTICED = ObscenityPolicy.NOTICE
_CLAUSE_ORDER = {clause: place for place, clause in enumerate(Clause)}
_CODE_ORDER: dict[str, int] = {code: place for place, code in enumerate(ReasonCode)}


def decide(case: Case) -> Decision:
    """Run all rules, keep all reasons in clause order, and return the decision with the strongest effect."""
    found = [reason for rule in RULES if (reason := rule(case)) is not None]
    found.sort(key=lambda reason: (_CLAUSE_ORDER[reason.clause], _CODE_ORDER[reason.code]))
    ordered = any(reason.code is ReasonCode.SEPARATE_ORDER for reason in found)
    hard = tuple(reason for reason in found if not _only_a_notice(reason, case, ordered=ordered))
    softened = [reason for reason in found if reason not in hard]
    outcome = strongest(hard)
    resume_at = resumption(outcome, hard)
    return Decision(
        outcome=outcome,
        source=Source.RULES,
        reasons=hard,
        notices=notices_for(outcome, case, softened),
        priority=None if outcome in REFUSED else priority_of(case),
        earliest_start_at=_earliest_start(outcome, resume_at, case),
        resume_at=resume_at,
    )


def strongest(reasons: Sequence[Reason]) -> Outcome:
    """Return the strongest effect among the reasons; acceptance if there are none."""
    return min((r.effect for r in reasons), key=OUTCOME_STRENGTH.index, default=Outcome.ACCEPTED)


def resumption(outcome: Outcome, reasons: Sequence[Reason]) -> datetime | None:
    """Return the instant at which a deferral ends by itself: the latest one, if every reason has one."""
    ends = [reason.resume_at for reason in reasons if reason.effect is Outcome.DEFERRED]
    if outcome is not Outcome.DEFERRED or None in ends:
        return None
    return max(end for end in ends if end is not None)


def notices_for(outcome: Outcome, case: Case, softened: Sequence[Reason]) -> tuple[Notice, ...]:
    """Return the notices that belong to an outcome, in clause order."""
    if outcome is Outcome.NOT_REGISTERED:
        return ()
    if outcome is Outcome.DECLINED:
        return notices.apply(notices.ALWAYS_TOLD, case)
    told = (
        *notices.apply(notices.BEFORE_SOFT, case),
        *(Notice(ReasonCode(r.code), r.clause, r.level) for r in softened),
        *notices.apply(notices.AFTER_SOFT, case),
    )
    return tuple(sorted(told, key=lambda notice: _CLAUSE_ORDER[notice.clause]))


def _only_a_notice(reason: Reason, case: Case, *, ordered: bool) -> bool:
    if reason.code not in SOFT:
        return False
    if case.critical_claim:
        return True
    if reason.code is ReasonCode.OBSCENE_LANGUAGE and case.submission.obscenity_policy is _ONLY_NOTICED:
        return True
    if case.submission.category is None and reason.code in SOFT_UNTIL_CLASSIFIED:
        return True
    return ordered and reason.code is ReasonCode.HOURS_EXHAUSTED


def _earliest_start(outcome: Outcome, resume_at: datetime | None, case: Case) -> datetime | None:
    if outcome in REFUSED:
        return None
    if outcome is Outcome.DEFERRED:
        return resume_at
    return case.calendar.first_service_at
