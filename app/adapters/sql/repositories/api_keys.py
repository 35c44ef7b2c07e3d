"""API keys in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.schema.mapping.access import api_key_of, api_key_values
from app.adapters.sql.schema.tables import api_keys
from app.application.ports.access import ApiKey

_ADD = insert(api_keys)
_FIND = select(api_keys).where(api_keys.c.secret_sha256 == bindparam("secret_sha256"))
_ALL = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
_REVOKE = (
    update(api_keys)
    .where(api_keys.c.id == bindparam("wanted_id"), api_keys.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)


class SqlApiKeyRepository:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def find(self, secret_sha256: str) -> ApiKey | None:
        row = self._connection.execute(_FIND, {"secret_sha256": secret_sha256}).first()
        return None if row is None else api_key_of(row)

    def add(self, key: ApiKey) -> None:
        self._connection.execute(_ADD, api_key_values(key))

    def all(self) -> Sequence[ApiKey]:
        return [api_key_of(row) for row in self._connection.execute(_ALL)]

    def revoke(self, key_id: str, at: datetime) -> bool:
        return self._connection.change(_REVOKE, {"wanted_id": key_id, "at": at}) == 1
