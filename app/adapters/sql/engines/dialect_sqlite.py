"""SQLite's specific statements: ON CONFLICT, and the full-text index FTS5 over stems.

The index has one row per ticket, by number, with every stem once. Each stem is one token. The tokenizer
`ascii` keeps all characters beyond ASCII; the few ASCII characters at which it would split, or which it
would fold, are moved to a private range.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Table, TextualSelect, column, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from app.adapters.sql.engines.connection import SqlConnection
from app.adapters.sql.engines.dialect import IndexedStems

_BETWEEN = " "
_PLUS: Any = custom_op("+")
_PRIVATE_USE = 0xE000
_HIDDEN = {
    code: _PRIVATE_USE + code for code in range(128) if not (chr(code).islower() or chr(code).isdigit())
}
_SHOWN = {hidden: code for code, hidden in _HIDDEN.items()}

CREATE_SEARCH = (
    "CREATE VIRTUAL TABLE ticket_search USING fts5"
    "(stems, tokenize = 'ascii', detail = 'none', columnsize = 0)"
)

_INDEX = text("INSERT INTO ticket_search (rowid, stems) VALUES (:number, :stems)")
_INDEXED = text(
    "SELECT rowid, stems FROM ticket_search WHERE rowid = (SELECT number FROM tickets WHERE id = :ticket_id)"
).columns(column("rowid"), column("stems"))
_ALL = text("SELECT rowid, stems FROM ticket_search")
_REINDEX = text("UPDATE ticket_search SET stems = :stems WHERE rowid = :number")
_FOUND = text("SELECT rowid FROM ticket_search WHERE ticket_search MATCH :stems").columns(column("rowid"))

# MATCH would search the index again for each row, but the stems of a row are available under its number. The
# parameter is a JSON list except for its commas: a stem never contains a quotation mark.
_ITSELF = text(
    "SELECT indexed.rowid FROM ticket_search AS indexed WHERE indexed.rowid = tickets.number AND NOT EXISTS ("
    """SELECT 1 FROM json_each('[' || replace(:stems, '" "', '","') || ']') AS wanted """
    "WHERE instr(' ' || indexed.stems || ' ', ' ' || wanted.value || ' ') = 0)"
).columns(column("rowid"))


class SqliteDialect:
    """The dialect of SQLite; its locks do nothing, because the single writer locks the whole database."""

    has_statistics = False

    def insert_new(self, table: Table, *unique: str) -> Insert:
        return insert(table).on_conflict_do_nothing(index_elements=unique)

    def insert_or_replace(self, table: Table, *unique: str) -> Insert:
        statement = insert(table)
        others = {c.name: statement.excluded[c.name] for c in table.c if c.name not in unique}
        return statement.on_conflict_do_update(index_elements=unique, set_=others)

    def index_stems(self, connection: SqlConnection, number: int, stems: Sequence[str]) -> None:
        connection.insert(_INDEX, {"number": number, "stems": _tokens(stems)})

    def add_stems(self, connection: SqlConnection, ticket_id: str, stems: Sequence[str]) -> None:
        row = connection.execute(_INDEXED, {"ticket_id": ticket_id}).first()
        if row is None:
            return
        known = dict.fromkeys(row.stems.split(_BETWEEN))
        words = {**known, **dict.fromkeys(_token(stem) for stem in stems)}
        if len(words) > len(known):
            connection.execute(_REINDEX, {"number": row.rowid, "stems": _BETWEEN.join(words)})

    def index_many(self, connection: Connection, indexed: Iterable[IndexedStems]) -> None:
        connection.execute(_INDEX, [{"number": number, "stems": _tokens(stems)} for number, stems in indexed])

    def indexed(self, connection: Connection, at_once: int) -> Iterator[IndexedStems]:
        for row in connection.execute(_ALL, execution_options={"yield_per": at_once}):
            yield row.rowid, [token.translate(_SHOWN) for token in row.stems.split(_BETWEEN) if token]

    def found(self) -> TextualSelect:
        return _FOUND

    def has_stems(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        return number.in_(_ITSELF)

    def stems_wanted(self, stems: Sequence[str]) -> str:
        return _BETWEEN.join(f'"{_token(stem)}"' for stem in stems)

    def unindexed(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        # Without statistics SQLite may choose any index of the same shape, for example that of a status
        # which nearly all tickets have. A plus sign prevents it.
        return UnaryExpression(column, operator=_PLUS, type_=column.type)

    def hold_customer(self, connection: SqlConnection, customer_id: str) -> None:
        pass

    def share_customer(self, connection: SqlConnection, customer_id: str) -> None:
        pass

    def hold_answer(self, connection: SqlConnection, key_id: str, key: str) -> None:
        pass


def _tokens(stems: Sequence[str]) -> str:
    return _BETWEEN.join(dict.fromkeys(_token(stem) for stem in stems))


def _token(stem: str) -> str:
    return stem.translate(_HIDDEN)


SQLITE = SqliteDialect()
