"""Eight claimers on two processes take each of very many tickets once, in the order of work."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.process import ServiceProcess
from tests.e2e.agencies import EXTENDED, RENTAL, submission, sync
from tests.e2e.claims import Claim, Key, key_of, overtaken
from tests.e2e.crowd import Crowd
from tests.e2e.plain_http import PlainClient
from tests.e2e.stored import assert_whole

CLAIMERS = 8
TICKETS = 20_000
SHAPES = ((RENTAL, "none"), (EXTENDED, "function"), (RENTAL, "crm_down"), (RENTAL, "function"))

Pair = tuple[ServiceProcess, ServiceProcess]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 30), st.integers(0, 9)),
        max_size=12,
    )
)
def test_overtaking_is_found_as_by_comparing_every_two(drawn: list[tuple[int, int, int]]) -> None:
    claims = [
        Claim(str(n), (key, "", str(n)), began, began + took) for n, (key, began, took) in enumerate(drawn)
    ]
    by_two = {b for a in claims for b in claims if a.ended < b.began and a.key > b.key}
    assert {b for _, b in overtaken(claims)} == by_two


def _submit(http: PlainClient, text: str, shape: tuple[str, str]) -> Key:
    reply = http.post("/v1/tickets", submission(text, *shape))
    assert reply.status == 201, reply
    return key_of(reply.json())


def _claim_all(http: PlainClient, agent: str) -> list[Claim]:
    claims: list[Claim] = []
    while True:
        began = time.perf_counter()
        reply = http.post("/v1/queue/claims", {"agent": agent})
        ended = time.perf_counter()
        if reply.status == 204:
            return claims
        assert reply.status == 201, reply
        ticket = reply.json()
        assert (ticket["assignee"], ticket["status"]) == (agent, "in_progress")
        claims.append(Claim(ticket["id"], key_of(ticket), began, ended))


def _claim_and_check(pair: Pair, tickets: int) -> None:
    with pair[0].http() as http:
        sync(http)
    with Crowd(pair, CLAIMERS) as crowd:

        def submit_share(http: PlainClient, number: int) -> list[Key]:
            places = range(number, tickets, CLAIMERS)
            return [_submit(http, f"Сбой {place}", SHAPES[place % len(SHAPES)]) for place in places]

        submitted = [key for share in crowd.at_once(submit_share) for key in share]
        assert {rank for rank, _, _ in submitted} == {0, 1, 2}
        taken = crowd.at_once(lambda http, number: _claim_all(http, f"Агент {number}"))
    claims = [claim for each in taken for claim in each]
    times_taken = Counter(claim.key for claim in claims)
    doubled = [key for key, times in times_taken.items() if times > 1]
    skipped = set(submitted) - set(times_taken)
    assert (doubled, skipped, len(claims)) == ([], set(), tickets)
    assert overtaken(claims) == []
    assert all(taken), "every claimer got something"
    assert_whole(pair[0])
    print(f"{CLAIMERS} claimers, {tickets} tickets: 0 double, 0 skipped, 0 overtaken")  # noqa: T201 - a figure


@pytest.mark.slow
def test_eight_claimers_take_each_of_2000_tickets_once_in_order(pair: Pair) -> None:
    _claim_and_check(pair, TICKETS // 10)


@pytest.mark.soak
def test_eight_claimers_take_each_of_20000_tickets_once_in_order(pair: Pair, soak_share: float) -> None:
    _claim_and_check(pair, round(TICKETS * soak_share))
