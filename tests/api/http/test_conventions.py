"""The conventions of the contract, on every operation of tests/api/calls.py."""

import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.calls import ANY_KEY, BY_NAME, CALLS, GUARDED, PUBLIC, Call, Places, World
from tests.api.contract import contract
from tests.api.service import ADMIN, AGENCY, NOW, Service, code_of

Json = dict[str, Any]

WITH_BODY = [call for call in CALLS if call.body is not None and not call.form]
STORING = [call for call in CALLS if call.stores]
PAGED = [call for call in CALLS if call.paged]
READING = [call for call in CALLS if call.method == "GET"]
HIDDEN = ("/metrics", "/openapi.json", "/docs", "/redoc", "/problems/not_found")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def each(calls: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=lambda call: call.name)


async def send(
    client: httpx.AsyncClient, call: Call, places: Places, headers: Any = None, **options: Any
) -> httpx.Response:
    return await client.request(
        call.method,
        places.path(call),
        headers=headers,
        **call.options(options.pop("body", places.body(call))),
        **options,
    )


def test_the_calls_of_the_contract_are_those_of_the_document() -> None:
    assert {f"{method} {path}" for method, path, _ in contract().operations()} == set(BY_NAME)


@each(CALLS)
async def test_it_answers_as_the_contract_says(world: World, call: Call) -> None:
    answer = await send(world.service.admin, call, world.mine)

    assert answer.status_code == call.status, answer.text
    assert ("etag" in answer.headers) == call.etag
    assert ("location" in answer.headers) == (call.status == 201)


@each(GUARDED)
async def test_without_a_key_it_is_401(still: World, call: Call) -> None:
    for client in (still.service.client(None), still.service.client("jsd_unknown")):
        answer = await send(client, call, still.mine)
        assert code_of(answer) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@each([call for call in GUARDED if call.scope != ANY_KEY])
async def test_without_its_scope_it_is_403_that_names_the_scope(still: World, call: Call) -> None:
    others = {one.scope for one in GUARDED} - {call.scope, ANY_KEY}
    client = await still.service.with_key(*others)

    answer = await send(client, call, still.mine)

    assert code_of(answer) == (403, "missing_scope")
    assert answer.json()["scope"] == call.scope
    assert call.scope in answer.json()["detail"]


@each(GUARDED)
async def test_its_scope_alone_is_enough(world: World, call: Call) -> None:
    scope = "webhooks:manage" if call.scope == ANY_KEY else call.scope
    client = await world.service.with_key(scope)

    assert (await send(client, call, world.mine)).status_code == call.status


@each([call for call in CALLS if call.scope == PUBLIC])
async def test_probes_ask_for_no_key(still: World, call: Call) -> None:
    assert (await send(still.service.client(None), call, still.mine)).status_code == 200


ABSENT = "019a9f5c-7b80-7000-8000-0000000000ff"


@each([call for call in CALLS if "{" in call.template and call.of_customer])
async def test_a_foreign_object_is_answered_as_an_absent_one(still: World, call: Call) -> None:
    client = await still.service.with_key(customer=AGENCY)
    absent = Places("nobody", "-1", ABSENT, ABSENT)

    foreign = await send(client, call, still.theirs)
    unknown = await send(client, call, absent)

    assert foreign.status_code == unknown.status_code == 404
    assert set(foreign.headers) == set(unknown.headers)
    ours, other = foreign.json(), unknown.json()
    for problem in (ours, other):
        del problem["request_id"], problem["instance"]
    assert ours == other


@pytest.mark.parametrize("path", [*contract().document["paths"], *HIDDEN])
async def test_other_methods_are_405_with_all_that_are_allowed(still: World, path: str) -> None:
    item = contract().document["paths"].get(path, {"get": {}})
    allowed = {method.upper() for method in item}
    allowed |= {"HEAD"} if "GET" in allowed else set()
    concrete = re.sub(r"\{[a-z_]+\}", "2026-12-30", path)

    for method in {*METHODS, "OPTIONS", "TRACE"} - allowed:
        answer = await still.service.admin.request(method, concrete)
        assert code_of(answer) == (405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", [*(call.path.partition("?")[0] for call in CALLS), *HIDDEN])
async def test_a_trailing_slash_is_another_address(still: World, path: str) -> None:
    answer = await still.service.admin.get(path.format(**vars(still.mine)) + "/")

    assert code_of(answer) == (404, "not_found")


@each(READING)
async def test_head_is_get_without_the_body(still: World, call: Call) -> None:
    path = still.mine.path(call)

    got, headed = await still.service.admin.get(path), await still.service.admin.head(path)

    assert (headed.status_code, headed.content) == (got.status_code, b"")
    changing = {"x-request-id", "ratelimit", "content-length"}
    assert {k: v for k, v in headed.headers.items() if k not in changing} == {
        k: v for k, v in got.headers.items() if k not in changing
    }


@each(WITH_BODY)
async def test_a_body_beyond_a_mebibyte_is_413(still: World, call: Call) -> None:
    json_type = {"Content-Type": "application/json"}

    async def parts() -> Any:
        for _ in range(3):
            yield b" " * 400_000

    told = await still.service.admin.request(
        call.method, still.mine.path(call), content=b" " * 1_048_577, headers=json_type
    )
    streamed = await still.service.admin.request(
        call.method, still.mine.path(call), content=parts(), headers=json_type
    )

    assert code_of(told) == code_of(streamed) == (413, "body_too_large")


@each(WITH_BODY)
async def test_another_kind_of_body_is_415(still: World, call: Call) -> None:
    body = json.dumps(still.mine.body(call)).encode()
    for headers, code in (
        ({"Content-Type": "text/plain"}, "unsupported_media_type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "unsupported_media_type"),
        ({}, "unsupported_media_type"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, "unsupported_content_encoding"),
    ):
        answer = await still.service.admin.request(
            call.method, still.mine.path(call), content=body, headers=headers
        )
        assert code_of(answer) == (415, code)


@each(WITH_BODY)
@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": 1, "a": 1}', b'{"a": "\\ud800"}',
     b"[" * 100_000, b'{"x":[' + b"[]," * 70 + b'"' + b'\\"' * 500_000],
    ids=["cut", "bytes", "nan", "infinite", "doubled", "surrogate", "deep", "endless string"],
)  # fmt: skip
async def test_malformed_json_is_400(still: World, call: Call, body: bytes) -> None:
    answer = await still.service.admin.request(
        call.method, still.mine.path(call), content=body, headers={"Content-Type": "application/json"}
    )

    assert code_of(answer) == (400, "malformed_body")


@each(WITH_BODY)
async def test_an_unknown_member_is_422(still: World, call: Call) -> None:
    body = (still.mine.body(call) or {}) | {"surprise": 1}

    answer = await send(still.service.admin, call, still.mine, body=body)

    assert code_of(answer) == (422, "validation_failed")
    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert ("/surprise", "unknown_member") in errors


@each(WITH_BODY)
async def test_a_body_that_is_no_object_is_422(still: World, call: Call) -> None:
    for body in ("[]", '"x"', "1", "true"):
        answer = await still.service.admin.request(
            call.method, still.mine.path(call), content=body, headers={"Content-Type": "application/json"}
        )
        assert code_of(answer) == (422, "validation_failed")


@each(GUARDED)
async def test_key_scope_and_kind_of_body_are_checked_before_the_body(still: World, call: Call) -> None:
    read = False

    async def body() -> Any:
        nonlocal read
        read = True
        yield b"{}"

    answer = await still.service.client(None).request(call.method, still.mine.path(call), content=body())

    assert (answer.status_code, read) == (401, False)


@each(GUARDED)
async def test_the_rate_limit_is_told(still: World, call: Call) -> None:
    answer = await still.service.admin.request(call.method, still.mine.path(call))

    assert re.fullmatch(r'"default";q=\d+;w=60', answer.headers["ratelimit-policy"])
    assert re.fullmatch(r'"default";r=\d+;t=\d+', answer.headers["ratelimit"])


async def test_beyond_the_rate_limit_it_is_429(database_url: str, base_calendar: Any) -> None:
    service = Service(database_url, base_calendar, rate_limit=3)
    try:
        answers = [await service.admin.get("/v1/tariffs") for _ in range(5)]
        other = await (await service.with_key()).get("/v1/tariffs")
        probe = await service.admin.get("/livez")
    finally:
        await service.close()

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert code_of(answers[-1]) == (429, "rate_limited")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert (other.status_code, probe.status_code) == (200, 200)


@each(CALLS)
async def test_the_request_id_comes_back(still: World, call: Call) -> None:
    path = still.mine.path(call)
    method = call.method if call.method == "GET" else "HEAD"

    kept = await still.service.admin.request(method, path, headers={"X-Request-ID": "crm_1-A"})
    made = await still.service.admin.request(method, path, headers={"X-Request-ID": 'a"}\r b'})

    assert kept.headers["x-request-id"] == "crm_1-A"
    assert made.headers["x-request-id"] != 'a"}\r b'


@each(PAGED)
async def test_a_bad_cursor_is_400_and_a_bad_limit_422(still: World, call: Call) -> None:
    path = still.mine.path(call)
    for cursor in ("x", "", "ы", "A" * 5_000, "..", "\0"):
        answer = await still.service.admin.get(path, params={"cursor": cursor})
        assert code_of(answer) == (400, "bad_cursor")
    for limit in ("0", "101", "-1", "1.5", "x", ""):
        answer = await still.service.admin.get(path, params={"limit": limit})
        assert code_of(answer) == (422, "validation_failed")
    full = await still.service.admin.get(path, params={"limit": 100})
    assert set(full.json()) == {"items", "next_cursor"}


@each(PAGED)
async def test_a_list_is_the_same_page_by_page(world: World, call: Call) -> None:
    service, path = world.service, world.mine.path(call)
    for action in ("start", "release"):
        await service.moved(world.mine.ticket_id, action)
    await service.moved(world.mine.ticket_id, "classify", category="product_defect")
    for place in (world.mine, world.theirs):
        await send(service.admin, BY_NAME["POST /v1/tickets/{ticket_id}/messages"], place)
        await send(service.admin, BY_NAME["POST /v1/tickets/{ticket_id}/time-entries"], place)
    await service.admin.put(f"/v1/customers/{AGENCY}/chats/whatsapp/79160000000", json={})
    whole = (await service.admin.get(path)).json()["items"]
    pages, target = [], f"{path}?limit=1"
    while target:
        page = await service.admin.get(target)
        pages += page.json()["items"]
        assert (page.json()["next_cursor"] is not None) == ("link" in page.headers)
        target = page.headers.get("link", "<>")[1:].partition(">")[0]

    assert len(whole) >= 2
    assert pages == whole


@each(STORING)
async def test_a_repeated_post_gets_the_first_answer_byte_for_byte(world: World, call: Call) -> None:
    key = {"Idempotency-Key": "k" * 255}
    first = await send(world.service.admin, call, world.mine, key)
    before = world.service.dump()

    again = await send(world.service.admin, call, world.mine, key | {"Accept-Language": "en"})

    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("location", "etag", "content-type"):
        assert again.headers.get(name) == first.headers.get(name)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert world.service.dump() == before


@each(STORING)
async def test_a_key_belongs_to_one_request_of_one_api_key(world: World, call: Call) -> None:
    key = {"Idempotency-Key": "one"}
    await send(world.service.admin, call, world.mine, key)
    body = world.mine.body(call) or {}
    changed = {"agent": "Пётр"} if "agent" in body else {"file" if call.form else "text": "Другое"}

    other_body = await send(world.service.admin, call, world.mine, key, body=body | changed)
    other_query = await world.service.admin.post(
        world.mine.path(call) + "?x=1", headers=key, **call.options(body)
    )
    other_key = await send(await world.service.with_key(), call, world.theirs, key)

    assert code_of(other_body) == code_of(other_query) == (422, "idempotency_key_reused")
    assert other_key.status_code == call.status
    assert "idempotency-replayed" not in other_key.headers


@each(STORING)
async def test_a_key_that_is_none_is_422(still: World, call: Call) -> None:
    for key in ("", "k" * 256, "два".encode(), "a b"):
        answer = await send(still.service.admin, call, still.mine, {"Idempotency-Key": key})
        assert code_of(answer) == (422, "validation_failed")
        assert answer.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"


@each(STORING)
async def test_a_refused_request_does_not_use_its_key_up(world: World, call: Call) -> None:
    key = {"Idempotency-Key": "one"}

    refused = await send(world.service.admin, call, world.mine, key, body={"x": 1})
    accepted = await send(world.service.admin, call, world.mine, key)

    assert (refused.status_code, accepted.status_code) == (422, call.status)


async def test_a_submission_that_is_not_registered_is_kept_too(service: Service) -> None:
    key = {"Idempotency-Key": "one"}
    first = await service.submit(key, chat_id="1")
    await service.admin.delete("/v1/customers/agency-17/chats/telegram/-1001234567890")
    await service.admin.put("/v1/customers/agency-17/chats/telegram/1", json={})

    again = await service.submit(key, chat_id="1")

    assert code_of(first) == (422, "not_registered")
    assert (again.status_code, again.headers["idempotency-replayed"]) == (422, "true")
    assert again.content == first.content


async def test_a_raised_refusal_releases_the_key(service: Service) -> None:
    key = {"Idempotency-Key": "one"}

    refused = await service.submit(key, customer_id="nobody")
    await service.customer("nobody", chat=None)
    again = await service.submit(key, customer_id="nobody")

    assert (refused.status_code, code_of(again)) == (404, (422, "not_registered"))


async def test_an_answer_survives_a_step_of_the_clock(service: Service) -> None:
    key = {"Idempotency-Key": "one"}
    first = await service.submit(key)
    for step in (timedelta(hours=25), -timedelta(hours=1), timedelta(days=365)):
        service.clock.now = NOW + step
        assert (await service.submit(key)).content == first.content


@each([call for call in CALLS if call.if_match])
async def test_if_match_refuses_a_version_that_is_not_the_present_one(world: World, call: Call) -> None:
    before = world.service.dump()

    answer = await send(world.service.admin, call, world.mine, {"If-Match": '"77.abcd"'})

    assert code_of(answer) == (412, "precondition_failed")
    assert world.service.dump() == before


@each([call for call in CALLS if call.if_match and call.method == "PUT"])
async def test_of_two_writers_who_saw_one_version_the_second_is_refused(world: World, call: Call) -> None:
    client = world.service.admin
    seen = (await send(client, call, world.mine)).headers["etag"]
    name = {"name", "title", "reason"} & set(world.mine.body(call) or {})
    body = (world.mine.body(call) or {}) | dict.fromkeys(name, "Первый")

    first = await send(client, call, world.mine, {"If-Match": seen}, body=body)
    second = await send(client, call, world.mine, {"If-Match": seen})

    assert (first.status_code, code_of(second)) == (200, (412, "precondition_failed"))


@each([call for call in CALLS if call.etag and call.method == "GET"])
async def test_if_none_match_is_304_until_it_changes(still: World, call: Call) -> None:
    got = await send(still.service.admin, call, still.mine)
    tag = got.headers["etag"]

    version = 1 if call.name.endswith("/content") else got.json()["version"]  # a content never changes
    assert re.fullmatch(rf'"{version}\.[0-9a-f]{{16,}}"', tag)
    for header, status in ((tag, 304), (f"W/{tag}", 304), ("*", 304), ('"1.0"', 200), (f'"x", {tag}', 304)):
        answer = await send(still.service.admin, call, still.mine, {"If-None-Match": header})
        assert (answer.status_code, answer.headers["etag"]) == (status, tag)


HOSTILE = {
    "nul": "%00",
    "long": "a" * 10_000,
    "unicode": "%D0%B6%F0%9F%99%82",
    "bad utf-8": "%ff%fe",
    "slashes": "..%2F..%2Fetc%2Fpasswd",
    "newline": "a%0d%0aSet-Cookie:%20x",
    "quote": "%27%22%3B--",
    "braces": "%7B%7D%25s",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@each([call for call in CALLS if "{" in call.template])
async def test_no_id_breaks_anything(still: World, call: Call, text: str) -> None:
    path = re.sub(r"\{[a-z_]+\}", lambda _: text, call.template)

    answer = await still.service.admin.request(
        call.method, path, json=still.mine.body(call), params=dict(httpx.URL(call.path).params)
    )

    assert answer.status_code in {404, 422}
    told = answer.json()
    del told["instance"]
    assert text not in json.dumps(told)


@each(READING)
async def test_no_query_breaks_anything(still: World, call: Call) -> None:
    parameters = contract().document["paths"][call.template]["get"]["parameters"]
    told = [contract().resolved(parameter) for parameter in parameters]
    names = [parameter["name"] for parameter in told if parameter["in"] == "query"]
    path = still.mine.path(call).partition("?")[0]
    for name in names:
        for value in ("%00", "%ff", "a" * 5_000, "%D0%B6", "2026-99-99", "-0", "9" * 400, "%27--", ""):
            answer = await still.service.admin.get(f"{path}?{name}={value}")
            assert answer.status_code in {200, 400, 404, 422}


async def test_hidden_pages_are_no_store_or_revalidated_and_ask_for_no_key(still: World) -> None:
    for path in HIDDEN:
        answer = await still.service.client(None).get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] in {"no-store", "no-cache"}


@pytest.mark.parametrize(
    ("path", "changed", "detail"),
    [
        ("tickets", {"subject": "x" * 201}, "Too long: at most 200 characters."),
        ("tickets", {"reproduction_steps": ["x"] * 31}, "Too many: at most 30 items."),
        ("tickets/{ticket_id}/time-entries", {"minutes": 0}, "The value must be at least 1."),
        ("tickets/{ticket_id}/time-entries", {"minutes": 1441}, "The value must be at most 1440."),
        (
            "tickets/{ticket_id}/time-entries",
            {"performed_at": "1999-12-31T00:00:00Z"},
            "The year must be between 2000 and 2100.",
        ),
    ],
)
async def test_an_error_of_validation_names_the_bound(
    still: World, path: str, changed: Json, detail: str
) -> None:
    call = BY_NAME[f"POST /v1/{path}"]
    body = (still.mine.body(call) or {}) | changed

    answer = await still.service.admin.request(
        "POST", still.mine.path(call), json=body, headers={"Accept-Language": "en"}
    )

    assert [error["detail"] for error in answer.json()["errors"]] == [detail]


@pytest.mark.parametrize(("asked", "given"), [("en", "en"), ("ru, en;q=0.5", "ru"), ("", "ru")])
async def test_texts_say_their_language(still: World, asked: str, given: str) -> None:
    for path in (f"/v1/tickets/{still.mine.ticket_id}", "/v1/tickets", "/v1/queue", "/v1/regulation"):
        answer = await still.service.admin.get(path, headers={"Accept-Language": asked})
        assert (answer.headers["content-language"], answer.headers["vary"]) == (given, "Accept-Language")


async def test_a_replay_says_the_language_of_the_first_answer(world: World) -> None:
    call = BY_NAME["POST /v1/tickets"]
    answers = [
        await world.service.admin.post(
            call.path,
            json=world.mine.body(call),
            headers={"Idempotency-Key": "once", "Accept-Language": language},
        )
        for language in ("en", "ru")
    ]

    assert answers[0].content == answers[1].content
    assert [answer.headers["content-language"] for answer in answers] == ["en", "en"]


async def test_problems_are_told_in_both_languages(still: World) -> None:
    for code in sorted({"ticket_not_found", "unauthenticated", "validation_failed"}):
        russian = await still.service.client(None).get(f"/problems/{code}")
        english = await still.service.client(None, **{"Accept-Language": "en"}).get(f"/problems/{code}")
        page = await still.service.client(None, Accept="text/html").get(f"/problems/{code}")
        assert russian.json()["code"] == english.json()["code"] == code
        assert english.json()["title"].isascii()
        assert not russian.json()["title"].isascii()
        assert page.headers["content-type"].startswith("text/html")
    unknown = await still.service.admin.get("/problems/nothing")
    assert code_of(unknown) == (404, "problem_not_found")
    english = await still.service.admin.get("/v1/nothing", headers={"Accept-Language": "en"})
    assert english.headers["content-language"] == "en"
    assert english.json()["title"] == "Not found"


async def test_readiness_lists_its_checks_when_asked(still: World) -> None:
    plain = await still.service.admin.get("/readyz")
    verbose = await still.service.admin.get("/readyz?verbose")

    assert plain.json() == {"status": "ready"}
    assert all(verbose.json()["checks"].values())
    assert "database" in verbose.json()["checks"]


async def test_a_store_that_is_gone_is_503_and_not_ready(empty: Service) -> None:
    await empty.customer()
    await empty.store.close()

    for path in ("/v1/tickets", "/v1/customers/agency-17"):
        answer = await empty.admin.get(path)
        assert code_of(answer) == (503, "store_unavailable")
    assert (await empty.admin.get("/livez")).status_code == 200
    assert code_of(await empty.admin.get("/readyz")) == (503, "not_ready")


async def test_keys_of_the_settings_have_every_scope(still: World) -> None:
    assert still.service.client(ADMIN).headers["authorization"] == f"Bearer {ADMIN}"
    for call in READING:
        assert (await send(still.service.admin, call, still.mine)).status_code == 200
