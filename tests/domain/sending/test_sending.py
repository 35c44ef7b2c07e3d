"""Every outcome has one stated action, by the class of the message; rests grow; states add up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sending.breaker import MOST_FAILURES, Breaker
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
from app.domain.sending.pace import (
    CHANNEL_BURST,
    UNASSIGNED_GAP,
    UNASSIGNED_PATIENCE,
    chat_gap,
    free_slots,
    may_tell_unassigned,
    take_slots,
    unassigned_first,
)
from app.domain.sending.part import WORDS_OF_AGENTS, OutboxKind, OutboxMessage, PartState
from app.domain.sending.policy import (
    MOST_ATTEMPTS,
    REPEATED,
    NextState,
    ResendUnknown,
    backoff,
    delivery_of,
    next_step,
    throttle_seconds,
    words_to_send,
)
from app.domain.tickets.message import DeliveryState

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
AUTOMATIC = OutboxMessage(
    id="1",
    chat_id="chat",
    customer_id="agency-17",
    ticket_id="ticket",
    message_id=None,
    kind=OutboxKind.ACKNOWLEDGEMENT,
    text="Зарегистрировано",
    created_at=NOW,
    state_at=NOW,
)
HUMAN = replace(AUTOMATIC, kind=OutboxKind.ANSWER, message_id="message", text="Посмотрите")
LAST_TRY = MOST_ATTEMPTS - 1

TABLE: dict[str, tuple[OutboxMessage, SendOutcome, NextState]] = {
    "sent": (AUTOMATIC, Sent("7"), NextState(PartState.SENT)),
    "too fast: wait, no attempt": (AUTOMATIC, Throttled(9), NextState(PartState.PENDING, "throttled")),
    "moved: at once, no attempt, and what it replied to is not there": (
        replace(HUMAN, reply_to="5"),
        Remapped("-100"),
        NextState(PartState.PENDING, "remapped", plainly=True),
    ),
    "channel down: wait, no attempt": (HUMAN, ChannelDown("token"), NextState(PartState.PENDING, "token")),
    "reply refused: once more without it": (
        replace(HUMAN, reply_to="5"),
        Fixable("reply"),
        NextState(PartState.PENDING, "reply", charged=True, plainly=True),
    ),
    "topic refused: once more in the chat itself": (
        replace(AUTOMATIC, topic="5"),
        Fixable("topic_missing"),
        NextState(PartState.PENDING, "topic_missing", charged=True, plainly=True),
    ),
    "nothing left to leave out": (HUMAN, Fixable("reply"), NextState(PartState.DEAD, "reply", charged=True)),
    "refused for good": (AUTOMATIC, Permanent("bad"), NextState(PartState.DEAD, "bad", charged=True)),
    "chat lost": (HUMAN, Permanent("blocked", True), NextState(PartState.DEAD, "blocked", charged=True)),
    "not taken: again": (
        AUTOMATIC,
        Transient("busy"),
        NextState(PartState.PENDING, "busy", 1.0, charged=True),
    ),
    "not taken, third time": (
        replace(HUMAN, attempts=2),
        Transient("busy"),
        NextState(PartState.PENDING, "busy", 4.0, charged=True),
    ),
    "not taken, and the provider asked for time": (
        HUMAN,
        Transient("busy", 30),
        NextState(PartState.PENDING, "busy", 30.0, charged=True),
    ),
    "not taken, and the provider asked for a day": (
        HUMAN,
        Transient("busy", 86_400),
        NextState(PartState.PENDING, "busy", 3_600.0, charged=True),
    ),
    "not taken, last time": (
        replace(AUTOMATIC, attempts=LAST_TRY),
        Transient("busy"),
        NextState(PartState.DEAD, "busy", charged=True),
    ),
    "no answer to an automatic message": (
        AUTOMATIC,
        Unknown("timeout"),
        NextState(PartState.UNKNOWN, "timeout", charged=True),
    ),
    "no answer to words of a person: once more, marked": (
        HUMAN,
        Unknown("timeout"),
        NextState(PartState.PENDING, "timeout", 60.0, charged=True, repeated=True),
    ),
    "no answer to the repetition either": (
        replace(HUMAN, repeated=True),
        Unknown("timeout"),
        NextState(PartState.UNKNOWN, "timeout", charged=True),
    ),
    "no answer, and no room for the mark": (
        replace(HUMAN, text="я" * 4_096),
        Unknown("timeout"),
        NextState(PartState.UNKNOWN, "timeout", charged=True),
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_an_outcome_has_its_stated_action(case: str) -> None:
    part, outcome, step = TABLE[case]
    assert next_step(part, outcome, 0.0, ResendUnknown.ONCE) == step


@pytest.mark.parametrize("kind", OutboxKind)
def test_with_never_nothing_unknown_is_sent_again(kind: OutboxKind) -> None:
    step = next_step(replace(HUMAN, kind=kind), Unknown("timeout"), 0.0, ResendUnknown.NEVER)
    assert step.state is PartState.UNKNOWN


@pytest.mark.parametrize("kind", OutboxKind)
def test_only_words_of_a_person_are_repeated(kind: OutboxKind) -> None:
    step = next_step(replace(HUMAN, kind=kind), Unknown("timeout"), 0.0, ResendUnknown.ONCE)
    assert step.repeated == (kind in WORDS_OF_AGENTS) == (step.state is PartState.PENDING)


def test_only_a_repetition_is_marked() -> None:
    assert words_to_send(HUMAN) == HUMAN.text
    assert words_to_send(replace(HUMAN, repeated=True)) == f"{REPEATED}{HUMAN.text}"


def test_pauses_double_up_to_five_minutes() -> None:
    assert [backoff(n, 0.0) for n in range(1, 12)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@given(attempts=st.integers(1, 10_000), jitter=st.floats(-1, 1))
def test_a_pause_differs_by_a_fifth_at_most(attempts: int, jitter: float) -> None:
    plain = backoff(attempts, 0.0)
    assert 0.8 * plain <= backoff(attempts, jitter) <= 1.2 * plain


@pytest.mark.parametrize(
    ("asked", "least"), [(5, 5), (0, 1), (-3, 1), (10**9, 3_600), (float("inf"), 3_600), (float("nan"), 1)]
)
def test_a_throttled_chat_rests_at_least_as_long_as_was_asked(asked: float, least: float) -> None:
    assert throttle_seconds(asked, 0.0) == least
    assert least <= throttle_seconds(asked, -0.7) <= 1.2 * least


# Delivery of a message by its parts


def parts(*states: PartState) -> list[OutboxMessage]:
    return [replace(HUMAN, state=state, error_code=f"code-{n}") for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "told", "code"),
    [
        ((PartState.PENDING,), DeliveryState.PENDING, "code-0"),
        ((PartState.LEASED,), DeliveryState.SENDING, None),
        ((PartState.SENT,), DeliveryState.SENT, None),
        ((PartState.UNKNOWN,), DeliveryState.UNKNOWN, "code-0"),
        ((PartState.DEAD,), DeliveryState.FAILED, "code-0"),
        ((PartState.CANCELLED,), DeliveryState.CANCELLED, "code-0"),
        ((PartState.SENT, PartState.PENDING), DeliveryState.SENDING, "code-1"),
        ((PartState.SENT, PartState.UNKNOWN, PartState.SENT), DeliveryState.UNKNOWN, "code-1"),
        ((PartState.UNKNOWN, PartState.DEAD, PartState.DEAD), DeliveryState.FAILED, "code-1"),
        ((PartState.SENT, PartState.CANCELLED), DeliveryState.CANCELLED, "code-1"),
        ((PartState.PENDING, PartState.PENDING), DeliveryState.PENDING, "code-0"),
    ],
)
def test_a_message_is_as_far_as_its_parts(
    states: tuple[PartState, ...], told: DeliveryState, code: str | None
) -> None:
    delivery = delivery_of(parts(*states), NOW)
    assert (delivery.state, delivery.error_code, delivery.at) == (told, code, NOW)


# The breaker


def test_failures_of_one_chat_do_not_stop_the_channel() -> None:
    breaker = Breaker()
    for _ in range(50):
        breaker = breaker.failed("chat", "busy", NOW)
    assert not breaker.down


@pytest.mark.parametrize("chats", [("a", "a", "a", "a", "b"), ("a", "b", "a", "b", "a")])
def test_five_failures_in_a_row_of_two_chats_stop_the_channel(chats: tuple[str, ...]) -> None:
    breaker = Breaker()
    for number, chat in enumerate(chats, start=1):
        breaker = breaker.failed(chat, "busy", NOW)
        assert breaker.down == (number == MOST_FAILURES)
    assert (breaker.down_since, breaker.code, breaker.probe_at) == (NOW, "busy", NOW + timedelta(seconds=5))


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = Breaker()
    for chat in "abcd":
        breaker = breaker.failed(chat, "busy", NOW)
    breaker = breaker.answered().failed("e", "busy", NOW)
    assert not breaker.down


def test_a_channel_that_is_down_stays_so_since_when_it_was() -> None:
    down = Breaker().opened("token", NOW)
    later = NOW + timedelta(minutes=1)
    assert down.opened("other", later) == down
    assert down.failed("chat", "busy", later) == down
    assert not down.answered().down


def test_probes_come_ever_later_up_to_a_minute() -> None:
    breaker, pauses = Breaker().opened("token", NOW), []
    for _ in range(6):
        breaker = breaker.probing(NOW)
        assert breaker.probe_at is not None
        pauses.append((breaker.probe_at - NOW).total_seconds())
    assert pauses == [10, 20, 40, 60, 60, 60]


# The pace


def test_a_person_gets_one_a_second_and_a_group_twenty_a_minute() -> None:
    assert chat_gap(private=True) == timedelta(seconds=1)
    assert chat_gap(private=False) * 20 == timedelta(minutes=1)


@given(wants=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40)), max_size=60))
def test_no_second_sees_more_than_thirty_messages_of_a_channel(wants: list[tuple[int, int]]) -> None:
    now, full_at, sent = NOW, None, []
    for wait, wanted in wants:
        now += timedelta(milliseconds=wait)
        taken = min(wanted, free_slots(full_at, now))
        full_at = take_slots(full_at, taken, now)
        sent += [now] * taken
    for first in sent:
        within = [at for at in sent if first <= at <= first + timedelta(seconds=1)]
        assert len(within) <= 30


def test_a_rested_channel_may_send_its_burst_at_once() -> None:
    assert free_slots(None, NOW) == CHANNEL_BURST
    full_at = take_slots(None, CHANNEL_BURST, NOW)
    assert free_slots(full_at, NOW) == 0
    assert free_slots(full_at, NOW + timedelta(milliseconds=39)) == 0
    assert free_slots(full_at, NOW + timedelta(milliseconds=40)) == 1
    assert free_slots(full_at, full_at) == CHANNEL_BURST


@pytest.mark.parametrize(
    ("until", "may", "first"),
    [
        (None, True, True),
        (timedelta(milliseconds=1), False, False),
        (UNASSIGNED_GAP, False, False),
        (timedelta(), True, False),
        (-UNASSIGNED_PATIENCE, True, True),
    ],
)
def test_an_unassigned_chat_is_told_when_its_gap_is_over(
    until: timedelta | None, may: bool, first: bool
) -> None:
    unassigned_at = None if until is None else NOW + until
    assert may_tell_unassigned(unassigned_at, NOW) is may
    assert unassigned_first(unassigned_at, NOW) is first


def test_one_part_a_gap_makes_sixty_in_a_minute() -> None:
    assert timedelta(minutes=1) / UNASSIGNED_GAP == 60
