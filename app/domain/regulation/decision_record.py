"""A decision as it was made: with its facts, for ever readable and replayable."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Decision


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision on one ticket. `facts` replay to `decision` if the rules made it (design 1, section 2).

    `facts.as_of` is the instant at which the entitlement was judged; `decided_at` when it was ruled.
    """

    id: str
    ticket_id: str
    decision: Decision
    facts: Case
    decided_at: datetime
    edition: str
