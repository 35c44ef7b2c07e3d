"""A simulated Telegram, the real service that it delivers to, and agencies that write there."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx

from demo.process import ServiceProcess
from simulator.telegram import TOKEN, Chat, TelegramSimulator

SECRET = "of-the-tests_-"
ENGINEER = "Инженер Мария"
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05
MINUTE = 60


def unix_now() -> float:
    """Give the messenger's time, which is the machine's."""
    return time.time()  # noqa: TID251 - the simulated messenger lives in the present


async def until(look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Look again and again, awaiting what is to be awaited, until something is seen; give it."""
    deadline = time.perf_counter() + seconds
    while True:
        found = look()
        seen = await found if inspect.isawaitable(found) else found
        if seen:
            return seen
        assert time.perf_counter() < deadline, inspect.getsource(look) if inspect.isfunction(look) else look
        await asyncio.sleep(LOOK_SECONDS)


class Talk:
    """What a scene works with: the messenger's side, and the API that the CRM and the staff use."""

    def __init__(self, telegram: TelegramSimulator, service: ServiceProcess, http: httpx.AsyncClient) -> None:
        self.telegram = telegram
        self.service = service
        self.http = http
        self._numbers = count(1)

    def settings(self, **more: str) -> dict[str, str]:
        """Give the settings that lead the service to this messenger."""
        return {
            "SUPPORT_TELEGRAM_TOKEN": TOKEN,
            "SUPPORT_TELEGRAM_SECRET": SECRET,
            "SUPPORT_TELEGRAM_API_URL": self.telegram.api_url,
            **more,
        }

    async def start(self, **more: str) -> None:
        """Start the service, or start it again, and have updates delivered to it."""
        self.service.settings = self.settings(**more)
        await asyncio.to_thread(self.service.start)
        self.http.base_url = httpx.URL(self.service.url)
        if "SUPPORT_TELEGRAM_MODE" not in more:
            self.telegram.webhook = {
                "url": f"{self.service.url}/webhooks/telegram",
                "secret_token": SECRET,
            }

    async def agency(self, type_: str = "private") -> tuple[str, Chat]:
        """Put a customer with the extended tariff and one working chat; give both."""
        chat = self.stranger(type_)
        customer = f"agency-{abs(chat.id)}"
        record = {
            "name": customer,
            "contract_accepted_on": "2025-01-01",
            "licence": "boxed",
            "tariffs": [{"tariff": "extended", "from": "2025-01-01", "until": "2099-12-31"}],
        }
        (await self.http.put(f"/v1/customers/{customer}", json=record)).raise_for_status()
        await self.assign(customer, chat)
        return customer, chat

    def stranger(self, type_: str = "private") -> Chat:
        """Open a chat that is nobody's."""
        number = next(self._numbers)
        ids = {"private": 5_000_000 + number, "group": -40_000 - number}
        return self.telegram.chat(ids.get(type_, -1_002_000_000_000 - number), type_)

    async def assign(self, customer: str, chat: Chat) -> None:
        """Make a chat a working one."""
        path = f"/v1/customers/{customer}/chats/telegram/{chat.id}"
        (await self.http.put(path, json={})).raise_for_status()

    async def chats(self, customer: str) -> list[dict[str, Any]]:
        """Give the working chats of a customer."""
        return await self._items(f"/v1/customers/{customer}/chats")

    async def tickets(self, customer: str) -> list[dict[str, Any]]:
        """Give a customer's tickets, newest first."""
        return await self._items("/v1/tickets", customer_id=customer)

    async def ticket(self, customer: str) -> dict[str, Any]:
        """Wait for the one ticket of a customer."""
        found: list[dict[str, Any]] = await until(lambda: self.tickets(customer))
        (ticket,) = found
        return ticket

    async def messages(self, ticket: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the messages of a ticket."""
        return await self._items(f"/v1/tickets/{ticket['id']}/messages")

    async def answer(self, ticket: dict[str, Any], text: str) -> dict[str, Any]:
        """Let an engineer answer."""
        said = {"author": "agent", "agent": ENGINEER, "text": text}
        answer = await self.http.post(f"/v1/tickets/{ticket['id']}/messages", json=said)
        assert answer.status_code == 201, answer.text
        message: dict[str, Any] = answer.json()
        return message

    async def registered(self, customer: str, chat: Chat, text: str) -> dict[str, Any]:
        """Let a person write, and wait for the ticket and its acknowledgement."""
        self.telegram.say(chat, text)
        ticket = await self.ticket(customer)
        await until(lambda: any(ticket["number"] in told for told in chat.from_bot))
        return ticket

    async def delivered(self, ticket: dict[str, Any], message: dict[str, Any], state: str = "sent") -> bool:
        """Say whether a message got as far as that."""
        return any(
            one["id"] == message["id"] and one["delivery"]["state"] == state
            for one in await self.messages(ticket)
        )

    async def post(self, update: dict[str, Any], secret: str = SECRET) -> int:
        """Deliver an update as it stands; give the status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        url = f"{self.service.url}/webhooks/telegram"
        answer = await self.http.post(url, json=update, headers=headers)
        assert not (answer.is_success and answer.content)
        return answer.status_code

    async def _items(self, path: str, **query: str) -> list[dict[str, Any]]:
        answer = await self.http.get(path, params={**query, "limit": "100"})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@asynccontextmanager
async def talk_with(service: ServiceProcess) -> AsyncIterator[Talk]:
    """Simulate Telegram beside a service that has not been started."""
    async with (
        TelegramSimulator(unix_now) as telegram,
        httpx.AsyncClient(
            headers=service.headers,
            trust_env=False,
            timeout=MINUTE,
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=0),
        ) as http,
    ):
        yield Talk(telegram, service, http)
