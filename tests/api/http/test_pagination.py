"""Pages: every row once, and a cursor is good only for its own list."""

from datetime import UTC
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.http.pagination import (
    Column,
    _decode,
    _encode,
    day_column,
    id_column,
    instant_column,
    name_column,
    rank_column,
)
from tests.api.http.desk import CONFINED, Desk


@pytest.fixture(autouse=True)
def _things(desk: Desk) -> None:
    desk.store.things[:] = [f"t{number}" for number in range(7)]


async def cursor_of(http: httpx.AsyncClient, **query: Any) -> str:
    return str((await http.get("/v1/things", params={"limit": 2, **query})).json()["next_cursor"])


async def test_the_links_lead_through_every_row_once(http: httpx.AsyncClient) -> None:
    seen: list[str] = []
    address = "/v1/things?limit=3&kind=a%26b&kind=%3E%22"
    while True:
        answer = await http.get(address)
        seen += [item["name"] for item in answer.json()["items"]]
        if "link" not in answer.headers:
            break
        address = answer.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
        assert address.startswith("/v1/things?kind=a%26b&kind=%3E%22&limit=3&cursor=")

    assert answer.json()["next_cursor"] is None
    assert seen == [f"t{number}" for number in range(7)]


async def test_a_full_last_page_ends_the_list(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/things?limit=7")

    assert len(answer.json()["items"]) == 7
    assert answer.json()["next_cursor"] is None


async def test_the_size_may_change_from_page_to_page(http: httpx.AsyncClient) -> None:
    cursor = await cursor_of(http)

    answer = await http.get("/v1/things", params={"limit": 100, "cursor": cursor})

    assert [item["name"] for item in answer.json()["items"]] == ["t2", "t3", "t4", "t5", "t6"]


async def test_a_cursor_of_other_filters_or_of_another_caller_is_bad(
    http: httpx.AsyncClient,
) -> None:
    cursor = await cursor_of(http, kind="a")

    filters = await http.get("/v1/things", params={"cursor": cursor})
    caller = await http.get(
        "/v1/things",
        params={"cursor": cursor, "kind": "a"},
        headers={"Authorization": f"Bearer {CONFINED}"},
    )
    good = await http.get("/v1/things", params={"cursor": cursor, "kind": "a"})

    assert [filters.status_code, caller.status_code, good.status_code] == [400, 400, 200]
    assert filters.json()["code"] == "bad_cursor"


async def test_no_sign_of_a_cursor_can_be_changed(http: httpx.AsyncClient) -> None:
    cursor = await cursor_of(http)

    for place in range(len(cursor)):
        for sign in "A_0":
            if cursor[place] != sign:
                changed = cursor[:place] + sign + cursor[place + 1 :]
                assert (await http.get("/v1/things", params={"cursor": changed})).status_code == 400


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "=", "a" * 5000, "AAAA\n", "%00", "null", "🙂", "a b", "AAAAAAAAAAAAAAAA"]
)
async def test_rubbish_is_a_bad_cursor(http: httpx.AsyncClient, cursor: str) -> None:
    answer = await http.get("/v1/things", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


VALUES = st.one_of(
    st.tuples(st.just(instant_column), st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.just(day_column), st.dates()),
    st.tuples(st.just(rank_column), st.integers(0, 2**31 - 1)),
    st.tuples(st.just(id_column), st.uuids().map(str)),
    st.tuples(
        st.just(name_column),
        st.text(max_size=256).filter(
            lambda text: "\0" not in text and text.encode("utf-8", "replace").decode() == text
        ),
    ),
)


@given(st.lists(VALUES, max_size=2))
def test_a_key_comes_back_as_it_was(columns: list[tuple[Column, Any]]) -> None:
    key = tuple(value for _, value in columns)
    written = _encode(key, b"list")
    if len(written) <= 1024:
        assert _decode(written, b"list", [column for column, _ in columns]) == key
