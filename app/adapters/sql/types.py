"""Column types that mean the same on both engines."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_POSTGRESQL = "postgresql"


class Instant(TypeDecorator[datetime]):
    """An aware instant, given back in UTC.

    SQLite keeps text of fixed width with microseconds, so that the order of the texts is the order of
    the instants; PostgreSQL keeps a timestamptz.
    """

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("an instant without a time zone cannot be stored")
        if dialect.name == _POSTGRESQL:
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)


class Id(TypeDecorator[str]):
    """A UUID as canonical text; PostgreSQL keeps its own uuid type."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))


class Name(TypeDecorator[str]):
    """A name that lists are ordered by: by code points, as SQLite and Python do, whatever the locale."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(String(collation="C"))
        return dialect.type_descriptor(String())


class Sequence(TypeDecorator[int]):
    """A number that the database counts up. SQLite only counts in a column of the type INTEGER."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Integer())


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
