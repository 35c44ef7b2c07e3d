"""Reception of updates by long polling, for installations without a public address."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from app.adapters.messengers.telegram.api import ApiReply, CallFailed, TelegramApi
from app.adapters.messengers.telegram.members import whole
from app.adapters.messengers.telegram.outcomes import pause_of
from app.adapters.messengers.telegram.updates import ALLOWED_UPDATES

WAIT_SECONDS = 25
PAUSE_SECONDS = 5.0
CONFLICT_SECONDS = 30.0

Receive = Callable[[bytes], Awaitable[None]]
"""A function that stores one update durably before it returns; it may get the same update again."""


class TelegramPolling:
    """A loop of long polls; an update is confirmed to Telegram only after it was stored."""

    def __init__(self, api: TelegramApi, receive: Receive) -> None:
        """Start with the updates that Telegram keeps unconfirmed."""
        self._api = api
        self._receive = receive
        self._offset: int | None = None
        self._call: asyncio.Task[ApiReply] | None = None
        self.trouble: str | None = None
        """Code of the last poll's failure; None after a success."""

    async def run_once(self) -> float:
        """Wait for updates and store them; returns the seconds to pause before the next poll."""
        call = self._call = asyncio.create_task(
            self._api.call("getUpdates", wait_seconds=WAIT_SECONDS, parameters=self._parameters())
        )
        try:
            await asyncio.wait({call})
        finally:
            call.cancel()
        if call.cancelled():
            return PAUSE_SECONDS
        try:
            answer = call.result()
        except CallFailed as failure:
            self.trouble = failure.code
            return PAUSE_SECONDS
        if not answer.succeeded or not isinstance(answer.result, list):
            return self._pause_after(answer)
        self.trouble = None
        for update in answer.result:
            await self._receive(json.dumps(update).encode())
        ids = [
            one["update_id"] for one in answer.result if isinstance(one, dict) and whole(one.get("update_id"))
        ]
        if ids:
            # Of this poll alone: after a quiet week Telegram may continue with a lower id.
            self._offset = max(ids) + 1
        return 0.0

    async def finish(self, _seconds: float) -> None:
        """Stop waiting for updates."""
        if self._call is not None:
            self._call.cancel()

    def _parameters(self) -> dict[str, object]:
        asked: dict[str, object] = {"timeout": WAIT_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            asked["offset"] = self._offset
        return asked

    def _pause_after(self, answer: ApiReply) -> float:
        """Return the pause; a conflict means that a webhook is set or another process polls this token."""
        self.trouble = "another_receiver" if answer.code == HTTPStatus.CONFLICT else f"http_{answer.code}"
        return pause_of(answer, CONFLICT_SECONDS if answer.code == HTTPStatus.CONFLICT else PAUSE_SECONDS)
