"""The ends of messages and connections: stray line ends, half-closed clients, bodies nobody waits for."""

import socket
from contextlib import suppress

import pytest

from app.api.http.bounded_http import MAX_UNREAD
from tests.api.wire.front import HOST, Front, read

GET = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n"
CHUNKED = b"GET /livez HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("stray", [b"\r\n", b"\r\n\r\n", b"\n"])
def test_stray_line_ends_begin_no_request(own: Front, stray: bytes) -> None:
    with own.connect() as connection:
        connection.sendall(GET + stray)
        assert read(connection, expected=1).statuses == [200]
        own.sweep(0, 74)
        connection.sendall(GET)
        assert read(connection, expected=1).statuses == [200]
        connection.sendall(stray)
        own.sweep(74, 149)
        assert read(connection, expected=1).answers == []


def test_stray_line_ends_on_a_new_connection_are_closed_without_a_word(own: Front) -> None:
    with own.connect() as connection:
        connection.sendall(b"\r\n")
        own.sweep(0, 10)
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (GET, [200]),
        (POST + b"12345", [200]),
        (GET * 5, [200] * 5),
        (GET + b"GET /x HT", [200]),
        (POST + b"123", []),
        (b"GET /x HT", []),
    ],
)
def test_a_client_that_has_sent_all_is_still_answered(front: Front, sent: bytes, statuses: list[int]) -> None:
    with front.connect() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        talk = read(connection, expected=len(statuses) + 1)
    assert (talk.statuses, talk.closed) == (statuses, True)


@pytest.mark.parametrize(
    ("rest", "statuses"),
    [(b"", [200]), (GET, [200, 200]), (b"GET /x HT", [200]), (POST + b"123", [200, 400])],
)
def test_a_half_closed_client_is_answered_when_the_work_takes_time(
    own: Front, rest: bytes, statuses: list[int]
) -> None:
    with own.connect() as connection:
        connection.sendall(b"GET /held HTTP/1.1\r\n" + HOST + b"\r\n" + rest)
        connection.shutdown(socket.SHUT_WR)
        assert read(connection).answers == []
        own.echo.release.set()
        talk = read(connection, expected=len(statuses) + 1)
    assert (talk.statuses, talk.closed) == (statuses, True)


def test_the_body_of_an_answered_request_is_not_read_without_end(own: Front) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    sent = 0
    with own.connect() as connection:
        connection.sendall(CHUNKED)
        assert read(connection, expected=1).statuses == [200]
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < 2 * MAX_UNREAD:
                connection.sendall(chunk)
                sent += len(chunk)
    assert MAX_UNREAD <= sent < 2 * MAX_UNREAD


@pytest.mark.parametrize("line", [b"GET /livez RTSP/1.0", b"POST /x RTSP/1.1", b"OPTIONS * RTSP/1.0"])
@pytest.mark.parametrize("cut", [0, 1, 5, 9, 12, 15, 18])
def test_only_http_is_spoken(front: Front, line: bytes, cut: int) -> None:
    head = b"\r\n" + line + b"\r\n" + HOST + b"\r\n"
    packets = (head[:cut], head[cut:]) if cut else (head,)
    talk = front.talk(GET, *packets, pause=0.02)
    assert (talk.statuses, talk.closed) == ([200, 400], True)


def test_source_over_ice_is_refused(front: Front) -> None:
    assert front.talk(b"SOURCE /x ICE/1.0\r\n" + HOST + b"\r\n", expected=1).statuses == [400]
