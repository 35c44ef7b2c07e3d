"""The work calendar: dates, service time and exceptions (2.1)."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of, version_check
from app.api.http.answers import bytes_of, json_answer, response_of
from app.api.http.etags import read_if_match, versioned
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Access, Scope
from app.api.http.operation import IfMatchUse, Operation, Success
from app.api.http.pagination import Page, day_column, listing
from app.api.http.problems import FieldError, Problem
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.base import Day, Instant
from app.api.schemas.pages import ExceptionsPage
from app.api.schemas.work_calendar import (
    CalendarStatusOut,
    DayOut,
    DaysOut,
    ExceptionIn,
    ExceptionOut,
    IntervalOut,
    WorkingTimeOut,
)
from app.application.administration.calendar_exceptions import put_exception, remove_exception
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork

router = APIRouter()

_ONE = "/v1/work-calendar/exceptions/{date}"

MAX_DAYS = 366
DayPath = Annotated[Day, Path(alias="date", description="Moscow date, YYYY-MM-DD.")]


@operation(
    router,
    "GET",
    "/v1/work-calendar",
    Operation(
        scope=Access.ANY_KEY,
        id="getWorkCalendar",
        summary="List dates of the work calendar",
        tag="work-calendar",
        answers=(Success(200, "The dates.", DaysOut, {"movedSaturday": examples.CALENDAR_DAYS}),),
    ),
)
async def show_days(
    request: Request,
    from_: Annotated[Day, Query(alias="from", description="First Moscow date, inclusive.")],
    to: Annotated[Day, Query(description="Last Moscow date, inclusive. At most 366 dates per request.")],
) -> Response:
    """Returns dates of the work calendar, each with its service hours and why it is open or closed.

    Dates after `known_through` are not `confirmed`: no decree on moved days off covers them yet.
    """
    if to < from_:
        raise _wrong("/query/to", "before_from")
    if to - from_ >= timedelta(days=MAX_DAYS):
        raise _wrong("/query/to", "out_of_range")
    calendar = await services_of(request).store.read(lambda uow: uow.calendar.calendar())
    shown = DaysOut(
        items=[DayOut.of(plan) for plan in calendar.days(from_, to)],
        time_zone="Europe/Moscow",
        known_through=calendar.known_through,
    )
    return response_of(json_answer(200, bytes_of(shown)))


@operation(
    router,
    "GET",
    "/v1/work-calendar/status",
    Operation(
        scope=Access.ANY_KEY,
        id="getWorkCalendarStatus",
        summary="Check whether the desk is open",
        tag="work-calendar",
        answers=(Success(200, "The status.", CalendarStatusOut, {"open": examples.CALENDAR_STATUS}),),
    ),
)
async def show_status(
    request: Request,
    at: Annotated[Instant | None, Query(description="The instant. Now if left out.")] = None,
) -> Response:
    """Returns whether the desk is open at an instant, when it closes and when it opens next."""
    services = services_of(request)
    instant = at or services.clock.stamp().now
    calendar = await services.store.read(lambda uow: uow.calendar.calendar())
    shown = CalendarStatusOut(
        at=instant,
        open=calendar.is_open(instant),
        closes_at=calendar.closes_at(instant),
        next_opening_at=calendar.next_opening(instant),
        known_through=calendar.known_through,
    )
    return response_of(json_answer(200, bytes_of(shown)))


@operation(
    router,
    "GET",
    "/v1/work-calendar/working-time",
    Operation(
        scope=Access.ANY_KEY,
        id="getWorkingTime",
        summary="Count working time",
        tag="work-calendar",
        answers=(Success(200, "The working time.", WorkingTimeOut, {"overNight": examples.WORKING_TIME}),),
    ),
)
async def show_working_time(
    request: Request,
    from_: Annotated[Instant, Query(alias="from", description="Start of the interval.")],
    to: Annotated[Instant, Query(description="End of the interval, exclusive. Not before `from`.")],
) -> Response:
    """Returns the working minutes between two instants, with the service time that was counted."""
    if to < from_:
        raise _wrong("/query/to", "before_from")
    calendar = await services_of(request).store.read(lambda uow: uow.calendar.calendar())
    shown = WorkingTimeOut(
        minutes=calendar.working_minutes_between(from_, to),
        intervals=[IntervalOut.of(one) for one in calendar.working_intervals(from_, to)],
    )
    return response_of(json_answer(200, bytes_of(shown)))


@operation(
    router,
    "PUT",
    _ONE,
    Operation(
        scope=Scope.CALENDAR_WRITE,
        id="putCalendarException",
        summary="Create or replace a calendar exception",
        tag="work-calendar",
        answers=(
            Success(
                200, "The exception existed and is replaced.", ExceptionOut, {"short": examples.EXCEPTION}
            ),
            Success(201, "The exception is created.", ExceptionOut, {"short": examples.EXCEPTION}),
        ),
        confined_keys=False,
        etag=True,
        if_match=IfMatchUse.ALLOWED,
        request_examples={"short": examples.EXCEPTION_IN, "closed": examples.EXCEPTION_CLOSED},
    ),
)
async def override(request: Request, day: DayPath, body: ExceptionIn) -> Response:
    """Sets the service hours of one Moscow date, overriding the production calendar.

    The change takes effect at once. Without intervals, the desk is closed on that date.
    """
    services = services_of(request)
    stamp, check = services.clock.stamp(), version_check(read_if_match(request))
    exception = body.to_exception(day)

    def work(uow: UnitOfWork) -> StoredResponse:
        stored, created = put_exception(uow, exception, stamp, check_version=check)
        location = {"Location": f"/v1/work-calendar/exceptions/{day}"} if created else {}
        return versioned(201 if created else 200, ExceptionOut.of(stored), stored.version, location)

    return response_of(await services.store.write(work))


@operation(
    router,
    "DELETE",
    _ONE,
    Operation(
        scope=Scope.CALENDAR_WRITE,
        id="deleteCalendarException",
        summary="Delete a calendar exception",
        tag="work-calendar",
        answers=(Success(204, "The exception is deleted."),),
        confined_keys=False,
        problems=("exception_not_found",),
    ),
)
async def restore(request: Request, day: DayPath) -> Response:
    """Removes the exception of a date. The production calendar applies to the date again."""
    await services_of(request).store.write(lambda uow: remove_exception(uow, day))
    return Response(status_code=204)


@operation(
    router,
    "GET",
    "/v1/work-calendar/exceptions",
    Operation(
        scope=Access.ANY_KEY,
        id="listCalendarExceptions",
        summary="List calendar exceptions",
        tag="work-calendar",
        answers=(
            Success(200, "A page of exceptions.", ExceptionsPage, {"one": examples.page(examples.EXCEPTION)}),
        ),
        paged=True,
    ),
)
async def list_overrides(request: Request, page: Page, caller: CurrentCaller) -> Response:
    """Returns the exceptions, ordered by date."""
    asked = listing(request, caller, page)
    after = asked.after(day_column)

    def work(uow: UnitOfWork) -> Response:
        found = uow.calendar.page(after=after and after[0], limit=asked.rows)
        return asked.respond(
            found, lambda one: bytes_of(ExceptionOut.of(one)), lambda one: (one.exception.date,)
        )

    return await services_of(request).store.read(work)


def _wrong(pointer: str, code: str) -> Problem:
    return Problem("validation_failed", errors=[FieldError(pointer, code)])
