"""Chat with the desk as a customer, in a terminal: python -m demo.chat. It needs no token and no network.

A simulated Telegram and the real service run side by side on loopback. A line is a message of the customer;
a line that begins with an exclamation mark is the engineer's, sent through the API like one of the staff's.
"""

import asyncio
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from demo.language import Say, chosen_language
from demo.process import ServiceProcess
from simulator.telegram import TOKEN, Chat, TelegramSimulator

CUSTOMER = "agency-17"
CHAT = -1_001_234_567_890
SECRET = "demonstration"  # noqa: S105 - of a simulated messenger
ENGINEER = "Инженер Мария"
LOOK_SECONDS = 0.1
LAST_WORDS_SECONDS = 15.0
RUSSIAN_HELP = f"""\
Вы – сотрудник агентства {CUSTOMER}, это рабочий чат поддержки в Telegram (п. 4.1).
  текст          написать как клиент (обращение собирается, пока пауза не дольше 2 с)
  /status        спросить об открытых обращениях     /new текст   начать новое
  ! текст        ответить как инженер                !! текст     ответить и решить
  пустая строка  закончить
"""
ENGLISH_HELP = f"""\
You are an employee of the agency {CUSTOMER}; this is its working chat for support in Telegram (clause 4.1).
The desk writes to customers in Russian.
  text           write as the customer (a submission ends after 2 s of silence)
  /status        ask about open tickets              /new text    begin a new one
  ! text         reply as the engineer               !! text      reply and resolve
  empty line     quit
"""


class Conversation:
    """A chat of the simulated messenger between the customer, the engineer and the service."""

    def __init__(self, telegram: TelegramSimulator, chat: Chat, http: httpx.AsyncClient, say: Say) -> None:
        """Open a chat that the service knows."""
        self._say = say
        self._telegram = telegram
        self._chat = chat
        self._http = http
        self._shown = 0
        self._news = asyncio.Event()

    async def write(self, line: str) -> bool:
        """Send a line of the customer or the engineer; return whether the desk answers it."""
        self._news.clear()
        if not line.startswith("!"):
            self._telegram.say(self._chat, line)
            return True
        words = line.lstrip("!").strip()
        ticket = await self._open_ticket()
        if ticket is None or not words:
            nothing_open = self._say("нет открытого обращения", "there is no open ticket")
            nothing_said = self._say("пустой ответ отправить нельзя", "an empty reply cannot be sent")
            print(f"   ({nothing_open if words else nothing_said})")
            return False
        if line.startswith("!!"):
            return await self._resolve(ticket, words)
        return await self._answer(ticket, words)

    async def show(self) -> None:
        """Print the messages of the desk as they arrive."""
        while True:
            texts = self._chat.from_bot
            for text in texts[self._shown :]:
                print("\n".join(f"   │ {line}" for line in text.splitlines()), end="\n\n", flush=True)
                self._news.set()
            self._shown = len(texts)
            await asyncio.sleep(LOOK_SECONDS)

    async def hear_out(self) -> None:
        """Wait until the desk has answered the last line."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), LAST_WORDS_SECONDS)

    async def _open_ticket(self) -> dict[str, Any] | None:
        query = {"customer_id": CUSTOMER, "status_category": ["open", "paused"]}
        found = (await self._http.get("/v1/tickets", params=query)).raise_for_status().json()["items"]
        return found[0] if found else None

    async def _answer(self, ticket: dict[str, Any], text: str) -> bool:
        if "start" in ticket["allowed_actions"]:
            await self._transition(ticket, {"action": "start"})
        said = {"author": "agent", "agent": ENGINEER, "text": text}
        return self._done(await self._http.post(f"/v1/tickets/{ticket['id']}/messages", json=said))

    async def _resolve(self, ticket: dict[str, Any], text: str) -> bool:
        if ticket["category"] is None:
            await self._transition(ticket, {"action": "classify", "category": "feature_explanation"})
        if ticket["status"] != "in_progress":
            await self._transition(ticket, {"action": "start"})
        return await self._transition(ticket, {"action": "resolve", "resolution": "answered", "text": text})

    async def _transition(self, ticket: dict[str, Any], asked: dict[str, Any]) -> bool:
        path = f"/v1/tickets/{ticket['id']}/transitions"
        return self._done(await self._http.post(path, json={"agent": ENGINEER, **asked}))

    def _done(self, answer: httpx.Response) -> bool:
        """Check whether the desk did it, and print the reason if not."""
        if answer.is_error:
            refused = self._say("регламент не разрешает", "the regulation does not allow it")
            print(f"   ({refused}: {answer.json()['detail']})")
        return not answer.is_error


async def main(say: Say) -> int:
    """Start Telegram and the service, chat until the input ends, stop both."""
    with tempfile.TemporaryDirectory(prefix="support-desk-chat-") as data_dir:
        async with TelegramSimulator(time.time) as telegram:  # noqa: TID251 - the messenger's own clock
            service = ServiceProcess(Path(data_dir))
            service.settings |= {
                "SUPPORT_TELEGRAM_TOKEN": TOKEN,
                "SUPPORT_TELEGRAM_SECRET": SECRET,
                "SUPPORT_TELEGRAM_API_URL": telegram.api_url,
            }
            await asyncio.to_thread(service.start)
            try:
                async with httpx.AsyncClient(
                    base_url=service.url,
                    headers=service.headers | {"Accept-Language": say("ru", "en")},
                    trust_env=False,
                ) as http:
                    await _talk(telegram, service, http, say)
            finally:
                stopped = await asyncio.to_thread(service.stop)
    return stopped


async def _talk(
    telegram: TelegramSimulator, service: ServiceProcess, http: httpx.AsyncClient, say: Say
) -> None:
    await _introduce(http)
    url = f"{service.url}/webhooks/telegram"
    await asyncio.to_thread(service.run, "telegram", "setup", "--url", url)
    print(
        say(
            f"Сервис запущен: {service.url}, имитация Telegram: {telegram.api_url}\n\n{RUSSIAN_HELP}",
            f"The service is running at {service.url}, the simulated Telegram at {telegram.api_url}.\n\n"
            f"{ENGLISH_HELP}",
        ),
        flush=True,
    )
    conversation = Conversation(telegram, telegram.chat(CHAT), http, say)
    showing = asyncio.create_task(conversation.show())
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if not sys.stdin.isatty():
            print(line)
        if await conversation.write(line) and not sys.stdin.isatty():
            await conversation.hear_out()
    showing.cancel()


async def _introduce(http: httpx.AsyncClient) -> None:
    """Sync the agency with a current tariff and its working chat."""
    today = datetime.now(UTC).date()  # noqa: TID251 - the demonstration lives today
    tariff = {
        "tariff": "extended",
        "from": f"{today - timedelta(days=30)}",
        "until": f"{today + timedelta(days=300)}",
    }
    customer = {
        "name": "Агентство 17",
        "contract_accepted_on": f"{today - timedelta(days=400)}",
        "licence": "boxed",
        "paid_until": None,
        "tariffs": [tariff],
        "exclusive_version": False,
    }
    (await http.put(f"/v1/customers/{CUSTOMER}", json=customer)).raise_for_status()
    chat = f"/v1/customers/{CUSTOMER}/chats/telegram/{CHAT}"
    (await http.put(chat, json={"title": "Агентство 17 и поддержка"})).raise_for_status()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(chosen_language(__doc__))))
