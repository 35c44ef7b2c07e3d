"""Column types with the same meaning on both engines."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_POSTGRESQL = "postgresql"


class Instant(TypeDecorator[datetime]):
    """An aware instant, returned in UTC.

    SQLite stores text of fixed width with microseconds, so that the order of the texts is the order of the
    instants. PostgreSQL stores a timestamptz.
    """

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    # Plain processors without SQLAlchemy's wrappers: a submission has a dozen instants.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _checked if dialect.name == _POSTGRESQL else _written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        return _in_utc if dialect.name == _POSTGRESQL else _read


def _checked(value: datetime | None) -> datetime | None:
    if value is not None and value.utcoffset() is None:
        raise ValueError("an instant without a time zone cannot be stored")
    return value


def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    # Most instants of a transaction are the same object: the transaction's own time.
    last, text = _last_written[0]
    if value is last:
        return text
    _checked(value)
    text = value.astimezone(UTC).isoformat(timespec="microseconds")
    _last_written[0] = value, text
    return text


_last_written: list[tuple[datetime | None, str]] = [(None, "")]


def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Id(TypeDecorator[str]):
    """A UUID as canonical text; PostgreSQL stores its own uuid type."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))


class Name(TypeDecorator[str]):
    """A name ordered by code points in lists, as SQLite and Python do, in any locale."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(String(collation="C"))
        return dialect.type_descriptor(String())


class Sequence(TypeDecorator[int]):
    """A number assigned by the database. SQLite assigns numbers only in a column of the type INTEGER."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Integer())


def json_text(document: object) -> str:
    """Return the JSON text of a document, without escapes of letters and without blanks."""
    return to_json(document).decode()


def _json_or_null(document: object) -> str | None:
    return None if document is None else json_text(document)


class Json(TypeDecorator[Any]):
    """A JSON document; None is SQL's NULL. PostgreSQL may reorder the members of objects."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        return _json_or_null
