"""A messenger that answers as it was told to, and remembers what it was given."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator

from app.application.ports.messengers import Outgoing
from app.domain.chats.inbound import Inbound
from app.domain.sending.outcome import SendOutcome, Sent


class ScriptedMessenger:
    """Takes every message, unless the script of its address says otherwise.

    An Exception in a script is raised; an Event is waited for, as a provider that does not answer.
    """

    max_units = 4_096

    def __init__(self, channel: str = "telegram") -> None:
        self.channel = channel
        self.asked: list[Outgoing] = []
        self.taken: list[Outgoing] = []
        self.wrong: str | None = None
        self.checks = 0
        self._scripts: defaultdict[str, deque[SendOutcome | Exception | asyncio.Event]] = defaultdict(deque)

    def will(self, address: str, *script: SendOutcome | Exception | asyncio.Event) -> None:
        """Let the next messages to an address end so."""
        self._scripts[address].extend(script)

    def texts(self, address: str | None = None) -> list[str]:
        """Give what is in the chat, or in all of them."""
        return [each.text for each in self.taken if address in {None, each.address}]

    async def send(self, message: Outgoing) -> SendOutcome:
        self.asked.append(message)
        script = self._scripts[message.address]
        await asyncio.sleep(0)
        while script:
            step = script.popleft()
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, Exception):
                raise step
            elif isinstance(step, Sent):
                break
            else:
                return step
        self.taken.append(message)
        return Sent(f"{len(self.taken)}")

    async def check(self) -> str | None:
        self.checks += 1
        return self.wrong

    def read(self, raw: bytes) -> Inbound:
        raise NotImplementedError

    def download(self, provider_id: str) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is held."""
