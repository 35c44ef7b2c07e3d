"""What tables held that were made anew: waiting messages go on waiting, minutes count as they did."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.migrate.run import migrate
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState
from app.wiring import open_store
from tests.adapters.revisions import old_postgres, old_row, old_sqlite
from tests.contracts.builders import AGENCY, START, an_id
from tests.postgres_server import PostgresServer

STAMPS = {"created_at": START, "updated_at": START, "version": 1}
OF_AGENCY = {"customer_id": AGENCY, "channel": "telegram"}
IN_CHAT = {"chat_id": an_id(1, 1), "created_at": START}
OLD_ROWS = (
    old_row(
        "customers", id=AGENCY, name="А", licence="rental", tariffs="[]", exclusive_version="0", **STAMPS
    ),
    old_row(
        "chats",
        id=an_id(1, 1),
        channel="telegram",
        address="-1001",
        customer_id=AGENCY,
        updated_at=START,
        version=1,
    ),
    old_row(
        "tickets",
        number=7,
        id=an_id(1),
        customer_id=AGENCY,
        channel="telegram",
        chat_id=an_id(1, 1),
        text="т",
        reproduction_steps="[]",
        impact="none",
        status="new",
        rank=2,
        **STAMPS,
        received_at=START,
        has_words="1",
    ),
    *(
        old_row(
            "outbox",
            **IN_CHAT,
            id=an_id(n, 5),
            ticket_id=an_id(1),
            kind="acknowledgement",
            text=f"слова {n}",
            state=state,
            state_at=START,
        )
        for n, state in ((3, "pending"), (1, "pending"), (2, "cancelled"))
    ),
    *(
        old_row(
            "time_entries",
            id=an_id(n, 6),
            ticket_id=an_id(1),
            customer_id=AGENCY,
            minutes=minutes,
            agent="Ольга",
            performed_at=START,
            counted_at=START,
            counts="1",
            created_at=START,
            **reverses,
        )
        for n, minutes, reverses in ((2, 30, {}), (1, 15, {}), (3, 10, {"reverses": an_id(2, 6)}))
    ),
)


def waiting(n: int) -> OutboxMessage:
    return OutboxMessage(
        id=an_id(n, 5),
        chat_id=an_id(1, 1),
        customer_id=AGENCY,
        ticket_id=an_id(1),
        message_id=None,
        kind=OutboxKind.ACKNOWLEDGEMENT,
        text=f"слова {n}",
        created_at=START,
        state_at=START,
    )


async def check(url: str) -> None:
    store = open_store(url, production_calendar())
    try:
        assert await store.read(lambda uow: uow.outbox.of_ticket(an_id(1))) == [waiting(1), waiting(3)]
        chat = await store.read(lambda uow: uow.chats.get(an_id(1, 1)))
        assert chat is not None
        assert (chat.private, chat.reachable) == (False, True)
        found = await store.read(lambda uow: uow.outbox.page(set(PartState), after=0, limit=9))
        assert [(each.part.state, each.ticket_number) for each in found] == [
            (PartState.PENDING, 7),
            (PartState.CANCELLED, 7),
            (PartState.PENDING, 7),
        ]
        entries = await store.read(lambda uow: uow.time_entries.of_ticket(an_id(1), after=None, limit=9))
        assert [(each.id, each.minutes) for each in entries] == [
            (an_id(n, 6), minutes) for n, minutes in ((1, 15), (2, 30), (3, 10))
        ]
        around = timedelta(days=2)
        used = await store.read(
            lambda uow: uow.time_entries.minutes_used(AGENCY, START - around, START + around)
        )
        assert used == 35
    finally:
        await store.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_was_there_is_there_in_its_order(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def run(url: str) -> None:
        assert migrate(url)
        asyncio.run(check(url))

    if engine == "sqlite":
        run(old_sqlite(tmp_path / "old.db", "0001", OLD_ROWS))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database("template1") as url:
        run(old_postgres(url, "0001", OLD_ROWS))
