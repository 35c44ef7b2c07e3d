"""Rules that ask whether work can begin with what came, now (4.2, 4.4, 4.6, 5.1, 5.2)."""

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Reason
from app.domain.vocabulary import Clause, Outcome, ReasonCode


def description_missing(case: Case) -> Reason | None:
    """4.2: a submission says what the question or the problem is."""
    if case.submission.has_words or case.spoken_only:
        return None
    return Reason(ReasonCode.DESCRIPTION_MISSING, Clause.C4_2, Outcome.DEFERRED)


def not_in_text_form(case: Case) -> Reason | None:
    """4.4: support works in writing; speech alone is kept and answered by a request for text."""
    if not case.spoken_only:
        return None
    return Reason(ReasonCode.NOT_IN_TEXT_FORM, Clause.C4_4, Outcome.DEFERRED)


def obscene_language(case: Case) -> Reason | None:
    """4.6: obscene words may defer the matter until it is reworded."""
    level = case.submission.obscene_level
    if level is None:
        return None
    return Reason(ReasonCode.OBSCENE_LANGUAGE, Clause.C4_6, Outcome.DEFERRED, level=level)


def hours_exhausted(case: Case) -> Reason | None:
    """5.1, 5.2: the month's minutes are used up; work resumes with the next month's (R3, R4)."""
    if case.tariff is None or not case.hours_used_up:
        return None
    return Reason(
        ReasonCode.HOURS_EXHAUSTED,
        case.tariff.clause,
        Outcome.DEFERRED,
        resume_at=case.calendar.next_month_at,
    )
