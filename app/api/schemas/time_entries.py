"""Time entries on the wire (5.1, 5.2)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import AgentName, In, Instant, ObjectId, Out, plain
from app.application.tickets.record_time import TimeRecord
from app.domain.customers.ledger import MAX_ENTRY_MINUTES, TimeEntry

EntryMinutes = Annotated[int, Field(strict=True, ge=1, le=MAX_ENTRY_MINUTES)]


class TimeEntryIn(In):
    """Staff time on a ticket, or a correction that takes it back."""

    minutes: EntryMinutes = Field(description="Minutes of work; with `reverses`, minutes taken back.")
    agent: AgentName = Field(description="Who worked.")
    performed_at: Instant = Field(description="When the work was done; not in the future.")
    activity: Annotated[str, plain(100)] | None = Field(None, description="Kind of work.")
    note: Annotated[str, plain(2_000)] | None = Field(None, description="A remark.")
    reverses: ObjectId | None = Field(
        None, description="The entry that this one corrects; it counts in the month of that one."
    )

    def to_record(self) -> TimeRecord:
        """Give the application's value."""
        return TimeRecord(
            minutes=self.minutes,
            agent=self.agent,
            performed_at=self.performed_at,
            activity=self.activity,
            note=self.note,
            reverses=self.reverses,
        )


class TimeEntryOut(Out):
    """An entry of the ledger."""

    id: str = Field(max_length=36, description="Id of the entry.")
    ticket_id: str = Field(max_length=36, description="The ticket.")
    minutes: EntryMinutes = Field(description="Minutes; taken back if `reverses` is set.")
    agent: str = Field(max_length=100, description="Who worked.")
    performed_at: datetime = Field(description="When the work was done.")
    activity: str | None = Field(max_length=100, description="Kind of work.")
    note: str | None = Field(max_length=2_000, description="A remark.")
    counts: bool = Field(
        description="Whether it counts against the allotment; work on a separate order does not (R9)."
    )
    reverses: str | None = Field(max_length=36, description="The corrected entry.")
    created_at: datetime = Field(description="When it was booked.")

    @classmethod
    def of(cls, entry: TimeEntry) -> Self:
        """Show an entry."""
        return cls(
            id=entry.id,
            ticket_id=entry.ticket_id,
            minutes=entry.minutes,
            agent=entry.agent,
            performed_at=entry.performed_at,
            activity=entry.activity,
            note=entry.note,
            counts=entry.counts,
            reverses=entry.reverses,
            created_at=entry.created_at,
        )
