"""The policy after an attempt to send: one action per outcome and class of messages. Pure.

An automatic message that may be in the chat is left alone: a second acknowledgement is worse than none. A
message written by an agent is sent once more, later and marked, because silence is worse than a repetition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
"""Seconds before the second attempt, doubled for each further one, up to the second value."""

JITTER = 0.2
REPEAT_AFTER = 60.0
LONGEST_THROTTLE = 3_600.0
"""Longest pause in seconds, even if the provider asks for more."""
LONGEST_REST = timedelta(seconds=LONGEST_THROTTLE * (1 + JITTER))
"""Longest wait of a part, a chat or a channel, whatever its reason."""

REPEATED = "(возможно, повтор)\n"
"""Prefix of an agent's message that may be in the chat already."""


class ResendUnknown(StrEnum):
    """The setting for an agent's message that may be in the chat: resend it once, or leave it."""

    ONCE = "once"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class NextState:
    """The next state of a part; `wait` is in seconds, for a part that will be tried again."""

    state: PartState
    code: str | None = None
    wait: float = 0.0
    charged: bool = False
    plainly: bool = False
    """Without the members that the provider may reject: the reply and the topic."""
    repeated: bool = False


def next_step(part: OutboxMessage, outcome: SendOutcome, jitter: float, resend: ResendUnknown) -> NextState:
    """Return the next state of a part after an attempt; `jitter` is a random number from -1 to 1."""
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
    """Check whether a part that may be in the chat can be sent once more with a mark."""
    return part.kind in WORDS_OF_AGENTS and not part.repeated and has_room_for_mark(part)


def has_room_for_mark(part: OutboxMessage) -> bool:
    """Check whether the repetition mark fits into the message too."""
    return units(REPEATED) + units(part.text) <= MESSAGE_UNITS


def words_to_send(part: OutboxMessage) -> str:
    """Return the text of a part as sent: verbatim, with the mark only if it may be a repetition."""
    return REPEATED + part.text if part.repeated else part.text


def backoff(attempts: int, jitter: float) -> float:
    """Return the seconds to wait after this many charged attempts: 1, 2, 4 … 300, each ± 20 %."""
    pause = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 16), LONGEST_PAUSE)
    return pause * (1 + JITTER * jitter)


def throttle_seconds(asked: float, jitter: float) -> float:
    """Return how long a throttled chat or channel rests: the requested time plus up to a fifth."""
    return max(1.0, min(asked, LONGEST_THROTTLE)) * (1 + JITTER * abs(jitter))


_BY_STATE = (
    (PartState.DEAD, DeliveryState.FAILED),
    (PartState.CANCELLED, DeliveryState.CANCELLED),
    (PartState.UNKNOWN, DeliveryState.UNKNOWN),
)
"""The state of the whole message if one part is in this state, the strongest first."""


def delivery_of(parts: Sequence[OutboxMessage], at: datetime) -> Delivery:
    """Return the delivery state of a message by its parts; the code is that of the decisive part."""
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
