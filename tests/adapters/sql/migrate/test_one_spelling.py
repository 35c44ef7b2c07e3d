"""Addresses in other spellings: respelled where that is certain; two chats of one address stay two."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate.run import migrate
from app.application.administration.misspelt_addresses import Misspelt, find_misspelt
from app.application.ports.store import UnitOfWork
from app.domain.chats.inbox import InboxState
from app.settings import POSTGRESQL, SQLITE
from app.wiring import open_store
from tests.adapters.revisions import old_postgres, old_row, old_sqlite
from tests.contracts.builders import START, an_id
from tests.postgres_server import PostgresServer, dump, execute

STAMPS = {"created_at": START, "updated_at": START, "version": 1}


def customer(customer_id: str) -> str:
    return old_row(
        "customers", id=customer_id, name="А", licence="rental", tariffs="[]", exclusive_version="0", **STAMPS
    )


def chat(number: int, channel: str, address: str, customer_id: str | None, *former: str) -> list[str]:
    owner = {} if customer_id is None else {"customer_id": customer_id, "assigned_at": START}
    row = old_row(
        "chats",
        id=an_id(number, 1),
        channel=channel,
        address=address,
        updated_at=START,
        version=1,
        **owner,
    )
    addresses = [
        old_row("chat_addresses", channel=channel, address=each, chat_id=an_id(number, 1))
        for each in (address, *former)
    ]
    return [row, *addresses]


def message(number: int, address: str, external_id: str) -> str:
    return old_row(
        "chat_messages",
        channel="telegram",
        address=address,
        external_id=external_id,
        chat_id=an_id(number, 1),
        kind="desk",
        author='{"name": null, "external_id": null}',
        text="",
        occurred_at=START,
        received_at=START,
        files="[]",
        gathered="0",
        revisions="[]",
    )


def staff(channel: str, external_id: str) -> str:
    return old_row("staff", channel=channel, external_id=external_id, name="О", updated_at=START, version=1)


OLD_ROWS = (
    *map(customer, ("agency-2", "agency-3", "agency-4", ".")),
    *chat(1, "telegram", "-1002", "agency-2"),
    *chat(2, "telegram", "-01002", "agency-3"),
    *chat(3, "telegram", "-01005", "agency-4", "-00006"),
    *chat(4, "whatsapp", "+7 (916) 123-45-67", "agency-4"),
    *chat(5, "whatsapp", "8 (916) 000-00-01", "agency-4"),
    *chat(6, "whatsapp", "+79160000002", "agency-4"),
    *chat(7, "whatsapp", "79160000002@c.us", "agency-4"),
    *chat(8, "telegram", "-01008", "agency-2", "-1008", "-001008"),
    *chat(9, "telegram", "0", None),
    message(3, "-01005", "1"),
    message(8, "-01008", "1"),
    message(8, "-1008", "1"),
    message(8, "-01008", "2"),
    message(2, "-01002", "1"),
    old_row(
        "inbox",
        channel="telegram",
        dedup_key="1",
        address="-01005",
        raw="{}",
        received_at=START,
        state="held",
        attempts=0,
        due_at=START,
    ),
    staff("telegram", "007"),
    staff("telegram", "08"),
    staff("telegram", "8"),
    staff("telegram", "9"),
    staff("whatsapp", "+79161111111"),
    staff("whatsapp", "engineer"),
)

RESPELLED = {
    1: ["-1002"],
    2: ["-01002"],
    3: ["-1005", "-6"],
    4: ["79161234567"],
    5: ["8 (916) 000-00-01"],
    6: ["+79160000002"],
    7: ["79160000002@c.us"],
    8: ["-1008"],
    9: ["0"],
}
"""By chat: the present address, then the former ones."""


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database of the revision before, with rows of each kind."""
    if request.param == "sqlite":
        yield old_sqlite(tmp_path / "old.db", "0009", OLD_ROWS)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database("template1") as url:
        yield old_postgres(url, "0009", OLD_ROWS)


def read(url: str, work: Any) -> Any:
    async def run() -> Any:
        store = open_store(url, production_calendar())
        try:
            return await store.read(work)
        finally:
            await store.close()

    return asyncio.run(run())


def do(url: str, statement: str) -> None:
    if url.startswith(POSTGRESQL):
        execute(url, statement)
        return
    with closing(sqlite3.connect(url.removeprefix(SQLITE))) as connection, connection:
        connection.execute(statement)


def contents(url: str) -> list[str]:
    if url.startswith(POSTGRESQL):
        return dump(url)
    with closing(sqlite3.connect(url.removeprefix(SQLITE))) as connection:
        return list(connection.iterdump())


def test_what_is_certain_is_respelled_everywhere(old: str) -> None:
    migrate(old)

    def check(uow: UnitOfWork) -> None:
        for number, (present, *former) in RESPELLED.items():
            found = uow.chats.get(an_id(number, 1))
            assert found is not None
            assert found.address == present
            for address in (present, *former):
                assert uow.chats.find(found.channel, address) == found
        for gone in ("-01005", "-00006", "-01008", "-001008"):
            assert uow.chats.find("telegram", gone) is None
        assert uow.chats.find("whatsapp", "79160000002") is None
        known = uow.chat_messages
        for address, external_id, number in (("-1005", "1", 3), ("-1008", "1", 8), ("-1008", "2", 8)):
            kept = known.find("telegram", address, external_id)
            assert kept is not None
            assert kept.chat_id == an_id(number, 1)
        assert known.find("telegram", "-01002", "1") is not None
        (update,) = uow.inbox.of_state(InboxState.HELD, after=0, limit=9)
        assert update.address == "-1005"
        people = [(one.channel, one.external_id) for one in uow.staff.page(after=None, limit=99)]
        assert people == [
            *(("telegram", id_) for id_ in ("08", "7", "8", "9")),
            *(("whatsapp", id_) for id_ in ("79161111111", "engineer")),
        ]

    read(old, check)


def test_nothing_is_lost(old: str) -> None:
    migrate(old)

    text = "\n".join(contents(old))
    for number in RESPELLED:
        assert an_id(number, 1) in text


def test_what_is_left_is_found_with_its_twins(old: str) -> None:
    migrate(old)

    found: Misspelt = read(old, find_misspelt)

    twins = {one.chat.id: [twin.id for twin in one.twins] for one in found.chats}
    ids = {number: an_id(number, 1) for number in RESPELLED}
    assert twins == {ids[2]: [ids[1]], ids[5]: [], ids[6]: [ids[7]], ids[7]: [ids[6]], ids[9]: []}
    assert (found.staff, found.customer_ids) == (2, (".",))


def test_to_migrate_again_changes_nothing(old: str) -> None:
    migrate(old)
    before = contents(old)
    do(old, "UPDATE alembic_version SET version_num = '0009'")
    do(old, "ALTER TABLE channels DROP COLUMN unassigned_at")
    do(old, "DROP INDEX ix_inbox_held_received_at")

    assert migrate(old) == ["0010", "0011"]

    assert contents(old) == before
