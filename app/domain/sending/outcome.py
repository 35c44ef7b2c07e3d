"""How an attempt to send may end; each end has one stated action (`sending.py`; messengers.md, 2.9)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message under this id."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too fast: wait so many seconds. The chat alone, or the whole channel. No attempt is charged."""

    seconds: float
    whole_channel: bool = False


@dataclass(frozen=True, slots=True)
class Remapped:
    """The chat goes on under another address (R12). No attempt is charged."""

    address: str


@dataclass(frozen=True, slots=True)
class Fixable:
    """Refused for what can be left out, such as the reply or the topic: send once more without it."""

    code: str


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good. `chat_lost`: nothing can be sent to this chat until it writes again."""

    code: str
    chat_lost: bool = False


@dataclass(frozen=True, slots=True)
class ChannelDown:
    """The channel itself refuses us, as for a wrong token: rows wait, somebody is to be told."""

    code: str


@dataclass(frozen=True, slots=True)
class Transient:
    """Certainly not taken, and worth another try: backoff. `seconds` is what the provider asked for."""

    code: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request went out and no answer came: it may be in the chat. Never sent again blindly."""

    code: str


SendOutcome = Sent | Throttled | Remapped | Fixable | Permanent | ChannelDown | Transient | Unknown
