"""What the desk needs of a messenger: to read its updates, to send, to fetch files.

Sending never raises for what a provider or the network does: every end of an attempt is an outcome,
and each outcome has one stated action of the relay (messengers.md, section 2.9).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from app.domain.chats.inbound import Inbound
from app.domain.sending.outcome import (
    SendOutcome,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One part of a message, short enough for the channel; plain text, sent as it stands.

    `reply_to` is the provider's id of the message that is answered, `topic` that of the part of the chat;
    `reference` is our own id of the part, for providers that echo it.
    """

    address: str
    text: str
    reference: str
    reply_to: str | None = None
    topic: str | None = None


class UnreadableUpdateError(Exception):
    """An update that cannot be read; the message names the member that is wrong, never its value."""


class FileGone(Exception):
    """The provider will not give the file: `code` is `too_large` or `unavailable`."""

    def __init__(self, code: str) -> None:
        """Say why."""
        super().__init__(code)
        self.code = code


class FileDelayed(Exception):
    """The file could not be fetched now; another try may do."""


class Messenger(Protocol):
    """A channel's provider."""

    channel: str
    max_units: int
    """Longest text that one message takes, in UTF-16 code units."""

    def read(self, raw: bytes) -> Inbound:
        """Read one stored update. UnreadableUpdateError. Unknown members and kinds are no error."""
        ...

    async def send(self, message: Outgoing) -> SendOutcome:
        """Try once to send; never raises for what provider or network do."""
        ...

    def download(self, provider_id: str) -> AsyncIterator[bytes]:
        """Give a file's bytes in pieces. FileGone, FileDelayed."""
        ...

    async def check(self) -> str | None:
        """Ask the provider whether it knows us; None, or the code of what is wrong."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
