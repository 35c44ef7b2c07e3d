"""The clock and the ids of the system."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Thread
from uuid import RFC_4122, UUID

import time_machine

from app.adapters.system import IDS_OF_A_STAMP, SystemClock, by_chance
from app.application.stamp import Stamp

NOON = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)


def last_id_of(stamp: Stamp) -> int:
    return stamp.first_id + IDS_OF_A_STAMP - 1


def test_a_stamp_has_the_instant_in_utc_to_the_microsecond() -> None:
    with time_machine.travel(NOON, tick=False):
        assert SystemClock().stamp().now == NOON
    assert SystemClock().stamp().now.tzinfo is UTC


def test_all_ids_of_a_stamp_are_uuids_of_version_7_with_the_time_in_front() -> None:
    with time_machine.travel(NOON, tick=False):
        stamp = SystemClock().stamp()
    for number in (stamp.first_id, last_id_of(stamp)):
        made = UUID(int=number)
        assert made.version == 7
        assert made.variant == RFC_4122
        assert number >> 80 == NOON.timestamp() * 1000 // 1
    assert stamp.ids().next() == str(UUID(int=stamp.first_id))


def test_ids_grow_within_a_millisecond_and_do_not_overlap() -> None:
    clock = SystemClock()
    with time_machine.travel(NOON, tick=False):
        stamps = [clock.stamp() for _ in range(1000)]
    assert all(last_id_of(one) < other.first_id for one, other in pairwise(stamps))


def test_ids_grow_even_when_the_clock_is_set_back() -> None:
    clock = SystemClock()
    with time_machine.travel(NOON, tick=False) as traveller:
        later = clock.stamp()
        traveller.move_to(NOON - timedelta(hours=1))
        back = clock.stamp()
    assert back.now < later.now
    assert back.first_id > last_id_of(later)


def test_two_processes_make_different_ids_in_the_same_millisecond() -> None:
    with time_machine.travel(NOON, tick=False):
        assert SystemClock().stamp().first_id != SystemClock().stamp().first_id


def test_threads_never_share_an_id() -> None:
    clock = SystemClock()
    made: list[int] = []
    threads = [
        Thread(target=lambda: made.extend(clock.stamp().first_id for _ in range(500))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8 * 500


def test_chance_is_from_0_to_1_and_hardly_ever_the_same() -> None:
    given = [by_chance() for _ in range(1_000)]
    assert all(0 <= each < 1 for each in given)
    assert len(set(given)) > 990
