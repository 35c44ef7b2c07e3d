"""A recorded submission: its statements, with a mark at each place where a run needs a value of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Names = Sequence[str]
"""The values of one run: the idempotency key, the same in hexadecimal, then the ids in the recorded order."""

Rows = Sequence[Sequence[Any]]

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UnrepeatableError(Exception):
    """Two recorded submissions differ in a way that a replay cannot follow."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in which names stand; `pieces` are the names' places at the odd indexes."""

    pieces: tuple[str, ...]
    places: tuple[int, ...]
    binary: bool = False

    def value(self, names: Names, found: Sequence[Rows]) -> str | bytes:  # noqa: ARG002 - as the others
        """Return the text with the names of this run."""
        written = self.written(names)
        return written.encode() if self.binary else written

    def written(self, names: Names) -> str:
        """Return the text with the names of this run, as a string."""
        if not self.places:
            return self.pieces[0]
        pieces = list(self.pieces)
        pieces[1::2] = [names[place] for place in self.places]
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that the database has returned to an earlier statement of the run."""

    step: int
    column: int

    def value(self, names: Names, found: Sequence[Rows]) -> Any:  # noqa: ANN401, ARG002 - a cell of a row
        """Return the value that this run's database has returned."""
        return found[self.step][0][self.column]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the driver got it. `rows` is None where no rows were fetched."""

    sql: str
    parameters: tuple[Any, ...]
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of the script, with what changes from run to run."""

    sql: Text
    parameters: tuple[Any, ...]
    changes: tuple[tuple[int, Text | Cell], ...]
    fetches: bool

    def given(self, names: Names, found: Sequence[Rows]) -> Sequence[Any]:
        """Return the parameters of this run."""
        if not self.changes:
            return self.parameters
        values = list(self.parameters)
        for index, change in self.changes:
            values[index] = change.value(names, found)
        return values


@dataclass(frozen=True, slots=True)
class Submitted:
    """A recorded submission: its key, its statements, its answer."""

    key: str
    statements: tuple[Statement, ...]
    body: bytes
    location: str


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that the floor runs and answers; `ids` new ids are made for each run."""

    ids: int
    steps: tuple[Step, ...]
    body: Text
    location: Text


def script_of(one: Submitted, other: Submitted) -> Script:
    """Return the script of two equal submissions: where they differ, a run needs a value of its own.

    Only keys, ids and numbers change; instants and the number within texts stay as they were recorded.
    UnrepeatableError if the submissions have run different statements.
    """
    pairs = list(zip(one.statements, other.statements, strict=True))
    ids = _ids(pairs)
    mine, theirs = (
        [submitted.key, submitted.key.encode().hex(), *made]
        for submitted, made in ((one, ids.keys()), (other, ids.values()))
    )
    steps = []
    for first, second in pairs:
        sql = _text(first.sql, mine)
        if sql != _text(second.sql, theirs) or len(first.parameters) != len(second.parameters):
            raise UnrepeatableError(f"not the same statement twice: {first.sql} and {second.sql}")
        values = enumerate(zip(first.parameters, second.parameters, strict=True))
        found = ((index, _change(value, pairs, mine)) for index, value in values if value[0] != value[1])
        changes = tuple((index, change) for index, change in found if change is not None)
        steps.append(Step(sql, first.parameters, changes, first.rows is not None))
    return Script(len(ids), tuple(steps), _text(one.body, mine), _text(one.location, mine))


def _ids(pairs: Sequence[tuple[Statement, Statement]]) -> dict[str, str]:
    """Return the ids of one submission with those of the other, in the order of their use."""
    return {
        mine: theirs
        for first, second in pairs
        for mine, theirs in zip(first.parameters, second.parameters, strict=True)
        if mine != theirs and isinstance(mine, str) and _ID.fullmatch(mine)
    }


def _change(
    values: tuple[Any, Any], pairs: Sequence[tuple[Statement, Statement]], names: Names
) -> Text | Cell | None:
    """Return where a value that differs comes from; None where a run may repeat the recorded one."""
    mine, theirs = values
    if isinstance(mine, int):
        for step, (first, second) in enumerate(pairs):
            if first.rows and second.rows:
                for column, cells in enumerate(zip(first.rows[0], second.rows[0], strict=True)):
                    if cells == (mine, theirs):
                        return Cell(step, column)
        raise UnrepeatableError(f"nothing tells where {mine} and {theirs} come from")
    if isinstance(mine, str | bytes):
        text = _text(mine, names)
        return text if text.places else None
    return None


def _text(value: str | bytes, names: Names) -> Text:
    """Return a text with a mark at each name in it."""
    binary = isinstance(value, bytes)
    written = value.decode() if isinstance(value, bytes) else value
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", written)
    places = tuple(names.index(name) for name in pieces[1::2])
    pieces[1::2] = [""] * len(places)
    return Text(tuple(pieces), places, binary)
