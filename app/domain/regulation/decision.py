"""A decision: outcome, every reason, notices, priority and earliest start. Immutable; cites clauses."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.vocabulary import (
    Clause,
    Finding,
    NoticeCode,
    ObscenityLevel,
    Outcome,
    Priority,
    ReasonCode,
    Source,
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason why an outcome is not plain acceptance: a code, its clause and its effect.

    `resume_at` is set if the deferral ends by itself; `level` if obscene words were found (4.6).
    """

    code: ReasonCode | Finding
    clause: Clause
    effect: Outcome
    resume_at: datetime | None = None
    level: ObscenityLevel | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Information for the customer beside the outcome, which it never changes."""

    code: NoticeCode | ReasonCode
    clause: Clause
    level: ObscenityLevel | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of the desk on a submission.

    `earliest_start_at` is the earliest possible moment of work, never a promise (2.3); None if no work
    follows by itself. `resume_at` is set only if every deferring reason ends by itself.
    """

    outcome: Outcome
    source: Source
    reasons: tuple[Reason, ...]
    notices: tuple[Notice, ...]
    priority: Priority | None
    earliest_start_at: datetime | None
    resume_at: datetime | None

    def deferred_by(self, *clauses: Clause) -> bool:
        """Check whether a deferring reason cites one of these clauses."""
        return any(reason.effect is Outcome.DEFERRED and reason.clause in clauses for reason in self.reasons)

    @property
    def obscene(self) -> bool:
        """Whether obscene words are among the reasons or the notices (4.6)."""
        told = {*(reason.code for reason in self.reasons), *(notice.code for notice in self.notices)}
        return ReasonCode.OBSCENE_LANGUAGE in told

    @property
    def deferred_by_words(self) -> bool:
        """Whether obscene words are among the deferring reasons (4.6)."""
        return any(
            reason.effect is Outcome.DEFERRED and reason.code == ReasonCode.OBSCENE_LANGUAGE
            for reason in self.reasons
        )

    @property
    def deferred_by_hours(self) -> bool:
        """Whether the month's minutes are among the deferring reasons (5.1, 5.2)."""
        return any(
            reason.effect is Outcome.DEFERRED and reason.code == ReasonCode.HOURS_EXHAUSTED
            for reason in self.reasons
        )
