"""Telegram as a messenger of the desk (4.1), by the Bot API."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from app.adapters.messengers.telegram.api import (
    UNAUTHORIZED,
    ApiReply,
    CallFailed,
    TelegramApi,
    is_success,
)
from app.adapters.messengers.telegram.outcomes import outcome_of
from app.adapters.messengers.telegram.updates import CHANNEL, read_update
from app.application.ports.messengers import FileDelayed, FileGone, Outgoing
from app.domain.chats.inbound import Inbound
from app.domain.sending.outcome import SendOutcome, Transient, Unknown

MAX_UNITS = 4_096
"""Safe maximum of a text: sources disagree whether Telegram counts code points or UTF-16 units."""

MAX_FILE = 20 * 1024 * 1024
"""Maximum size of a file that the Bot API lets a bot download, in bytes."""


class TelegramMessenger:
    """The messenger port by Telegram: reads updates, sends plain texts, downloads files."""

    channel = CHANNEL
    max_units = MAX_UNITS

    def __init__(self, api: TelegramApi) -> None:
        """Use the API, which is closed with the messenger."""
        self._api = api

    def read(self, raw: bytes) -> Inbound:
        """Parse one update.

        Raises UnreadableUpdateError if a required member is wrong.
        """
        return read_update(raw, self._api.bot_id)

    async def send(self, message: Outgoing) -> SendOutcome:
        """Send once, as plain text, so that no part of it is interpreted as markup."""
        parameters: dict[str, object] = {
            "chat_id": int(message.address),
            "text": message.text,
            "link_preview_options": {"is_disabled": True},
        }
        if message.topic is not None:
            parameters["message_thread_id"] = int(message.topic)
        if message.reply_to is not None:
            parameters["reply_parameters"] = {
                "message_id": int(message.reply_to),
                "allow_sending_without_reply": True,
            }
        try:
            return outcome_of(await self._api.call("sendMessage", parameters=parameters))
        except CallFailed as failure:
            return Unknown(failure.code) if failure.reached else Transient(failure.code)

    async def download(self, provider_id: str) -> AsyncIterator[bytes]:
        """Yield a file's bytes in pieces.

        Raises FileGone if it cannot be fetched any more, FileDelayed if it may be later.
        """
        try:
            path = _path(await self._api.call("getFile", parameters={"file_id": provider_id}))
            async with self._api.open_file(path) as response:
                if not is_success(response.status_code):
                    raise FileDelayed
                size = 0
                async for piece in response.aiter_bytes():
                    size += len(piece)
                    if size > MAX_FILE:
                        raise FileGone("too_large")
                    yield piece
        except CallFailed:
            raise FileDelayed from None

    async def check(self) -> str | None:
        """Check the connection and the token; returns None, or the code of the problem."""
        try:
            answer = await self._api.call("getMe")
        except CallFailed as failure:
            return failure.code
        if answer.succeeded:
            return None
        return "unauthorized" if answer.code in UNAUTHORIZED else f"http_{answer.code}"

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


def _path(answer: ApiReply) -> str:
    """Return the path under which a file can be fetched for an hour.

    Raises FileGone if it cannot be fetched any more, FileDelayed if it may be later.
    """
    if not answer.succeeded:
        if "too big" in answer.description:
            raise FileGone("too_large")
        raise FileDelayed
    path = answer.result.get("file_path") if isinstance(answer.result, dict) else None
    if not isinstance(path, str) or path.startswith("/") or ".." in path:
        # A Bot API server in --local mode returns a path on its own disk, which we cannot read.
        raise FileGone("unavailable")
    return quote(path)
