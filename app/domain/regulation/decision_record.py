"""A decision as it was made, with its facts, so that it stays readable and replayable."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Decision


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision on one ticket; a decision of the rules can be replayed from its `facts` alone.

    `facts.as_of` is the instant at which the entitlement was judged; `decided_at` is when the decision was
    made.
    """

    id: str
    ticket_id: str
    decision: Decision
    facts: Case
    decided_at: datetime
    edition: str
