"""What was measured: waited, worked and paused, in working minutes, from the history alone (R8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tickets.clocks import Measured, Step, measure
from app.domain.tickets.event import ActorKind, EventType
from app.domain.vocabulary import Status, WaitingOn
from tests.domain.cases import CALENDAR, msk

AGENT, SYSTEM, CUSTOMER = ActorKind.AGENT, ActorKind.SYSTEM, ActorKind.CUSTOMER
FRIDAY = msk(2026, 11, 20, 10)


def registered(at: datetime = FRIDAY, status: Status = Status.QUEUED) -> Step:
    return Step(at, EventType.REGISTERED, CUSTOMER, status)


def friday(hour: int, minute: int = 0) -> datetime:
    return msk(2026, 11, 20, hour, minute)


def read(now: datetime, *steps: Step, received_at: datetime = FRIDAY) -> Measured:
    return measure(received_at, steps, now, CALENDAR)


def paused(measured: Measured) -> dict[WaitingOn, int]:
    return {cause: minutes for cause, minutes in measured.paused_minutes.items() if minutes}


def test_an_untouched_ticket_waits_in_working_minutes_only() -> None:
    monday = msk(2026, 11, 23, 9, 30)
    measured = read(monday, registered())
    assert (measured.first_reaction_at, measured.waited_minutes) == (None, 8 * 60 + 30)
    assert (measured.worked_minutes, paused(measured), measured.resolved_at) == (0, {}, None)


def test_a_new_ticket_runs_the_clock_too() -> None:
    assert read(friday(11), registered(status=Status.NEW)).waited_minutes == 60


def test_waiting_ends_and_work_begins_when_an_agent_starts() -> None:
    started = Step(friday(11, 15), EventType.STARTED, AGENT, Status.IN_PROGRESS)
    measured = read(friday(12), registered(), started)
    assert measured.first_reaction_at == friday(11, 15)
    assert (measured.waited_minutes, measured.worked_minutes) == (75, 45)


def test_classifying_is_no_reaction() -> None:
    classified = Step(friday(10, 30), EventType.CLASSIFIED, AGENT, Status.QUEUED)
    measured = read(friday(11), registered(status=Status.NEW), classified)
    assert (measured.first_reaction_at, measured.waited_minutes) == (None, 60)


@pytest.mark.parametrize("by", [SYSTEM, CUSTOMER])
def test_only_an_agent_reacts(by: ActorKind) -> None:
    step = Step(friday(10, 30), EventType.REDECIDED, by, Status.QUEUED)
    assert read(friday(11), registered(), step).first_reaction_at is None


def test_an_answer_before_work_is_a_reaction() -> None:
    sent = Step(friday(10, 20), EventType.MESSAGE_SENT, AGENT, Status.QUEUED)
    measured = read(friday(12), registered(), sent)
    assert (measured.first_reaction_at, measured.waited_minutes, measured.worked_minutes) == (
        friday(10, 20),
        20,
        0,
    )


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (Status.WAITING_CUSTOMER, WaitingOn.CUSTOMER),
        (Status.WAITING_PARTNER, WaitingOn.PARTNER),
        (Status.IN_DEVELOPMENT, WaitingOn.DEVELOPMENT),
        (Status.WAITING_RELEASE, WaitingOn.RELEASE),
        (Status.DEFERRED, WaitingOn.DEFERRED),
        (Status.SEPARATE_ORDER, WaitingOn.SEPARATE_ORDER),
    ],
)
def test_each_pause_has_a_clock_of_its_own(status: Status, cause: WaitingOn) -> None:
    measured = read(friday(13), registered(status=status))
    assert (measured.waited_minutes, measured.worked_minutes) == (0, 0)
    assert paused(measured) == {cause: 180}


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.DECLINED, Status.CLOSED])
def test_no_clock_runs_when_all_is_done(status: Status) -> None:
    measured = read(friday(13), registered(status=status))
    assert (measured.waited_minutes, measured.worked_minutes, paused(measured)) == (0, 0, {})


def test_a_whole_life_over_a_weekend() -> None:
    measured = read(
        msk(2026, 11, 24, 12),
        registered(),
        Step(friday(11), EventType.STARTED, AGENT, Status.IN_PROGRESS),
        Step(friday(17, 30), EventType.INFORMATION_REQUESTED, AGENT, Status.WAITING_CUSTOMER),
        Step(msk(2026, 11, 21, 14), EventType.MESSAGE_RECEIVED, CUSTOMER, Status.WAITING_CUSTOMER),
        Step(msk(2026, 11, 23, 9, 20), EventType.REQUEUED, SYSTEM, Status.QUEUED),
        Step(msk(2026, 11, 23, 10), EventType.STARTED, AGENT, Status.IN_PROGRESS),
        Step(msk(2026, 11, 23, 10, 45), EventType.RESOLVED, AGENT, Status.RESOLVED),
    )
    assert measured.waited_minutes == 60
    assert measured.worked_minutes == 6 * 60 + 30 + 45
    assert paused(measured) == {WaitingOn.CUSTOMER: 30 + 20}
    assert measured.resolved_at == msk(2026, 11, 23, 10, 45)


def test_the_clock_starts_with_the_arrival_though_registration_came_later() -> None:
    received = msk(2026, 11, 20, 9, 40)
    measured = read(friday(10, 10), registered(), received_at=received)
    assert measured.waited_minutes == 30


def test_parts_of_a_minute_are_summed_before_they_are_cut_off() -> None:
    half = timedelta(seconds=30)
    steps = [registered()]
    for number in range(4):
        begins = FRIDAY + timedelta(minutes=number * 10)
        steps.append(Step(begins, EventType.STARTED, AGENT, Status.IN_PROGRESS))
        steps.append(Step(begins + half, EventType.RELEASED, AGENT, Status.QUEUED))
    assert read(friday(12), *steps).worked_minutes == 2


def test_a_reopened_ticket_is_not_resolved_and_a_closed_one_stays_so() -> None:
    resolved = Step(friday(11), EventType.RESOLVED, AGENT, Status.RESOLVED)
    reopened = Step(friday(12), EventType.REOPENED, AGENT, Status.QUEUED)
    closed = Step(friday(12), EventType.CLOSED, SYSTEM, Status.CLOSED)
    booked = Step(friday(12), EventType.TIME_RECORDED, AGENT, Status.RESOLVED)
    assert read(friday(13), registered(), resolved, reopened).resolved_at is None
    assert read(friday(13), registered(), resolved, closed).resolved_at == friday(11)
    assert read(friday(13), registered(), resolved, booked).resolved_at == friday(11)


def test_a_declined_ticket_that_is_closed_was_never_resolved() -> None:
    closed = Step(friday(12), EventType.CLOSED, AGENT, Status.CLOSED)
    assert read(friday(13), registered(status=Status.DECLINED), closed).resolved_at is None


MOMENTS = st.datetimes(datetime(2026, 10, 25), datetime(2026, 12, 10)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=FRIDAY.tzinfo)
)


@given(
    st.lists(MOMENTS, min_size=2, max_size=9).map(sorted),
    st.lists(
        st.tuples(st.sampled_from(EventType), st.sampled_from(ActorKind), st.sampled_from(Status)),
        min_size=9,
        max_size=9,
    ),
)
def test_no_clock_is_negative_and_together_they_never_exceed_the_working_time(
    moments: Sequence[datetime], kinds: Sequence[tuple[EventType, ActorKind, Status]]
) -> None:
    received_at, *at, now = moments if len(moments) > 2 else (moments[0], *moments)
    steps = [Step(moment, *kind) for moment, kind in zip(at, kinds, strict=False)]
    measured = measure(received_at, steps, now, CALENDAR)
    paused_together = sum(measured.paused_minutes.values())
    whole = CALENDAR.working_minutes_between(received_at, now)
    clocks = [measured.waited_minutes, measured.worked_minutes, *measured.paused_minutes.values()]
    assert min(clocks) >= 0
    assert measured.worked_minutes + paused_together <= whole
    assert measured.waited_minutes + paused_together <= whole
    assert set(measured.paused_minutes) == set(WaitingOn)
