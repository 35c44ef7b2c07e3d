"""The command line: keys, wrong settings, the document, the calendar; and keys in a running service."""

import asyncio
import json
import logging
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from app.api.http.keys import CACHE_SECONDS, Scope
from app.cli import cli
from simulator.loopback import Reply, Request, json_reply
from simulator.telegram import TOKEN as BOT_TOKEN
from simulator.telegram import TelegramSimulator, refusal
from tests.api.contract import contract
from tests.api.service import AGENCY, NOW, OTHER, OTHER_CHAT, RENTAL, Service

Run = Callable[..., Any]
TOKEN = re.compile(r"jsd_[A-Za-z0-9_-]{43}")


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Give the command line on the database of the test, in this process."""
    monkeypatch.setenv("SUPPORT_DATABASE_URL", database_url)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    try:
        yield invoke
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


async def run_aside(run: Run, *arguments: str) -> Any:
    """Run a command beside the service, as another process would."""
    return await asyncio.to_thread(run, *arguments)


def test_keys_create_prints_the_key_alone_on_the_last_line_and_logs_elsewhere(database_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "keys", "create", "CRM", "--scope", "tickets:read"],
        capture_output=True,
        text=True,
        check=True,
        env={"SUPPORT_DATABASE_URL": f"sqlite:///{database_file}", "SUPPORT_LOG_LEVEL": "DEBUG"},
        cwd=Path(__file__).parents[2],
    )

    assert TOKEN.fullmatch(done.stdout.splitlines()[-1])
    assert done.stdout.count("\n") == 1
    assert TOKEN.search(done.stderr) is None


def test_keys_scopes_prints_one_a_line(run: Run) -> None:
    assert run("keys", "scopes").stdout.splitlines() == [scope.value for scope in Scope]
    assert run("keys", "scopes").stdout.splitlines() == (
        """tickets:read tickets:write tickets:work customers:read customers:write calendar:write
        events:read
        webhooks:manage reports:read privacy:manage knowledge:read knowledge:write channels:manage""".split()
    )


def test_keys_list_shows_no_secret(run: Run) -> None:
    token = run("keys", "create", "CRM", "--scope", "tickets:read", "--customer", AGENCY).stdout.strip()

    listed = run("keys", "list").stdout

    assert "CRM" in listed
    assert AGENCY in listed
    assert "tickets:read" in listed
    assert token not in listed


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "CRM"),
        ("create", "CRM", "--scope", "everything"),
        ("create", "CRM", "--scope", "tickets:read", "--expires", "31.12.2027"),
        ("create", "CRM", "--scope", "tickets:read", "--customer", "a b"),
    ],
)
def test_wrong_use_of_keys_makes_no_key_and_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    done = run("keys", *arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
    assert run("keys", "list").stdout == ""


def test_revoking_what_is_no_key_exits_with_1(run: Run) -> None:
    assert run("keys", "revoke", "nothing").exit_code == 1


async def test_a_key_made_while_the_service_runs_works_at_once(run: Run, empty: Service) -> None:
    await empty.customer()
    await empty.customer(OTHER, RENTAL, OTHER_CHAT)
    made = await run_aside(run, "keys", "create", "CRM", "--scope", "customers:read", "--customer", AGENCY)
    client = empty.client(made.stdout.strip())

    assert (await client.get(f"/v1/customers/{AGENCY}")).status_code == 200
    assert (await client.get(f"/v1/customers/{OTHER}")).status_code == 404
    assert (await client.get("/v1/tickets")).status_code == 403


async def test_a_key_stops_when_it_is_revoked_while_the_service_runs(run: Run, empty: Service) -> None:
    made = await run_aside(run, "keys", "create", "CRM", "--scope", "tickets:read")
    client = empty.client(made.stdout.strip())
    first = await client.get("/v1/tickets")
    key_id = (await run_aside(run, "keys", "list")).stdout.split("\t")[0]

    revoked = await run_aside(run, "keys", "revoke", key_id)
    empty.clock.now = empty.clock.now.replace(year=2100)
    for _ in range(40):
        answer = await client.get("/v1/tickets")
        if answer.status_code == 401:
            break
        await asyncio.sleep(0.05)

    assert (first.status_code, revoked.exit_code, answer.status_code) == (200, 0, 401)
    assert CACHE_SECONDS < 1


async def test_a_token_tried_before_its_key_exists_works_soon_after(service: Service) -> None:
    client = service.client(service.next_token())
    before = await client.get("/v1/tickets")

    await service.key("tickets:read")
    for _ in range(40):
        after = await client.get("/v1/tickets")
        if after.status_code == 200:
            break
        await asyncio.sleep(0.05)

    assert (before.status_code, after.status_code) == (401, 200)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SUPPORT_PORT", "http", "SUPPORT_PORT"),
        ("SUPPORT_PORT", "70000", "SUPPORT_PORT"),
        ("SUPPORT_DATABASE_URL", "mysql://desk", "SUPPORT_DATABASE_URL"),
        ("SUPPORT_ADMIN_KEY", "short-secret", "SUPPORT_ADMIN_KEY"),
        ("SUPPORT_ADMIN_KEY", "with spaces " * 5, "SUPPORT_ADMIN_KEY"),
        ("SUPPORT_ADMIN_KEY_PREVIOUS", "short-secret", "SUPPORT_ADMIN_KEY_PREVIOUS"),
        ("SUPPORT_ADMIN_KEY_PREVIOUS", "a-secret-without-a-successor-" * 2, "SUPPORT_ADMIN_KEY_PREVIOUS"),
        ("SUPPORT_RATE_LIMIT", "-1", "SUPPORT_RATE_LIMIT"),
        ("SUPPORT_CLOSE_EARLY_ON_SHORTENED_DAYS", "perhaps", "SUPPORT_CLOSE_EARLY_ON_SHORTENED_DAYS"),
        ("SUPPORT_LOG_LEVEL", "LOUD", "SUPPORT_LOG_LEVEL"),
        ("SUPPORT_INBOX_DAYS", "6", "SUPPORT_INBOX_DAYS"),
        ("SUPPORT_OUTBOX_DAYS", "-1", "SUPPORT_OUTBOX_DAYS"),
        ("SUPPORT_RELAY_METRICS_PORT", "70000", "SUPPORT_RELAY_METRICS_PORT"),
        ("SUPPORT_HOST", "", "SUPPORT_HOST"),
        ("SUPPORT_DATA_DIR", "", "SUPPORT_DATA_DIR"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)

    for command in (("serve",), ("migrate",), ("keys", "list"), ("calendar",)):
        done = run(*command)
        assert (done.exit_code, done.stdout) == (2, ""), command
        assert told in done.stderr
        assert "example" in done.stderr
        assert "secret" not in done.stderr


def test_several_wrong_settings_are_all_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_PORT", "x")
    monkeypatch.setenv("SUPPORT_RATE_LIMIT", "x")

    done = run("migrate")

    assert "SUPPORT_PORT" in done.stderr
    assert "SUPPORT_RATE_LIMIT" in done.stderr


def test_migrating_twice_changes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUPPORT_DATABASE_URL", f"sqlite:///{tmp_path}/new/desk.sqlite3")

    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "applied" in first.stderr
    assert "up to date" in second.stderr


def test_openapi_prints_the_document(run: Run) -> None:
    done = run("openapi")

    assert json.loads(done.stdout) == contract().document
    assert done.stdout.endswith("}\n")


def test_calendar_shows_a_month_as_a_person_reads_it(run: Run) -> None:
    page = run("calendar", "2025-11").stdout

    assert re.search(r"2025-11-01 .*09:00-18:00.*moved working day", page)
    assert re.search(r"2025-11-04 .*closed.*day off", page)
    assert "2027-12-31" in page
    assert run("calendar", "2025-13").exit_code == 2


async def test_calendar_shows_the_overrides_of_the_database(run: Run, empty: Service) -> None:
    body = {"intervals": [{"opens": "10:00", "closes": "12:00"}], "reason": "Переезд"}
    await empty.admin.put("/v1/work-calendar/exceptions/2026-11-20", json=body)

    page = (await run_aside(run, "calendar", "2026-11")).stdout

    assert re.search(r"2026-11-20 .*10:00-12:00.*Переезд", page)


def test_copy_refuses_what_is_no_database_no_desk_or_not_empty(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    absent = f"sqlite:///{tmp_path / 'absent.sqlite3'}"

    wrong = run("copy", "--from", "mysql://desk:hunter2@host/desk", "--to", absent)
    no_desk = run("copy", "--from", absent, "--to", database_url)
    copied = run("copy", "--from", database_url, "--to", absent)
    run("keys", "create", "CRM", "--scope", "tickets:read")
    again = run("copy", "--from", absent, "--to", database_url)

    assert [done.exit_code for done in (wrong, no_desk, copied, again)] == [2, 2, 0, 2]
    assert [done.stdout for done in (wrong, no_desk, copied, again)] == [""] * 4
    assert wrong.stderr == "--from must name a database: sqlite:///… with a file, or postgresql://…\n"
    assert "there is no database at" in no_desk.stderr
    assert again.stderr.splitlines()[-1].startswith("Not copied: the target holds data (table api_keys)")


def test_copy_to_a_server_that_is_away_fails_without_its_password(run: Run, database_url: str) -> None:
    failed = run("copy", "--from", database_url, "--to", "postgresql://desk:hunter2@127.0.0.1:1/desk")

    assert failed.exit_code == 1
    assert failed.stderr.splitlines()[-1].startswith("Not copied: ")
    assert "hunter2" not in failed.output


async def test_parked_updates_are_listed_without_a_word_of_theirs_and_replayed(
    run: Run, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_DATABASE_URL", service.database_url)
    for raw in (b"{canary", b"[canary"):
        await service.webhook(raw)
    await service.update(chat="-77", message={"id": "1", "at": "2026-11-20T07:00:00Z", "text": "canary"})
    await service.work()

    listed = await run_aside(run, "inbox", "list")
    held = await run_aside(run, "inbox", "list", "--state", "held")
    rows = [line.split("\t") for line in listed.stdout.splitlines()]

    assert [row[1:3] + row[4:] for row in rows] == [["telegram", "parked", "1", "unreadable"]] * 2
    assert "canary" not in listed.output + held.output
    assert len(held.stdout.splitlines()) == 1
    for arguments, status in (([], 2), (["1", "--all"], 2), ([rows[0][0], "999"], 1), (["--all"], 0)):
        replayed = await run_aside(run, "inbox", "replay", *arguments)
        assert replayed.exit_code == status, replayed.output
    assert (await run_aside(run, "inbox", "list")).stdout == ""


def test_a_telegram_token_without_a_secret_is_a_wrong_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_TELEGRAM_TOKEN", "123456:token-canary")
    done = run("serve")
    assert done.exit_code == 2
    assert "SUPPORT_TELEGRAM_SECRET: is required" in done.output
    assert "canary" not in done.output


HOOK = "http://127.0.0.1:8000/webhooks/telegram"


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramSimulator]:
    """Give a simulated Telegram, with the settings that lead to it."""
    async with TelegramSimulator(NOW.timestamp) as simulator:
        monkeypatch.setenv("SUPPORT_TELEGRAM_TOKEN", BOT_TOKEN)
        monkeypatch.setenv("SUPPORT_TELEGRAM_SECRET", "secret-canary")
        monkeypatch.setenv("SUPPORT_TELEGRAM_API_URL", simulator.api_url)
        yield simulator


async def test_telegram_setup_sets_the_webhook_with_its_secret_and_says_what_is(
    run: Run, telegram: TelegramSimulator
) -> None:
    done = await run_aside(run, "telegram", "setup", "--url", HOOK)

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "the bot is @agency_desk_bot",
        "it reads all messages of its groups",
        f"updates are delivered to {HOOK}",
    ]
    assert telegram.webhook["secret_token"] == "secret-canary"
    assert "drop_pending_updates" not in telegram.webhook


async def test_telegram_setup_removes_the_webhook_where_updates_are_fetched(
    run: Run, telegram: TelegramSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram.webhook = {"url": HOOK}
    monkeypatch.setenv("SUPPORT_TELEGRAM_MODE", "polling")
    before = await run_aside(run, "telegram", "check")
    with_url = await run_aside(run, "telegram", "setup", "--url", HOOK)
    done = await run_aside(run, "telegram", "setup")
    after = await run_aside(run, "telegram", "check")

    assert [one.exit_code for one in (before, with_url, done, after)] == [1, 2, 0, 0]
    assert telegram.webhook == {"url": ""}
    assert done.stderr.splitlines()[-1] == "no webhook is set"


@pytest.mark.parametrize(
    ("mode", "answers", "advice"),
    [
        ("webhook", {}, "run telegram setup --url"),
        ("polling", {"getMe": {"username": "b", "can_read_all_group_messages": False}}, "/setprivacy"),
        ("webhook", {"getWebhookInfo": {"url": HOOK, "pending_update_count": 500}}, "address responds"),
    ],
)
async def test_telegram_check_says_under_each_fact_what_to_mend_and_exits_with_1(
    run: Run,
    telegram: TelegramSimulator,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    answers: dict[str, Any],
    advice: str,
) -> None:
    def told(request: Request) -> Reply | None:
        answer = answers.get(request.path.rpartition("/")[2])
        return None if answer is None else json_reply({"ok": True, "result": answer})

    telegram.faults.append(told)
    monkeypatch.setenv("SUPPORT_TELEGRAM_MODE", mode)
    done = await run_aside(run, "telegram", "check")

    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = [line for line in done.stderr.splitlines() if "→" in line]
    assert line.startswith("  → ")
    assert advice in line


@pytest.mark.parametrize("command", ["check", "setup"])
async def test_a_token_that_telegram_refuses_is_told_without_the_token(
    run: Run, telegram: TelegramSimulator, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SUPPORT_TELEGRAM_MODE", "polling")
    telegram.faults.append(lambda _: refusal(401, "Unauthorized"))
    done = await run_aside(run, "telegram", command)

    assert done.exit_code == 1
    assert "copy it from BotFather again" in done.stderr
    for secret in (BOT_TOKEN, BOT_TOKEN.partition(":")[2], "canary"):
        assert secret not in done.output


async def test_a_telegram_that_is_away_is_told_without_the_token(
    run: Run, telegram: TelegramSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_TELEGRAM_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("SUPPORT_LOG_LEVEL", "DEBUG")
    done = await run_aside(run, "telegram", "check")

    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1] == "getMe: Telegram cannot be reached (not_connected)"
    assert BOT_TOKEN.partition(":")[2] not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("setup",),
        ("setup", "--url", "desk.example.org"),
        ("setup", "--url", "http://desk.example.org/webhooks/telegram"),
        ("setup", "--url", "https://desk.example.org:9000/webhooks/telegram"),
    ],
)
async def test_an_address_that_telegram_does_not_deliver_to_changes_nothing_and_exits_with_2(
    run: Run, telegram: TelegramSimulator, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.delenv("SUPPORT_TELEGRAM_API_URL")
    done = await run_aside(run, "telegram", *arguments)

    assert done.exit_code == 2
    assert "https://desk.example.org/webhooks/telegram" in done.stderr
    assert telegram.calls == []


@pytest.mark.parametrize("command", ["check", "setup"])
def test_telegram_commands_without_a_token_exit_with_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SUPPORT_TELEGRAM_MODE", "polling")
    done = run("telegram", command)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "SUPPORT_TELEGRAM_TOKEN" in done.stderr
