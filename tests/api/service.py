"""The real service on a database of its own, with a clock that tests set."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from app.adapters.attachments.content import FileContentCheck
from app.adapters.attachments.folder import FolderBlobStore
from app.adapters.stems import SnowballStemmer
from app.adapters.system import SystemClock
from app.adapters.turns import ThreadTurns
from app.api.http.keys import Scope
from app.application.administration.api_keys import new_key
from app.application.ports.access import ApiKey
from app.application.stamp import Stamp
from app.application.tickets.text_analysis import TextAnalysis
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.language.obscenity import find_obscenity
from app.main import create_app
from app.settings import POSTGRESQL, SQLITE, Settings
from app.wiring import OpenStore, Wired, creation_limits, inbox_jobs, open_store
from tests.api.contract import contract
from tests.fakes.json_messenger import JsonMessenger
from tests.postgres_server import dump

Json = dict[str, Any]

ADMIN = "jsd_test-admin-key-0123456789-0123456789-0123456789"
WEBHOOK = "/webhooks/telegram"
SECRET, SECRET_BEFORE = "present_secret-1", "before-0"
SHOWN = "X-Telegram-Bot-Api-Secret-Token"
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
"""Friday, 10:00 in Moscow."""

AGENCY, OTHER = "agency-17", "agency-18"
CHAT, OTHER_CHAT = "-1001234567890", "-1009876543210"
EXTENDED: Json = {
    "name": "Агентство «Новый дом»",
    "contract_accepted_on": "2025-12-15",
    "licence": "boxed",
    "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2026-12-31"}],
}
SERVICE: Json = EXTENDED | {
    "tariffs": [{"tariff": "service", "from": "2026-01-01", "until": "2026-12-31"}],
}
RENTAL: Json = {
    "name": "Агентство «Ключи»",
    "contract_accepted_on": "2026-02-01",
    "licence": "rental",
    "paid_until": "2026-12-31",
}


class SettableClock(SystemClock):
    """Tells the instant that the test has set; ids are as always."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now

    def stamp(self) -> Stamp:
        return Stamp(self.now, super().stamp().first_id)


class Client(httpx.AsyncClient):
    """Holds every answer against the document."""

    def __init__(self, app: FastAPI, headers: Mapping[str, str], address: str = "127.0.0.1") -> None:
        super().__init__(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1)),
            base_url="http://desk",
            headers=headers,
            event_hooks={"response": [_check]},
        )


async def _check(response: httpx.Response) -> None:
    await response.aread()
    contract().check(response)


class Service:
    """The application, its parts, and shortcuts for what most tests begin with."""

    def __init__(
        self,
        database_url: str,
        calendar: WorkCalendar,
        *,
        rate_limit: int = 1_000_000,
        failed_key_limit: int = 0,
        quota_mib: int = 1_024,
        per_customer: int = 0,
        per_chat: int = 0,
        messenger: JsonMessenger | None = None,
        folder: Path | None = None,
        store: OpenStore | None = None,
        **telegram: str,
    ) -> None:
        """`telegram` are settings of it; by default there is a messenger that reads JSON of our own.

        `folder` keeps the contents of attachments; without it they go with the service. `store` is one of
        the database that is open already.
        """
        self.database_url = database_url
        self.clock = SettableClock(NOW)
        self.steady = 0.0
        self.store = store or open_store(database_url, calendar)
        texts = TextAnalysis(find_obscenity, SnowballStemmer())
        given = {"telegram_token": "1:token", "telegram_secret": SECRET, **telegram}
        given |= {"upload_quota_mib": str(quota_mib)}
        given |= {"customer_tickets_per_day": str(per_customer), "chat_tickets_per_day": str(per_chat)}
        limits = {"rate_limit": rate_limit, "failed_key_limit": failed_key_limit}
        settings = Settings.model_validate(
            {"database_url": database_url, "admin_key": ADMIN, **limits, **given}
        )
        self._keeps = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="attachments-"))
        self.blobs = FolderBlobStore(self.folder)
        messengers = (messenger or JsonMessenger(),)
        wired = Wired(
            self.store,
            self.clock,
            texts,
            ThreadTurns(),
            self.blobs,
            FileContentCheck(),
            messengers,
            limits=creation_limits(settings, lambda: self.steady),
        )

        self.app = create_app(wired, settings)
        self._jobs = inbox_jobs(wired, settings, self.app.state.services.inbox_observer)
        self._updates = 0
        self.admin = self.client(ADMIN)
        self._keys = 0

    async def close(self) -> None:
        await self.store.close()
        if not self._keeps:
            shutil.rmtree(self.folder)

    def client(self, token: str | None, address: str = "127.0.0.1", **headers: str) -> Client:
        """Give a client that sends a key; None for none."""
        key = {} if token is None else {"Authorization": f"Bearer {token}"}
        return Client(self.app, key | headers, address)

    def next_token(self) -> str:
        """Give the token of the key that will be made next."""
        return new_key((self._keys + 1).to_bytes(32, "big")).token

    async def key(self, *scopes: str, customer: str | None = None, expires_on: date | None = None) -> str:
        """Make a key; without scopes it has all of them."""
        self._keys += 1
        made = new_key(self._keys.to_bytes(32, "big"))
        kept = ApiKey(
            id=f"01930000-0000-7000-8000-{self._keys:012x}",
            name="test",
            secret_sha256=made.secret_sha256,
            scopes=frozenset(scopes or Scope),
            customer_id=customer,
            created_at=self.clock.now,
            expires_on=expires_on,
        )
        await self.store.write(lambda uow: uow.api_keys.add(kept))
        return made.token

    async def with_key(self, *scopes: str, customer: str | None = None) -> Client:
        return self.client(await self.key(*scopes, customer=customer))

    async def customer(
        self, customer_id: str = AGENCY, record: Json = EXTENDED, chat: str | None = CHAT
    ) -> None:
        """Put a customer with one working chat."""
        put = await self.admin.put(f"/v1/customers/{customer_id}", json=record)
        assert put.status_code in {200, 201}, put.text
        if chat is not None:
            assigned = await self.admin.put(f"/v1/customers/{customer_id}/chats/telegram/{chat}", json={})
            assert assigned.status_code == 201, assigned.text

    async def upload(
        self,
        content: bytes = b"10:00 start",
        name: str = "log.txt",
        customer_id: str | None = AGENCY,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        data = {} if customer_id is None else {"customer_id": customer_id}
        return await self.admin.post(
            "/v1/attachments", data=data, files={"file": (name, content)}, headers=headers
        )

    async def uploaded(self, *given: Any, **options: Any) -> Json:
        """Upload and give the attachment."""
        answer = await self.upload(*given, **options)
        assert answer.status_code == 201, answer.text
        attachment: Json = answer.json()
        return attachment

    def files(self) -> list[Path]:
        """Give every file that the service keeps, drafts included."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    async def submitted(self, **changed: Any) -> Json:
        """Submit and give the ticket."""
        answer = await self.submit(**changed)
        assert answer.status_code == 201, answer.text
        ticket: Json = answer.json()
        return ticket

    async def submit(self, headers: Mapping[str, str] | None = None, **changed: Any) -> httpx.Response:
        return await self.admin.post("/v1/tickets", json=submission(**changed), headers=headers)

    async def update(
        self, key: str | None = None, secret: str | None = SECRET, **update: Any
    ) -> httpx.Response:
        """Send an update as Telegram would, with a key of its own if none is given."""
        self._updates += 1
        body = {"key": key or f"update-{self._updates}", "chat": CHAT, **update}
        return await self.webhook(json.dumps(body).encode(), secret)

    async def webhook(self, body: bytes, secret: str | None = SECRET) -> httpx.Response:
        shown = {} if secret is None else {SHOWN: secret}
        return await self.client(None).post(WEBHOOK, content=body, headers=shown)

    async def work(self) -> None:
        """Let the inbox's jobs do what is due."""
        for job in self._jobs:
            while await job.run_once() == 0:
                pass

    async def move(self, ticket_id: str, action: str, **members: Any) -> httpx.Response:
        body = {"action": action, "agent": "Ирина", **members}
        return await self.admin.post(f"/v1/tickets/{ticket_id}/transitions", json=body)

    async def moved(self, ticket_id: str, action: str, **members: Any) -> Json:
        answer = await self.move(ticket_id, action, **members)
        assert answer.status_code == 200, answer.text
        ticket: Json = answer.json()
        return ticket

    async def book(self, ticket_id: str, minutes: int, **members: Any) -> httpx.Response:
        body = {
            "minutes": minutes,
            "agent": "Ирина",
            "performed_at": self.clock.now.isoformat(),
            **members,
        }
        return await self.admin.post(f"/v1/tickets/{ticket_id}/time-entries", json=body)

    def dump(self) -> list[str]:
        """Give all that the database holds."""
        if self.database_url.startswith(POSTGRESQL):
            return dump(self.database_url)
        with closing(sqlite3.connect(self.database_url.removeprefix(SQLITE))) as connection:
            return list(connection.iterdump())

    async def ticket(self, ticket_id: str) -> Json:
        ticket: Json = (await self.admin.get(f"/v1/tickets/{ticket_id}")).json()
        return ticket


def submission(**changed: Any) -> Json:
    """Give a submission of agency-17 that is accepted; None takes a member away."""
    body = {
        "customer_id": AGENCY,
        "channel": "telegram",
        "chat_id": CHAT,
        "category": "feature_explanation",
        "text": "Как работает выгрузка объявлений?",
        **changed,
    }
    return {name: value for name, value in body.items() if value is not ABSENT}


def said(id_: str, text: str = "Слова", **more: Any) -> Json:
    """Give a message of a chat as the messenger of the tests tells it."""
    return {"id": id_, "author": "700", "at": NOW.isoformat(), "text": text, **more}


ABSENT: Any = object()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of a problem."""
    return answer.status_code, answer.json()["code"]


def errors_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """Give pointer and code of each validation error."""
    assert code_of(answer) == (422, "validation_failed"), answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
