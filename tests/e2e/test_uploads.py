"""Uploads to the real service: whatever is sent, memory stays flat and nothing is left behind."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.attachments.file_types import MIB
from demo.process import ServiceProcess
from tests.e2e.test_hostile_bytes import answer_to
from tests.files import ARCHIVE, BOMB_IN_ARCHIVE, HOSTILE_OFFICE, MANY_PARTS, PDF, docx, media, png

CUSTOMER = "agency-17"
START = media(b"isom", 0)
LARGEST = START + b"\0" * (50 * MIB - len(START))
GROWTH = 20 * MIB


@pytest.fixture
def database_url() -> str:
    """Take one engine: no file comes near the database."""
    return ""


@pytest.fixture
def http(service: ServiceProcess) -> Iterator[httpx.Client]:
    with service.http() as client:
        record = {"name": "x", "licence": "rental", "paid_until": "2030-01-01"}
        assert client.put(f"/v1/customers/{CUSTOMER}", json=record).status_code == 201
        yield client


def files_of(service: ServiceProcess) -> list[Path]:
    return [path for path in (service.data_dir / "attachments").rglob("*") if path.is_file()]


def upload(http: httpx.Client, content: Any, name: str = "a.bin") -> httpx.Response:
    files = {"file": (name, content)}
    return http.post("/v1/attachments", data={"customer_id": CUSTOMER}, files=files)


def memory_of(service: ServiceProcess, what: str) -> int:
    status = Path(f"/proc/{service.pid}/status").read_text("ascii")
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def upload_head(service: ServiceProcess, length: int) -> bytes:
    return (
        "POST /v1/attachments HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {service.key}\r\n"
        f"Content-Type: multipart/form-data; boundary=xyz\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def raw_upload(service: ServiceProcess, body: bytes, length: int, *more: bytes) -> bytes:
    return answer_to(service, [upload_head(service, length) + body, *more])


def connected(service: ServiceProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2])), timeout=10)


def received(connection: socket.socket, *expected: bytes) -> None:
    """Receive until all that is expected has come. Raises TimeoutError."""
    came = b""
    while not all(one in came for one in expected):
        came += connection.recv(65_536)


def form(*parts: tuple[str, bytes]) -> bytes:
    made = b"".join(
        f"--xyz\r\nContent-Disposition: form-data; {told}\r\n\r\n".encode() + content + b"\r\n"
        for told, content in parts
    )
    return made + b"--xyz--\r\n"


def test_hostile_and_large_uploads_cost_no_memory(service: ServiceProcess, http: httpx.Client) -> None:
    assert upload(http, PDF).status_code == 201
    assert upload(http, PDF + ARCHIVE).status_code == 422
    assert upload(http, docx()).status_code == 201
    before = memory_of(service, "VmRSS")
    Path(f"/proc/{service.pid}/clear_refs").write_text("5", "ascii")  # forget the highest so far

    stored = upload(http, LARGEST)
    refused = [
        upload(http, content).status_code
        for content in (
            *(BOMB_IN_ARCHIVE, MANY_PARTS, png(60_000, 60_000), png(tail=ARCHIVE), b""),
            *(LARGEST + b"a", PDF + b" " * 20 * MIB, b"a" * (20 * MIB - 1) + b"\xff"),
        )
    ]
    hostile = {upload(http, content).status_code for _, content in HOSTILE_OFFICE}
    preamble = raw_upload(service, b"", 45_000_000, *([b"\r\n--xy" * 150_000] * 50))
    header = raw_upload(service, b"--xyz\r\nX: ", 50 * MIB, *([b"a" * MIB] * 50))
    many = http.post("/v1/attachments", files={f"part-{number}": ("a", b"a") for number in range(5_000)})
    with http.stream("GET", f"/v1/attachments/{stored.json()['id']}/content") as content:
        size = sum(len(piece) for piece in content.iter_bytes())

    assert (stored.status_code, size) == (201, len(LARGEST))
    assert refused == [422, 422, 422, 422, 422, 413, 413, 422]
    assert (many.status_code, hostile) == (422, {422})
    assert preamble.startswith(b"HTTP/1.1 400")
    assert header.startswith(b"HTTP/1.1 400")
    assert memory_of(service, "VmHWM") - before <= GROWTH
    assert len(files_of(service)) == 3


def left_in(service: ServiceProcess) -> list[Path]:
    """Give what is left of an upload whose client was not waited for, after some time to let it go."""
    deadline = time.perf_counter() + 10
    while files_of(service) and time.perf_counter() < deadline:
        time.sleep(0.02)
    return files_of(service)


@pytest.mark.parametrize("more", [10, 100, 10_000])
def test_a_body_longer_than_told_is_refused(service: ServiceProcess, http: httpx.Client, more: int) -> None:
    body = form(('name="customer_id"', CUSTOMER.encode()), ('name="file"; filename="a.pdf"', PDF))
    answer = raw_upload(service, body, len(body) - more if more < len(body) else 10)

    assert answer.startswith(b"HTTP/1.1 400")
    # What comes behind the body may be answered first, as no HTTP, while the upload is still let go.
    assert left_in(service) == []
    assert http.get("/livez").status_code == 200


def test_a_client_that_goes_away_leaves_nothing(service: ServiceProcess, http: httpx.Client) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield form(('name="file"; filename="a.mp4"', START + b"\0" * MIB))[:-9]
        raise KeyError("the client has gone")

    headers = {"Content-Type": "multipart/form-data; boundary=xyz", "Content-Length": str(9 * MIB)}
    with pytest.raises(KeyError):
        http.post("/v1/attachments", content=breaks_off(), headers=headers)

    assert left_in(service) == []
    assert http.get("/livez").status_code == 200


def test_half_sent_uploads_of_a_key_are_four_and_leave_nothing(
    service: ServiceProcess, http: httpx.Client
) -> None:
    body = form(
        ('name="customer_id"', CUSTOMER.encode()), ('name="file"; filename="a.mp4"', LARGEST[: 2 * MIB])
    )
    with ExitStack() as stack:
        half_sent = [stack.enter_context(connected(service)) for _ in range(5)]
        for connection in half_sent[:4]:
            connection.sendall(upload_head(service, len(body)) + body[:MIB])
        deadline = time.perf_counter() + 10
        while len(files_of(service)) < 4 and time.perf_counter() < deadline:
            time.sleep(0.02)
        half_sent[4].sendall(upload_head(service, len(body)) + body[:MIB])
        received(half_sent[4], b"HTTP/1.1 429", b'"too_many_uploads"')
        half_sent[4].sendall(body[MIB:] + b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        received(half_sent[4], b"HTTP/1.1 200", b'"live"')
        half_sent[0].sendall(body[MIB:])
        received(half_sent[0], b"HTTP/1.1 201")

    deadline = time.perf_counter() + 10
    while len(files_of(service)) > 1 and time.perf_counter() < deadline:
        time.sleep(0.02)
    assert len(files_of(service)) == 1
    assert upload(http, PDF).status_code == 201


@pytest.mark.parametrize("content", [LARGEST + b"a", b"MZ" + LARGEST[2:]], ids=["too large", "program"])
def test_a_refusal_of_a_long_file_reaches_the_client(http: httpx.Client, content: bytes) -> None:
    for _ in range(3):
        assert upload(http, content).headers["content-type"] == "application/problem+json"


def test_what_was_stored_outlives_a_kill(service: ServiceProcess, http: httpx.Client) -> None:
    shown = upload(http, PDF).json()
    service.kill()
    service.start()
    with service.http() as again:
        got = again.get(f"/v1/attachments/{shown['id']}/content")

    assert got.content == PDF
