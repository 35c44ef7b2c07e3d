"""An upgrade is never honoured: the request is served as if its header were absent."""

import pytest

from tests.api.wire.front import HOST, Front

# As the HTTP client of the JDK sends it with every request over plain HTTP.
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
UPGRADES = {
    "h2c": H2C,
    "h2c without settings": b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
    "websocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n",
    "anything": b"Upgrade: anything\r\nConnection: upgrade\r\n",
    "two protocols": b"Upgrade: h2c, websocket\r\nConnection: keep-alive, UPGRADE\r\n",
    "two headers": b"Connection: keep-alive\r\nUpgrade: a\r\nConnection: Upgrade\r\nUpgrade: b\r\n",
}
NEXT = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"
BODY = b"GET /smuggled HTTP/1.1\r\nHost: desk\r\n\r\n"
SIZED = b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


def served_like_one_without(
    front: Front, upgrade: bytes, method: bytes, body: bytes, *packets: bytes
) -> None:
    sent = method + b" /x HTTP/1.1\r\n" + HOST + upgrade + b"X-A: b\r\n" + body
    first, second = front.talk(*(packets or (sent + NEXT,)), expected=2).answers
    assert (first.status, first.request["method"]) == (200, method.decode())
    assert first.request["body"] == (BODY.decode() if len(body) > 2 else "")
    assert second.request["path"] == "/version"
    names = [name for name, _ in first.request["headers"]]
    assert not {"upgrade", "http2-settings"} & set(names)
    assert names.count("host") == names.count("x-a") == 1
    options = [value.lower() for name, value in first.request["headers"] if name == "connection"]
    assert not any("upgrade" in option or "settings" in option for option in options)


@pytest.mark.parametrize("body", [SIZED, CHUNKED, b"\r\n"], ids=["sized", "chunked", "without"])
@pytest.mark.parametrize("method", [b"GET", b"POST", b"PUT", b"DELETE", b"PATCH"])
@pytest.mark.parametrize("name", UPGRADES)
def test_a_request_with_an_upgrade_keeps_its_body(
    front: Front, name: str, method: bytes, body: bytes
) -> None:
    served_like_one_without(front, UPGRADES[name], method, body)


@pytest.mark.parametrize("name", UPGRADES)
def test_a_body_that_comes_later_is_no_request_of_its_own(front: Front, name: str) -> None:
    head = b"POST /x HTTP/1.1\r\n" + HOST + UPGRADES[name] + b"Content-Length: %d\r\n\r\n" % len(BODY)
    talk = front.talk(head, BODY, pause=0.05)
    assert talk.statuses == [200]
    assert talk.answers[0].request["body"] == BODY.decode()


def test_requests_with_upgrades_may_follow_each_other(front: Front) -> None:
    sent = b"".join(
        b"POST /%d HTTP/1.1\r\n" % number + HOST + upgrade + SIZED
        for number, upgrade in enumerate(UPGRADES.values())
    )
    answers = front.talk(sent, expected=len(UPGRADES)).answers
    assert [answer.request["path"] for answer in answers] == [f"/{number}" for number in range(len(UPGRADES))]
    assert {answer.request["body"] for answer in answers} == {BODY.decode()}


@pytest.mark.parametrize("body", [SIZED, CHUNKED], ids=["sized", "chunked"])
def test_an_upgrade_may_be_split_at_every_byte(front: Front, body: bytes) -> None:
    sent = b"POST /x HTTP/1.1\r\n" + HOST + H2C + b"X-A: b\r\n" + body + NEXT
    for place in range(1, len(sent)):
        served_like_one_without(front, H2C, b"POST", body, sent[:place], sent[place:])


@pytest.mark.parametrize("option", [b"close", b"keep-alive"])
def test_other_options_of_the_connection_stay(front: Front, option: bytes) -> None:
    head = b"POST /x HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, " + option + b"\r\nUpgrade: h2c\r\n"
    talk = front.talk(head + SIZED + NEXT)
    assert ["connection", option.decode()] in talk.answers[0].request["headers"]
    assert (len(talk.answers), talk.closed) == ((1, True) if option == b"close" else (2, False))


def test_an_upgrade_of_http_1_0_is_ignored(front: Front) -> None:
    talk = front.talk(b"POST /x HTTP/1.0\r\n" + H2C + SIZED + NEXT, expected=2)
    assert (talk.statuses, talk.closed) == ([200], True)
    assert (talk.answers[0].request["body"], talk.answers[0].request["version"]) == (BODY.decode(), "1.0")


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: identity\r\n\r\n",
        b"Host: other\r\n\r\n",
        b"X-A : b\r\n\r\n",
    ],
)
def test_an_upgrade_makes_no_bad_shape_good(front: Front, framing: bytes) -> None:
    talk = front.talk(b"POST /x HTTP/1.1\r\n" + HOST + H2C + framing + NEXT, expected=2)
    assert (talk.statuses, talk.closed) == ([400], True)


def test_a_client_with_an_upgrade_is_asked_for_its_body(front: Front) -> None:
    with front.connect() as connection:
        connection.sendall(
            b"POST /x HTTP/1.1\r\n" + HOST + H2C + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"xx")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
