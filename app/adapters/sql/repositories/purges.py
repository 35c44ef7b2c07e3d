"""Old rows are removed a bounded number at a time, by several processes at once if need be."""

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
    """Make the statement that removes the rows oldest by `at` that meet the conditions.

    What is removed is named beforehand: of a limited subquery PostgreSQL might choose other rows for each
    row that it looks at. Rows that another process holds are left to it.
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
    """Remove up to `limit` rows of before an instant; give how many that were."""
    # Counted by what it gives: SQLite's driver counts only what begins with the word itself.
    return sum(1 for _ in connection.execute(statement, {"before": before, "limit": limit}))
