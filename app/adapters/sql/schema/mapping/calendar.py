"""Rows of calendar overrides to values of the application, and back."""

from app.adapters.sql.schema import documents
from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.application.ports.calendar import StoredException
from app.domain.calendar.service_hours import CalendarException


def exception_values(stored: StoredException) -> Values:
    return {
        "day": stored.exception.date,
        "hours": documents.from_hours(stored.exception.hours),
        "reason": stored.exception.reason,
        "updated_at": stored.updated_at,
        "version": stored.version,
    }


def exception_of(row: AnyRow) -> StoredException:
    return StoredException(
        exception=CalendarException(row.day, documents.to_hours(row.hours), row.reason),
        updated_at=row.updated_at,
        version=row.version,
    )
