"""Measured times of a ticket in working minutes, all derived from its history (2.3, R8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.tickets.event import ActorKind, EventType
from app.domain.tickets.life_cycle import OPEN, PAUSE_CAUSES
from app.domain.vocabulary import Status, WaitingOn

_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history with the members that the clocks need."""

    at: datetime
    type: EventType
    by: ActorKind
    status: Status
    """The status after this entry."""

    @property
    def is_reaction(self) -> bool:
        """Whether it is an act of an agent that reacts to the customer: any act except classifying."""
        return self.by is ActorKind.AGENT and self.type is not EventType.CLASSIFIED


@dataclass(frozen=True, slots=True)
class Measured:
    """Times measured after the fact in whole working minutes (floored); none of them is a promise (2.3).

    `waited_minutes` runs while the ticket is open, up to the first reaction; `worked_minutes` is time in
    progress.
    """

    first_reaction_at: datetime | None
    resolved_at: datetime | None
    waited_minutes: int
    worked_minutes: int
    paused_minutes: dict[WaitingOn, int]


def measure(received_at: datetime, steps: Sequence[Step], now: datetime, calendar: WorkCalendar) -> Measured:
    """Return the measured times of one ticket from its history, oldest first, as of `now` (R8)."""
    reaction_at = next((step.at for step in steps if step.is_reaction), None)
    waited = worked = _NOTHING
    paused = dict.fromkeys(WaitingOn, _NOTHING)
    for place, step in enumerate(steps):
        # The clock starts at arrival, which for a messenger is before registration.
        begins = received_at if place == 0 else step.at
        ends = steps[place + 1].at if place + 1 < len(steps) else now
        if step.status in PAUSE_CAUSES:
            paused[PAUSE_CAUSES[step.status]] += calendar.working_time_between(begins, ends)
        if step.status in OPEN:
            until = ends if reaction_at is None else min(ends, reaction_at)
            waited += calendar.working_time_between(begins, until)
        if step.status is Status.IN_PROGRESS:
            worked += calendar.working_time_between(begins, ends)
    return Measured(
        first_reaction_at=reaction_at,
        resolved_at=_resolved_at(steps),
        waited_minutes=waited // _MINUTE,
        worked_minutes=worked // _MINUTE,
        paused_minutes={cause: length // _MINUTE for cause, length in paused.items()},
    )


def _resolved_at(steps: Sequence[Step]) -> datetime | None:
    """Return when the ticket was resolved, if it still is resolved or was closed afterwards."""
    resolved_at = None
    for step in steps:
        if step.type is EventType.RESOLVED:
            resolved_at = step.at
        elif step.status not in {Status.RESOLVED, Status.CLOSED}:
            resolved_at = None
    return resolved_at
