"""The port of a messenger: it reads updates, sends messages and fetches files.

Sending raises no error for a failure of the provider or the network. Every attempt ends with an outcome,
and the relay has one action for each outcome (docs/decisions/0114-sending.md).
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
    """One part of a message, short enough for the channel; plain text, sent unchanged.

    `reply_to` is the provider's id of the message that is answered, `topic` the provider's id of the topic in
    the chat. `reference` is the desk's id of the part, for providers that echo it.
    """

    address: str
    text: str
    reference: str
    reply_to: str | None = None
    topic: str | None = None


class UnreadableUpdateError(Exception):
    """An unreadable update; the message names the wrong member, never its value."""


class FileGone(Exception):
    """The provider refuses the file: `code` is `too_large` or `unavailable`."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class FileDelayed(Exception):
    """The file could not be fetched now; another try may succeed."""


class Messenger(Protocol):
    """A channel's provider."""

    channel: str
    max_units: int
    """Maximum length of a message's text, in UTF-16 code units."""

    def read(self, raw: bytes) -> Inbound:
        """Parse one stored update. Raises UnreadableUpdateError, but not for unknown members and kinds."""
        ...

    async def send(self, message: Outgoing) -> SendOutcome:
        """Try once to send; a failure of the provider or the network is an outcome, not an error."""
        ...

    def download(self, provider_id: str) -> AsyncIterator[bytes]:
        """Return a file's bytes in pieces. Raises FileGone or FileDelayed."""
        ...

    async def check(self) -> str | None:
        """Check whether the provider accepts the token; return None, or the code of the problem."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
