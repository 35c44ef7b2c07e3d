"""The ledger: minutes of staff time against the month's allotment (5.1, 5.2; R3, R4, R9)."""

from dataclasses import dataclass
from datetime import datetime

MAX_ENTRY_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Staff time on one ticket; `minutes` is positive, and an entry with `reverses` subtracts them.

    `performed_at` is the time of the work. `counted_at` assigns the entry to a month: that of the work, or
    for a reversal that of the reversed entry. `counts` is False for work on a separate order, which is paid
    separately.
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
        """The minutes with their sign in the monthly sum."""
        return -self.minutes if self.reverses else self.minutes


@dataclass(frozen=True, slots=True)
class TicketMinutes:
    """The counting minutes of one ticket in a month."""

    ticket_id: str
    number: int
    minutes: int
