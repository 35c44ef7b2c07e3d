"""The fault matrix of sending by Telegram, over real sockets: each fault has one stated outcome (O3).

A row says what the provider or the network does, how the attempt ends, and what then becomes of an automatic
message and of a person's words. A request goes out once at most: whoever sends again is the relay.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from app.adapters.messengers.telegram.api import Patience, TelegramApi
from app.adapters.messengers.telegram.messenger import TelegramMessenger
from app.application.ports.messengers import Outgoing
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
from app.domain.sending.part import OutboxKind, PartState
from app.domain.sending.policy import REPEAT_AFTER, ResendUnknown, next_step
from simulator.loopback import LoopbackServer, Reply, Request, json_reply
from simulator.telegram import TOKEN, refusal
from tests.contracts.builders import a_chat, a_ticket, a_waiting_message

HURRIED = Patience(connect=0.2, answer=0.2, whole=0.5)
LONG = 30.0
TEXT = Outgoing(address="-1001234567890", text="Ответ", reference="part-1", reply_to="3")

PENDING, SENT, DEAD, UNKNOWN = PartState.PENDING, PartState.SENT, PartState.DEAD, PartState.UNKNOWN
TRIED_AGAIN = (PENDING, PENDING)
GIVEN_UP = (DEAD, DEAD)
REPEATED_BY_PEOPLE_ONLY = (UNKNOWN, PENDING)
"""An automatic message rests; words of a person go out once more, later and marked."""

DATE = "Sun, 22 Nov 2026 09:00:00 GMT"
THIRTY_SECONDS_LATER = "Sun, 22 Nov 2026 09:00:30 GMT"
TAKEN = {"ok": True, "result": {"message_id": 815}}


def page(status: int, **headers: str) -> Reply:
    """Answer as a proxy or a gateway does."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, b"<html><h1>?</h1></html>", {"Content-Type": "text/html", **shown})


def body(content: bytes) -> Reply:
    return Reply(200, content, {"Content-Type": "application/json"})


Row = tuple[Reply, SendOutcome, tuple[PartState, PartState]]

ANSWERS: dict[str, Row] = {
    "taken": (json_reply(TAKEN), Sent("815"), (SENT, SENT)),
    "taken, and the connection closed": (
        replace(json_reply(TAKEN), close=True), Sent("815"), (SENT, SENT),
    ),
    "no answer in time": (
        replace(json_reply(TAKEN), delay=LONG), Unknown("no_answer_in_time"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "a byte now and then": (
        replace(json_reply(TAKEN), drip=0.05), Unknown("no_answer_in_time"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "reset before the answer": (
        replace(json_reply(TAKEN), cut_after=0), Unknown("connection_broken"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "reset in the head of the answer": (
        replace(json_reply(TAKEN), cut_after=20), Unknown("connection_broken"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "reset in the middle of the body": (
        replace(json_reply(TAKEN), cut_after=95), Unknown("connection_broken"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "a body shorter than it says": (
        Reply(200, b'{"ok"', {"Content-Length": "99"}, close=True),
        Unknown("connection_broken"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "200 that is packed wrongly": (
        Reply(200, b"not gzip", {"Content-Encoding": "gzip"}), Unknown("connection_broken"),
        REPEATED_BY_PEOPLE_ONLY,
    ),
    "200 with ok false": (
        json_reply({"ok": False}), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "200 without a message": (
        json_reply({"ok": True, "result": True}), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "200 and nothing": (Reply(200), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY),
    "200 with a page": (page(200), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY),
    "200 with half a JSON": (body(b'{"ok": tru'), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY),
    "200 with a list": (json_reply([TAKEN]), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY),
    "200 with JSON that is nested too deeply": (
        body(b"[" * 200_000), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY,
    ),
    "200 with 20 MB": (
        body(b'{"ok": true, "x": "' + b"y" * 20_000_000 + b'"}'), Unknown("strange_answer"),
        REPEATED_BY_PEOPLE_ONLY,
    ),
    "204": (Reply(204), Unknown("strange_answer"), REPEATED_BY_PEOPLE_ONLY),
    "302 to the inside": (
        page(302, Location="http://127.0.0.1:1/inside"), ChannelDown("http_302"), TRIED_AGAIN,
    ),
    "400": (refusal(400, "Bad Request: something new"), Permanent("refused"), GIVEN_UP),
    "400 as the chat is another one now": (
        refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1_004_100),
        Remapped("-1004100"), TRIED_AGAIN,
    ),
    "400 as the answered message is gone": (
        refusal(400, "Bad Request: message to be replied not found"), Fixable("reply_missing"), TRIED_AGAIN,
    ),
    "401": (refusal(401, "Unauthorized"), ChannelDown("unauthorized"), TRIED_AGAIN),
    "403": (
        refusal(403, "Forbidden: bot was kicked from the group chat"),
        Permanent("bot_removed", chat_lost=True), GIVEN_UP,
    ),
    "403 of a proxy": (page(403), ChannelDown("http_403"), TRIED_AGAIN),
    "404": (refusal(404, "Not Found"), ChannelDown("unauthorized"), TRIED_AGAIN),
    "407": (page(407), ChannelDown("http_407"), TRIED_AGAIN),
    "409": (refusal(409, "Conflict"), Transient("http_409"), TRIED_AGAIN),
    "410": (page(410), ChannelDown("http_410"), TRIED_AGAIN),
    "413": (page(413), Permanent("too_long"), GIVEN_UP),
    "429 that says how long": (
        refusal(429, "Too Many Requests: retry after 7", retry_after=7), Throttled(7.0), TRIED_AGAIN,
    ),
    "429 without a word": (refusal(429, "Too Many Requests"), Throttled(5.0), TRIED_AGAIN),
    "429 of a proxy, with Retry-After": (
        page(429, Retry_After="3"), Throttled(3.0, whole_channel=True), TRIED_AGAIN,
    ),
    "500": (refusal(500, "Internal Server Error"), Transient("http_500"), TRIED_AGAIN),
    "502 with a page": (page(502), Transient("http_502"), TRIED_AGAIN),
    "503 with Retry-After in seconds": (
        page(503, Retry_After="12"), Transient("http_503", 12.0), TRIED_AGAIN,
    ),
    "503 with Retry-After as a date": (
        page(503, Date=DATE, Retry_After=THIRTY_SECONDS_LATER), Transient("http_503", 30.0), TRIED_AGAIN,
    ),
    "504": (page(504), Transient("http_504"), TRIED_AGAIN),
}  # fmt: skip


@asynccontextmanager
async def messenger(url: str, patience: Patience = HURRIED) -> AsyncIterator[TelegramMessenger]:
    api = TelegramApi(TOKEN, url, f"{url}/file", patience=patience)
    made = TelegramMessenger(api)
    try:
        yield made
    finally:
        await made.close()


async def sent_to(url: str) -> SendOutcome:
    async with messenger(url) as telegram:
        return await telegram.send(TEXT)


def states_after(outcome: SendOutcome) -> tuple[PartState, PartState]:
    """Say what becomes of an automatic message and of a person's words."""
    ticket = a_ticket(1, a_chat(1))
    parts = [
        replace(a_waiting_message(1, ticket, kind=kind), reply_to="3")
        for kind in (OutboxKind.ACKNOWLEDGEMENT, OutboxKind.ANSWER)
    ]
    automatic, words = (next_step(part, outcome, 0.0, ResendUnknown.ONCE) for part in parts)
    if isinstance(outcome, Unknown):
        assert (words.repeated, words.wait) == (True, REPEAT_AFTER)
    return automatic.state, words.state


@pytest.mark.parametrize("fault", ANSWERS)
async def test_an_answer_has_its_outcome_and_the_request_went_out_once(fault: str) -> None:
    reply, expected, becomes = ANSWERS[fault]
    seen: list[Request] = []

    async def provider(request: Request) -> Reply:
        seen.append(request)
        return reply

    async with LoopbackServer(provider) as server:
        outcome = await sent_to(server.url)
    assert (outcome, states_after(outcome)) == (expected, becomes)
    assert [request.path for request in seen] == [f"/bot{TOKEN}/sendMessage"]


# No connection: certainly not taken


@contextmanager
def nobody_listens() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def nobody_accepts() -> Iterator[str]:
    """Listen with a queue that is full: the next one's greeting is never answered."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def no_such_name() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:

        def unknown(*_: Any, **__: Any) -> Any:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        patch.setattr(socket, "getaddrinfo", unknown)
        yield "http://telegram.invalid"


NEVER_REACHED = {"refused": nobody_listens, "not accepted": nobody_accepts, "no such name": no_such_name}


@pytest.mark.parametrize("fault", NEVER_REACHED)
async def test_who_was_never_reached_has_taken_nothing(fault: str) -> None:
    with NEVER_REACHED[fault]() as url:
        outcome = await sent_to(url)
    assert (outcome, states_after(outcome)) == (Transient("not_connected"), TRIED_AGAIN)


Served = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(served: Served, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve connections as they come, below HTTP."""
    server = await asyncio.start_server(served, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{port}"
    finally:
        server.close()


async def read_request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


def rendered(message_id: int) -> bytes:
    content = b'{"ok": true, "result": {"message_id": %d}}' % message_id
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content


async def test_a_server_without_tls_has_taken_nothing() -> None:
    async def provider(_: Request) -> Reply:
        return json_reply(TAKEN)

    async with LoopbackServer(provider) as server:
        outcome = await sent_to(server.url.replace("http://", "https://"))
    assert (outcome, states_after(outcome)) == (Transient("not_connected"), TRIED_AGAIN)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority of this run: no key is kept anywhere."""
    return trustme.CA()


CERTIFICATES: dict[str, tuple[datetime | None, bool, SendOutcome]] = {
    "that holds": (None, True, Sent("1")),
    "that has expired": (datetime(2025, 1, 1, tzinfo=UTC), True, Transient("not_connected")),
    "of an authority that nobody knows": (None, False, Transient("not_connected")),
}


@pytest.mark.parametrize("which", CERTIFICATES)
async def test_a_certificate_that_does_not_hold_lets_no_byte_of_the_token_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: trustme.CA, which: str
) -> None:
    ended, known, expected = CERTIFICATES[which]
    said: list[bytes] = []

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.read(4))
        await read_request(reader)
        writer.write(rendered(1))
        writer.close()

    if known:
        authority.cert_pem.write_to_path(tmp_path / "authority.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=ended).configure_cert(context)
    async with listening(served, context) as url, messenger(url, Patience()) as telegram:
        outcome = await telegram.send(TEXT)
    lost_nothing = (SENT, SENT) if outcome == Sent("1") else TRIED_AGAIN
    assert (outcome, states_after(outcome)) == (expected, lost_nothing)
    assert said == ([b"POST"] if outcome == Sent("1") else [])


# Connections that might have been kept


@pytest.mark.parametrize("reads", [False, True], ids=["while it rests", "as the next request comes"])
async def test_a_connection_that_the_other_side_gave_up_costs_no_message(reads: bool) -> None:
    connections = 0

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(rendered(connections))
        if reads:
            await reader.read(1)
        writer.close()

    async with listening(served) as url, messenger(url) as telegram:
        outcomes = [await telegram.send(TEXT), await telegram.send(TEXT)]
    assert (outcomes, connections) == ([Sent("1"), Sent("2")], 2)


async def test_an_answer_that_comes_twice_is_never_taken_for_that_of_the_next_message() -> None:
    connections = 0

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with suppress(asyncio.IncompleteReadError):
            while True:
                await read_request(reader)
                writer.write(rendered(connections) * 2)
        writer.close()

    async with listening(served) as url, messenger(url) as telegram:
        outcomes = [await telegram.send(TEXT), await telegram.send(TEXT)]
    assert outcomes == [Sent("1"), Sent("2")]


async def test_a_redirect_is_not_followed() -> None:
    inside: list[str] = []

    async def hidden(request: Request) -> Reply:
        inside.append(request.path)
        return json_reply(TAKEN)

    async with LoopbackServer(hidden) as target:

        async def provider(request: Request) -> Reply:
            return page(307, Location=f"{target.url}{request.path}")

        async with LoopbackServer(provider) as server:
            outcome = await sent_to(server.url)
    assert (outcome, inside) == (ChannelDown("http_307"), [])
