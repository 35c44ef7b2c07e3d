"""Conditional requests: reads compare the whole ETag, writes compare the version."""

import httpx
import pytest

from tests.api.http.desk import Desk


def gzipped(tag: str) -> str:
    """Return the tag as Apache changes it when it compresses a response."""
    return f'{tag[:-1]}-gzip"'


@pytest.fixture
async def tag(desk: Desk) -> str:
    desk.store.things.append("a")
    return str((await desk.http.get("/v1/things/0")).headers["etag"])


async def test_a_read_carries_version_and_hash(http: httpx.AsyncClient, tag: str) -> None:
    answer = await http.get("/v1/things/0")

    assert tag.startswith('"7.')
    assert len(tag) >= 20
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ("{gzipped}", 304),
        ("W/{gzipped}", 304),
        ('"other", {tag}', 304),
        ("*", 304),
        ('"7.0000"', 200),
        ('"7"', 200),
        ("rubbish", 200),
        ("", 200),
    ],
)
async def test_if_none_match(http: httpx.AsyncClient, tag: str, header: str, status: int) -> None:
    answer = await http.get(
        "/v1/things/0", headers={"If-None-Match": header.format(tag=tag, gzipped=gzipped(tag))}
    )

    assert answer.status_code == status
    assert answer.headers["etag"] == tag
    assert bool(answer.content) is (status == 200)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 200),
        ('"7.0000aaaa"', 200),
        ('"6.1234", "7.0000"', 200),
        ("*", 200),
        ("W/{tag}", 200),
        ('W/"7.0000"', 200),
        ('"6.1234", W/"7.0000"', 200),
        ('"7.0000-gzip"', 200),
        ('"7.0000-br"', 200),
        ('"7.0000--gzip"', 200),
        ('W/"7.0000-gzip"', 200),
        ('W/"6.1234"', 412),
        ('"6.1234-gzip"', 412),
        ('"7-gzip"', 412),
        ('"7.0000-"', 412),
        ('"7.0000-gzip-gzip"', 412),
        ('"7.0000; gzip"', 412),
        ('w/"7.0000"', 412),
        ('W/ "7.0000"', 412),
        ('W"7.0000"', 412),
        ("W/7.0000", 412),
        ("W/", 412),
        ("W/*", 412),
        ('"6.1234"', 412),
        ('"7"', 412),
        ("7", 412),
        ('"7.abcd', 412),
        ("", 412),
        ('"7.abcd" x', 412),
        ('"99999999999999999999999.abcd"', 412),
        (" " * 1_000 + "x", 412),
        (" " * 30_000 + "x", 422),
    ],
)
async def test_if_match(http: httpx.AsyncClient, tag: str, header: str, status: int) -> None:
    answer = await http.patch(
        "/v1/things/0", json={"name": "b"}, headers={"If-Match": header.format(tag=tag)}
    )

    assert answer.status_code == status


async def test_if_match_is_required(http: httpx.AsyncClient) -> None:
    answer = await http.patch("/v1/things/0", json={"name": "b"})

    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


async def test_an_absent_object_matches_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.patch("/v1/things/1", json={"name": "b"}, headers={"If-Match": "*"})

    assert answer.status_code == 412
