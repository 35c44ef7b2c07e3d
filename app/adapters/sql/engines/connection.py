"""The connection that repositories work on: runs prepared statements on the driver of either engine."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect as Engine

from app.adapters.sql.engines.prepared import Values, prepared

NOTHING: Values = {}


class Driver(Protocol):
    """What an engine's driver does with a text and its parameters in order."""

    def begin(self, sql: str) -> None:
        """Begin a transaction, at the latest before anything is run in it."""
        ...

    def hold(self, slot: str) -> None:
        """Let no other transaction hold what has this name until this one ends; wait for one that does."""
        ...

    def insert(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run an insert, at the latest before anything else is run or `finish` is called."""
        ...

    def finish(self) -> None:
        """Run the inserts that wait."""
        ...

    def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement and give its rows."""
        ...

    def change(self, sql: str, parameters: Sequence[Any]) -> int:
        """Run a statement that gives no rows; give how many it changed."""
        ...

    def change_each(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        """Run a statement that gives no rows once for each of many lists of parameters."""
        ...


class Rows:
    """The rows that a statement gave."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def first(self) -> Any:  # noqa: ANN401 - its columns are known to the statement only
        """Give the first row; None if there is none."""
        return self._rows[0] if self._rows else None


class SqlConnection:
    """Runs statements; the store ends the transactions."""

    def __init__(self, driver: Driver, engine: Engine) -> None:
        self._driver = driver
        self._engine = engine

    def begin(self, sql: str) -> None:
        """Begin a transaction, at the latest before the first statement; the store ends it."""
        self._driver.begin(sql)

    def hold(self, slot: str) -> None:
        """Let no other transaction hold what has this name until this one ends."""
        self._driver.hold(slot)

    def insert(self, statement: Executable, values: Values) -> None:
        """Insert a row, at the latest before the next statement of another kind or the end of the work.

        On PostgreSQL the rows of a submission so make one journey instead of one each.
        """
        form = prepared(statement, self._engine, tuple(values)).form(values)
        self._driver.insert(form.sql, form.parameters(values))

    def finish(self) -> None:
        """Run the inserts that wait; the store commits behind it."""
        self._driver.finish()

    def execute(self, statement: Executable, values: Values = NOTHING) -> Rows:
        """Run a statement and give its rows."""
        ready = prepared(statement, self._engine, tuple(values))
        form = ready.form(values)
        if ready.gives_rows:
            rows = self._driver.fetch(form.sql, form.parameters(values))
            return Rows([ready.row(cells) for cells in rows])
        self._driver.change(form.sql, form.parameters(values))
        return Rows(())

    def change(self, statement: Executable, values: Values) -> int:
        """Run a statement that gives no rows; give how many it changed."""
        form = prepared(statement, self._engine, tuple(values)).form(values)
        return self._driver.change(form.sql, form.parameters(values))

    def change_each(self, statement: Executable, many: Sequence[Values]) -> None:
        """Run a statement that gives no rows for each of many values of the same names."""
        form = prepared(statement, self._engine, tuple(many[0])).form(many[0])
        self._driver.change_each(form.sql, [form.parameters(values) for values in many])

    def scalars(self, statement: Executable, values: Values = NOTHING) -> Iterator[Any]:
        """Give the first column of each row."""
        return (row[0] for row in self.execute(statement, values))

    def scalar(self, statement: Executable, values: Values = NOTHING) -> Any:  # noqa: ANN401 - as `first`
        """Give the first column of the first row; None if there is no row."""
        row = self.execute(statement, values).first()
        return None if row is None else row[0]
