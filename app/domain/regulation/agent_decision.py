"""Decisions entered by an agent: deferral or refusal on a finding of 4.6, or of 5.1 and 5.2."""

from datetime import datetime

from app.domain.regulation.case import Case
from app.domain.regulation.decide import notices_for
from app.domain.regulation.decision import Decision, Reason
from app.domain.regulation.priority import priority_of
from app.domain.vocabulary import Clause, Finding, Outcome, Priority, Source


def clause_of(finding: Finding, case: Case) -> Clause:
    """Return the clause of a finding: 4.6, or that of the tariff in force for used-up hours."""
    if finding is Finding.HOURS_EXHAUSTED and case.tariff is not None:
        return case.tariff.clause
    return Clause.C4_6


def may_find_hours_exhausted(case: Case, priority: Priority | None) -> bool:
    """Check whether used-up hours may defer the ticket: not a critical one (2.1, 5.1, 5.2)."""
    return case.entitlement.minutes_left(case.day) == 0 and priority is not Priority.CRITICAL


def defer_on_finding(
    finding: Finding,
    case: Case,
    priority: Priority | None,
    resume_at: datetime | None,
    earliest_start_at: datetime | None,
) -> Decision:
    """Return a deferral by an agent; the ticket keeps its place in the queue and its priority.

    `earliest_start_at` is the first service instant at or after `resume_at` (2.1). For used-up hours both
    are ignored: they become the first service instant of the next month.
    """
    if finding is Finding.HOURS_EXHAUSTED:
        resume_at = earliest_start_at = case.calendar.next_month_at
    reason = Reason(finding, clause_of(finding, case), Outcome.DEFERRED, resume_at)
    return Decision(
        outcome=Outcome.DEFERRED,
        source=Source.AGENT,
        reasons=(reason,),
        notices=notices_for(Outcome.DEFERRED, case, ()),
        priority=priority or priority_of(case),
        earliest_start_at=earliest_start_at,
        resume_at=resume_at,
    )


def decline_on_finding(finding: Finding, case: Case) -> Decision:
    """Return a refusal by an agent; the ticket stays on record and can be reopened."""
    return Decision(
        outcome=Outcome.DECLINED,
        source=Source.AGENT,
        reasons=(Reason(finding, clause_of(finding, case), Outcome.DECLINED),),
        notices=notices_for(Outcome.DECLINED, case, ()),
        priority=None,
        earliest_start_at=None,
        resume_at=None,
    )
