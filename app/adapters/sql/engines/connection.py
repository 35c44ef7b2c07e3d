"""The connection used by repositories: it runs prepared statements on the driver of either engine."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect as Engine

from app.adapters.sql.engines.prepared import Values, prepared

NOTHING: Values = {}


class Driver(Protocol):
    """The interface of an engine's driver: it runs a text with its parameters in order."""

    def begin(self, sql: str) -> None:
        """Begin a transaction, at the latest before its first statement."""
        ...

    def hold(self, slot: str) -> None:
        """Lock a name until the transaction ends, waiting for another transaction that has locked it."""
        ...

    def insert(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run an insert, at the latest before any other statement or `finish`."""
        ...

    def finish(self) -> None:
        """Run the pending inserts."""
        ...

    def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement and return its rows."""
        ...

    def change(self, sql: str, parameters: Sequence[Any]) -> int:
        """Run a statement without result rows; returns the number of changed rows."""
        ...

    def change_each(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        """Run a statement without result rows once for each list of parameters."""
        ...


class Rows:
    """The rows of a result."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def first(self) -> Any:  # noqa: ANN401 - only the statement knows its columns
        """Return the first row; None if there is none."""
        return self._rows[0] if self._rows else None


class SqlConnection:
    """A runner of statements; the store ends the transactions."""

    def __init__(self, driver: Driver, engine: Engine) -> None:
        self._driver = driver
        self._engine = engine

    def begin(self, sql: str) -> None:
        """Begin a transaction, at the latest before the first statement; the store ends it."""
        self._driver.begin(sql)

    def hold(self, slot: str) -> None:
        """Lock a name until the transaction ends."""
        self._driver.hold(slot)

    def insert(self, statement: Executable, values: Values) -> None:
        """Insert a row, at the latest before the next statement of another kind or the end of the work.

        On PostgreSQL the rows of a submission therefore need one round trip instead of one each.
        """
        form = prepared(statement, self._engine, tuple(values)).expanded(values)
        self._driver.insert(form.sql, form.parameters(values))

    def finish(self) -> None:
        """Run the pending inserts; the store commits after it."""
        self._driver.finish()

    def execute(self, statement: Executable, values: Values = NOTHING) -> Rows:
        """Run a statement and return its rows."""
        ready = prepared(statement, self._engine, tuple(values))
        form = ready.expanded(values)
        if ready.gives_rows:
            rows = self._driver.fetch(form.sql, form.parameters(values))
            return Rows([ready.row(cells) for cells in rows])
        self._driver.change(form.sql, form.parameters(values))
        return Rows(())

    def change(self, statement: Executable, values: Values) -> int:
        """Run a statement without result rows; returns the number of changed rows."""
        form = prepared(statement, self._engine, tuple(values)).expanded(values)
        return self._driver.change(form.sql, form.parameters(values))

    def change_each(self, statement: Executable, many: Sequence[Values]) -> None:
        """Run a statement without result rows for each of many values of the same names."""
        form = prepared(statement, self._engine, tuple(many[0])).expanded(many[0])
        self._driver.change_each(form.sql, [form.parameters(values) for values in many])

    def scalars(self, statement: Executable, values: Values = NOTHING) -> Iterator[Any]:
        """Return the first column of each row."""
        return (row[0] for row in self.execute(statement, values))

    def scalar(self, statement: Executable, values: Values = NOTHING) -> Any:  # noqa: ANN401 - as `first`
        """Return the first column of the first row; None if there is no row."""
        row = self.execute(statement, values).first()
        return None if row is None else row[0]
