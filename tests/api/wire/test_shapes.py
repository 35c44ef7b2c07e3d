"""Shapes of requests from RFC 9112: each is served once, or refused and the connection closed."""

import pytest

from tests.api.wire.front import HOST, Front

GET = b"GET /livez HTTP/1.1\r\n" + HOST
POST = b"POST /x HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
NEXT = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"

REFUSED = {
    "Content-Length, then Transfer-Encoding": POST
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding, then Content-Length": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "two equal lengths": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nxx",
    "a length with a plus": POST + b"Content-Length: +1\r\n\r\nx",
    "a list of lengths": POST + b"Content-Length: 1,1\r\n\r\nx",
    "a negative length": POST + b"Content-Length: -1\r\n\r\nx",
    "a length above 2^64": POST + b"Content-Length: 18446744073709551616\r\n\r\nx",
    "a hexadecimal length": POST + b"Content-Length: 0x1\r\n\r\nx",
    "an empty length": POST + b"Content-Length:\r\n\r\n",
    "a length with a blank": POST + b"Content-Length: 1 1\r\n\r\nx",
    "a folded header": GET + b"X-A: b\r\n c\r\n\r\n",
    "a header folded with a tab": GET + b"X-A: b\r\n\tc\r\n\r\n",
    "a folded coding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a fold before the first header": b"GET /livez HTTP/1.1\r\n Host: desk\r\n\r\n",
    "a bare LF after a header": GET + b"X-A: b\n\r\n",
    "bare LFs": b"GET /livez HTTP/1.1\nHost: desk\n\n",
    "a bare LF at the end of the head": GET + b"X-A: b\r\n\n",
    "a bare CR in a value": GET + b"X-A: b\rc\r\n\r\n",
    "a bare CR between headers": GET + b"X-A: b\rX-B: c\r\n\r\n",
    "NUL in a value": GET + b"X-A: b\x00c\r\n\r\n",
    "NUL in a name": GET + b"X-\x00A: b\r\n\r\n",
    "a control in a value": GET + b"X-A: b\x01c\r\n\r\n",
    "a blank before the colon": GET + b"X-A : b\r\n\r\n",
    "a blank before the colon of a coding": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "an empty name": GET + b": b\r\n\r\n",
    "no colon": GET + b"Name\r\n\r\n",
    "a name that is no token": GET + b"X(A): b\r\n\r\n",
    "a chunk size above 2^64": CHUNKED + b"fffffffffffffffff\r\nx",
    "a chunk size with a plus": CHUNKED + b"+1\r\nx\r\n0\r\n\r\n",
    "a negative chunk size": CHUNKED + b"-1\r\nx\r\n0\r\n\r\n",
    "a chunk size with a prefix": CHUNKED + b"0x1\r\nx\r\n0\r\n\r\n",
    "a blank before a chunk size": CHUNKED + b" 1\r\nx\r\n0\r\n\r\n",
    "a blank after a chunk size": CHUNKED + b"1 \r\nx\r\n0\r\n\r\n",
    "no chunk size": CHUNKED + b"\r\nx\r\n0\r\n\r\n",
    "no line end after a chunk": CHUNKED + b"1\r\nx0\r\n\r\n",
    "a chunk that is too long": CHUNKED + b"1\r\nxx\r\n0\r\n\r\n",
    "chunks with bare LFs": CHUNKED + b"1\nx\n0\n\n",
    "a bare LF after a chunk": CHUNKED + b"1\r\nx\n0\r\n\r\n",
    "a chunk extension with a line end in quotes": CHUNKED + b'1;a="b\r\nc"\r\nx\r\n0\r\n\r\n',
    "a chunk extension with a bare LF": CHUNKED + b"1;a\nx\r\n0\r\n\r\n",
    "a chunk extension with a bare CR": CHUNKED + b"1;a\rb\r\nx\r\n0\r\n\r\n",
    "a folded trailer": CHUNKED + b"1\r\nx\r\n0\r\nX-T: u\r\n v\r\n\r\n",
    "a trailer that is a length": CHUNKED + b"1\r\nx\r\n0\r\nContent-Length: 5\r\n\r\n",
    "coding identity": POST + b"Transfer-Encoding: identity\r\n\r\n",
    "codings chunked, identity": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "codings identity, chunked": POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "codings gzip, chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "coding xchunked": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "coding chunked twice": POST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding with a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "an empty coding": POST + b"Transfer-Encoding:\r\n\r\n",
    "a coding in HTTP/1.0": b"POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/0.9": b"GET /livez\r\n\r\n",
    "HTTP/0.9, a line alone": b"GET /livez\r\n",
    "HTTP/0.9 by name": b"GET /livez HTTP/0.9\r\n\r\n",
    "HTTP/1.2": b"GET /livez HTTP/1.2\r\n" + HOST + b"\r\n",
    "HTTP/2.0": b"GET /livez HTTP/2.0\r\n" + HOST + b"\r\n",
    "HTTP/1.10": b"GET /livez HTTP/1.10\r\n" + HOST + b"\r\n",
    "http/1.1": b"GET /livez http/1.1\r\n" + HOST + b"\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "CONNECT": b"CONNECT desk:443 HTTP/1.1\r\nHost: desk:443\r\n\r\n",
    "CONNECT with a path": b"CONNECT /livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method in small letters": b"get /livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unknown method": b"BREW /livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "a blank in the target": b"GET /li vez HTTP/1.1\r\n" + HOST + b"\r\n",
    "a control in the target": b"GET /liv\x01 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target that is not ASCII": b"GET /liv\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a fragment": b"GET /livez#x HTTP/1.1\r\n" + HOST + b"\r\n",
    "no Host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /livez HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "two Hosts in HTTP/1.0": b"GET /livez HTTP/1.0\r\n" + HOST + HOST + b"\r\n",
    "an empty Host": b"GET /livez HTTP/1.1\r\nHost:\r\n\r\n",
    "a Host with a path": b"GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "a Host with a blank": b"GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a Host with a user": b"GET /livez HTTP/1.1\r\nHost: u@desk\r\n\r\n",
    "a Host with a bad port": b"GET /livez HTTP/1.1\r\nHost: desk:x\r\n\r\n",
    "two Hosts in one": b"GET /livez HTTP/1.1\r\nHost: desk, other\r\n\r\n",
    "a whole URL without a Host": b"GET http://other/livez HTTP/1.1\r\n\r\n",
    "a whole URL of another scheme": b"GET ftp://other/livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "a whole URL with a user": b"GET http://u:p@other/livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "a whole URL without a host": b"GET http:///livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "a blank before the method": b" GET /livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_shape_is_refused_once_and_the_connection_closed(front: Front, name: str) -> None:
    talk = front.talk(REFUSED[name] + NEXT, expected=2)
    assert (talk.statuses, talk.closed) == ([400], True)
    (answer,) = talk.answers
    assert answer.code == "malformed_request"
    assert answer.headers["connection"] == "close"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_shape_is_refused_however_it_is_split(front: Front, name: str) -> None:
    started = front.echo.started
    talk = front.talk(*(bytes([byte]) for byte in REFUSED[name]), NEXT, expected=2)
    assert talk.closed
    assert talk.statuses in ([400], [])  # without an answer where the rest met a closed connection
    assert front.echo.started - started <= 1  # a body may turn out bad after its request has started


SERVED = {
    "leading zeros of a length": (POST + b"Content-Length: 0002\r\n\r\nxx", "xx"),
    "blanks around a length": (POST + b"Content-Length: \t 2 \t\r\n\r\nxx", "xx"),
    "a chunk size in capitals": (CHUNKED + b"A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
    "a chunk size in small letters": (CHUNKED + b"a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
    "leading zeros of a chunk size": (CHUNKED + b"000a\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
    "chunk extensions": (CHUNKED + b'1;a=b\r\nx\r\n1;c="d e"\r\ny\r\n0;f\r\n\r\n', "xy"),
    "trailers": (CHUNKED + b"1\r\nx\r\n0\r\nX-T: u\r\nHost: other\r\n\r\n", "x"),
    "Chunked in another case": (POST + b"Transfer-Encoding: ChUnKeD\r\n\r\n0\r\n\r\n", ""),
    "line ends in a chunk": (CHUNKED + b"a\r\n\r\n\r\n0\r\n\r\nx\r\n0\r\n\r\n", "\r\n\r\n0\r\n\r\nx"),
    "a body that looks like a request": (
        POST + b"Content-Length: %d\r\n\r\n" % len(NEXT) + NEXT,
        NEXT.decode(),
    ),
    "a GET with a body": (b"GET /x HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nxx", "xx"),
    "TRACE": (b"TRACE /x HTTP/1.1\r\n" + HOST + b"\r\n", ""),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", ""),
    "line ends before the request": (b"\r\n\r\n" + POST + b"\r\n", ""),
    "blanks around a Host": (b"GET /x HTTP/1.1\r\nHost: \t desk \t\r\n\r\n", ""),
    "a Host with a port": (b"GET /x HTTP/1.1\r\nHost: my_desk.internal:8000\r\n\r\n", ""),
    "a Host that is an address": (b"GET /x HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", ""),
    "a value that is not ASCII": (GET + b"X-A: \xd0\xb6\r\n\r\n", ""),
    "a long target": (b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", ""),
}


@pytest.mark.parametrize("name", SERVED)
def test_a_good_shape_is_served_once_and_the_next_request_too(front: Front, name: str) -> None:
    sent, body = SERVED[name]
    talk = front.talk(sent + NEXT, expected=2)
    assert talk.statuses == [200, 200]
    assert talk.answers[0].request["body"] == body
    assert [name for name, _ in talk.answers[0].request["headers"]].count("x-t") == 0
    assert talk.answers[1].request["path"] == "/version"


@pytest.mark.parametrize("name", [name for name in SERVED if name != "a long target"])
def test_a_good_shape_is_served_however_it_is_split(front: Front, name: str) -> None:
    sent, body = SERVED[name]
    talk = front.talk(*(bytes([byte]) for byte in sent), NEXT, expected=2)
    assert talk.statuses == [200, 200]
    assert talk.answers[0].request["body"] == body


@pytest.mark.parametrize(
    "head",
    [
        b"GET /x HTTP/1.0\r\n",
        b"GET /x HTTP/1.0\r\nConnection: keep-alive\r\n",
        POST + b"Connection: close\r\n",
    ],
)
def test_after_the_last_request_of_a_connection_nothing_is_read(front: Front, head: bytes) -> None:
    started = front.echo.started
    talk = front.talk(head + b"\r\n" + NEXT + b"nonsense\r\n\r\n", expected=2)
    assert (talk.statuses, talk.closed) == ([200], True)
    assert front.echo.started == started + 1


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"http://other.example:80/x/y?z=1", "/x/y", "z=1"),
        (b"HTTPS://other/x", "/x", ""),
        (b"http://other", "/", ""),
        (b"http://other?z", "/", "z"),
    ],
)
def test_a_whole_url_names_path_and_host(front: Front, target: bytes, path: str, query: str) -> None:
    (answer,) = front.talk(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", expected=1).answers
    assert (answer.request["path"], answer.request["query"]) == (path, query)
    assert [
        "host",
        target.split(b"/")[2].split(b"?")[0].decode() if b"//" in target else "",
    ] in answer.request["headers"]


def test_a_client_is_asked_for_the_body_that_it_promises(front: Front) -> None:
    with front.connect() as connection:
        connection.sendall(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"xx" + NEXT)
        received = b""
        while received.count(b"HTTP/1.1 200") < 2:
            received += connection.recv(65_536)


def test_a_client_that_was_not_asked_for_its_body_needs_another_connection(front: Front) -> None:
    head = (
        b"POST /deaf HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(NEXT)
    )
    talk = front.talk(head, NEXT, pause=0.05, expected=2)
    assert (talk.statuses, talk.closed) == ([200], True)
    assert talk.answers[0].headers["connection"] == "close"
