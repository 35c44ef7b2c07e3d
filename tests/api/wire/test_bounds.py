"""Bounds on what one connection can make the server hold, and one answer per request in every case."""

import threading

import pytest

from app.api.http import bounded_http
from app.api.http.bounded_http import MAX_OVERHEAD, MAX_WAITING
from tests.api.wire.front import HOST, Front, read

GET = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"
HELD = b"GET /held HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b" HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1_048_576


def head_of(size: int, line: bytes = b"GET /x HTTP/1.1\r\n") -> bytes:
    rest = size - len(line) - len(HOST) - len(b"X-A: \r\n\r\n")
    return line + HOST + b"X-A: " + b"a" * rest + b"\r\n\r\n"


@pytest.mark.parametrize("packet", [10, 1_000, 70_000])
def test_a_head_may_be_as_large_as_its_bound_and_no_larger(front: Front, packet: int) -> None:
    for size, status in ((MAX_OVERHEAD, 200), (MAX_OVERHEAD + 1, 431)):
        head = head_of(size)
        packets = [head[place : place + packet] for place in range(0, size, packet)]
        assert front.talk(*packets, expected=1).statuses == [status]


@pytest.mark.parametrize("packet", [10, 1_000, 70_000])
def test_a_head_behind_another_request_has_a_bound_of_its_own(front: Front, packet: int) -> None:
    sent = head_of(MAX_OVERHEAD) + head_of(MAX_OVERHEAD) + head_of(MAX_OVERHEAD + 1)
    talk = front.talk(*(sent[place : place + packet] for place in range(0, len(sent), packet)), expected=3)
    assert talk.statuses == [200, 200, 431]


OVERHEAD = {
    "one trailer": b"0\r\nX: " + b"t" * 2 * MIB,
    "many trailers": b"0\r\n" + b"X: t\r\n" * (MIB // 3),
    "one extension": b"1;" + b"e" * 2 * MIB,
    "many extensions": (b"1;" + b"e" * 60 + b"\r\nx\r\n") * 4_000,
    "many zeros": b"0" * 2 * MIB,
}


@pytest.mark.parametrize("name", OVERHEAD)
def test_bytes_around_a_body_are_bounded(front: Front, name: str) -> None:
    talk = front.talk(b"POST /x" + CHUNKED + OVERHEAD[name] + GET, expected=2)
    assert talk.closed
    assert talk.statuses in ([431], [])  # nothing if the rest met a closed connection
    assert all(answer.code == "headers_too_large" for answer in talk.answers)


@pytest.mark.parametrize("name", OVERHEAD)
def test_bytes_around_a_body_that_was_answered_end_the_connection_silently(front: Front, name: str) -> None:
    talk = front.talk(b"GET /livez" + CHUNKED, OVERHEAD[name] + GET, pause=0.05, expected=2)
    assert talk.closed
    assert talk.statuses in ([200], [])


def test_the_endpoint_notices_that_its_body_will_not_come(own: Front) -> None:
    talk = own.talk(b"POST /x" + CHUNKED + b"1\r\nx\r\n", b"nonsense\r\n", pause=0.05, expected=2)
    assert (talk.statuses, talk.closed) == ([400], True)
    assert own.echo.disconnected.wait(10)


def test_an_answer_that_has_begun_is_cut_off_and_not_followed_by_another(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"POST /early" + CHUNKED + b"1\r\nx\r\n")
        begun = connection.recv(65_536)
        connection.sendall(b"nonsense\r\n")
        rest = connection.recv(65_536)
    assert begun.startswith(b"HTTP/1.1 200 ")
    assert rest == b""
    assert own.echo.disconnected.wait(10)


def test_a_request_that_was_answered_gets_no_second_answer(front: Front) -> None:
    talk = front.talk(b"GET /livez" + CHUNKED, b"nonsense\r\n" + GET, pause=0.05, expected=2)
    assert (talk.statuses, talk.closed) == ([200], True)


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (head_of(MAX_OVERHEAD + 1), 431),
        (b"POST /x" + CHUNKED + b"nonsense\r\n", 400),
        (b"POST /x HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_a_refusal_waits_for_the_answers_before_it(own: Front, bad: bytes, status: int) -> None:
    with own.connect() as connection:
        connection.sendall(HELD + bad + GET)
        assert read(connection).answers == []
        own.echo.release.set()
        talk = read(connection, expected=3)
    assert (talk.statuses, talk.closed) == ([200, status], True)


def test_requests_of_a_pipeline_wait_unread(own: Front) -> None:
    sent = GET * 9_000
    with own.connect() as connection:
        connection.sendall(HELD + sent)
        threading.Event().wait(0.1)
        (protocol,) = own.protocols()
        assert len(protocol.pipeline) <= MAX_WAITING
        assert len(protocol._kept) <= 262_144
        assert own.echo.started <= 2  # and the first one, of the start
        own.echo.release.set()
        assert read(connection, expected=201).statuses[:201] == [200] * 201


def test_answers_of_a_pipeline_keep_their_order(front: Front) -> None:
    requests = [
        b"POST /%d HTTP/1.1\r\n" % number + HOST + b"Content-Length: 1\r\n\r\nx" for number in range(100)
    ]
    answers = front.talk(b"".join(requests), expected=100).answers
    assert [answer.request["path"] for answer in answers] == [f"/{number}" for number in range(100)]


def test_a_large_body_in_small_chunks_passes(front: Front) -> None:
    size, chunk = 8 * MIB, b"400\r\n" + b"x" * 1_024 + b"\r\n"
    with front.connect() as connection:
        connection.sendall(b"POST /x" + CHUNKED)
        for _ in range(size // 1_024 // 64):
            connection.sendall(chunk * 64)
        connection.sendall(b"0\r\n\r\n" + GET)
        first, second = read(connection, expected=2).answers
    assert len(first.request["body"]) == size
    assert second.status == 200


def test_a_body_of_single_bytes_passes(front: Front) -> None:
    (answer,) = front.talk(b"POST /x" + CHUNKED + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n", expected=1).answers
    assert answer.request["body"] == "x" * 50_000


@pytest.mark.parametrize("pattern", [b"\r\n\r\n", b"\n\r\n\r", b"x\r\n\r", b"0\r\n\r\n"])
def test_a_body_full_of_line_ends_passes(front: Front, pattern: bytes) -> None:
    body = pattern * 20_000
    sized = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunked = b"POST /x" + CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    answers = front.talk(sized + chunked + GET, expected=3).answers
    assert [answer.request["body"] for answer in answers] == [body.decode(), body.decode(), ""]


def test_others_are_served_between_the_slices_of_a_turn(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "SLICES_PER_TURN", 1)
    body = b"\r\n\r\n" * 500
    sent = b"POST /x" + CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert front.talk(b"\r\n\r\n" * 100 + sent + GET, expected=2).statuses == [200, 200]


def test_line_ends_without_a_request_are_bounded(front: Front) -> None:
    talk = front.talk(b"\r\n" * MIB, expected=2)
    assert talk.closed
    assert talk.statuses in ([431], [])


def test_an_unread_body_stays_bounded(own: Front) -> None:
    with own.connect() as connection:
        connection.settimeout(0.3)
        connection.sendall(HELD + b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % (64 * MIB))
        sent = 0
        try:
            while sent < 64 * MIB:
                sent += connection.send(b"x" * 65_536)
        except TimeoutError:
            pass
        (protocol,) = own.protocols()
        assert len(protocol.cycle.body) + len(protocol._kept) <= 524_288
    assert sent < 64 * MIB


def test_a_client_that_does_not_read_gets_no_further_answers(own: Front) -> None:
    large = b"GET /large HTTP/1.1\r\n" + HOST + b"\r\n"
    with own.connect() as connection:
        connection.sendall(large * 1_000)
        threading.Event().wait(0.3)
        assert own.echo.started <= 4


def test_requests_in_progress_are_answered_when_the_server_stops(own: Front) -> None:
    with own.connect() as busy, own.connect() as idle:
        busy.sendall(HELD + GET * 3)
        idle.sendall(GET)
        read(idle, expected=1)
        threading.Event().wait(0.05)
        own.server.should_exit = True
        assert idle.recv(1) == b""
        own.echo.release.set()
        talk = read(busy, expected=5)
    assert talk.closed
    assert talk.statuses[0] == 200
    assert talk.answers[-1].headers["connection"] == "close"
    assert all("connection" not in answer.headers for answer in talk.answers[:-1])


def test_a_lost_client_disconnects_the_request_in_progress(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"POST /early HTTP/1.1\r\n" + HOST + b"\r\n" + GET)
        connection.recv(10)
    assert own.echo.disconnected.wait(10)
