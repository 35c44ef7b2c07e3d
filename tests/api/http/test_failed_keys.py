"""Failed tries at a key are limited by address; keys that work are never in the way of that limit."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.adapters.system import steady_seconds
from app.api.http.rate_limit import BUCKETS, FailedTries, MinuteLimiter, network_of
from app.application.administration.api_keys import new_key
from tests.api.service import Service, code_of

LIMIT = 3
UNAUTHENTICATED = (401, "unauthenticated")
TOO_MANY = (429, "too_many_failed_keys")
WRONG = new_key(b"w" * 32).token
PATH = "/v1/queue"


@pytest.fixture
async def limited(database_url: str, base_calendar: Any) -> AsyncIterator[Service]:
    """A service that lets an address fail three times a minute."""
    service = Service(database_url, base_calendar, failed_key_limit=LIMIT)
    yield service
    await service.close()


async def failed(client: httpx.AsyncClient, times: int) -> list[tuple[int, str]]:
    return [code_of(await client.get(PATH)) for _ in range(times)]


async def test_beyond_the_limit_a_wrong_key_is_429_and_says_how_long(limited: Service) -> None:
    guesser = limited.client(WRONG)

    assert await failed(guesser, LIMIT + 2) == [UNAUTHENTICATED] * LIMIT + [TOO_MANY] * 2
    answer = await guesser.post("/v1/decisions", json={})
    assert code_of(answer) == TOO_MANY
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "ratelimit" in answer.headers


async def test_different_wrong_keys_of_one_address_count_together(limited: Service) -> None:
    guesses = [limited.client(new_key(bytes([number]) * 32).token) for number in range(LIMIT + 1)]

    found = [(await failed(guess, 1))[0] for guess in guesses]

    assert found == [UNAUTHENTICATED] * LIMIT + [TOO_MANY]


async def test_a_key_that_works_is_let_in_from_the_same_address_all_the_time(limited: Service) -> None:
    guesser, good = limited.client(WRONG), await limited.with_key("tickets:read")

    for _ in range(LIMIT * 2):
        await guesser.get(PATH)
        assert (await good.get(PATH)).status_code == 200
        assert (await limited.admin.get(PATH)).status_code == 200


async def test_successes_and_requests_without_a_key_are_not_counted(limited: Service) -> None:
    for _ in range(LIMIT * 2):
        assert (await limited.admin.get(PATH)).status_code == 200
        assert code_of(await limited.client(None).get(PATH)) == UNAUTHENTICATED
        assert (await limited.client(None).get("/livez")).status_code == 200

    assert await failed(limited.client(WRONG), LIMIT + 1) == [UNAUTHENTICATED] * LIMIT + [TOO_MANY]


async def test_a_key_without_the_scope_is_no_failed_try(limited: Service) -> None:
    good = await limited.with_key("customers:read")

    assert {code_of(await good.get(PATH)) for _ in range(LIMIT + 1)} == {(403, "missing_scope")}


async def test_addresses_are_counted_apart(limited: Service) -> None:
    await failed(limited.client(WRONG, "192.0.2.1"), LIMIT + 1)
    others = [limited.client(WRONG, f"198.51.100.{last}") for last in (1, 2)]

    # One may share the first one's counter by chance, once in 4,096 times; both do once in 16 million.
    assert UNAUTHENTICATED in [(await failed(other, 1))[0] for other in others]


async def test_zero_turns_the_limit_off(service: Service) -> None:
    assert set(await failed(service.client(WRONG), 100)) == {UNAUTHENTICATED}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::"),
        ("", ""),
    ],
)
def test_an_address_stands_for_what_its_holder_cannot_choose(address: str, network: str) -> None:
    assert network_of(address) == network


def test_however_many_addresses_fail_the_counters_are_bounded() -> None:
    limiter = MinuteLimiter(1, steady_seconds)
    tries = FailedTries(limiter)

    for number in range(BUCKETS * 3):
        tries.hit(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(limiter._windows) <= BUCKETS
