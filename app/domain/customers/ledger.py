"""The ledger: minutes of staff time against the month's allotment (5.1, 5.2; R3, R4, R9)."""

from dataclasses import dataclass
from datetime import datetime

MAX_ENTRY_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Staff time on one ticket. `minutes` is positive; with `reverses` they are taken back.

    `performed_at` is when the work was done; `counted_at` puts the entry into a month: that of the work,
    for a reversal that of the reversed entry. `counts` is False for work on a separate order, paid apart.
    """

    id: str
    ticket_id: str
    customer_id: str
    minutes: int
    agent: str
    performed_at: datetime
    counted_at: datetime
    counts: bool
    activity: str | None
    note: str | None
    reverses: str | None
    created_at: datetime

    @property
    def signed_minutes(self) -> int:
        """The minutes with their sign in the sum of the month."""
        return -self.minutes if self.reverses else self.minutes


@dataclass(frozen=True, slots=True)
class TicketMinutes:
    """The counting minutes of one ticket in a month."""

    ticket_id: str
    number: int
    minutes: int
