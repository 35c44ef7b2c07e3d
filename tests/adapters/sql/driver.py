"""The driver below a unit of work on SQLite, for what no port asks."""

import sqlite3
from typing import Any

from app.adapters.sql.engines.sqlite import SqliteDriver
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.ports.store import UnitOfWork


def driver_of(uow: UnitOfWork) -> sqlite3.Connection:
    """Give the connection of the standard library."""
    assert isinstance(uow, SqlUnitOfWork)
    driver = uow.connection._driver
    assert isinstance(driver, SqliteDriver)
    return driver._connection


def ask(uow: UnitOfWork, sql: str) -> Any:
    """Run a text; give the first value of its first row, if it has one."""
    row = driver_of(uow).execute(sql).fetchone()
    return None if row is None else row[0]
