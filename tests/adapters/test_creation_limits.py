"""Limits of new tickets: exact, per customer and per chat, by a clock that never steps."""

import pytest

from app.adapters.creation_limits import WINDOW_SECONDS, CountedCreations
from app.application.errors import CreationLimitReachedError
from app.application.windows import Windows

HOUR = 3_600


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def reached(limits: CountedCreations, customer: str, chat: str) -> tuple[str, int] | None:
    try:
        limits.check(customer, chat)
    except CreationLimitReachedError as failure:
        return failure.limit, failure.seconds
    return None


def test_each_limit_counts_its_own(seconds: Seconds) -> None:
    limits = CountedCreations(3, 2, seconds)
    limits.count("a", "a1")
    assert reached(limits, "a", "a1") is None
    limits.count("a", "a1")
    assert reached(limits, "a", "a1") == ("chat", WINDOW_SECONDS)
    assert reached(limits, "a", "a2") is None
    limits.count("a", "a2")
    assert reached(limits, "a", "a2") == ("customer", WINDOW_SECONDS)
    assert reached(limits, "b", "b1") is None


def test_a_customer_and_a_chat_of_one_name_are_two(seconds: Seconds) -> None:
    limits = CountedCreations(1, 1, seconds)
    limits.count("same", "other")
    assert reached(limits, "someone", "same") is None


def test_a_window_ends_a_day_after_its_first_ticket(seconds: Seconds) -> None:
    limits = CountedCreations(2, 0, seconds)
    limits.count("a", "a1")
    seconds.now += 23 * HOUR
    limits.count("a", "a1")
    assert reached(limits, "a", "a1") == ("customer", HOUR)
    seconds.now += HOUR - 0.5
    assert reached(limits, "a", "a1") == ("customer", 1)
    seconds.now += 0.5
    assert reached(limits, "a", "a1") is None
    limits.count("a", "a1")
    assert reached(limits, "a", "a1") is None


def test_zero_is_no_limit(seconds: Seconds) -> None:
    limits = CountedCreations(0, 0, seconds)
    for _ in range(100):
        limits.count("a", "a1")
    assert reached(limits, "a", "a1") is None


def test_ended_windows_are_forgotten(seconds: Seconds) -> None:
    windows = Windows(WINDOW_SECONDS, seconds)
    for number in range(1_000):
        windows.count(f"old {number}")
        seconds.now += 1
    seconds.now += WINDOW_SECONDS - 500
    windows.count("new")
    assert len(windows) == 500
    assert windows.counted("old 0") == (0, 0)
    assert windows.counted("old 999") == (1, 499)
