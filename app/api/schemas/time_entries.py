"""Schemas of time entries (5.1, 5.2)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import AgentName, In, Instant, ObjectId, Out, plain
from app.application.tickets.record_time import TimeRecord
from app.domain.customers.ledger import MAX_ENTRY_MINUTES, TimeEntry

EntryMinutes = Annotated[int, Field(strict=True, ge=1, le=MAX_ENTRY_MINUTES)]


class TimeEntryIn(In):
    """Staff time on a ticket, or a reversal of an entry."""

    minutes: EntryMinutes = Field(description="Minutes of work. With `reverses`, minutes to take back.")
    agent: AgentName = Field(description="Name of the agent who worked.")
    performed_at: Instant = Field(description="When the work was done. Not in the future.")
    activity: Annotated[str, plain(100)] | None = Field(None, description="Kind of work, in your own terms.")
    note: Annotated[str, plain(2_000)] | None = Field(
        None, description="An internal remark. Never sent to the customer."
    )
    reverses: ObjectId | None = Field(
        None, description="The entry that this one reverses. The reversal counts in the month of that entry."
    )

    def to_record(self) -> TimeRecord:
        """Return the application value."""
        return TimeRecord(
            minutes=self.minutes,
            agent=self.agent,
            performed_at=self.performed_at,
            activity=self.activity,
            note=self.note,
            reverses=self.reverses,
        )


class TimeEntryOut(Out):
    """A time entry."""

    id: str = Field(max_length=36, description="ID of the time entry (UUIDv7).")
    ticket_id: str = Field(max_length=36, description="ID of the ticket (UUIDv7).")
    minutes: EntryMinutes = Field(description="Minutes of work. If `reverses` is set, minutes taken back.")
    agent: str = Field(max_length=100, description="Name of the agent who worked.")
    performed_at: datetime = Field(description="When the work was done.")
    activity: str | None = Field(max_length=100, description="Kind of work, in your own terms.")
    note: str | None = Field(max_length=2_000, description="An internal remark. Never sent to the customer.")
    counts: bool = Field(
        description="Whether the entry counts against the tariff's minutes. Work on a separate order "
        "does not (R9)."
    )
    reverses: str | None = Field(max_length=36, description="The entry that this one reverses.")
    created_at: datetime = Field(description="When the entry was recorded.")

    @classmethod
    def of(cls, entry: TimeEntry) -> Self:
        """Build the schema from the domain value."""
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
