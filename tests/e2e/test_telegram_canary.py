"""Token, words, names and phone numbers of Telegram reach no log, metric, problem or command line (T16)."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.loopback import Reply, Request, json_reply
from simulator.telegram import TOKEN, person, refusal
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.talk import SECRET, Talk, talk_with, until

WORD = "канарейка"
NAME = "Кенарь Желтопёрый"
PHONE = "79160001122"
FILE = "canary-xyz-4711.png"
SECRETS = (TOKEN, TOKEN.partition(":")[2], SECRET, WORD, NAME, PHONE, FILE)


@pytest.fixture
def service(nursery: Nursery, tmp_path: Path) -> Iterator[ForkedService]:
    """A service that is to log all it ever logs."""
    service = ForkedService(nursery, tmp_path)
    yield service
    service.kill()


FAULTS = (
    lambda _: Reply(cut_after=0),
    lambda _: Reply(502, b"<h1>Bad Gateway</h1>"),
    lambda _: Reply(200, f"<h1>{WORD}</h1>".encode()),
    lambda request: refusal(500, f"Internal Server Error: {request.path} {WORD}"),
    lambda request: Reply(302, b"", {"Location": f"http://127.0.0.1:1{request.path}"}),
    lambda request: refusal(429, f"{request.path} {WORD}", retry_after=1),
    lambda request: refusal(403, f"Forbidden: {request.path} {NAME}"),
    lambda _: json_reply({"ok": True, "result": WORD}),
)


async def _offend(talk: Talk) -> str:
    """Let everything happen that could make somebody quote what came; give what the service answered."""
    met: list[str] = []

    def fault(request: Request) -> Reply | None:
        if request.path.endswith(("/sendMessage", "/getFile")):
            met.append(request.path)
            return FAULTS[len(met) % len(FAULTS)](request)
        return None

    talk.telegram.faults.append(fault)
    by = person(1, NAME)

    async def one(number: int) -> None:
        customer, chat = await talk.agency()
        file = talk.telegram.keep_file(b"\x89PNG", file_name=FILE, mime_type="image/png")
        talk.telegram.say(chat, f"{WORD} {PHONE} {number}", by)
        talk.telegram.say(chat, by=by, document=file, caption=WORD)
        contact = {"phone_number": PHONE, "first_name": NAME}
        talk.telegram.say(chat, by=by, contact=contact)
        await talk.answer(await talk.ticket(customer), f"{WORD} {PHONE}")

    await asyncio.gather(*map(one, range(len(FAULTS))))
    talk.telegram.say(talk.stranger("supergroup"), WORD, by)
    for raw in (WORD.encode(), f'{{"update_id": "{PHONE}"}}'.encode(), b"[" * 90_000):
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        url = f"{talk.service.url}/webhooks/telegram"
        assert (await talk.http.post(url, content=raw, headers=headers)).status_code == 200
    wrong = {"X-Telegram-Bot-Api-Secret-Token": f"{SECRET}{PHONE}"}
    refused = await talk.http.post(url, content=WORD.encode(), headers=wrong)
    await until(lambda: len(met) >= len(FAULTS))
    await talk.telegram.settled()
    said = [refused.text]
    said += [(await talk.http.get(path)).text for path in ("/metrics", "/readyz?verbose=1")]
    return "\n".join(said)


COMMANDS = (
    ("inbox", "list"),
    ("inbox", "list", "--state", "held"),
    ("outbox", "list", "--state", "pending", "--state", "unknown", "--state", "dead"),
    ("telegram", "check"),
)


def _told(service: ForkedService, words: tuple[str, ...]) -> str:
    """Give all that a command tells."""
    try:
        done = service.run(*words)
    except subprocess.CalledProcessError as failed:
        return f"{failed.stdout}{failed.stderr}"
    return f"{done.stdout}{done.stderr}"


async def test_nothing_of_telegram_leaves_by_logs_metrics_problems_or_commands(
    service: ForkedService,
) -> None:
    async with talk_with(service) as talk:
        await talk.start(SUPPORT_LOG_LEVEL="DEBUG")
        said = await _offend(talk)
        commands = (asyncio.to_thread(_told, service, words) for words in COMMANDS)
        told = "\n".join(await asyncio.gather(*commands))
        service.stop()
    logged = service.log.read_text("utf-8")

    assert "message not sent" in logged
    assert "update failed" in logged
    assert "support_outbox" in said
    assert "unreadable" in told
    for secret in SECRETS:
        for place, text in (("log", logged), ("answers", said), ("commands", told)):
            for form in (secret, secret.encode("unicode_escape").decode(), repr(secret.encode())[2:-1]):
                assert form not in text, place
