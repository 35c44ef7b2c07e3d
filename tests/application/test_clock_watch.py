"""A step of the wall clock is reported once, with its size; a slow correction is none."""

from datetime import timedelta

import pytest

from app.application.clock_watch import LOOK_EVERY, STEADY_AFTER, ClockWatch
from tests.fakes.virtual_clock import VirtualClock

A_LOOK = timedelta(seconds=LOOK_EVERY)


@pytest.mark.parametrize("hours", [-87_600, -24, -1, 1, 25, 8_760])
def test_a_step_is_reported_once(hours: int) -> None:
    clock = VirtualClock()
    watch = clock.watch()
    for _ in range(3):
        clock.wait(A_LOOK)
        watch.look()
    clock.step(timedelta(hours=hours))
    for _ in range(3):
        clock.wait(A_LOOK)
        watch.look()

    assert clock.steps == [timedelta(hours=hours)]
    assert watch.steps_back == (hours < 0)


def test_a_step_and_its_way_back_are_two() -> None:
    clock = VirtualClock()
    watch = clock.watch()
    for by in (timedelta(days=365), -timedelta(days=365)):
        clock.step(by)
        watch.look()

    assert clock.steps == [timedelta(days=365), -timedelta(days=365)]


def test_a_slow_correction_is_no_step_however_long_it_takes_or_seldom_somebody_looks() -> None:
    clock = VirtualClock()
    watch = clock.watch()
    for look in (A_LOOK, timedelta(hours=9)):
        for _ in range(10_000):
            clock.wait(look)
            clock.step(-look * 0.0005)
            watch.look()

    assert clock.steps == []


def test_the_clock_is_steady_an_hour_after_the_start_and_after_each_step() -> None:
    clock = VirtualClock()
    watch = clock.watch()

    def steady_after(time: timedelta) -> bool:
        clock.wait(time)
        watch.look()
        return watch.steady

    assert not steady_after(STEADY_AFTER - A_LOOK)
    assert steady_after(A_LOOK)
    clock.step(timedelta(days=365))
    assert not steady_after(A_LOOK)
    assert not steady_after(STEADY_AFTER - A_LOOK)
    assert steady_after(A_LOOK)


def test_a_process_that_was_stopped_while_it_read_the_clocks_has_seen_no_step() -> None:
    clock = VirtualClock()
    stops = iter([False, False, False, True, False, False, False, True])

    def seconds() -> float:
        if next(stops, False):
            clock.wait(timedelta(minutes=10))
        return clock.passed

    watch = ClockWatch(clock, seconds, clock)
    for _ in range(4):
        watch.look()

    assert clock.steps == []
