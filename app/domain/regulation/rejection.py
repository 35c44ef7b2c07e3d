"""Rules about whether work can begin now with what the submission contains (4.2, 4.4, 4.6, 5.1, 5.2)."""

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Reason
from app.domain.vocabulary import Clause, Outcome, ReasonCode


def description_missing(case: Case) -> Reason | None:
    """Return a deferral if the submission describes neither a question nor a problem (4.2)."""
    if case.submission.has_words or case.spoken_only:
        return None
    return Reason(ReasonCode.DESCRIPTION_MISSING, Clause.C4_2, Outcome.DEFERRED)


def not_in_text_form(case: Case) -> Reason | None:
    """Return a deferral of a submission in speech alone: support works in writing (4.4)."""
    if not case.spoken_only:
        return None
    return Reason(ReasonCode.NOT_IN_TEXT_FORM, Clause.C4_4, Outcome.DEFERRED)


def obscene_language(case: Case) -> Reason | None:
    """Return a deferral for obscene words, until the submission is reworded (4.6)."""
    level = case.submission.obscene_level
    if level is None:
        return None
    return Reason(ReasonCode.OBSCENE_LANGUAGE, Clause.C4_6, Outcome.DEFERRED, level=level)


def hours_exhausted(case: Case) -> Reason | None:
    """Return a deferral to the next month once this month's minutes are used up (5.1, 5.2; R3, R4)."""
    if case.tariff is None or not case.hours_used_up:
        return None
    return Reason(
        ReasonCode.HOURS_EXHAUSTED,
        case.tariff.clause,
        Outcome.DEFERRED,
        resume_at=case.calendar.next_month_at,
    )
