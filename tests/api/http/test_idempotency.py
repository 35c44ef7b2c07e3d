"""A repeated POST takes effect once and gets its first answer again."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.api.http import idempotency
from tests.api.http.desk import CONFINED, Desk, days

KEY = {"Idempotency-Key": "order-1"}


async def make(desk: Desk, name: str = "a", headers: dict[str, str] = KEY, **more: Any) -> httpx.Response:
    return await desk.http.post("/v1/things", json={"name": name}, headers=headers, **more)


async def test_a_repetition_gets_the_first_answer_byte_for_byte(desk: Desk) -> None:
    first, again = await make(desk), await make(desk)

    assert desk.store.things == ["a"]
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("location", "etag", "content-type", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


async def test_without_a_key_every_request_counts(desk: Desk) -> None:
    await make(desk, headers={})
    await make(desk, headers={})

    assert desk.store.things == ["a", "a"]


async def test_another_request_cannot_use_the_key(desk: Desk) -> None:
    await make(desk)

    bodies = await make(desk, "b")
    queries = await make(desk, params={"x": "1"})

    assert [bodies.status_code, queries.status_code] == [422, 422]
    assert bodies.json()["code"] == "idempotency_key_reused"
    assert desk.store.things == ["a"]


async def test_keys_belong_to_the_api_key(desk: Desk) -> None:
    await make(desk)
    await make(desk, headers=KEY | {"Authorization": f"Bearer {CONFINED}"})

    assert desk.store.things == ["a", "a"]


@pytest.mark.parametrize("step", [days(1), days(25) / 24, days(365), -days(1), -days(3650)])
async def test_an_answer_survives_a_step_of_the_clock(desk: Desk, step: timedelta) -> None:
    await make(desk)
    desk.clock.now += step

    assert (await make(desk)).headers["idempotency-replayed"] == "true"
    assert desk.store.things == ["a"]


async def test_a_returned_refusal_is_kept_in_its_language(desk: Desk) -> None:
    first = await make(desk, "refused", headers=KEY | {"Accept-Language": "en"})
    again = await make(desk, "refused")

    assert (first.status_code, first.json()["code"]) == (422, "not_registered")
    assert again.content == first.content
    assert again.headers["content-language"] == "en"
    assert again.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("name", "status"), [("taken", 409), ("boom", 500)])
async def test_what_is_raised_releases_the_key(desk: Desk, name: str, status: int) -> None:
    first = await make(desk, name)
    other = await make(desk, "b")

    assert (first.status_code, other.status_code) == (status, 201)


async def test_a_validation_error_keeps_nothing(desk: Desk) -> None:
    assert (await make(desk, "")).status_code == 422
    assert (await make(desk, "b")).status_code == 201


async def test_fifty_at_once_are_one(desk: Desk) -> None:
    answers = await asyncio.gather(*(make(desk) for _ in range(50)))

    assert desk.store.things == ["a"]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert not any(idempotency._running.get(asyncio.get_running_loop(), {}))


async def test_a_duplicate_takes_over_when_the_first_fails(desk: Desk) -> None:
    desk.store.pause = asyncio.Event()
    first = asyncio.create_task(make(desk, "boom"))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(make(desk, "b"))
    await asyncio.sleep(0.01)
    desk.store.pause.set()

    assert ((await first).status_code, (await second).status_code) == (500, 201)


async def test_a_duplicate_does_not_wait_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.05)
    desk.store.pause = asyncio.Event()
    first = asyncio.create_task(make(desk))
    await asyncio.sleep(0.01)

    second = await make(desk)
    desk.store.pause.set()

    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    assert second.headers["retry-after"] == "1"
    assert (await first).status_code == 201


async def test_a_concurrent_duplicate_with_another_body_is_refused(desk: Desk) -> None:
    both = await asyncio.gather(make(desk, "a"), make(desk, "b"))

    assert [answer.status_code for answer in both] == [201, 422]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, b"\xc3\xa9", "\t"])
async def test_a_bad_key_is_refused(http: httpx.AsyncClient, key: Any) -> None:
    answer = await http.post("/v1/things", json={"name": "a"}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"


async def test_the_longest_key_is_taken(desk: Desk) -> None:
    assert (await make(desk, headers={"Idempotency-Key": "~" * 255})).status_code == 201
