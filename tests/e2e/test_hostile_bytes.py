"""Whatever bytes come, the answer is a problem of the caller's, never of ours, and memory stays flat."""

import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path

import httpx
import pytest

from demo.process import ROOT, ServiceProcess
from tests.e2e import agencies

CHUNK = b"a" * 65_536


def answer_to(service: ServiceProcess, parts: Iterable[bytes]) -> bytes:
    """What the service sends back until it ends the connection, or the first answer if it does not."""
    port = int(service.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            return connection.recv(65_536)
        except ConnectionResetError:
            return b"reset"


@pytest.mark.parametrize(
    "head",
    [
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ", *([CHUNK] * 64)),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\n", *([b"X-Many: " + CHUNK[:8_000] + b"\r\n"] * 512)),
        (b"GET /", *([CHUNK] * 64)),
    ],
    ids=["one endless header", "endless headers", "an endless path"],
)
def test_headers_that_do_not_end_end_the_connection(service: ServiceProcess, head: tuple[bytes, ...]) -> None:
    answer = answer_to(service, head)

    assert answer == b"reset" or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
    if answer.startswith(b"HTTP/1.1 431"):
        headers, _, body = answer.partition(b"\r\n\r\n")
        assert b"application/problem+json" in headers
        assert json.loads(body)["code"] == "headers_too_large"
    with service.http() as http:
        assert http.get("/livez").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nNo colon\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nName: a\x00b\r\n\r\n",
        b"POST /v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
        b"POST /v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    ],
)
def test_what_is_no_http_gets_a_problem_and_ends_the_connection(service: ServiceProcess, sent: bytes) -> None:
    headers, _, body = answer_to(service, [sent]).partition(b"\r\n\r\n")

    assert headers.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert {b"Content-Type: application/problem+json", b"Connection: close"} <= set(headers.split(b"\r\n"))
    assert json.loads(body)["code"] == "malformed_request"
    assert server_errors(service) == []


def test_large_bodies_on_one_connection_are_not_taken_for_headers(service: ServiceProcess) -> None:
    with service.http() as http:
        for _ in range(3):
            answer = http.put(
                "/v1/customers/agency-17", json={"name": "x", "licence": "rental", "y": "z" * 500_000}
            )
            assert answer.status_code == 422


DEEP = 10_000
BODIES = {
    "NaN": b'{"minutes": NaN}',
    "Infinity": b'{"minutes": Infinity}',
    "-Infinity": b'{"minutes": -Infinity}',
    "1e999": b'{"minutes": 1e999}',
    "an integer of 5,000 digits": b'{"minutes": %s}' % (b"9" * 5_000),
    "a lone surrogate": b'{"text": "\\ud800"}',
    "a lone surrogate as a name": b'{"\\udfff": 1}',
    "surrogates the wrong way round": b'{"text": "\\udc00\\ud800"}',
    "surrogate bytes": b'{"text": "\xed\xa0\x80"}',
    "NUL escaped": b'{"text": "\\u0000", "agent": "\\u0000", "name": "\\u0000"}',
    "NUL as a byte": b'{"text": "\x00"}',
    "NUL after the value": b'{"text": "x"}\x00',
    "arrays 10,000 deep": b"[" * DEEP + b"]" * DEEP,
    "objects 10,000 deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "arrays that do not end": b"[" * 500_000,
    "duplicate members": b'{"text": "x", "text": "y"}',
    "duplicate members within": b'{"submission": {"text": "x", "text": "y"}}',
    "20,000 members": b"{%s}" % b",".join(b'"a%d":1' % number for number in range(20_000)),
    "UTF-16": '{"text": "x"}'.encode("utf-16"),
    "UTF-32": '{"text": "x"}'.encode("utf-32"),
    "windows-1251": '{"text": "Выгрузка"}'.encode("cp1251"),
    "a byte order mark": b'\xef\xbb\xbf{"text": "x"}',
    "two values": b'{"text": "x"}{"text": "y"}',
    "half a value": b'{"text": "x',
    "a comment": b'{"text": "x"} // why',
    "nothing": b"",
    "blanks": b" " * 10_000,
    "bytes of no text": bytes(range(256)) * 40,
}
TYPES = (
    "application/json; charset=utf-16",
    "application/json; charset=windows-1251",
    "application/json;charset=",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json, application/json",
    "\xff",
)


def writes(ticket_id: str, kind: str = "application/json") -> Iterator[tuple[str, str]]:
    """Give every call of the contract that takes a body of a type."""
    places = {
        "ticket_id": ticket_id,
        "customer_id": "agency-17",
        "channel": "telegram",
        "chat_id": agencies.CHATS[agencies.RENTAL],
        "external_id": "42",
        "date": "2026-12-30",
    }
    contract = json.loads((ROOT / "openapi" / "openapi.json").read_bytes())
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            if kind in operation.get("requestBody", {}).get("content", {}):
                yield method.upper(), path.format_map(places)


def refused(answer: httpx.Response, where: str) -> None:
    assert 400 <= answer.status_code < 500, f"{where}: {answer.status_code}"
    assert answer.headers["content-type"] == "application/problem+json", where
    assert answer.json()["code"] in {"malformed_body", "validation_failed", "unsupported_media_type"}, where


def server_errors(service: ServiceProcess) -> list[str]:
    """Give the lines of the metrics that count answers of 5xx."""
    with service.http() as http:
        lines = http.get("/metrics").text.splitlines()
    return [line for line in lines if re.search(r'status="5', line) and not line.endswith(" 0.0")]


def test_hostile_bodies_are_problems_of_the_caller(service: ServiceProcess) -> None:
    with service.http() as http:
        agencies.sync(http)
        ticket = http.post("/v1/tickets", json=agencies.submission("Не выгружается")).json()["id"]
        for method, path in writes(ticket):
            for name, body in BODIES.items():
                if name == "nothing" and "/chats/" in path:
                    continue  # a chat needs no body
                kind = {"Content-Type": "application/json"}
                refused(http.request(method, path, content=body, headers=kind), f"{method} {path} {name}")
            for kind_of in TYPES:
                headers = {b"Content-Type": kind_of.encode("latin-1")}
                refused(http.request(method, path, content=b"{}", headers=headers), f"{path} {kind_of}")

    assert server_errors(service) == []
    assert "request failed" not in service.log.read_text("utf-8")


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data"])
def test_hostile_forms_are_problems_of_the_caller(service: ServiceProcess, kind: str) -> None:
    with service.http() as http:
        for method, path in writes("", "multipart/form-data"):
            for name, body in BODIES.items():
                for sent in (body, b"--x\r\n" + body, b"--x\r\n\r\n" + body + b"\r\n--x--\r\n"):
                    answer = http.request(method, path, content=sent, headers={"Content-Type": kind})
                    assert 400 <= answer.status_code < 500, f"{path} {name}: {answer.status_code}"
                    assert answer.headers["content-type"] == "application/problem+json", f"{path} {name}"

    assert server_errors(service) == []


VALUES = {
    "a lone surrogate": rb'"\ud800"',
    "NUL": rb'"\u0000"',
    "NaN": b"NaN",
    "-Infinity": b"-Infinity",
    "1e999": b"1e999",
    "arrays 10,000 deep": b"[" * DEEP + b"]" * DEEP,
    "a duplicate member": b'"x", "agent": "x", "agent": "y"',
}
WELL_FORMED = {
    "/v1/tickets/{}/messages": b'{"author": "customer", "text": %s}',
    "/v1/tickets/{}/time-entries": b'{"minutes": 1, "agent": "x", "performed_at": "2026-01-12T09:00:00Z",'
    b' "note": %s}',
    "/v1/tickets/{}/transitions": b'{"action": "start", "agent": "x", "note": %s}',
    "/v1/tickets": b'{"customer_id": "agency-17", "channel": "telegram", "chat_id": "-1001234567890",'
    b' "text": %s}',
    "/v1/queue/claims": b'{"agent": %s}',
    "/v1/text-checks": b'{"text": %s}',
}


@pytest.mark.parametrize("name", VALUES)
def test_a_hostile_value_in_a_good_body_is_a_problem_of_the_caller(
    service: ServiceProcess, name: str
) -> None:
    with service.http() as http:
        agencies.sync(http)
        ticket = http.post("/v1/tickets", json=agencies.submission("Не выгружается")).json()["id"]
        for path, body in WELL_FORMED.items():
            kind = {"Content-Type": "application/json"}
            refused(
                http.post(path.format(ticket), content=body % VALUES[name], headers=kind), f"{path} {name}"
            )

    assert server_errors(service) == []


MEGABYTE = b"x" * 1_048_576
MEGABYTES = 100
ROUNDS = 30
GROWTH_KIB = 20_480
"""What so many rounds may leave behind: less than half of what the service reads of the bodies it refuses."""
WARMING = 3
"""Rounds that are not counted: what they load stays."""


def head(service: ServiceProcess, *more: str, key: bool = True) -> bytes:
    lines = ["POST /v1/tickets HTTP/1.1", "Host: desk", "Content-Type: application/json", *more]
    if key:
        lines.append(f"Authorization: Bearer {service.key}")
    return "\r\n".join([*lines, "", ""]).encode()


def chunks(bodies: Iterable[bytes]) -> Iterator[bytes]:
    for body in bodies:
        yield b"%x\r\n%s\r\n" % (len(body), body)


def resident_kib(service: ServiceProcess) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{service.pid}/status").read_text("ascii"))
    assert found
    return int(found[1])


def growth_of(service: ServiceProcess, send: Callable[[], None]) -> int:
    """Give by how many KiB the service has grown over the rounds."""
    for _ in range(WARMING):
        send()
    before = resident_kib(service)
    for _ in range(ROUNDS):
        send()
    return resident_kib(service) - before


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("key", [True, False], ids=["with a key", "without a key"])
def test_bodies_of_100_megabytes_and_endless_ones_leave_memory_flat(
    service: ServiceProcess, key: bool
) -> None:
    sized = f"Content-Length: {MEGABYTES * len(MEGABYTE)}"
    chunked = head(service, "Transfer-Encoding: chunked", key=key)
    expected = (b"HTTP/1.1 413", b"reset") if key else (b"HTTP/1.1 401", b"reset")

    def send_all() -> None:
        answers = [
            answer_to(service, chain([head(service, sized, key=key)], repeat(MEGABYTE, MEGABYTES))),
            answer_to(service, chain([chunked], chunks(repeat(MEGABYTE, MEGABYTES)))),
            # Endless: a byte a chunk, then five times as much as that.
            answer_to(service, chain([chunked], chunks(chain(repeat(b"x", 10_000), repeat(MEGABYTE, 500))))),
        ]
        for answer in answers:
            assert answer.startswith(expected), answer[:200]

    assert growth_of(service, send_all) < GROWTH_KIB
    assert server_errors(service) == []
    with service.http() as http:
        assert http.get("/readyz").status_code == 200


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_hostile_bodies_leave_memory_flat(service: ServiceProcess) -> None:
    kind = {"Content-Type": "application/json"}
    sent = sum(map(len, BODIES.values())) * ROUNDS // 1_024
    with service.http() as http:

        def send_all() -> None:
            for body in BODIES.values():
                assert 400 <= http.post("/v1/tickets", content=body, headers=kind).status_code < 500

        assert growth_of(service, send_all) < min(GROWTH_KIB, sent // 2)
