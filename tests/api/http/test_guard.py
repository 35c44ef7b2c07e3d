"""What the guard lets through, in which order it refuses, and what hostile bytes come to."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.guard import HEADER_LIMITS
from app.api.http.json_body import MAX_BODY, MalformedJson, parse_json
from app.api.http.keys import ADMIN_KEY_ID, Access, KeyRing, Scope
from app.api.http.problems import install_problems
from app.api.http.routing import GuardedRoute, assert_guarded
from app.application.ports.store import Store
from tests.api.http.desk import ADMIN, CONFINED, NOW, OK, READER, Desk, days

JSON = {"Content-Type": "application/json"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {ADMIN}"},
        {"Authorization": f"Bearer {ADMIN}x"},
        {"Authorization": "Bearer " + "x" * 5000},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
async def test_without_a_good_key_nothing_is_answered(http: httpx.AsyncClient, headers: Any) -> None:
    answer = await http.get("/v1/who", headers=headers)

    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="support-desk"'


async def test_two_authorization_headers_are_no_key(http: httpx.AsyncClient) -> None:
    doubled = [("Authorization", f"Bearer {ADMIN}"), ("Authorization", f"Bearer {READER}")]

    assert (await http.get("/v1/who", headers=doubled)).status_code == 401


async def test_the_scheme_is_read_in_any_case(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/who", headers={"Authorization": f"bEARER {CONFINED}"})

    assert answer.text == f"key-{CONFINED} agency-17"


async def test_a_missing_scope_is_named(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/things", json={"name": "a"}, headers=bearer(READER))

    assert (answer.status_code, code_of(answer)) == (403, "missing_scope")
    assert answer.json()["scope"] == "tickets:write"


async def test_a_confined_key_is_kept_from_what_is_not_for_it(http: httpx.AsyncClient) -> None:
    answer = await http.delete("/v1/things/0", headers=bearer(CONFINED))

    assert (answer.status_code, code_of(answer)) == (403, "not_for_confined_keys")


async def test_expired_and_revoked_keys_stop(desk: Desk) -> None:
    keys = desk.store.api_keys
    keys.add("jsd_today", expires_on=date(2026, 11, 20))
    keys.add("jsd_yesterday", expires_on=date(2026, 11, 19))
    keys.add("jsd_revoked", revoked_at=NOW)

    answers = [
        (await desk.http.get("/v1/who", headers=bearer(token))).status_code
        for token in ("jsd_today", "jsd_yesterday", "jsd_revoked")
    ]
    desk.clock.now = NOW + days(1)
    tomorrow = await desk.http.get("/v1/who", headers=bearer("jsd_today"))

    assert (answers, tomorrow.status_code) == ([200, 401, 401], 401)


async def test_a_key_is_looked_up_once_for_many_requests(desk: Desk) -> None:
    for _ in range(20):
        await desk.http.get("/v1/who", headers=bearer(READER))

    assert desk.store.api_keys.reads == 1


async def test_the_admin_key_works_without_the_store(desk: Desk) -> None:
    desk.store.broken = True

    admin = await desk.http.get("/v1/who")
    other = await desk.http.get("/v1/who", headers=bearer(READER))

    assert admin.text == "admin None"
    assert (other.status_code, code_of(other)) == (503, "store_unavailable")
    assert other.headers["retry-after"]


async def test_the_rate_limit_is_told_and_kept() -> None:
    desk = Desk(requests_a_minute=2)

    answers = [await desk.http.get("/v1/who") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert answers[0].headers["ratelimit"].startswith('"default";r=1;t=')
    assert answers[2].headers["ratelimit"].startswith('"default";r=0;t=')
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert (await desk.http.get("/v1/who", headers=bearer(READER))).status_code == 200


async def test_bad_keys_are_counted_by_address_and_hold_up_no_good_one() -> None:
    desk = Desk(requests_a_minute=2)

    tries = [await desk.http.get("/v1/who", headers=bearer(f"jsd_guess-{number}")) for number in range(3)]

    assert [(answer.status_code, code_of(answer)) for answer in tries] == [
        (401, "unauthenticated"),
        (401, "unauthenticated"),
        (429, "rate_limited"),
    ]
    assert tries[0].headers["ratelimit"].startswith('"default";r=1;t=')
    assert tries[0].headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert (await desk.http.get("/v1/who")).status_code == 200


async def test_a_refused_scope_is_counted() -> None:
    desk = Desk(requests_a_minute=2)

    tries = [await desk.http.post("/v1/things", json={}, headers=bearer(READER)) for _ in range(3)]

    assert [answer.status_code for answer in tries] == [403, 403, 429]
    assert tries[0].headers["ratelimit"].startswith('"default";r=1;t=')


@pytest.mark.parametrize("name", ["Accept-Language", "If-Match", "If-None-Match", "Range", "If-Range"])
async def test_a_header_longer_than_its_parameter_is_refused(http: httpx.AsyncClient, name: str) -> None:
    limit = HEADER_LIMITS[name.lower().encode()]

    answers = [await http.get("/v1/who", headers={name: "x" * length}) for length in (limit, limit + 1)]

    assert [answer.status_code for answer in answers] == [200, 422]
    error = answers[1].json()["errors"][0]
    assert (error["pointer"], error["code"]) == (f"/header/{name}", "too_long")
    assert str(limit) in error["detail"]


async def test_no_limit_sends_no_headers() -> None:
    answer = await Desk(requests_a_minute=0).http.get("/v1/who")

    assert "ratelimit" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ({"Content-Type": ""}, 415, "unsupported_media_type"),
        ({}, 415, "unsupported_media_type"),
        ({"Content-Type": "application/json; charset=cp1251"}, 415, "unsupported_media_type"),
        ({"Content-Type": "application/problem+json"}, 415, "unsupported_media_type"),
        ({**JSON, "Content-Encoding": "gzip"}, 415, "unsupported_content_encoding"),
    ],
)
async def test_a_body_of_another_kind_is_refused(
    http: httpx.AsyncClient, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await http.post("/v1/things", content=b'{"name":"a"}', headers=headers)

    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    "kind", ["application/json", 'Application/JSON; charset="UTF-8"', "application/json;charset=utf-8"]
)
async def test_json_in_utf_8_is_taken(http: httpx.AsyncClient, kind: str) -> None:
    headers = {"Content-Type": kind, "Content-Encoding": "identity"}

    assert (await http.post("/v1/things", content=b'{"name":"a"}', headers=headers)).is_success


MALFORMED = [
    b"{",
    b"[1,]",
    b"NaN",
    b'{"name": NaN}',
    b'{"name": Infinity}',
    b'{"name": -Infinity}',
    b'{"name": 1e999}',
    b'{"name": -1e999}',
    b'{"name": ' + b"9" * 5000 + b"}",
    b'{"name": "a", "name": "b"}',
    b'{"name": "\\ud800"}',
    b'{"\\udfff": "a"}',
    b'{"name": "\xed\xa0\x80"}',
    b'{"name": "\xff"}',
    b'\xef\xbb\xbf{"name": "a"}',
    '{"name": "a"}'.encode("utf-16"),
    b'{"name": "a\nb"}',
    b'{"name": "a"} {}',
    b"[" * 100_000,
    b"[" * 70 + b"]" * 70,
    b'{"a":' * 100_000,
    b"{" + b",".join(b'"%d":1' % number for number in range(1001)) + b"}",
    b"'name'",
    b"\x00",
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:24]))
async def test_what_is_no_json_is_malformed(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/v1/things", content=body, headers=JSON)

    assert (answer.status_code, code_of(answer)) == (400, "malformed_body")


@pytest.mark.parametrize("body", [b"null", b"1", b'"a"', b"[]", b"{}", b"true", b"", b'{"name":{}}'])
async def test_json_of_another_shape_does_not_pass_validation(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/v1/things", content=body, headers=JSON)

    assert (answer.status_code, code_of(answer)) == (422, "validation_failed")


def test_good_json_is_read_as_it_is() -> None:
    value = {"а": ["\U0001f600", -1.5e3, None, True, {"b" * 9: "[" * 200}]}

    assert parse_json(json.dumps(value).encode()) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value
    with pytest.raises(MalformedJson):
        parse_json(b'["\\ud83d"]')


async def test_a_body_as_large_as_allowed_is_read(http: httpx.AsyncClient) -> None:
    body = b'{"name":"a"}'.ljust(MAX_BODY)

    assert (await http.post("/v1/things", content=body, headers=JSON)).status_code == 201
    too_large = await http.post("/v1/things", content=body + b" ", headers=JSON)
    assert (too_large.status_code, code_of(too_large)) == (413, "body_too_large")
    assert too_large.headers["connection"] == "close"


async def test_an_endless_body_is_not_read_to_its_end(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 65_536

    answer = await http.post("/v1/things", content=endless(), headers=JSON)

    assert (answer.status_code, code_of(answer)) == (413, "body_too_large")
    assert sent <= 18


async def test_a_lying_content_length_does_not_help(http: httpx.AsyncClient) -> None:
    headers = {**JSON, "Content-Length": "5"}

    answer = await http.post("/v1/things", content=b" " * (MAX_BODY + 1), headers=headers)

    assert answer.status_code == 413


@pytest.mark.parametrize("token", ["wrong", READER])
async def test_a_refused_request_is_not_read(http: httpx.AsyncClient, token: str) -> None:
    async def unread() -> AsyncIterator[bytes]:
        yield b""
        raise AssertionError("the body was read")

    answer = await http.post("/v1/things", content=unread(), headers=JSON | bearer(token))

    assert answer.status_code in {401, 403}
    assert answer.headers["connection"] == "close"


async def test_an_optional_body_needs_its_type_only_when_there_is_one(
    http: httpx.AsyncClient,
) -> None:
    known = {"If-Match": "*"}

    assert (await http.patch("/v1/things/0", headers=known)).json()["name"] == "same"
    named = await http.patch("/v1/things/0", headers=known, json={"name": "b"})
    assert named.json()["name"] == "b"
    assert (await http.patch("/v1/things/0", headers=known, content=b"x")).status_code == 415


async def test_raw_bytes_are_bounded_too(http: httpx.AsyncClient) -> None:
    assert (await http.post("/v1/raw", content=b"\xff" * 10)).text == "10"
    assert (await http.post("/v1/raw", content=b"\xff" * 11)).status_code == 413


def test_a_route_without_a_declaration_refuses_to_start() -> None:
    app = FastAPI(openapi_url=None)

    @app.get("/v1/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(RuntimeError, match="/v1/forgotten"):
        assert_guarded(app)


def test_a_guarded_route_without_a_declaration_cannot_be_made() -> None:
    async def forgotten(request: Request) -> Response:
        raise NotImplementedError

    with pytest.raises(RuntimeError, match="no declared scope"):
        GuardedRoute("/v1/forgotten", forgotten)


def test_an_operation_with_an_unknown_problem_cannot_be_declared() -> None:
    from app.api.http.operation import Operation  # noqa: PLC0415 - one use

    with pytest.raises(ValueError, match="no such problems"):
        Operation(Access.PUBLIC, "x", "x", "x", OK, problems=("misspelt",))


async def test_a_key_made_elsewhere_works_and_a_revoked_one_stops(desk: Desk) -> None:
    import asyncio  # noqa: PLC0415 - one use

    before = await desk.http.get("/v1/who", headers=bearer("jsd_new"))
    desk.store.api_keys.add("jsd_new")
    await asyncio.sleep(0.55)
    made = await desk.http.get("/v1/who", headers=bearer("jsd_new"))
    desk.store.api_keys.kept.clear()
    await asyncio.sleep(0.55)
    gone = await desk.http.get("/v1/who", headers=bearer("jsd_new"))

    assert [before.status_code, made.status_code, gone.status_code] == [401, 200, 401]


def test_the_problems_handler_is_installed_once_for_all() -> None:
    app = FastAPI()
    install_problems(app)

    assert Exception in app.exception_handlers


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limt=5", ("/query/limt", "unknown_member")),
        ("Ключ=5", ("/query", "unknown_member")),
        ("limit=5&limit=6", ("/query/limit", "repeated")),
        ("limit=5.0", ("/query/limit", "wrong_type")),
        ("limit=1_0", ("/query/limit", "wrong_type")),
    ],
)
async def test_a_misspelt_or_doubled_filter_does_not_list_everything(
    http: httpx.AsyncClient, query: str, error: tuple[str, str]
) -> None:
    answer = await http.get(f"/v1/things?{query}")

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [error]


async def test_while_the_admin_key_is_exchanged_both_are_one_caller(desk: Desk) -> None:
    store, clock = cast("Store", desk.store), desk.clock
    ring = KeyRing(store, clock, [ADMIN, f"{ADMIN}-before"])
    callers = [await ring.caller_of(token) for token in (ADMIN, f"{ADMIN}-before", f"{ADMIN}-never", "")]

    assert callers[0] == callers[1]
    assert callers[0] is not None
    assert (callers[0].key_id, callers[0].scopes) == (ADMIN_KEY_ID, frozenset(Scope))
    assert callers[2:] == [None, None]
