"""Addresses in other spellings are reported without being shown, and can be corrected."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.application.errors import StoreUnavailableError
from app.domain.chats.staff import StaffMember
from app.settings import POSTGRESQL, SQLITE
from tests.adapters.revisions import old_sqlite
from tests.adapters.sql.migrate.test_one_spelling import OLD_ROWS
from tests.api.service import NOW, RENTAL, Service, code_of
from tests.cli.test_commands import Run, run, run_aside
from tests.contracts.builders import an_id
from tests.postgres_server import execute

__all__ = ["run"]

RIGHT, WRONG = "-1002", "-01002"


def do(url: str, *statements: str) -> None:
    """Store what no version stores any more."""
    if url.startswith(POSTGRESQL):
        execute(url, ";".join(statements))
        return
    with closing(sqlite3.connect(url.removeprefix(SQLITE))) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def spelled(old: str, new: str) -> tuple[str, ...]:
    """Give the statements that spell the address of a chat otherwise."""
    return tuple(
        f"UPDATE {table} SET address = '{new}' WHERE address = '{old}'"  # noqa: S608 - ours
        for table in ("chats", "chat_addresses")
    )


@pytest.fixture
async def twins(empty: Service) -> str:
    """Give the id of a ticket of agency-3, whose chat has the address of agency-2's chat."""
    await empty.customer("agency-2", RENTAL, RIGHT)
    await empty.customer("agency-3", RENTAL, "-1003")
    ticket = await empty.submitted(customer_id="agency-3", chat_id="-1003")
    do(empty.database_url, *spelled("-1003", WRONG))
    ticket_id: str = ticket["id"]
    return ticket_id


async def chat_ids(service: Service, run: Run) -> list[str]:
    """Give the ids of chats that `migrate` names in its first line."""
    done = await run_aside(run, "migrate")
    assert done.exit_code == 0
    assert RIGHT not in done.output + done.stderr
    assert WRONG not in done.output + done.stderr
    first = next(line for line in done.stderr.splitlines() if line.startswith("to correct"))
    assert "agency-3" in first
    assert "agency-2" in first
    return [word for word in first.split() if len(word) == 36]


async def chats_of(service: Service, customer_id: str) -> list[str]:
    page = (await service.admin.get(f"/v1/customers/{customer_id}/chats")).json()
    return [chat["chat_id"] for chat in page["items"]]


async def test_the_chat_goes_to_the_customer_of_the_other_spelling(
    twins: str, empty: Service, run: Run
) -> None:
    wrong, _ = await chat_ids(empty, run)
    refused = await run_aside(run, "chats", "correct", wrong, RIGHT)
    await empty.admin.delete(f"/v1/customers/agency-2/chats/telegram/{RIGHT}")
    done = await run_aside(run, "chats", "correct", wrong, RIGHT)
    again = await run_aside(run, "migrate")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "Another customer" in refused.stderr
    assert "to correct" not in again.stderr
    assert (await chats_of(empty, "agency-2"), await chats_of(empty, "agency-3")) == ([], [RIGHT])
    assert (await empty.ticket(twins))["chat_id"] == RIGHT
    path = f"/v1/tickets/{twins}/messages"
    answered = await empty.admin.post(path, json={"author": "agent", "agent": "Ирина", "text": "Готово"})
    assert answered.status_code == 201


async def test_the_chat_stays_with_the_customer_of_the_one_spelling(
    twins: str, empty: Service, run: Run
) -> None:
    wrong, _ = await chat_ids(empty, run)
    other = await empty.admin.delete(f"/v1/customers/agency-2/chats/telegram/{WRONG}")
    taken = await empty.admin.delete(f"/v1/customers/agency-3/chats/telegram/{WRONG}")
    done = await run_aside(run, "chats", "correct", wrong, RIGHT)
    again = await run_aside(run, "migrate")

    assert code_of(other) == (422, "validation_failed")
    assert (taken.status_code, done.exit_code) == (204, 0)
    assert "to correct" not in again.stderr
    assert (await chats_of(empty, "agency-2"), await chats_of(empty, "agency-3")) == ([RIGHT], [])
    assert (await empty.ticket(twins))["customer_id"] == "agency-3"
    assert (await empty.submit(customer_id="agency-2", chat_id=RIGHT)).status_code == 201


async def test_spellings_of_one_customer_become_one_chat(empty: Service, run: Run) -> None:
    await empty.customer(chat="-1")
    for number in (2, 3):
        await empty.admin.put(f"/v1/customers/agency-17/chats/telegram/-{number}", json={})
        do(empty.database_url, *spelled(f"-{number}", "-" + "0" * number + "1"))
    report = (await run_aside(run, "migrate")).stderr.splitlines()
    wrong = {line.split()[4] for line in report if line.startswith("to correct")}

    ended = [(await run_aside(run, "chats", "correct", each, "-1")).exit_code for each in sorted(wrong)]

    assert ended == [0, 0]
    assert await chats_of(empty, "agency-17") == ["-1"]
    assert "to correct" not in (await run_aside(run, "migrate")).stderr


async def test_an_unsure_address_is_corrected_by_hand(empty: Service, run: Run) -> None:
    await empty.customer(chat=None)
    await empty.admin.put("/v1/customers/agency-17/chats/whatsapp/79160000001", json={})
    do(empty.database_url, *spelled("79160000001", "8 (916) 000-00-01"))
    (line,) = [each for each in (await run_aside(run, "migrate")).stderr.splitlines() if "whatsapp" in each]

    wrong = await run_aside(run, "chats", "correct", line.split()[4], "+79160000001")
    done = await run_aside(run, "chats", "correct", line.split()[4], "79160000001")

    assert (wrong.exit_code, done.exit_code) == (2, 0)
    assert "79160000001" not in wrong.stderr
    assert await chats_of(empty, "agency-17") == ["79160000001"]


def test_an_unknown_chat_is_not_corrected(run: Run) -> None:
    unknown, no_id = run("chats", "correct", an_id(1), "-1"), run("chats", "correct", "chat-1", "-1")

    assert (unknown.exit_code, no_id.exit_code) == (1, 2)
    assert "No chat" in unknown.stderr


async def test_a_staff_member_in_another_spelling_is_removed_by_it(empty: Service, run: Run) -> None:
    for external_id in ("8", "08"):
        member = StaffMember("telegram", external_id, "Ольга", NOW, 1)
        await empty.store.write(lambda uow, member=member: uow.staff.save(member))  # type: ignore[misc]
    assert "staff members with an id that is not accepted: 1" in (await run_aside(run, "migrate")).stderr

    removed = await empty.admin.delete("/v1/staff/telegram/08")

    assert removed.status_code == 204
    assert "to correct" not in (await run_aside(run, "migrate")).stderr
    assert (await empty.admin.get("/v1/staff/telegram/8")).status_code == 200


async def test_a_customer_named_as_a_step_of_a_path_gives_its_chat_back(empty: Service, run: Run) -> None:
    await empty.customer("agency-2", RENTAL, None)
    await empty.customer("agency-3", RENTAL, "-1003")
    do(
        empty.database_url,
        "INSERT INTO customers SELECT '.', name, contract_accepted_on, licence, paid_until, tariffs, "
        "exclusive_version, created_at, updated_at, version FROM customers WHERE id = 'agency-3'",
        "UPDATE chats SET customer_id = '.' WHERE customer_id = 'agency-3'",
    )
    assert "to correct: the customer ID . is" in (await run_aside(run, "migrate")).stderr

    taken = await empty.admin.delete("/v1/customers/%2E/chats/telegram/-1003")
    given = await empty.admin.put("/v1/customers/agency-2/chats/telegram/-1003", json={})

    assert (taken.status_code, given.status_code) == (204, 201)


def test_a_migration_logs_counts_and_our_ids_only(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SUPPORT_DATABASE_URL", old_sqlite(tmp_path / "old.db", "0009", OLD_ROWS))
    monkeypatch.setenv("SUPPORT_LOG_FORMAT", "json")

    done: Any = run("keys", "list")

    (line,) = [each for each in done.stderr.splitlines() if '"misspelt"' in each]
    said = json.loads(line)
    assert (said["level"], said["chats"], said["twins"], said["staff"]) == ("warning", 5, 3, 2)
    assert said["chat_ids"] == [an_id(number, 1) for number in (2, 5, 6, 7, 9)]
    assert said["customer_ids"] == ["."]
    for secret in ("1002", "916", "79160000002"):
        assert secret not in line


def test_a_report_that_fails_fails_no_migration(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def too_slow(_: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setenv("SUPPORT_DATABASE_URL", old_sqlite(tmp_path / "old.db", "0009", OLD_ROWS))
    monkeypatch.setenv("SUPPORT_LOG_FORMAT", "json")
    monkeypatch.setattr("app.application.administration.misspelt_addresses.find_misspelt", too_slow)

    done, again = run("keys", "list"), run("migrate")

    assert done.exit_code == 0
    assert '"misspelt unknown"' in done.stderr
    assert (again.exit_code, "Run the command again" in again.stderr) == (1, True)
