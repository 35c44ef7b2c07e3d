"""Overrides of single dates of the work calendar (2.1); they take effect at once."""

from datetime import date

from app.application.errors import NotFoundError
from app.application.ports.calendar import StoredException
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp
from app.application.versions import VersionCheck
from app.domain.calendar.service_hours import CalendarException


def put_exception(
    uow: UnitOfWork, exception: CalendarException, stamp: Stamp, *, check_version: VersionCheck
) -> tuple[StoredException, bool]:
    """Override a date; return the stored override and whether the date had none before."""
    present = uow.calendar.get(exception.date)
    check_version(present.version if present else 0)
    if present is not None and present.exception == exception:
        return present, False
    version = present.version + 1 if present else 1
    stored = StoredException(exception, stamp.now, version)
    uow.calendar.save(stored)
    return stored, present is None


def remove_exception(uow: UnitOfWork, day: date) -> None:
    """Delete the override of a date: the production calendar applies again."""
    if uow.calendar.get(day) is None:
        raise NotFoundError("exception_not_found")
    uow.calendar.remove(day)
