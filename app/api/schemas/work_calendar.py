"""Schemas of the work calendar (2.1)."""

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.api.schemas.base import In, Out, named, wrong_at
from app.application.ports.calendar import StoredException
from app.domain.calendar.service_hours import CalendarException, DayKind, DayPlan, Interval, ServiceHours

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def read_time(value: object) -> dt.time:
    """Parse a Moscow wall clock time, HH:MM."""
    if isinstance(value, dt.time):
        return value
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise PydanticCustomError("time", "not a time in the form HH:MM")
    return dt.time.fromisoformat(value)


WallTime = Annotated[
    dt.time,
    BeforeValidator(read_time),
    PlainSerializer(lambda time: f"{time:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "maxLength": 5, "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}),
]


class IntervalOut(Out):
    """Service time from `opens_at` up to, not including, `closes_at`."""

    opens_at: dt.datetime = Field(description="Start of the interval.")
    closes_at: dt.datetime = Field(description="End of the interval, exclusive.")

    @classmethod
    def of(cls, interval: Interval) -> Self:
        """Build the schema from the domain value."""
        return cls(opens_at=interval.opens_at, closes_at=interval.closes_at)


class DayOut(Out):
    """One Moscow date of the work calendar."""

    date: dt.date = Field(description="Moscow date.")
    kind: DayKind = Field(description="Whether the date is a working day, and why.")
    name: str | None = Field(
        max_length=300,
        description="Name of the holiday, or the reason for an exception. Null for ordinary days.",
    )
    source: str = Field(
        max_length=32,
        description="Origin of the information: `weekday`, `weekend`, `production_calendar` or `exception`.",
    )
    confirmed: bool = Field(description="False until a decree on moved days off covers the date.")
    intervals: list[IntervalOut] = Field(
        max_length=24, description="Service hours. Empty if the desk is closed."
    )

    @classmethod
    def of(cls, plan: DayPlan) -> Self:
        """Build the schema from the domain value."""
        return cls(
            date=plan.date,
            kind=plan.kind,
            name=plan.name,
            source=plan.source,
            confirmed=plan.confirmed,
            intervals=[IntervalOut.of(interval) for interval in plan.intervals],
        )


class DaysOut(Out):
    """Dates of the work calendar."""

    items: list[DayOut] = Field(max_length=366, description="The dates, in order.")
    time_zone: str = Field(max_length=32, description="IANA time zone of the dates.")
    known_through: dt.date = Field(description="Last day covered by a decree on moved days off.")


class CalendarStatusOut(Out):
    """Whether the desk is open at an instant."""

    at: dt.datetime = Field(description="The instant that the status is for.")
    open: bool = Field(description="Whether the desk is open.")
    closes_at: dt.datetime | None = Field(description="When the desk closes. Null if it is closed.")
    next_opening_at: dt.datetime | None = Field(
        description="First opening strictly after `at`. Null only beyond the end of the calendar."
    )
    known_through: dt.date = Field(description="Last day covered by a decree on moved days off.")


class WorkingTimeOut(Out):
    """Working time between two instants."""

    minutes: int = Field(ge=0, le=10**8, description="Whole working minutes, rounded down.")
    intervals: list[IntervalOut] = Field(max_length=40_000, description="The service time that was counted.")


class HoursIn(In):
    """Service hours on one date, in Moscow time."""

    opens: WallTime = Field(description="Opening time, HH:MM.")
    closes: WallTime = Field(description="Closing time, HH:MM, exclusive. Later than `opens`.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise wrong_at("/closes", "not_after_opens")
        return self


class ExceptionIn(In):
    """Service hours of one date that replace those of the production calendar."""

    intervals: list[HoursIn] = Field(
        max_length=24, description="Service hours; they must not overlap. Empty if the desk is closed."
    )
    reason: Annotated[str, named(300)] = Field(
        description="Reason for the exception, shown as the name of the day."
    )

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ordered = sorted(enumerate(self.intervals), key=lambda each: each[1].opens)
        for (_, before), (place, after) in pairwise(ordered):
            if after.opens < before.closes:
                raise wrong_at(f"/intervals/{place}", "overlaps_another")
        return self

    def to_exception(self, date: dt.date) -> CalendarException:
        """Return the domain value."""
        hours = sorted((ServiceHours(i.opens, i.closes) for i in self.intervals), key=lambda h: h.opens)
        return CalendarException(date, tuple(hours), self.reason)


class HoursOut(Out):
    """Service hours on one date, in Moscow time."""

    opens: WallTime = Field(description="Opening time, HH:MM.")
    closes: WallTime = Field(description="Closing time, HH:MM, exclusive.")


class ExceptionOut(Out):
    """Service hours of one date that replace those of the production calendar."""

    date: dt.date = Field(description="Moscow date.")
    intervals: list[HoursOut] = Field(
        max_length=24, description="Service hours. Empty if the desk is closed."
    )
    reason: str = Field(max_length=300, description="Reason for the exception, shown as the name of the day.")
    updated_at: dt.datetime = Field(description="When the exception last changed.")
    version: int = Field(ge=1, le=2**53, description="Incremented with every change. `If-Match` compares it.")

    @classmethod
    def of(cls, stored: StoredException) -> Self:
        """Build the schema from the domain value."""
        exception = stored.exception
        return cls(
            date=exception.date,
            intervals=[HoursOut(opens=h.opens, closes=h.closes) for h in exception.hours],
            reason=exception.reason,
            updated_at=stored.updated_at,
            version=stored.version,
        )
