"""Prints, as JSON, samples of all that passes between the desk and the simulated Telegram.

`make test-contracts` holds them against the types of a public library, in an environment of its own.
"""

import asyncio
import json
import sys
from typing import Any

import httpx

from app.adapters.messengers.telegram.api import TelegramApi
from app.adapters.messengers.telegram.messenger import TelegramMessenger
from app.adapters.messengers.telegram.polling import TelegramPolling
from app.adapters.messengers.telegram.setup import remove_webhook, set_webhook
from app.application.ports.messengers import Outgoing
from app.domain.chats.inbound import Ignored
from simulator.telegram import TOKEN, TelegramSimulator, person

MORNING = 1_795_330_800.0


async def samples() -> dict[str, list[Any]]:
    """Play each kind of update and each call once; give `updates`, `calls` and `answers`."""
    answers: list[Any] = []
    updates: list[Any] = []

    async def keep(response: httpx.Response) -> None:
        method = response.url.path.rpartition("/")[2]
        if not response.url.path.startswith("/file/"):
            answers.append([method, response.status_code, json.loads(await response.aread())])

    async def receive(raw: bytes) -> None:
        updates.append(json.loads(raw))

    async with TelegramSimulator(lambda: MORNING) as telegram:
        api = TelegramApi(TOKEN, telegram.api_url, f"{telegram.api_url}/file")
        # Not through the client's public face: what it asks and gets is to be seen as it goes over the wire.
        api._client.event_hooks["response"].append(keep)  # noqa: SLF001
        messenger = TelegramMessenger(api)
        play(telegram)
        await TelegramPolling(api, receive).run_once()
        for update in updates:
            event = messenger.read(json.dumps(update).encode()).event
            opens_topic = "forum_topic_created" in update.get("message", ())
            assert isinstance(event, Ignored) is opens_topic, f"the desk passes over {sorted(update)}"
        await speak(messenger, telegram)
        await set_webhook(api, "https://desk.example.org/webhooks/telegram", "s3cret")
        await remove_webhook(api)
        await messenger.close()
        return {"updates": updates, "calls": [list(call) for call in telegram.calls], "answers": answers}


def play(telegram: TelegramSimulator) -> None:
    """Let people do each thing once."""
    group, private = telegram.chat(-41, "group"), telegram.chat(5_000_001, "private", "Анна")
    said = telegram.say(group, "Не работает выгрузка")
    telegram.say(group, "и вот ещё", person(2, "Пётр"), reply_to_message=dict(said))
    telegram.edit(group, said, text="Не работает выгрузка на площадку")
    photo = [telegram.keep_file(b"\xff\xd8", width=90, height=60)]
    telegram.say(private, photo=photo, caption="Снимок", media_group_id="1")
    telegram.say(private, voice=telegram.keep_file(b"OggS", duration=3, mime_type="audio/ogg"))
    telegram.say(private, document=telegram.keep_file(b"%PDF-", file_name="акт.pdf"))
    forum = telegram.chat(-1_002_000_000_041, "supergroup")
    telegram.say_in(forum, telegram.open_topic(forum, "Выгрузка"), "Не работает")
    telegram.block(private)
    telegram.let_in(private)
    telegram.upgrade(group)


async def speak(messenger: TelegramMessenger, telegram: TelegramSimulator) -> None:
    """Send to a chat that takes it and to chats that do not, and fetch a file."""
    await messenger.send(Outgoing("5000001", "Здравствуйте!", "1", reply_to="1"))
    await messenger.send(Outgoing("-41", "Здравствуйте!", "2"))
    forum = telegram.chats[-1_002_000_000_041]
    await messenger.send(Outgoing(str(forum.id), "Здравствуйте!", "5", topic=str(min(forum.topics))))
    await messenger.send(Outgoing("-77", "Здравствуйте!", "3"))
    telegram.block(telegram.chats[5_000_001])
    await messenger.send(Outgoing("5000001", "Здравствуйте!", "4"))
    await messenger.check()
    async for _ in messenger.download("file-1"):
        pass


if __name__ == "__main__":
    json.dump(asyncio.run(samples()), sys.stdout)
