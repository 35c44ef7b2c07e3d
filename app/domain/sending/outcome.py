"""Outcomes of an attempt to send; each has one action in `policy.py` (docs/decisions/0114-sending.md)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider accepted the message under this id."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Rejected for its rate: the chat, or the whole channel, must wait. No attempt is charged."""

    seconds: float
    whole_channel: bool = False


@dataclass(frozen=True, slots=True)
class Remapped:
    """The chat has moved to another address (R12). No attempt is charged."""

    address: str


@dataclass(frozen=True, slots=True)
class Fixable:
    """Rejected for an optional member, such as the reply or the topic: send once more without it."""

    code: str


@dataclass(frozen=True, slots=True)
class Permanent:
    """Rejected permanently. `chat_lost`: no message can reach this chat until it writes again."""

    code: str
    chat_lost: bool = False


@dataclass(frozen=True, slots=True)
class ChannelDown:
    """The channel itself rejects us, as for a wrong token: rows wait, and an operator must act."""

    code: str


@dataclass(frozen=True, slots=True)
class Transient:
    """Certainly not accepted, but worth another try after a pause; `seconds` is the provider's request."""

    code: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came to the request: the message may be in the chat, and is never resent blindly."""

    code: str


SendOutcome = Sent | Throttled | Remapped | Fixable | Permanent | ChannelDown | Transient | Unknown
