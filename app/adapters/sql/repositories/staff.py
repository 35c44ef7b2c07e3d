"""Staff in the database."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Executable, bindparam, delete, select, tuple_

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.chats import staff_of, staff_values
from app.adapters.sql.schema.tables import staff
from app.domain.chats.staff import StaffMember

_IS_THE_ONE = staff.c.channel == bindparam("channel"), staff.c.external_id == bindparam("external_id")
_KEY = tuple_(staff.c.channel, staff.c.external_id)
_LAST = tuple_(
    bindparam("last_channel", type_=staff.c.channel.type),
    bindparam("last_id", type_=staff.c.external_id.type),
)
_FIND = select(staff).where(*_IS_THE_ONE)
_REMOVE = delete(staff).where(*_IS_THE_ONE)
_FIRST = select(staff).order_by(staff.c.channel, staff.c.external_id).limit(bindparam("limit"))
_NEXT = _FIRST.where(_KEY > _LAST)


@cache
def _save(dialect: Dialect) -> Executable:
    return dialect.insert_or_replace(staff, "channel", "external_id")


class SqlStaffRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def find(self, channel: str, external_id: str) -> StaffMember | None:
        row = self._connection.execute(_FIND, {"channel": channel, "external_id": external_id}).first()
        return None if row is None else staff_of(row)

    def page(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[StaffMember]:
        last_channel, last_id = after or (None, None)
        wanted = {"last_channel": last_channel, "last_id": last_id, "limit": limit}
        rows = self._connection.execute(_FIRST if after is None else _NEXT, wanted)
        return [staff_of(row) for row in rows]

    def save(self, member: StaffMember) -> None:
        self._connection.execute(_save(self._dialect), staff_values(member))

    def remove(self, channel: str, external_id: str) -> bool:
        wanted = {"channel": channel, "external_id": external_id}
        return self._connection.change(_REMOVE, wanted) == 1
