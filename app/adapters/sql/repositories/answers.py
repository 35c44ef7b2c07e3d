"""Stored responses under idempotency keys, in the database."""

from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.purges import purge, purge_of
from app.adapters.sql.schema.mapping.access import answer_of, answer_values
from app.adapters.sql.schema.tables import answers
from app.application.ports.access import KeptAnswer

_FIND = select(answers).where(
    answers.c.key_id == bindparam("key_id"),
    answers.c.key == bindparam("wanted_key"),
    answers.c.created_at >= bindparam("since"),
)
_PURGE = purge_of(answers, answers.c.created_at)


@cache
def _save(dialect: Dialect) -> Executable:
    return dialect.insert_or_replace(answers, "key_id", "key")


class SqlIdempotencyRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def find(self, key_id: str, key: str, *, since: datetime) -> KeptAnswer | None:
        self._dialect.hold_answer(self._connection, key_id, key)
        wanted = {"key_id": key_id, "wanted_key": key, "since": since}
        row = self._connection.execute(_FIND, wanted).first()
        return None if row is None else answer_of(row)

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        self._connection.insert(_save(self._dialect), answer_values(key_id, key, kept))

    def purge(self, *, before: datetime, limit: int) -> int:
        return purge(self._connection, _PURGE, before, limit)
