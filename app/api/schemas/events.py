"""Schemas of a ticket's history."""

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
    """The originator of a change."""

    kind: ActorKind = Field(description="Kind of originator.")
    name: str | None = Field(
        max_length=100, description="The agent's name. Null for the service and the customer."
    )


class EventOut(Out):
    """One change of a ticket."""

    id: str = Field(max_length=36, description="ID of the event (UUIDv7).")
    ticket_id: str = Field(max_length=36, description="ID of the ticket (UUIDv7).")
    type: EventType = Field(description="Type of the event. New types may appear.")
    actor: ActorOut = Field(description="The originator of the change.")
    occurred_at: datetime = Field(description="When it happened.")
    from_: Status | None = Field(
        serialization_alias="from", description="Status before the event. Null for the registration."
    )
    to: Status = Field(description="Status after the event.")
    changes: dict[str, Any] = Field(
        description="Members of the ticket that changed, with their new values.",
        json_schema_extra={"maxProperties": 20},
    )
    cause: Cause | None = Field(description="Cause of a change that no agent made. Null if an agent made it.")
    note: str | None = Field(max_length=2_000, description="The agent's remark. Never sent to the customer.")
    decision_id: str | None = Field(max_length=36, description="The decision made with this event, if any.")
    message_id: str | None = Field(
        max_length=36, description="The message received or sent with this event, if any."
    )
    time_entry_id: str | None = Field(
        max_length=36, description="The time entry recorded with this event, if any."
    )
    hints: ShownHintsOut | None = Field(
        description="Only with the first classification: the hints shown to the agent."
    )

    @classmethod
    def of(cls, event: Event) -> Self:
        """Build the schema from the domain value."""
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
    """Return a changed value as the ticket has it: a release has a `date`, not a `day`."""
    if not isinstance(value, Development | Release | Settlement):
        return value
    return {"date" if name == "day" else name: part for name, part in asdict(value).items()}
