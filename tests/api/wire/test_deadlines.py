"""Deadlines: a silent or slow client is not waited for, a working server is not hurried."""

import socket
import threading

import pytest

from app.api.http.deadlines import MIN_RATE, Deadline, Deadlines, Progress, Stopwatch, Waiting
from tests.api.wire.front import HOST, Front, read

DEADLINES = Deadlines()
GET = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: 100000\r\n\r\n"


def is_open(connection: socket.socket) -> bool:
    connection.settimeout(0.05)
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True


def test_a_connection_without_a_request_is_closed_without_a_word(own: Front) -> None:
    with own.connect() as connection:
        own.sweep(0, 9)
        assert is_open(connection)
        own.sweep(10)
        assert connection.recv(1) == b""


@pytest.mark.parametrize("before", [b"", GET], ids=["first", "later"])
def test_a_head_has_ten_seconds_however_it_drips(own: Front, before: bytes) -> None:
    with own.connect() as connection:
        connection.sendall(before + b"GET /x HTTP/1.1\r\n")
        if before:
            read(connection, expected=1)
        for second in range(10):
            connection.sendall(b"X-%d: a\r\n" % second)
            own.sweep(second)
            assert is_open(connection)
        own.sweep(10)
        talk = read(connection, expected=2)
    assert (talk.statuses, talk.closed) == ([408], True)
    assert talk.answers[0].code == "request_timeout"
    assert own.metric("support_http_refusals_total", code="request_timeout") == 1


def test_an_idle_connection_is_kept_for_75_seconds(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(GET)
        read(connection, expected=1)
        own.sweep(0, 74)
        connection.sendall(GET)
        assert read(connection, expected=1).statuses == [200]
        own.sweep(74, 148)
        assert is_open(connection)
        own.sweep(149)
        assert connection.recv(1) == b""


def test_a_body_that_pauses_for_a_minute_times_out(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(POST + b"x" * 90_000)
        own.until_parsed(len(POST) + 90_000)
        own.sweep(0, 59)
        assert is_open(connection)
        own.sweep(60)
        talk = read(connection, expected=2)
    assert (talk.statuses, talk.closed) == ([408], True)
    assert own.echo.disconnected.wait(10)


def test_a_body_that_drips_times_out(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(POST)
        for second in range(20):
            own.sweep(second)
            connection.sendall(b"x")
            assert is_open(connection)
        own.sweep(21)
        assert read(connection, expected=2).statuses == [408]


def test_a_slow_body_passes(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(POST)
        for ten_seconds in range(9):
            own.sweep(10 * ten_seconds)
            connection.sendall(b"x" * 11_000)
            own.until_parsed(len(POST) + 11_000 * (ten_seconds + 1))
            assert is_open(connection)
        connection.sendall(b"x" * 1_000)
        assert read(connection, expected=1).statuses == [200]


def test_a_body_after_an_answer_has_the_same_deadline(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"POST /deaf HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\n")
        assert read(connection, expected=1).statuses == [200]
        own.sweep(0, 21)
        assert connection.recv(1) == b""


def test_a_request_in_progress_is_not_hurried(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"GET /held HTTP/1.1\r\n" + HOST + b"\r\n" + GET)
        own.sweep(0, 500, 1_000)
        own.echo.release.set()
        assert read(connection, expected=2).statuses == [200, 200]


def test_a_body_that_the_server_does_not_read_is_not_hurried(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(
            b"POST /held HTTP/1.1\r\n" + HOST + b"Content-Length: 10\r\n\r\n" + b"x" * 10 + POST
        )
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        own.sweep(0, 500, 1_000)
        assert is_open(connection)


def test_a_body_has_its_time_from_when_the_server_reads_on(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(POST + b"x" * 10_000)
        own.until_parsed(len(POST) + 10_000)
        own.sweep(0, 10)
        (protocol,) = own.protocols()
        own.call(protocol.flow.pause_reading)
        own.sweep(15, 500)
        own.call(protocol.flow.resume_reading)
        own.sweep(1_000, 1_015)
        connection.sendall(b"x" * 90_000)
        assert read(connection, expected=1).statuses == [200]


def test_a_body_that_was_not_requested_is_not_waited_for(own: Front) -> None:
    head = b"POST /held HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with own.connect() as connection:
        connection.sendall(b"GET /held HTTP/1.1\r\n" + HOST + b"\r\n" + head)
        own.sweep(0, 500)
        own.echo.release.set()
        talk = read(connection, expected=1)
    assert talk.statuses[0] == 200
    assert 408 not in talk.statuses


def test_an_answer_that_is_not_read_is_cut_off(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\n" + HOST + b"\r\n" + GET)
        threading.Event().wait(0.3)
        own.sweep(0, 59)
        assert len(own.protocols()) == 1
        own.sweep(60)
        own.sweep(61)
        assert own.protocols() == []


def test_a_closed_connection_whose_answer_is_not_read_ends_too(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        threading.Event().wait(0.3)
        own.sweep(0, 60)
        own.sweep(61)
        assert own.protocols() == []


def test_a_client_that_reads_slowly_gets_its_answer(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\n" + HOST + b"\r\n")
        for second in range(0, 200, 50):
            left = 2_000_000
            while left:
                received = connection.recv(left)
                assert received
                left -= len(received)
            threading.Event().wait(0.1)
            own.sweep(second)


def stopwatch(waiting: Waiting, *seen: tuple[float, int]) -> list[bool]:
    watch = Stopwatch()
    return [watch.is_over(now, Progress(waiting, 1, moved), DEADLINES) for now, moved in seen]


@pytest.mark.parametrize("waiting", Waiting)
def test_a_wait_begins_when_it_is_first_seen(waiting: Waiting) -> None:
    silence = DEADLINES.of(waiting).silence
    assert stopwatch(waiting, (1_000, 0), (1_000 + silence, 0)) == [False, True]
    watch = Stopwatch()
    assert not watch.is_over(0, Progress(waiting, 1), DEADLINES)
    assert not watch.is_over(1_000, Progress(waiting, 2), DEADLINES)
    assert not watch.is_over(2_000, None, DEADLINES)
    assert not watch.is_over(3_000, Progress(waiting, 2), DEADLINES)


@pytest.mark.parametrize("waiting", [Waiting.BODY, Waiting.READER])
def test_progress_must_reach_the_least_rate(waiting: Waiting) -> None:
    grace = DEADLINES.of(waiting).grace
    fast = [(second, second * (MIN_RATE + 1)) for second in range(0, 1_000, 10)]
    slow = [(second, second * MIN_RATE // 2) for second in range(0, 1_000, 10)]
    assert not any(stopwatch(waiting, *fast))
    assert stopwatch(waiting, *slow).index(True) == pytest.approx(2 * grace / 10, abs=1)


def test_the_keep_alive_time_is_a_setting() -> None:
    assert Deadlines(5).of(Waiting.NEXT) == Deadline(silence=5, grace=5)
