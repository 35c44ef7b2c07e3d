"""Recognisable keys, words, names and phone numbers occur in no log, no metric and no problem."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.observability.logs import set_up_logs
from tests.api.service import AGENCY, NOW, Service, submission

WORD = "канарейка"
NAME = "Кенарь Желтопёрый"
PHONE = "79160001122"
LATIN = "canary-xyz-4711"
SECRETS = (WORD, NAME, PHONE, LATIN)


class Logs:
    """What has been logged so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def text(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[Logs]:
    """Give what is logged at the most talkative level."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logs("DEBUG")
    try:
        yield Logs(capsys)
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


async def test_nothing_personal_leaves_by_logs_metrics_or_problems(logs: Logs, service: Service) -> None:
    token = await service.key()
    client = service.client(token, **{"User-Agent": LATIN})
    said: list[str] = []

    async def send(method: str, path: str, **options: object) -> None:
        answer = await client.request(method, path, **options)  # type: ignore[arg-type]  # passed on as they are
        if answer.status_code >= 400:
            problem = answer.json()
            del problem["instance"]  # the caller's own path
            said.append(repr(problem))

    async def send_files() -> None:
        for customer_id, part, name, content in (
            (AGENCY, "file", f"{LATIN} {NAME}.txt", WORD),
            (LATIN, "file", f"{LATIN}.txt", WORD),
            (AGENCY, "file", f"../{PHONE}.txt", WORD),
            (AGENCY, "file", f"{NAME}.sh", f"#!/bin/{LATIN}"),
            (AGENCY, f"{LATIN} {PHONE}", NAME, WORD),
        ):
            files = {part: (name, content.encode())}
            await send("POST", "/v1/attachments", data={"customer_id": customer_id}, files=files)

    words = {"author": {"name": NAME, "external_id": PHONE}, "text": WORD, "subject": LATIN}
    ticket = (await client.post("/v1/tickets", json=submission(**words))).json()
    one = f"/v1/tickets/{ticket['id']}"
    await send("POST", "/v1/tickets", json=submission(**words, customer_id=LATIN))
    await send("POST", "/v1/tickets", json=submission(**words, channel="phone", chat_id=PHONE))
    await send("POST", "/v1/tickets", json=submission(**words, chat_id=PHONE))
    await send("POST", "/v1/tickets", json=submission(**words, category=LATIN, impact=WORD))
    await send("POST", "/v1/tickets", json=submission(**words) | {WORD: LATIN, PHONE: NAME})
    await send("POST", "/v1/tickets", content=f'{{"{LATIN}": "{WORD}'.encode())
    await send("POST", f"{one}/messages", json={"author": "customer", "text": f"{WORD} {PHONE}"})
    await send("POST", f"{one}/messages", json={"author": "agent", "agent": NAME, "text": LATIN})
    await send("POST", f"{one}/transitions", json={"action": "start", "agent": NAME, "note": WORD})
    await send("POST", f"{one}/transitions", json={"action": "close", "agent": NAME, "note": WORD})
    await send("POST", f"{one}/transitions", json={"action": LATIN, "agent": NAME})
    await send("PUT", f"/v1/customers/{AGENCY}/chats/whatsapp/{PHONE}", json={"title": NAME})
    await send("PUT", f"/v1/customers/{LATIN}", json={"name": NAME, "licence": "rental"})
    await send_files()
    await send("GET", "/v1/tickets", params={"query": WORD, "assignee": NAME, "chat_id": PHONE})
    await send("GET", "/v1/tickets", params={"cursor": LATIN})
    await send("GET", "/v1/tickets", params={"status": LATIN})
    await send("GET", f"/v1/customers/{PHONE}")
    await send("GET", f"/{LATIN}")
    await send("GET", f"/v1/customers/{AGENCY}", headers={"If-None-Match": LATIN, "Accept-Language": LATIN})
    await send("POST", "/v1/tickets", headers={"Idempotency-Key": f"{LATIN} {PHONE}"}, json=submission())
    await send("GET", "/v1/tickets", headers={"Authorization": f"Bearer jsd_{LATIN}"})
    service.store.write = None  # type: ignore[method-assign,assignment]  # a crash whose values are personal
    await send("POST", "/v1/tickets", json=submission(**words))
    metrics = (await client.get("/metrics")).text
    logged = logs.text()

    assert logged.count('"event":"request"') >= 20
    assert '"event":"request failed"' in logged
    assert "support_submissions" in metrics
    assert len(said) >= 12
    for secret in (*SECRETS, token, *(repr(one)[1:-1] for one in SECRETS)):
        for text in (logged, metrics, *said):
            assert secret not in text
            assert secret.encode("unicode_escape").decode() not in text


HEADERS = (
    "X-Request-ID Accept Accept-Language Authorization Content-Encoding Content-Type Cookie Expect Forwarded "
    "Idempotency-Key If-Match If-None-Match Referer User-Agent X-Forwarded-For"
).split()


@pytest.mark.parametrize("name", HEADERS)
async def test_no_header_forges_a_log_line(logs: Logs, service: Service, name: str) -> None:
    forged = '\x0b{"level":"fake","event":"forged"}\x85\x0c'
    await service.admin.get("/v1/tickets", headers={name.encode(): forged.encode("latin-1")})
    await service.admin.get('/v1/%0a{"level":"fake"}%0d%0a')

    assert "fake" not in logs.text()
    assert all(line.startswith("{") for line in logs.text().splitlines())


async def test_no_field_forges_a_log_line(logs: Logs, service: Service) -> None:
    forged = '\r\n{"level":"fake","event":"forged"}\r\n\u2028\x85'
    ticket = await service.submitted()
    one = f"/v1/tickets/{ticket['id']}"
    for name in (*submission(), "subject", "reproduction_steps", "external_id", "author", "impact", forged):
        await service.admin.post("/v1/tickets", json=submission(**{name: forged}))
        await service.admin.get("/v1/tickets", params={name: forged})
    await service.admin.post("/v1/decisions", json={forged: forged})
    await service.admin.post("/v1/tickets", content=forged.encode())
    for author in ("customer", "agent", forged):
        message = {"author": author, "agent": forged, "text": forged}
        await service.admin.post(f"{one}/messages", json=message)
    for action in ("start", "close", forged):
        await service.move(ticket["id"], action, agent=forged, note=forged)
    await service.book(ticket["id"], 5, agent=forged, note=forged)
    await service.admin.put(f"/v1/customers/{AGENCY}/chats/telegram/-1", json={"title": forged})

    lines = logs.text().splitlines()
    assert len(lines) > 20
    assert not any("fake" in line or "forged" in line for line in lines)
    assert all(isinstance(json.loads(line), dict) for line in lines)


async def test_logs_carry_the_route_template_and_the_key_not_the_path(logs: Logs, service: Service) -> None:
    ticket = await service.submitted()
    await service.admin.get(f"/v1/tickets/{ticket['id']}", headers={"Referer": "?query=x"})

    last = logs.text().splitlines()[-1]

    assert '"route":"/v1/tickets/{ticket_id}"' in last
    assert ticket["id"] not in last
    assert "query" not in last


async def test_nothing_personal_leaves_by_the_inbox(logs: Logs, service: Service) -> None:
    sender = {"author": PHONE, "name": NAME}
    word, latin = ({"id": "1", "at": NOW.isoformat(), "text": text, **sender} for text in (WORD, LATIN))
    answers = [
        await service.update(message=word),
        await service.update(message=latin, chat=PHONE, title=NAME),
        await service.update(message={"id": LATIN, "text": WORD, **sender}),
        await service.webhook(WORD.encode()),
        await service.update(secret=LATIN, message=word),
    ]
    await service.work()
    answers.append(await service.admin.get("/metrics"))
    said = "".join(answer.text for answer in answers)

    for secret in SECRETS:
        assert secret not in logs.text()
        assert secret not in said
    assert "update failed" in logs.text()
