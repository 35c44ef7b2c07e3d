"""Statements that are made ready leave no trace on what is built of them."""

from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from app.adapters.sql.engines.prepared import prepared
from app.adapters.sql.schema.tables import tickets


def test_what_is_built_on_a_prepared_insert_has_columns_of_its_own() -> None:
    engine, number = sqlite.dialect(), insert(tickets).returning(tickets.c.number)
    assert prepared(number, engine, ("id",)).row([7]).number == 7
    both = prepared(number.returning(tickets.c.rank), engine, ("id",)).row([7, 2])
    assert (both.number, both.rank) == (7, 2)
