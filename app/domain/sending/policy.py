"""What follows an attempt to send: one stated action an outcome and a class of messages. Pure.

An automatic message that may be in the chat is left alone: a second acknowledgement is worse than none.
Words of a person are sent once more, later and marked, because silence is worse than a repetition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.sending.outcome import (
    ChannelDown,
    Fixable,
    Permanent,
    Remapped,
    SendOutcome,
    Sent,
    Throttled,
    Transient,
    Unknown,
)
from app.domain.sending.part import WORDS_OF_AGENTS, OutboxMessage, PartState
from app.domain.sending.splitting import MESSAGE_UNITS, units
from app.domain.tickets.message import Delivery, DeliveryState

MOST_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds before the second attempt, doubled for each further one, and at most."""

JITTER = 0.2
REPEAT_AFTER = 60.0
LONGEST_THROTTLE = 3_600.0
"""A provider that asks for more is asked again after this."""

REPEATED = "(возможно, повтор)\n"
"""Stands before words of a person that may be in the chat already."""


class ResendUnknown(StrEnum):
    """Whether words of a person that may be in the chat are sent once more by themselves."""

    ONCE = "once"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class NextState:
    """What becomes of the part. `wait` is in seconds, for one that is to be tried again."""

    state: PartState
    code: str | None = None
    wait: float = 0.0
    charged: bool = False
    plainly: bool = False
    """Without what the provider may refuse: the message that is answered, the topic."""
    repeated: bool = False


def next_step(part: OutboxMessage, outcome: SendOutcome, jitter: float, resend: ResendUnknown) -> NextState:
    """Say what becomes of a part by how the attempt ended; `jitter` is a chance from -1 to 1."""
    match outcome:
        case Sent():
            return NextState(PartState.SENT)
        case Throttled():
            return NextState(PartState.PENDING, "throttled")
        case Remapped():
            return NextState(PartState.PENDING, "remapped", plainly=True)
        case ChannelDown(code):
            return NextState(PartState.PENDING, code)
        case Permanent(code):
            return NextState(PartState.DEAD, code, charged=True)
        case Fixable(code):
            fixable = part.reply_to is not None or part.topic is not None
            state = PartState.PENDING if fixable else PartState.DEAD
            return NextState(state, code, charged=True, plainly=fixable)
        case Transient():
            return _after_transient(part, outcome, jitter)
        case Unknown(code):
            repeated = resend is ResendUnknown.ONCE and may_repeat(part)
            state = PartState.PENDING if repeated else PartState.UNKNOWN
            return NextState(state, code, REPEAT_AFTER if repeated else 0.0, charged=True, repeated=repeated)


def _after_transient(part: OutboxMessage, outcome: Transient, jitter: float) -> NextState:
    attempts = part.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return NextState(PartState.DEAD, outcome.code, charged=True)
    wait = max(backoff(attempts, jitter), min(outcome.seconds or 0.0, LONGEST_THROTTLE))
    return NextState(PartState.PENDING, outcome.code, wait, charged=True)


def may_repeat(part: OutboxMessage) -> bool:
    """Say whether a part that may be in the chat can be sent once more with a mark."""
    return part.kind in WORDS_OF_AGENTS and not part.repeated and has_room_for_mark(part)


def has_room_for_mark(part: OutboxMessage) -> bool:
    """Say whether the mark of a repetition fits into the message too."""
    return units(REPEATED) + units(part.text) <= MESSAGE_UNITS


def words_to_send(part: OutboxMessage) -> str:
    """Give the text of a part as it goes out: verbatim, marked only where it may be a repetition."""
    return REPEATED + part.text if part.repeated else part.text


def backoff(attempts: int, jitter: float) -> float:
    """Give the seconds to wait after so many charged attempts: 1, 2, 4 … 300, give or take a fifth."""
    pause = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 16), LONGEST_PAUSE)
    return pause * (1 + JITTER * jitter)


def throttle_seconds(asked: float, jitter: float) -> float:
    """Give how long a throttled chat or channel rests: what was asked and up to a fifth more."""
    return max(1.0, min(asked, LONGEST_THROTTLE)) * (1 + JITTER * abs(jitter))


_BY_STATE = (
    (PartState.DEAD, DeliveryState.FAILED),
    (PartState.CANCELLED, DeliveryState.CANCELLED),
    (PartState.UNKNOWN, DeliveryState.UNKNOWN),
)
"""What one such part makes of the whole message, the strongest first."""


def delivery_of(parts: Sequence[OutboxMessage], at: datetime) -> Delivery:
    """Say how far a message got by its parts; the code is that of the part that tells most."""
    for state, told in _BY_STATE:
        found = next((part for part in parts if part.state is state), None)
        if found is not None:
            return Delivery(told, at, found.error_code)
    states = {part.state for part in parts}
    if states == {PartState.SENT}:
        return Delivery(DeliveryState.SENT, at)
    code = next((part.error_code for part in parts if part.state is PartState.PENDING), None)
    if states == {PartState.PENDING}:
        return Delivery(DeliveryState.PENDING, at, code)
    return Delivery(DeliveryState.SENDING, at, code)
