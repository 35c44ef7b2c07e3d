"""Databases to copy from and to, and a desk with a row in every table."""

import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate.run import migrate
from app.application.ports.store import UnitOfWork
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.gathering import begin
from app.domain.chats.inbox import ReceivedUpdate
from app.domain.chats.staff import StaffMember
from app.domain.sending.part import OutboxKind
from app.domain.vocabulary import Outcome, ReasonCode
from app.settings import SQLITE
from app.wiring import OpenStore, open_store
from tests.contracts.builders import (
    START,
    a_chat,
    a_decision_record,
    a_key,
    a_message,
    a_ticket,
    a_waiting_message,
    add_agencies,
    an_answer,
    an_attachment,
    an_entry,
    an_event,
    an_exception,
)
from tests.postgres_server import PostgresServer, query

STEMS = ("выгрузк", "площадк", "a_b", "x1", "Ⅷ", "№7")


class Databases:
    """Gives databases, each of its own: without a schema, at head and empty, or with rows everywhere."""

    def __init__(self, folder: Path, server: PostgresServer, close: ExitStack) -> None:
        self._folder, self._server, self._close = folder, server, close
        self._desks: dict[str, str] = {}
        self._empty = self.bare("sqlite")
        migrate(self._empty)

    def bare(self, engine: str) -> str:
        """A file that is not there yet; PostgreSQL's are always there."""
        if engine == "sqlite":
            return f"{SQLITE}{self._folder / secrets.token_hex(8)}"
        return self._close.enter_context(self._server.database("template1"))

    def empty(self, engine: str) -> str:
        if engine == "postgresql":
            return self._close.enter_context(self._server.database())
        return self._copy_of(self._empty)

    async def desk(self, engine: str) -> str:
        if engine not in self._desks:
            self._desks[engine] = await furnished(self.empty(engine))
        if engine == "sqlite":
            return self._copy_of(self._desks[engine])
        return self._close.enter_context(self._server.database(urlsplit(self._desks[engine]).path[1:]))

    def _copy_of(self, file: str) -> str:
        return f"{SQLITE}{shutil.copy(file.removeprefix(SQLITE), self.bare('sqlite').removeprefix(SQLITE))}"


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Databases]:
    with ExitStack() as close:
        yield Databases(tmp_path_factory.mktemp("copy"), postgres, close)


def furnish(uow: UnitOfWork) -> None:
    """Put something into every table, with the values that engines are known to keep differently."""
    add_agencies(uow)
    for number in range(1, 4):
        ticket = a_ticket(number, author=None, reproduction_steps=()) if number == 2 else a_ticket(number)
        uow.tickets.add(ticket, STEMS[: number * 2 - 2])
        uow.decisions.add(a_decision_record(number, ticket))
        uow.events.add(an_event(number, ticket))
        uow.messages.add(a_message(number, ticket, text="Кавычки \" \\ ' \t\r\n и эмодзи 🙂 и \u2028"))
        uow.outbox.add(a_waiting_message(number, ticket))
        uow.tickets.set_outcome(ticket.id, Outcome.DEFERRED, [ReasonCode.HOURS_EXHAUSTED])
    # Made by a process whose clock was behind: the correction has the lower id.
    uow.time_entries.add(an_entry(9))
    uow.time_entries.add(an_entry(1, minutes=5, reverses=an_entry(9).id))
    uow.calendar.save(an_exception(date(2026, 12, 30)))
    uow.idempotency.save("key", "k", an_answer(bytes(range(256))))
    uow.api_keys.add(a_key())
    furnish_chats(uow)


def furnish_chats(uow: UnitOfWork) -> None:
    """The same for what came from messengers, is to be sent to them, and was uploaded."""
    chat = a_chat()
    for number in (1, 2):
        uow.inbox.add(ReceivedUpdate("telegram", f"key-{number}", "-1001", b"\0\xff{}", START))
        uow.chat_messages.add_sent(
            *("telegram", "-1001", f"{number}"), chat_id=chat.id, ticket_id=None, message_id=None, at=START
        )
        uow.attachments.add(an_attachment(number), due_at=None)
    uow.gatherings.save(begin(chat.id, None, START, START))
    uow.unassigned_chats.count(chat.id, START, 2)
    uow.notices.claim(chat.id, OutboxKind.STATUS, "", START, unless_since=START)
    uow.staff.save(StaffMember("telegram", "900", "Мария", START, 1))
    uow.channels.save(replace(uow.channels.lock("telegram"), full_at=START))
    uow.channels.rest(chat.id, "telegram", START)
    uow.channels.beat("relay", START)


@cache
def _calendar() -> WorkCalendar:
    return production_calendar()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[OpenStore]:
    store = open_store(url, _calendar())
    try:
        yield store
    finally:
        await store.close()


async def furnished(url: str) -> str:
    async with opened(url) as store:
        await store.write(furnish)
    return url


def ask(url: str, statement: str) -> list[Any]:
    """Run a statement on a database, whichever engine it is of."""
    if not url.startswith(SQLITE):
        return [tuple(row) for row in query(url, statement)]
    with closing(sqlite3.connect(url.removeprefix(SQLITE), isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()
