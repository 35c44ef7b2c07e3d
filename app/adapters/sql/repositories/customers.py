"""Customers in the database."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Executable, bindparam, select, update

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import Dialect
from app.adapters.sql.schema.mapping.customers import customer_of, customer_values
from app.adapters.sql.schema.tables import customers
from app.domain.customers.customer import Customer

_GET = select(customers).where(customers.c.id == bindparam("wanted_id"))
_LOCK = _GET.with_for_update(key_share=True)
_SAVE = update(customers).where(customers.c.id == bindparam("wanted_id"))


@cache
def _add(dialect: Dialect) -> Executable:
    return dialect.insert_new(customers, "id").returning(customers.c.id)


@cache
def _page(*, confined: bool, continued: bool) -> Executable:
    statement = select(customers).order_by(customers.c.id).limit(bindparam("limit"))
    if confined:
        statement = statement.where(customers.c.id == bindparam("only"))
    if continued:
        statement = statement.where(customers.c.id > bindparam("after"))
    return statement


class SqlCustomerRepository:
    def __init__(self, connection: SqlConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def get(self, customer_id: str) -> Customer | None:
        return self._one(_GET, customer_id)

    def lock(self, customer_id: str) -> Customer | None:
        self._dialect.hold_customer(self._connection, customer_id)
        return self._one(_LOCK, customer_id)

    def share(self, customer_id: str) -> Customer | None:
        self._dialect.share_customer(self._connection, customer_id)
        return self._one(_GET, customer_id)

    def page(self, *, only: str | None, after: str | None, limit: int) -> Sequence[Customer]:
        statement = _page(confined=only is not None, continued=after is not None)
        rows = self._connection.execute(statement, {"only": only, "after": after, "limit": limit})
        return [customer_of(row) for row in rows]

    def add(self, customer: Customer) -> bool:
        added = self._connection.execute(_add(self._dialect), customer_values(customer))
        return added.first() is not None

    def save(self, customer: Customer) -> None:
        values = customer_values(customer)
        self._connection.execute(_SAVE, {**values, "wanted_id": customer.id})

    def _one(self, statement: Executable, customer_id: str) -> Customer | None:
        row = self._connection.execute(statement, {"wanted_id": customer_id}).first()
        return None if row is None else customer_of(row)
