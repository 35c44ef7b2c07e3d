"""Forged cursors: the digest has no secret, so any key can be sent to any list. None is a failure of ours."""

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.http.pagination import CURSOR_MAX, _digest
from tests.api.calls import CALLS, World

pytestmark = pytest.mark.anyio

ID, INSTANT, DAY = "019a9f3e-5c1b-7d20-8a4e-3f6b1c2d4e5f", "2026-11-20T07:00:00+00:00", "2026-11-20"
TICKETS = "/v1/tickets"
USUAL: dict[str, list[Any]] = {
    TICKETS: [INSTANT, ID],
    f"{TICKETS}?sort=created_at": [INSTANT, ID],
    f"{TICKETS}?sort=-updated_at": [INSTANT, ID],
    f"{TICKETS}?sort=-updated_at&updated_since=2026-01-01T00:00:00Z": [INSTANT, ID],
    f"{TICKETS}?sort=priority": [1, INSTANT, ID],
    "/v1/queue": [1, INSTANT, ID],
    "/v1/queue?status=new": [1, INSTANT, ID],
    "/v1/queue?status=queued": [1, INSTANT, ID],
    "/v1/unassigned-chats": [INSTANT, ID],
    "/v1/customers": ["agency-17"],
    "/v1/customers/{customer_id}/chats": [INSTANT, ID],
    "/v1/staff": ["telegram", "501"],
    "/v1/work-calendar/exceptions": [DAY],
    **{
        f"{TICKETS}/{{ticket_id}}/{part}": [ID]
        for part in ("decisions", "events", "messages", "time-entries")
    },
}
"""By list: a key as its cursors hold it."""

PATHS = {call.template: call for call in CALLS if call.paged}

INSTANTS = (
    *(INSTANT, "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-20T07:00:00+03:00:07"),
    *("2026-11-20T07:00:00", "2026-11-20T07:00:00Z", "2026-11-20", "2026-W47-5", "20261120T07+00:00"),
    *("-0001-01-01T00:00:00+00:00", "99999-01-01T00:00:00+00:00", "infinity", "0001-01-01", "9999-12-31"),
)
TEXTS = (
    *(ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"{ID}\n", ID[:-1], "", "agency-17", "telegram"),
    *("\0", "a\0b", "\ud800", "\udfff\ud800", "\U0010ffff", "ё" * 256, "a" * 257, "%", "'; --"),
)
NUMBERS: tuple[Any, ...] = (
    *(0, 1, -1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**30, 10**400),
    *(1.5, -0.0, 1e308, float("inf"), float("nan"), True, False),
)
VALUES = st.one_of(
    st.sampled_from((*INSTANTS, *TEXTS, *NUMBERS, None)),
    st.datetimes().map(lambda value: f"{value.isoformat()}+00:00"),
    st.dates().map(lambda value: value.isoformat()),
    st.uuids().map(str),
    st.integers(),
    st.text(max_size=20),
    st.lists(st.sampled_from((ID, 1, None)), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
OTHER_TEXTS = (
    *("", "[", "]", "null", "1", '"a"', "{}", "[[[[", "[" * 700, "[1e999]", '["\\ud800"]', "\ud800", "\0"),
)
TAGGED = st.tuples(st.sampled_from("tdisx"), VALUES)
"""A value as a former version wrote it."""

KEYS = st.one_of(
    *(st.lists(each, min_size=length, max_size=length) for each in (VALUES, TAGGED) for length in range(5)),
    VALUES,
)


def forged(text: str, path: str, query: str, customer_id: str | None = None) -> str:
    """Return a cursor with a valid digest over any text."""
    bound_to = json.dumps([path, sorted(parse_qsl(query)), customer_id]).encode()
    key = text.encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(_digest(key, bound_to) + key).rstrip(b"=").decode()


async def status_of(world: World, name: str, text: str) -> int:
    split = urlsplit(name)
    path = world.mine.path(PATHS[split.path])
    query = f"{split.query}&cursor={forged(text, path, split.query)}"
    answer = await world.service.admin.get(f"{path}?{query}")
    if answer.status_code == 400:
        assert answer.json()["code"] == "bad_cursor"
    return answer.status_code


def written(key: Any) -> str:
    return json.dumps(key, separators=(",", ":"), ensure_ascii=False)


def test_no_list_is_forgotten() -> None:
    assert {urlsplit(name).path for name in USUAL} == set(PATHS)


@pytest.mark.parametrize("name", USUAL)
async def test_every_value_at_every_place_of_every_list(still: World, name: str) -> None:
    usual = USUAL[name]
    assert await status_of(still, name, written(usual)) == 200
    for place in range(len(usual)):
        for value in (*INSTANTS, *TEXTS, *NUMBERS, None, [], {}, [ID]):
            key = [*usual[:place], value, *usual[place + 1 :]]
            assert await status_of(still, name, written(key)) in {200, 400}, key


@pytest.mark.parametrize("name", USUAL)
@given(key=KEYS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
async def test_a_forged_key_is_a_page_or_a_bad_cursor(still: World, name: str, key: Any) -> None:
    assert await status_of(still, name, written(key)) in {200, 400}


@pytest.mark.parametrize("name", USUAL)
async def test_any_text_with_a_valid_digest_is_a_bad_cursor(still: World, name: str) -> None:
    for text in OTHER_TEXTS:
        assert await status_of(still, name, text) == 400, text


def test_the_longest_cursor_is_read() -> None:
    assert len(forged(written(["a" * 256, "b" * 256]), "/v1/staff", "")) < CURSOR_MAX
