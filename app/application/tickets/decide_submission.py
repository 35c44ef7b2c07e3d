"""The preview: the decision that a submission would get, without storing anything."""

from dataclasses import dataclass
from datetime import datetime

from app.application.ports.store import UnitOfWork
from app.application.tickets.facts import snapshot_of, submission_case
from app.application.tickets.submission import Submission
from app.domain.regulation.case import Case
from app.domain.regulation.decide import decide
from app.domain.regulation.decision import Decision
from app.domain.regulation.entitlement import Entitlement


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A hypothetical entitlement, and whether the chat would be assigned."""

    entitlement: Entitlement
    chat_assigned: bool


def decide_submission(
    uow: UnitOfWork,
    submission: Submission,
    what_if: WhatIf | None,
    as_of: datetime,
    *,
    only: str | None = None,
) -> tuple[Decision, Case]:
    """Return the decision that `submit_ticket` would make, and its facts; nothing is stored.

    Without `what_if` the facts are those of the submission's customer at `as_of`.
    """
    if what_if is None:
        snapshot = snapshot_of(uow, submission, as_of, only=only)
        entitlement, calendar = snapshot.entitlement_at(as_of), snapshot.calendar
        assigned = snapshot.chat is not None
    else:
        entitlement, assigned = what_if.entitlement, what_if.chat_assigned
        calendar = uow.calendar.calendar()
    case = submission_case(submission, entitlement, calendar, chat_assigned=assigned, as_of=as_of)
    return decide(case), case
