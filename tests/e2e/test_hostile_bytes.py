"""What no key was needed for must not cost memory: request lines and headers have a bound."""

import json
import socket

import pytest

from demo.process import ServiceProcess

CHUNK = b"a" * 65_536


def answer_to(service: ServiceProcess, *parts: bytes) -> bytes:
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
    answer = answer_to(service, *head)

    assert answer == b"reset" or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
    if answer.startswith(b"HTTP/1.1 431"):
        headers, _, body = answer.partition(b"\r\n\r\n")
        assert b"application/problem+json" in headers
        assert json.loads(body)["code"] == "headers_too_large"
    with service.http() as http:
        assert http.get("/livez").status_code == 200


def test_large_bodies_on_one_connection_are_not_taken_for_headers(service: ServiceProcess) -> None:
    with service.http() as http:
        for _ in range(3):
            answer = http.put(
                "/v1/customers/agency-17", json={"name": "x", "licence": "rental", "y": "z" * 500_000}
            )
            assert answer.status_code == 422
