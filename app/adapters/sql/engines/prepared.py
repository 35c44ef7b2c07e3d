"""Statements compiled once: SQLAlchemy writes the SQL and knows the types, the driver gets plain values.

SQLAlchemy's own execution creates a context, a cursor and a result with its metadata on each call, which
costs several times the database's own work. Statements built at import need none of it: their text, the
order of their parameters and the types of their columns never change.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Insert, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
"""The parameters of a statement, by name."""

Change = Callable[[Any], Any]
"""A type's conversion of a value for the driver."""

KEPT = 2_048
"""Maximum number of cached statements, and of cached forms of one."""


class ExpandedStatement:
    """A statement whose lists have a known length: its text, and the source of each parameter."""

    def __init__(self, compiled: SQLCompiler, lengths: Mapping[str, int]) -> None:
        """Compile the text for lists of these lengths."""
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        samples = {name: bind.effective_value for name, bind in binds.items()}
        samples |= {name: [None] * length for name, length in lengths.items()}
        state = compiled.construct_expanded_state(samples)
        members = {
            member: (name, place)
            for name, names in state.parameter_expansion.items()
            for place, member in enumerate(names)
        }
        self.sql = state.statement
        self._names: list[str] = []
        self._constants: list[tuple[int, Any]] = []
        self._members: list[tuple[int, int]] = []
        self._changes: list[tuple[int, Change]] = []
        for index, parameter in enumerate(state.positiontup or ()):
            name, place = members.get(parameter, (parameter, None))
            self._names.append(name)
            if not binds[name].required:
                self._constants.append((index, binds[name].effective_value))
            if place is not None:
                self._members.append((index, place))
            change = binds[name].type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
            if change is not None:
                self._changes.append((index, change))

    def parameters(self, values: Values) -> list[Any]:
        """Return the parameters in their order, in the form that the driver accepts."""
        found: list[Any] = list(map(values.get, self._names))
        for index, constant in self._constants:
            found[index] = constant
        for index, place in self._members:
            found[index] = found[index][place]
        for index, change in self._changes:
            found[index] = change(found[index])
        return found


class Prepared:
    """A compiled statement for one engine."""

    def __init__(self, statement: Executable, dialect: Dialect, names: tuple[str, ...]) -> None:
        """Compile the statement for parameters of these names."""
        # SQLAlchemy caches its lookups on an insert's columns, also for statements built on it later.
        statement = copy(statement)
        changes = isinstance(statement, Insert | Update)
        compiled = statement.compile(dialect=dialect, column_keys=list(names) if changes else None)  # type: ignore[attr-defined]
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only statements on rows can be prepared")
        self._compiled = compiled
        self._lists = tuple(
            name for bind, name in compiled.bind_names.items() if bind.expanding and bind.required
        )
        self._expanded: dict[tuple[int, ...], ExpandedStatement] = {}
        columns = list(getattr(statement, "exported_columns", ()))
        self.gives_rows = bool(columns)
        # Not a NamedTuple: the columns are known at run time only.
        row: Any = namedtuple("Row", [c.key for c in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
        self._named = row._make
        turned = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        self._turned = [(place, turn) for place, turn in enumerate(turned) if turn is not None]

    def expanded(self, values: Values) -> ExpandedStatement:
        """Return the text for the lengths of the lists among these values."""
        lengths = tuple(len(values[name]) for name in self._lists) if self._lists else ()
        form = self._expanded.get(lengths)
        if form is None:
            if len(self._expanded) >= KEPT:
                self._expanded.clear()
            form = self._expanded[lengths] = ExpandedStatement(
                self._compiled, dict(zip(self._lists, lengths, strict=True))
            )
        return form

    def row(self, cells: Sequence[Any]) -> Any:  # noqa: ANN401 - only the statement knows its columns
        """Return a row of the driver with column names, its values converted by the types of the columns."""
        if self._turned:
            cells = list(cells)
            for place, turn in self._turned:
                cells[place] = turn(cells[place])
        return self._named(cells)


@lru_cache(maxsize=KEPT)
def prepared(statement: Executable, dialect: Dialect, names: tuple[str, ...]) -> Prepared:
    """Return a compiled statement, the same one each time."""
    return Prepared(statement, dialect, names)
