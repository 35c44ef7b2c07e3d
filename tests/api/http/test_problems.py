"""Failures come as problems, in two languages, and never say what was sent."""

import re
import string
from http import HTTPStatus

import httpx
import pytest

from app.api.http.languages import preferred
from app.api.http.problem_texts import ERROR_TEXTS, LIMIT_TEXTS, PROBLEM_TEXTS
from app.api.http.problems import PROBLEM_TYPES, STATUSES, response_to
from app.application.errors import (
    ChatLimitReachedError,
    DeskError,
    ExternalIdTakenError,
    InvalidValueError,
    NotFoundError,
    OutcomeUnknownError,
    PreconditionFailedError,
    ReversalExceedsEntryError,
    TransitionNotAllowedError,
)
from app.domain.vocabulary import Action, Clause, Language
from tests.api.http.desk import Desk

CANARY = "kanareyka-7F3a"


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_problem_has_its_texts_in_both_languages() -> None:
    assert set(STATUSES) == set(PROBLEM_TEXTS)
    for text in PROBLEM_TEXTS.values():
        for both in (text.title, text.detail, text.meaning):
            assert both.ru
            assert both.en
            assert both.ru != both.en
        assert names_in(text.detail.ru) == names_in(text.detail.en)
    assert all(both.ru and both.en for both in (*ERROR_TEXTS.values(), *LIMIT_TEXTS.values()))
    assert all(HTTPStatus(status) for status in STATUSES.values())


@pytest.mark.parametrize(
    ("failure", "status", "members"),
    [
        (NotFoundError("chat_not_found"), 404, {}),
        (ExternalIdTakenError("t-1"), 409, {"ticket_id": "t-1"}),
        (TransitionNotAllowedError((Action.CLOSE,)), 409, {"allowed_actions": ["close"]}),
        (ChatLimitReachedError(Clause.C5_1, 1), 409, {"clause": "5.1", "limit": 1}),
        (ReversalExceedsEntryError(5), 409, {"left_minutes": 5}),
        (PreconditionFailedError(), 412, {}),
        (OutcomeUnknownError(), 503, {}),
        (DeskError(), 500, {}),
        (InvalidValueError("/a", "repeated"), 422, {}),
    ],
)
def test_failures_of_use_cases_become_problems(
    failure: DeskError, status: int, members: dict[str, object]
) -> None:
    import json  # noqa: PLC0415 - one use

    response = response_to({"path": "/v1/x", "headers": [], "type": "http"}, failure)
    body = json.loads(bytes(response.body))

    assert (response.status_code, body["status"]) == (status, status)
    assert body["type"] == f"/problems/{body['code']}"
    assert members.items() <= body.items()
    if isinstance(failure, InvalidValueError):
        assert body["errors"][0]["pointer"] == "/a"


async def test_validation_errors_name_place_and_code(http: httpx.AsyncClient) -> None:
    body = {"name": "x" * 21, "kind": 5, "parts": ["abcdef"], "count": 3.0, "extra_one": 1}

    answer = await http.post("/v1/things", json=body, headers={"Accept-Language": "en"})

    found = {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert found == {
        ("/name", "too_long"),
        ("/kind", "wrong_type"),
        ("/parts/0", "too_long"),
        ("/count", "wrong_type"),
        ("/extra_one", "unknown_member"),
    }
    details = {error["detail"] for error in answer.json()["errors"]}
    assert "Too long: at most 20 characters." in details


@pytest.mark.parametrize(
    ("path", "pointer", "code"),
    [
        ("/v1/things?limit=0", "/query/limit", "out_of_range"),
        ("/v1/things?limit=x", "/query/limit", "wrong_type"),
        ("/v1/things/abc", "/path/number", "wrong_type"),
    ],
)
async def test_parameters_have_pointers_too(
    http: httpx.AsyncClient, path: str, pointer: str, code: str
) -> None:
    answer = await http.get(path)

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "body",
    [
        {"name": 1, CANARY + " и слова": 1},
        {"name": [CANARY]},
        {"name": CANARY * 10},
        {"name": "a", "parts": {CANARY + "!": CANARY}},
        {"name": "a", "count": CANARY},
    ],
)
async def test_what_was_sent_is_never_repeated(http: httpx.AsyncClient, body: object) -> None:
    answer = await http.post(f"/v1/things?secret={CANARY}", json=body)

    assert answer.status_code == 422
    assert CANARY not in answer.text


async def test_errors_are_bounded(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/things", json={f"m{number}": 1 for number in range(1000)})

    assert len(answer.json()["errors"]) == 50


async def test_unknown_paths_and_methods(http: httpx.AsyncClient) -> None:
    absent = await http.get("/v1/nothing?q=1")
    slashed = await http.get("/v1/things/")
    wrong = await http.put("/v1/things/1")
    odd = await http.request("BREW", "/v1/things")

    assert (absent.status_code, absent.json()["code"]) == (404, "not_found")
    assert absent.json()["instance"] == "/v1/nothing"
    assert slashed.status_code == 404
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH")
    assert (odd.status_code, odd.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("before", range(6))
async def test_a_long_path_is_cut_between_escapes(http: httpx.AsyncClient, before: int) -> None:
    path = f"/{'a' * before}{'%D0%B6' * 100}"

    instance = (await http.get(path)).json()["instance"]

    assert path.startswith(instance)
    assert 509 < len(instance) <= 512
    assert re.fullmatch("/a*(?:%[0-9A-F]{2})+", instance)


async def test_a_crash_tells_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/v1/breaks?{CANARY}")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert CANARY not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", Language.EN),
        ("en-US,en;q=0.9", Language.EN),
        ("ru", Language.RU),
        ("ru-RU,ru;q=0.9,en;q=0.8", Language.RU),
        ("ru;q=0.5, en;q=0.7", Language.EN),
        ("de", Language.RU),
        ("*", Language.RU),
        ("*, ru;q=0", Language.EN),
        ("en;q=0", Language.RU),
        ("en;q=nan", Language.RU),
        ("en;q=²", Language.RU),
        ("", Language.RU),
        (";;,,q=1", Language.RU),
    ],
)
def test_the_preferred_language(header: str, language: Language) -> None:
    assert preferred(header) is language


async def test_problems_come_in_the_language_asked_for(desk: Desk) -> None:
    russian = await desk.http.get("/v1/nothing")
    english = await desk.http.get("/v1/nothing", headers={"Accept-Language": "en-GB"})

    assert (russian.headers["content-language"], russian.json()["title"]) == ("ru", "Адрес не найден")
    assert (english.headers["content-language"], english.json()["title"]) == ("en", "Not found")
    assert english.headers["vary"] == "Accept-Language"


async def test_every_problem_has_a_page(http: httpx.AsyncClient) -> None:
    for code, kind in PROBLEM_TYPES.items():
        told = await http.get(f"/problems/{code}", headers={"Accept-Language": "en"})
        shown = await http.get(f"/problems/{code}", headers={"Accept": "text/html"})
        assert told.json()["status"] == kind.status
        assert kind.meaning.ru.split("&")[0][:20] in shown.text
    assert (await http.get("/problems/none")).json()["code"] == "problem_not_found"
