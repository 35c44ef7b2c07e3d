"""Stored responses under idempotency keys, in the database."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.repositories.purges import purge, purge_of
from app.adapters.sql.schema.mapping.access import answer_of, answer_values
from app.adapters.sql.schema.tables import answers
from app.application.ports.access import KeptAnswer

_FIND = select(answers).where(
    answers.c.key_id == bindparam("key_id"),
    answers.c.key == bindparam("wanted_key"),
)
_SAVE = insert(answers)
_PURGE = purge_of(answers, answers.c.created_at)


class SqlIdempotencyRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def find(self, key_id: str, key: str) -> KeptAnswer | None:
        self._dialect.hold_answer(self._connection, key_id, key)
        row = self._connection.execute(_FIND, {"key_id": key_id, "wanted_key": key}).first()
        return None if row is None else answer_of(row)

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        self._connection.insert(_SAVE, answer_values(key_id, key, kept))

    def purge(self, *, before: datetime, limit: int) -> int:
        return purge(self._connection, _PURGE, before, limit)
