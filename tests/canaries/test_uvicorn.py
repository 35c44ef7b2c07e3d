"""Serving leans on insides of uvicorn: httptools, uvloop, bounded connections, an end in good order."""

import asyncio
import inspect
from typing import Any

import httptools
import pytest
import uvicorn
import uvloop
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

BOUND = "the bounds of connections (bounded_http.py) lean on uvicorn and httptools: "
LOOP = "uvloop leans on uvicorn: "
DRAIN = "the end in good order (draining_server.py) leans on uvicorn: "


async def app(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Counting(HttpToolsProtocol):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.calls: list[str] = []

    def on_headers_complete(self) -> None:
        self.calls.append("head")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.calls.append("end")
        super().on_message_complete()


class Wire(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def connected() -> tuple[Counting, Wire]:
    config = uvicorn.Config(app, http=Counting, loop="uvloop", log_config=None)
    protocol = Counting(config=config, server_state=ServerState(), app_state={})
    wire = Wire()
    protocol.connection_made(wire)
    return protocol, wire


def test_a_class_of_ours_is_the_protocol() -> None:
    config = uvicorn.Config(app, http=Counting, log_config=None)
    config.load()
    assert config.http_protocol_class is Counting, BOUND + "Config(http=…) takes a class"


async def test_the_protocol_tells_where_head_and_message_end() -> None:
    protocol, wire = connected()
    head = b"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\n"
    protocol.data_received(head)
    assert protocol.calls == [], BOUND + "headers that have not ended call nothing"
    protocol.data_received(b"\r\n")
    assert protocol.calls == ["head"], BOUND + "on_headers_complete is called when the head ends"
    protocol.data_received(b"{}")
    await asyncio.sleep(0.01)
    protocol.connection_lost(None)
    assert protocol.calls == ["head", "end"], BOUND + "on_message_complete is called when the body ends"
    assert protocol.transport is wire, BOUND + "the transport is kept under its name"
    assert wire.written.startswith(b"HTTP/1.1 200 "), BOUND + "answers go to the transport"


async def test_the_protocol_and_its_requests_have_the_parts_that_ours_uses() -> None:
    protocol, _ = connected()
    parts = {
        *("parser", "headers", "url", "scope", "cycle", "pipeline", "flow", "transport", "server_state"),
        *("expect_100_continue", "_start_asgi_task", "on_response_complete", "shutdown", "resume_writing"),
        *("on_message_begin", "on_header", "on_body"),
    }
    assert isinstance(protocol.flow, FlowControl), BOUND + "flow is a FlowControl"
    assert {"read_paused", "write_paused", "pause_reading", "resume_reading"} <= set(dir(protocol.flow))
    protocol.data_received(b"GET / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
    request = protocol.cycle
    protocol.connection_lost(None)
    assert parts <= set(dir(protocol)), BOUND + "the attributes of HttpToolsProtocol"
    assert isinstance(request, RequestResponseCycle)
    used = "keep_alive disconnected body more_body message_event response_started response_complete"
    assert {*used.split(), "waiting_for_100_continue"} <= set(vars(request)), BOUND + "a request's attributes"


def test_the_parser_skips_the_body_of_an_upgrade_and_reports_it_after_the_head() -> None:
    calls = []

    class Calls:
        def on_headers_complete(self) -> None:
            calls.append(("head", parser.should_upgrade()))

        def on_message_complete(self) -> None:
            calls.append(("end", parser.should_upgrade()))

    parser = httptools.HttpRequestParser(Calls())
    head = b"POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n"
    with pytest.raises(httptools.HttpParserUpgrade) as raised:
        parser.feed_data(head)
    assert raised.value.args == (len(head),), BOUND + "HttpParserUpgrade has the place"
    assert calls == [("head", True), ("end", True)], BOUND + "callbacks of an upgrade"


def test_an_error_of_a_callback_keeps_its_cause() -> None:
    class Raises:
        def on_headers_complete(self) -> None:
            raise ValueError

    with pytest.raises(httptools.HttpParserCallbackError) as raised:
        httptools.HttpRequestParser(Raises()).feed_data(b"GET / HTTP/1.1\r\n\r\n")
    assert isinstance(raised.value.__context__, ValueError), BOUND + "__context__ of HttpParserCallbackError"


def test_uvloop_makes_the_loop() -> None:
    factory = uvicorn.Config(app, loop="uvloop", log_config=None).get_loop_factory()
    assert factory is not None, LOOP + "get_loop_factory"
    loop = factory()
    loop.close()
    assert isinstance(loop, uvloop.Loop), LOOP + 'Config(loop="uvloop")'


def test_the_server_has_the_methods_that_ours_replaces() -> None:
    found = {
        name: list(inspect.signature(getattr(uvicorn.Server, name)).parameters)[1:]
        for name in ("startup", "handle_exit", "on_tick", "shutdown", "run")
    }
    assert found == {
        "startup": ["sockets"],
        "handle_exit": ["sig", "frame"],
        "on_tick": ["counter"],
        "shutdown": ["sockets"],
        "run": ["sockets"],
    }, DRAIN + "the methods of Server and their parameters"


async def test_headers_of_every_answer_are_made_from_the_encoded_ones() -> None:
    config = uvicorn.Config(app, server_header=False, log_config=None)
    config.load()
    server = uvicorn.Server(config)
    close = (b"connection", b"close")
    config.encoded_headers.append(close)
    await server.on_tick(0)
    told = DRAIN + "server_state.default_headers is made from config.encoded_headers on a tick"
    assert close in server.server_state.default_headers, told
    server.should_exit = True
    assert await server.on_tick(1), DRAIN + "on_tick is true when should_exit is set"
