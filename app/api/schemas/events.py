"""Events of a ticket on the wire: what, who, when, from, to, why."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from app.api.schemas.base import Out
from app.api.schemas.language import ShownHintsOut
from app.domain.tickets.event import ActorKind, Cause, Event, EventType
from app.domain.tickets.ticket import Development, Release, Settlement
from app.domain.vocabulary import Status

_NAMES = {"settlement": "resolution"}


class ActorOut(Out):
    """Who acted."""

    kind: ActorKind = Field(description="The desk's rules, an agent or the customer.")
    name: str | None = Field(max_length=100, description="The agent's name.")


class EventOut(Out):
    """One change of a ticket."""

    id: str = Field(max_length=36, description="Id of the event.")
    ticket_id: str = Field(max_length=36, description="The ticket.")
    type: EventType = Field(description="What happened; new types may come.")
    actor: ActorOut = Field(description="Who did it.")
    occurred_at: datetime = Field(description="When.")
    from_: Status | None = Field(
        serialization_alias="from", description="Status before; null for the registration."
    )
    to: Status = Field(description="Status after.")
    changes: dict[str, Any] = Field(
        description="Fields of the ticket that changed, with their new values.",
        json_schema_extra={"maxProperties": 20},
    )
    cause: Cause | None = Field(description="What moved the ticket without an agent.")
    note: str | None = Field(max_length=2_000, description="The agent's remark.")
    decision_id: str | None = Field(max_length=36, description="The decision that was made.")
    message_id: str | None = Field(max_length=36, description="The message that came or went.")
    time_entry_id: str | None = Field(max_length=36, description="The time entry that was booked.")
    hints: ShownHintsOut | None = Field(
        description="What was suggested, with the first classification only: hint and choice side by side."
    )

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        return cls(
            id=event.id,
            ticket_id=event.ticket_id,
            type=event.type,
            actor=ActorOut(kind=event.actor.kind, name=event.actor.name),
            occurred_at=event.at,
            from_=event.status_from,
            to=event.status_to,
            changes={_NAMES.get(name, name): _plain(value) for name, value in event.changes.items()},
            cause=event.cause,
            note=event.note,
            decision_id=event.decision_id,
            message_id=event.message_id,
            time_entry_id=event.time_entry_id,
            hints=None if event.hints is None else ShownHintsOut.of(event.hints),
        )


def _plain(value: object) -> object:
    """Show a changed value as the ticket shows it: a release has a `date`, not a `day`."""
    if not isinstance(value, Development | Release | Settlement):
        return value
    return {"date" if name == "day" else name: part for name, part in asdict(value).items()}
