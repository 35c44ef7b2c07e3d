"""Telegram as a bot sees it: chats with people in them, the Bot API, and deliveries to a webhook.

It keeps to what Telegram was read to do (messengers.md, section 2): one update a request, a chat's
updates one after another, chats in parallel, any other status than 2xx delivered again with a growing
pause, message ids unique within a chat only, the upgrade of a group with its two service messages.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx

from simulator.loopback import LoopbackServer, Reply, Request, json_reply

BOT_ID = 4_200_000_001
TOKEN = f"{BOT_ID}:" + "S" * 35
LONGEST_TEXT = 4_096
FILE_LIMIT = 20 * 1024 * 1024
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0
"""Pauses between deliveries of one update; Telegram's own begin at 2 s and end at 60-120 s."""

Fault = Callable[[Request], Reply | None]
"""May answer in the place of the Bot API; None lets it answer itself."""


@dataclass
class Chat:
    """A chat with the bot in it. `messages` are those of everybody, the bot included, oldest first."""

    id: int
    type: str
    title: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[int, str] | None = None
    """What the bot is answered when it writes: error code and description."""
    upgraded_to: int | None = None
    topics: set[int] = field(default_factory=set)
    """The topics of a forum; a chat without any is none."""
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def shown(self) -> dict[str, Any]:
        """The chat as updates show it."""
        forum = {"is_forum": True} if self.topics else {}
        names = {"first_name": self.title or "?"} if self.type == "private" else {"title": self.title or "?"}
        return {"id": self.id, "type": self.type, **names, **forum}

    def in_topic(self, topic: int | None) -> list[str]:
        """The texts that the bot wrote in a topic, or in the general one, oldest first."""
        from_bot = [one for one in self.messages if one["from"]["id"] == BOT_ID]
        return [one["text"] for one in from_bot if one.get("message_thread_id") == topic]

    @property
    def from_bot(self) -> list[str]:
        """The texts that the bot wrote, oldest first."""
        return [one["text"] for one in self.messages if one["from"]["id"] == BOT_ID and "text" in one]


def person(number: int = 1, name: str = "Анна") -> dict[str, Any]:
    """A person who writes."""
    return {"id": 5_000_000 + number, "is_bot": False, "first_name": name, "language_code": "ru"}


class TelegramSimulator:
    """Use as `async with`: it listens on loopback, and delivers while it is open."""

    def __init__(self, now: Callable[[], float], *, port: int = 0) -> None:
        """Take a clock that gives Unix seconds."""
        self._now = now
        self._server = LoopbackServer(self._handle, port)
        self._update_ids = count(700_000_001)
        self._client = httpx.AsyncClient(timeout=60, trust_env=False)
        self._queues: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._couriers: set[asyncio.Task[None]] = set()
        self._fetched = asyncio.Event()
        self._kept: list[tuple[dict[str, Any], str]] = []
        self._methods: dict[str, Callable[[dict[str, Any]], Awaitable[Reply]]] = {
            "sendMessage": self._send_message,
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "getUpdates": self._get_updates,
            "getFile": self._get_file,
        }
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {"url": ""}
        self.copies = 1
        """How many times at once each update is delivered: a real Telegram delivers some twice."""
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.deliveries: list[tuple[int, int]] = []
        """Of each delivery the update's id and the status that it was answered with; 0: none."""

    @property
    def api_url(self) -> str:
        """What SUPPORT_TELEGRAM_API_URL is to be."""
        return self._server.url

    async def __aenter__(self) -> Self:
        """Listen."""
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop delivering and listening."""
        for courier in self._couriers:
            courier.cancel()
        await asyncio.gather(*self._couriers, return_exceptions=True)
        await self._server.__aexit__(kind, failure, trace)
        await self._client.aclose()

    # --- what people do -------------------------------------------------------------------------

    def chat(self, id_: int, type_: str = "supergroup", title: str | None = "Агентство 17") -> Chat:
        """Open a chat, or find it."""
        return self.chats.setdefault(id_, Chat(id_, type_, title))

    def say(
        self,
        chat: Chat,
        text: str | None = None,
        by: dict[str, Any] | None = None,
        **content: Any,  # noqa: ANN401 - members of a message
    ) -> dict[str, Any]:
        """Let a person write; `content` is further members of the message. Give the message."""
        message = self._written(chat, by or person(), content if text is None else {"text": text, **content})
        self._deliver({"message": message})
        return message

    def open_topic(self, chat: Chat, name: str) -> int:
        """Let a person open a topic, which makes a supergroup a forum; give its id."""
        topic = next(chat.ids)
        chat.topics.add(topic)
        opened = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}, **_in_topic(topic)}
        told = {"message_id": topic, "date": int(self._now()), "from": person(), "chat": chat.shown, **opened}
        chat.messages.append(told)
        self._deliver({"message": told})
        return topic

    def say_in(self, chat: Chat, topic: int, text: str) -> dict[str, Any]:
        """Let a person write in a topic."""
        opening = next(one for one in chat.messages if one["message_id"] == topic)
        # In a topic every message formally answers the one that opened it.
        return self.say(chat, text, reply_to_message=dict(opening), **_in_topic(topic))

    def edit(self, chat: Chat, message: dict[str, Any], **content: Any) -> None:  # noqa: ANN401 - the same
        """Let a person change a message."""
        message.update(content, edit_date=int(self._now()))
        self._deliver({"edited_message": dict(message)}, chat)

    def block(self, chat: Chat) -> None:
        """Take the bot out of a chat; what it writes is refused from now on."""
        private = chat.type == "private"
        told = "bot was blocked by the user" if private else f"bot was kicked from the {chat.type} chat"
        chat.refusal = (403, f"Forbidden: {told}")
        self._membership(chat, "kicked")

    def let_in(self, chat: Chat) -> None:
        """Let the bot into a chat again."""
        chat.refusal = None
        self._membership(chat, "member")

    def upgrade(self, chat: Chat, *, tell_old: bool = True, tell_new: bool = True) -> Chat:
        """Make a supergroup of a group; either of the two service messages may be missed."""
        new = self.chat(-1_000_000_000_000 - abs(chat.id), "supergroup", chat.title)
        chat.upgraded_to = new.id
        if tell_old:
            told = self._written(chat, person(), {"migrate_to_chat_id": new.id})
            self._deliver({"message": told})
        if tell_new:
            told = self._written(new, person(), {"migrate_from_chat_id": chat.id})
            self._deliver({"message": told})
        return new

    def keep_file(self, content: bytes, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a file
        """Keep a file; give the member that a message shows it by."""
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = content
        return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_size": len(content), **more}

    async def settled(self) -> None:
        """Wait until every update was taken."""
        await asyncio.gather(*(queue.join() for queue in tuple(self._queues.values())))

    # --- deliveries -----------------------------------------------------------------------------

    def _written(self, chat: Chat, by: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        message = {
            "message_id": next(chat.ids),
            "date": int(self._now()),
            "from": by,
            "chat": chat.shown,
            **content,
        }
        chat.messages.append(message)
        return message

    def _membership(self, chat: Chat, status: str) -> None:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Служба поддержки", "username": "agency_desk_bot"}
        change = {
            "chat": chat.shown,
            "from": person(),
            "date": int(self._now()),
            "old_chat_member": _member(bot, "member" if status == "kicked" else "kicked"),
            "new_chat_member": _member(bot, status),
        }
        self._deliver({"my_chat_member": change}, chat, queue="membership")

    def _deliver(self, content: dict[str, Any], chat: Chat | None = None, queue: str = "chat") -> None:
        """Let an update wait in its queue: a chat's are delivered one after another."""
        where = chat.id if chat is not None else next(iter(content.values()))["chat"]["id"]
        self._hand_over({"update_id": next(self._update_ids), **content}, f"{queue}:{where}")

    def _hand_over(self, update: dict[str, Any], name: str) -> None:
        if not self.webhook["url"]:
            self._kept.append((update, name))
            self._fetched.set()
            return
        if name not in self._queues:
            self._queues[name] = asyncio.Queue()
            courier = asyncio.create_task(self._carry(self._queues[name]))
            self._couriers.add(courier)
        self._queues[name].put_nowait(update)

    async def _carry(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            update = await queue.get()
            pause = FIRST_PAUSE
            while not any(
                200 <= status < 300  # noqa: PLR2004 - the class of success
                for status in await asyncio.gather(*(self._post(update) for _ in range(self.copies)))
            ):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            queue.task_done()

    async def _post(self, update: dict[str, Any]) -> int:
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        try:
            answer = await self._client.post(
                self.webhook["url"], content=json.dumps(update).encode(), headers=headers
            )
        except httpx.HTTPError:
            status = 0
        else:
            status = answer.status_code
            if answer.is_success and answer.content:
                raise AssertionError("a webhook's answer must be empty: Telegram runs what it finds there")
        self.deliveries.append((update["update_id"], status))
        return status

    # --- the Bot API ----------------------------------------------------------------------------

    async def _handle(self, request: Request) -> Reply:
        for fault in self.faults:
            reply = fault(request)
            if reply is not None:
                return reply
        prefix, _, method = request.path.rpartition("/")
        if prefix == f"/bot{TOKEN}":
            answer = self._methods.get(method)
            if answer is not None:
                self.calls.append((method, request.json))
                return await answer(request.json)
        elif request.path.startswith(f"/file/bot{TOKEN}/"):
            return self._file(method)
        elif request.path.startswith("/bot"):
            return refusal(401, "Unauthorized")
        return refusal(404, "Not Found")

    async def _send_message(self, asked: dict[str, Any]) -> Reply:
        chat = self.chats.get(asked["chat_id"])
        if chat is None:
            return refusal(400, "Bad Request: chat not found")
        if chat.upgraded_to is not None:
            moved = "Bad Request: group chat was upgraded to a supergroup chat"
            return refusal(400, moved, migrate_to_chat_id=chat.upgraded_to)
        if chat.refusal is not None:
            return refusal(*chat.refusal)
        if asked.get("message_thread_id") not in {None, *chat.topics}:
            return refusal(400, "Bad Request: message thread not found")
        if not asked["text"].strip():
            return refusal(400, "Bad Request: message text is empty")
        if len(asked["text"].encode("utf-16-le")) // 2 > LONGEST_TEXT:
            return refusal(400, "Bad Request: message is too long")
        return json_reply({"ok": True, "result": self.bot_writes(chat, asked)})

    def bot_writes(self, chat: Chat, asked: dict[str, Any]) -> dict[str, Any]:
        """Put a message of the bot into a chat; also for faults that lose only the answer."""
        content: dict[str, Any] = {"text": asked["text"]}
        if "message_thread_id" in asked:
            content |= _in_topic(asked["message_thread_id"])
        answered = asked.get("reply_parameters", {}).get("message_id")
        found = next((one for one in chat.messages if one["message_id"] == answered), None)
        if found is not None:
            content["reply_to_message"] = {name: found[name] for name in ("message_id", "date", "chat")}
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Служба поддержки", "username": "agency_desk_bot"}
        return self._written(chat, bot, content)

    async def _get_me(self, _: dict[str, Any]) -> Reply:
        me = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Служба поддержки",
            "username": "agency_desk_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": True,
            "supports_inline_queries": False,
        }
        return json_reply({"ok": True, "result": me})

    async def _set_webhook(self, asked: dict[str, Any]) -> Reply:
        self.webhook = dict(asked)
        kept, self._kept = self._kept, []
        for update, name in kept:
            self._hand_over(update, name)
        return json_reply({"ok": True, "result": True, "description": "Webhook was set"})

    async def _delete_webhook(self, _: dict[str, Any]) -> Reply:
        self.webhook = {"url": ""}
        return json_reply({"ok": True, "result": True})

    async def _get_webhook_info(self, _: dict[str, Any]) -> Reply:
        info = {
            "url": self.webhook["url"],
            "has_custom_certificate": False,
            "pending_update_count": sum(queue.qsize() for queue in self._queues.values()),
            "allowed_updates": list(self.webhook.get("allowed_updates", ())),
        }
        return json_reply({"ok": True, "result": info})

    async def _get_updates(self, asked: dict[str, Any]) -> Reply:
        if self.webhook["url"]:
            told = "Conflict: can't use getUpdates method while webhook is active"
            return refusal(409, told)
        self._kept = [one for one in self._kept if one[0]["update_id"] >= asked.get("offset", 0)]
        if not self._kept:
            self._fetched.clear()
            try:
                await asyncio.wait_for(self._fetched.wait(), asked.get("timeout", 0))
            except TimeoutError:
                return json_reply({"ok": True, "result": []})
        return json_reply({"ok": True, "result": [update for update, _ in self._kept[:100]]})

    async def _get_file(self, asked: dict[str, Any]) -> Reply:
        content = self.files.get(asked["file_id"])
        if content is None:
            return refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > FILE_LIMIT:
            return refusal(400, "Bad Request: file is too big")
        shown = {
            "file_id": asked["file_id"],
            "file_unique_id": f"u-{asked['file_id']}",
            "file_size": len(content),
        }
        return json_reply({"ok": True, "result": {**shown, "file_path": f"documents/{asked['file_id']}"}})

    def _file(self, name: str) -> Reply:
        content = self.files.get(name)
        return refusal(404, "Not Found") if content is None else Reply(200, content)


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    return {"user": user, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _in_topic(topic: int) -> dict[str, Any]:
    return {"message_thread_id": topic, "is_topic_message": True}


def refusal(code: int, description: str, **parameters: object) -> Reply:
    """Refuse as the Bot API does."""
    body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    return json_reply(body | ({"parameters": parameters} if parameters else {}), code)
