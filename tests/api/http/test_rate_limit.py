"""Limits per minute are measured by the monotonic clock, whatever the wall clock does."""

from datetime import timedelta

import pytest

from app.api.http.rate_limit import WINDOW_SECONDS, MinuteLimiter
from tests.fakes.virtual_clock import VirtualClock


def test_a_window_ends_after_a_minute_and_says_when() -> None:
    clock = VirtualClock()
    limiter = MinuteLimiter(2, clock.seconds)
    seen = []
    for _ in range(4):
        seen.append(limiter.hit("key"))
        clock.wait(timedelta(seconds=20))

    assert [(one.allowed, one.left, one.reset_seconds) for one in seen] == [
        (True, 1, 60),
        (True, 0, 40),
        (False, 0, 20),
        (True, 1, 60),
    ]
    assert limiter.hit("other").left == 1


@pytest.mark.parametrize("hours", [-87_600, -1, 1, 8_760])
def test_a_busy_key_is_admitted_a_minute_later_whatever_the_wall_clock_does(hours: int) -> None:
    clock = VirtualClock()
    limiter = MinuteLimiter(1, clock.seconds)
    limiter.hit("key")
    clock.step(timedelta(hours=hours))

    assert not limiter.hit("key").allowed
    clock.wait(timedelta(seconds=WINDOW_SECONDS))
    assert limiter.hit("key").allowed
