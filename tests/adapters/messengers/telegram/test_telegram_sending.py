"""Every end of a sending is an outcome with one meaning (docs/decisions/0114-sending.md)."""

import json
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.adapters.messengers.telegram.api import TelegramApi
from app.adapters.messengers.telegram.messenger import TelegramMessenger
from app.application.ports.messengers import FileDelayed, FileGone, Outgoing
from app.domain.sending.outcome import (
    ChannelDown,
    Fixable,
    Permanent,
    Remapped,
    SendOutcome,
    Sent,
    Throttled,
    Transient,
    Unknown,
)

TOKEN = "4200000001:" + "A" * 35
TEXT = Outgoing(address="-1001234567890", text="Ответ <b>&_*[", reference="part-1")

Provider = Callable[[httpx.Request], httpx.Response]


def messenger(provider: Provider) -> TelegramMessenger:
    api = TelegramApi(
        TOKEN, "http://127.0.0.1:1", "http://127.0.0.1:1/file", transport=httpx.MockTransport(provider)
    )
    return TelegramMessenger(api)


def refusal(code: int, description: str = "", **parameters: Any) -> Provider:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return lambda _: httpx.Response(code, json=body)


async def outcome(provider: Provider) -> SendOutcome:
    return await messenger(provider).send(TEXT)


async def test_a_text_goes_out_as_it_stands_and_without_markup() -> None:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"ok": True, "result": {"message_id": 815}})

    assert await outcome(provider) == Sent("815")
    assert seen[0].url.path == f"/bot{TOKEN}/sendMessage"
    assert json.loads(seen[0].content) == {
        "chat_id": -1001234567890,
        "text": "Ответ <b>&_*[",
        "link_preview_options": {"is_disabled": True},
    }


async def test_an_answer_to_a_message_is_sent_even_if_that_message_is_gone() -> None:
    bodies: list[Any] = []

    def provider(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"ok": True, "result": {"message_id": 1}})

    await messenger(provider).send(Outgoing("7", "да", "part-1", reply_to="64"))
    assert bodies[0]["reply_parameters"] == {"message_id": 64, "allow_sending_without_reply": True}


async def test_what_is_for_a_topic_goes_into_it() -> None:
    bodies: list[Any] = []

    def provider(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"ok": True, "result": {"message_id": 1}})

    await messenger(provider).send(Outgoing("7", "да", "part-1", topic="64"))
    assert bodies[0]["message_thread_id"] == 64


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), Throttled(7.0)),
        (refusal(429, "Too Many Requests"), Throttled(5.0)),
        (refusal(429, retry_after=10**9), Throttled(3_600.0)),
        (
            refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=-1_004_100,
            ),
            Remapped("-1004100"),
        ),
        (refusal(400, "Bad Request: message thread not found"), Fixable("topic_missing")),
        (refusal(400, "Bad Request: message to be replied not found"), Fixable("reply_missing")),
        (refusal(400, "Bad Request: TOPIC_CLOSED"), Permanent("topic_closed")),
        (refusal(400, "Bad Request: can't parse entities: …"), Permanent("entities_refused")),
        (refusal(400, "Bad Request: message is too long"), Permanent("too_long")),
        (refusal(400, "Bad Request: message text is empty"), Permanent("empty_text")),
        (refusal(400, "Bad Request: chat not found"), Permanent("chat_not_found", chat_lost=True)),
        (
            refusal(400, "Bad Request: not enough rights to send text messages to the chat"),
            Permanent("no_right_to_write", chat_lost=True),
        ),
        (refusal(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), Permanent("no_right_to_write", chat_lost=True)),
        (refusal(400, "Bad Request: something new"), Permanent("refused")),
        (
            refusal(403, "Forbidden: bot was blocked by the user"),
            Permanent("bot_blocked", chat_lost=True),
        ),
        (
            refusal(403, "Forbidden: bot was kicked from the supergroup chat"),
            Permanent("bot_removed", chat_lost=True),
        ),
        (
            refusal(403, "Forbidden: user is deactivated"),
            Permanent("user_deactivated", chat_lost=True),
        ),
        (refusal(403, "Forbidden: the group chat was deleted"), Permanent("chat_deleted", chat_lost=True)),
        (
            refusal(403, "Forbidden: bot can't initiate conversation with a user"),
            Permanent("never_wrote", chat_lost=True),
        ),
        (refusal(403, "Forbidden: of a new kind"), Permanent("forbidden", chat_lost=True)),
        (refusal(401, "Unauthorized"), ChannelDown("unauthorized")),
        (refusal(404, "Not Found"), ChannelDown("unauthorized")),
        (refusal(500, "Internal Server Error: restart"), Transient("http_500")),
        (refusal(503, retry_after=4), Transient("http_503", 4.0)),
        (refusal(409, "Conflict"), Transient("http_409")),
        (refusal(410, "Gone"), ChannelDown("http_410")),
    ],
)
async def test_a_refusal_of_telegram(provider: Provider, expected: SendOutcome) -> None:
    assert await outcome(provider) == expected


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), Transient("http_502")),
        (httpx.Response(504, text=""), Transient("http_504")),
        (httpx.Response(503, headers={"Retry-After": "12"}), Transient("http_503", 12.0)),
        (
            httpx.Response(
                503,
                headers={
                    "Date": "Sun, 22 Nov 2026 09:00:00 GMT",
                    "Retry-After": "Sun, 22 Nov 2026 09:00:30 GMT",
                },
            ),
            Transient("http_503", 30.0),
        ),
        (httpx.Response(429, headers={"Retry-After": "3"}), Throttled(3.0, whole_channel=True)),
        (httpx.Response(403, html="<h1>blocked by the proxy</h1>"), ChannelDown("http_403")),
        (httpx.Response(302, headers={"Location": "http://127.0.0.1/inside"}), ChannelDown("http_302")),
        (httpx.Response(413, text="too large"), Permanent("too_long")),
        (httpx.Response(200, html="<h1>Log in</h1>"), Unknown("strange_answer")),
        (httpx.Response(200, text=""), Unknown("strange_answer")),
        (httpx.Response(200, text='{"ok": tru'), Unknown("strange_answer")),
        (httpx.Response(200, json=[1]), Unknown("strange_answer")),
        (httpx.Response(200, json={"ok": True}), Unknown("strange_answer")),
        (httpx.Response(200, json={"ok": False}), Unknown("strange_answer")),
        (
            httpx.Response(200, content=b'{"ok": true, "x": "' + b"y" * 2_000_000 + b'"}'),
            Unknown("strange_answer"),
        ),
        (
            httpx.Response(200, json={"ok": False, "error_code": 403, "description": "x"}),
            Permanent("forbidden", chat_lost=True),
        ),
    ],
)
async def test_an_answer_that_is_not_telegram_s(response: httpx.Response, expected: SendOutcome) -> None:
    assert await outcome(lambda _: response) == expected


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError, Transient("not_connected")),
        (httpx.ConnectTimeout, Transient("not_connected")),
        (httpx.PoolTimeout, Transient("not_connected")),
        (httpx.ReadTimeout, Unknown("no_answer_in_time")),
        (httpx.WriteTimeout, Unknown("no_answer_in_time")),
        (httpx.ReadError, Unknown("connection_broken")),
        (httpx.WriteError, Unknown("connection_broken")),
        (httpx.RemoteProtocolError, Unknown("connection_broken")),
        (httpx.DecodingError, Unknown("connection_broken")),
    ],
)
async def test_a_request_that_may_have_arrived_is_told_from_one_that_did_not(
    failure: type[httpx.RequestError], expected: SendOutcome
) -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        raise failure(f"while asking {request.url}", request=request)

    assert await outcome(provider) == expected


async def test_a_file_comes_in_pieces_by_the_path_that_telegram_names() -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/getFile"):
            return httpx.Response(200, json={"ok": True, "result": {"file_path": "photos/file 1.jpg"}})
        assert request.url.raw_path == f"/file/bot{TOKEN}/photos/file%201.jpg".encode()
        return httpx.Response(200, content=b"\xff\xd8 picture")

    pieces = [piece async for piece in messenger(provider).download("AgAC")]
    assert b"".join(pieces) == b"\xff\xd8 picture"


@pytest.mark.parametrize(
    ("provider", "failure", "code"),
    [
        (refusal(400, "Bad Request: file is too big"), FileGone, "too_large"),
        (
            refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
            FileDelayed,
            None,
        ),
        (refusal(500, "Internal Server Error"), FileDelayed, None),
        (
            lambda _: httpx.Response(200, json={"ok": True, "result": {"file_path": "/etc/passwd"}}),
            FileGone,
            "unavailable",
        ),
        (
            lambda _: httpx.Response(200, json={"ok": True, "result": {"file_path": "a/../../b"}}),
            FileGone,
            "unavailable",
        ),
    ],
)
async def test_a_file_that_cannot_be_had(
    provider: Provider, failure: type[Exception], code: str | None
) -> None:
    with pytest.raises(failure) as caught:
        [piece async for piece in messenger(provider).download("AgAC")]
    assert getattr(caught.value, "code", None) == code


async def test_no_failure_quotes_the_token() -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot reach {request.url}", request=request)

    with pytest.raises(FileDelayed) as caught:
        [piece async for piece in messenger(provider).download("AgAC")]
    told = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in told


async def test_a_check_tells_a_wrong_token() -> None:
    assert await messenger(refusal(401, "Unauthorized")).check() == "unauthorized"
    assert await messenger(refusal(500)).check() == "http_500"
    good = messenger(lambda _: httpx.Response(200, json={"ok": True, "result": {"id": 1, "is_bot": True}}))
    assert await good.check() is None
