"""The limit of connections: above it only probes are served, and refusing is logged once."""

import asyncio
import errno
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.api.http.connections import FEWEST, PROBE_SEATS, RESERVED_DESCRIPTORS, places
from app.cli.common import raise_descriptor_limit
from tests.api.wire.front import HOST, Front, read

GET = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"
OTHER = b"GET /v1/tickets HTTP/1.1\r\n" + HOST + b"Accept-Language: en\r\n\r\n"
LIMIT = 4


@pytest.fixture
def full() -> Iterator[Front]:
    """A server at its limit, with connections that send nothing."""
    front = Front(LIMIT)
    front.start()
    with ExitStack() as stack:
        for _ in range(LIMIT):
            stack.enter_context(front.connect())
        yield front
        front.echo.release.set()
    front.stop()


def test_above_the_limit_a_request_is_refused(full: Front) -> None:
    talk = full.talk(OTHER, expected=2)
    assert (talk.statuses, talk.closed) == ([503], True)
    (answer,) = talk.answers
    assert answer.code == "too_many_connections"
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-language"] == "en"
    assert full.metric("support_http_refusals_total", code="too_many_connections") == 1
    assert full.metric("support_http_connections") >= LIMIT


@pytest.mark.parametrize("path", [b"/livez", b"/readyz", b"/metrics", b"/version", b"/readyz?verbose"])
def test_above_the_limit_probes_are_served(full: Front, path: bytes) -> None:
    talk = full.talk(b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n" + OTHER, expected=2)
    assert (talk.statuses, talk.closed) == ([200], True)
    assert talk.answers[0].headers["connection"] == "close"


@pytest.mark.parametrize("target", [b"/%6divez", b"/livez/", b"//livez", b"http://desk/v1/x", b"/v1/livez"])
def test_above_the_limit_no_other_spelling_is_served(full: Front, target: bytes) -> None:
    assert full.talk(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", expected=2).statuses == [503]


def test_above_the_limit_an_upgrade_opens_nothing(full: Front) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert full.talk(OTHER[:-2] + upgrade, expected=2).statuses == [503]
    assert full.talk(GET[:-2] + upgrade, expected=2).statuses == [200]


def test_silent_connections_above_the_limit_make_room_for_probes(full: Front) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(full.connect()) for _ in range(5 * PROBE_SEATS)]
        assert full.talk(GET, expected=1).statuses == [200]
        turned_away = [read(connection, expected=2) for connection in silent[: 4 * PROBE_SEATS]]
    assert {(*talk.statuses, talk.closed) for talk in turned_away} == {(503, True)}


def test_probes_in_progress_are_not_displaced(full: Front) -> None:
    held = b"GET /readyz HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\n"
    with ExitStack() as stack:
        probes = [stack.enter_context(full.connect()) for _ in range(PROBE_SEATS)]
        for probe in probes:
            probe.sendall(held)
        deadline = time.perf_counter() + 10
        while full.echo.started < PROBE_SEATS + 1:
            assert time.perf_counter() < deadline
        assert read(stack.enter_context(full.connect()), expected=2).statuses == [503]
        for probe in probes:
            probe.sendall(b"x")
        assert [read(probe, expected=2).statuses for probe in probes] == [[200]] * PROBE_SEATS


def test_a_place_that_is_free_again_is_used(full: Front) -> None:
    full.sweep(0, 11)
    full.sweep(12)
    assert full.talk(OTHER, expected=1).statuses == [200]


def test_refusing_is_logged_when_it_begins_and_when_it_ends() -> None:
    front = Front(LIMIT)
    with capture_logs() as logs, ExitStack() as stack:
        front.start()
        with ExitStack() as crowd:
            for _ in range(LIMIT):
                crowd.enter_context(front.connect())
            for _ in range(3):
                assert front.talk(OTHER, expected=2).statuses == [503]
            front.sweep(0, 5, 15)
        deadline = time.perf_counter() + 10
        while front.protocols():
            assert time.perf_counter() < deadline
        front.sweep(16, 20, 24)
        assert [log["event"] for log in logs if "limit" in log["event"]] == ["connection limit reached"]
        front.sweep(26)
        assert front.talk(OTHER, expected=1).statuses == [200]
        stack.callback(front.stop)
    events = [log for log in logs if "limit" in log["event"]]
    assert [log["event"] for log in events] == ["connection limit reached", "connection limit left"]
    assert (events[0]["limit"], events[1]["refused"]) == (LIMIT, 3)


def test_missing_descriptors_are_logged_when_they_run_out_and_when_they_return(
    own: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: Any) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    with capture_logs() as logs:
        with monkeypatch.context() as patch:
            patch.setattr("app.api.http.connections.os.open", none_left)
            own.sweep(0, 1, 2)
        own.sweep(3, 4)
    assert [log["event"] for log in logs] == [
        "no file descriptors left, new connections wait",
        "file descriptors are free again",
    ]


@pytest.mark.parametrize(
    ("soft", "wanted", "fitting"),
    [
        (20_000, 4_096, 4_096),
        (resource.RLIM_INFINITY, 4_096, 4_096),
        (1_024, 4_096, 1_024 - RESERVED_DESCRIPTORS),
        (64, 4_096, FEWEST),
        (1_024, 8, 8),
    ],
)
def test_the_limit_fits_the_descriptors(
    monkeypatch: pytest.MonkeyPatch, soft: int, wanted: int, fitting: int
) -> None:
    monkeypatch.setattr("app.api.http.connections.resource.getrlimit", lambda _: (soft, soft))
    with capture_logs() as logs:
        assert places(wanted) == fitting
    assert [log["event"] for log in logs] == (
        [] if fitting == wanted else ["connection limit lowered to fit the descriptor limit"]
    )


def test_the_limit_of_open_files_is_raised_to_the_highest_allowed() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, hard - 1), hard))
    try:
        raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("loop", [asyncio.new_event_loop])
def test_the_loop_of_the_relay_serves_as_well(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    front = Front(LIMIT, loop)
    front.start()
    try:
        assert front.talk(GET * 300, expected=300).statuses == [200] * 300
        large = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: 3000000\r\n\r\n" + b"x" * 3_000_000
        assert len(front.talk(large, expected=1).answers[0].request["body"]) == 3_000_000
    finally:
        front.stop()
