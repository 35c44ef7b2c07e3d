"""Removal of old rows in batches, also by several processes at once."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Executable,
    Table,
    TextClause,
    bindparam,
    delete,
    literal,
    select,
    tuple_,
)

from app.adapters.sql.engines.connection import SqlConnection


def purge_of(table: Table, at: ColumnElement[datetime], *conditions: TextClause) -> Executable:
    """Build the statement that removes the rows oldest by `at` that meet the conditions.

    The rows are selected first, in a CTE: PostgreSQL might evaluate a limited subquery again for each row
    that it visits. Rows locked by another process are left to it.
    """
    key = table.primary_key.columns
    old = (
        select(*key)
        .where(*conditions, at < bindparam("before"))
        .order_by(at)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    return delete(table).where(tuple_(*key).in_(select(*old.c))).returning(literal(1))


def purge(connection: SqlConnection, statement: Executable, before: datetime, limit: int) -> int:
    """Remove up to `limit` rows older than an instant, and return their number."""
    # Counted by the returned rows: SQLite's driver counts only statements that begin with the verb itself.
    return sum(1 for _ in connection.execute(statement, {"before": before, "limit": limit}))
