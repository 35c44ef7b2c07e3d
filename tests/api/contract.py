"""Holds every answer of a test against the OpenAPI document: an answer that it does not promise fails."""

import copy
import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from app.api.http.operation import ANY_TYPE
from app.api.http.problem_texts import ERROR_TEXTS
from app.api.openapi.schema_walk import schemas_of
from app.domain.vocabulary import Language
from app.main import create_app

Json = dict[str, Any]
DOCUMENT = "urn:document"
HIDDEN = re.compile(
    r"/(|metrics|openapi\.json|docs|docs/assets/.*|redoc|problems|problems/.*|webhooks/.*)", re.DOTALL
)
ANY_ROUTER_STATUS = {404, 405}
PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}
UNTOLD = {text.in_language(language) for text in (ERROR_TEXTS["invalid"],) for language in Language}
TOLD_HEADERS = (
    "ETag",
    "Location",
    "Link",
    "Idempotency-Replayed",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "WWW-Authenticate",
    "Content-Language",
    "Vary",
)
"""Headers that the document tells wherever they come."""

formats = FormatChecker(formats=())


@formats.checks("date-time")
def _is_utc_instant(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value))


@formats.checks("date")
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))


@cache
def contract() -> "Contract":
    """Give the contract, made once a process."""
    return Contract(create_app().openapi())


def escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


class Contract:
    """The document, ready to judge answers by it."""

    def __init__(self, document: Json) -> None:
        self.document = document
        strict = copy.deepcopy(document)
        for _, schema in schemas_of(strict):
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
        self._strict = strict
        resource = Resource.from_contents(strict, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(DOCUMENT, resource)
        self._validators: dict[tuple[str, bool], Draft202012Validator] = {}
        self._paths = sorted(document["paths"], key=lambda path: (path.count("{"), path))
        self._patterns = {
            path: re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path)), re.DOTALL)
            for path in self._paths
        }

    def template_of(self, path: str) -> str | None:
        return next((one for one in self._paths if self._patterns[one].fullmatch(path)), None)

    def resolved(self, part: Json) -> Json:
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            part = found
        return part

    def operations(self) -> list[tuple[str, str, Json]]:
        """Give method, path and operation of each."""
        return [
            (method.upper(), path, operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
        ]

    def check(self, response: httpx.Response) -> None:
        """Fail unless the document promises such an answer."""
        request = response.request
        method = "GET" if request.method == "HEAD" else request.method
        path = request.url.path
        where = f"{request.method} {path[:200]!r}: {response.status_code}"
        self._check_headers_of_all(response, where)
        if response.status_code >= 400:
            self._check_problem(response, where)
        template = self.template_of(path)
        operation = self.document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            outside = HIDDEN.fullmatch(path) or response.status_code in ANY_ROUTER_STATUS
            assert outside, f"{where} comes from nowhere in the document: {response.text[:500]}"
            return
        told = operation["responses"].get(str(response.status_code))
        assert told is not None, f"{where} is not documented: {response.text[:1000]}"
        told = self.resolved(told)
        self._check_headers(response, told, where)
        if request.method == "HEAD" or response.status_code in {204, 304}:
            assert response.content == b"", where
            return
        if ANY_TYPE in told["content"]:
            return
        kind = response.headers["content-type"]
        assert kind in told["content"], f"{where}: {kind} is not documented"
        given = operation["responses"][str(response.status_code)]
        pointer = (
            given["$ref"].removeprefix("#")
            if "$ref" in given
            else f"/paths/{escaped(template or '')}/{method.lower()}/responses/{response.status_code}"
        )
        self.validate(f"{pointer}/content/{escaped(kind)}/schema", response.json(), where)
        if response.status_code < 300:
            self._check_request(request, template or "", method, operation, where)

    def validate(self, pointer: str, value: Any, where: str = "", *, utc: bool = True) -> None:
        """Fail unless a value is as the schema at a pointer says, without anything more.

        `utc`: instants have to be as answers tell them.
        """
        validator = self._validators.get((pointer, utc))
        if validator is None:
            validator = self._validators[pointer, utc] = Draft202012Validator(
                {"$ref": f"{DOCUMENT}#{pointer}"},
                registry=self._registry,
                format_checker=formats if utc else None,
            )
        errors = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]
        assert not errors, f"{where} {pointer}: {errors}"

    def _check_request(
        self, request: httpx.Request, template: str, method: str, operation: Json, where: str
    ) -> None:
        """What the service takes, the document allows."""
        names = {self.resolved(parameter)["name"] for parameter in operation.get("parameters", ())}
        unknown = set(request.url.params) - names - {"verbose"}
        assert not unknown, f"{where}: took {unknown}, which is not documented"
        if "application/json" in operation.get("requestBody", {}).get("content", ()) and request.content:
            pointer = f"/paths/{escaped(template)}/{method.lower()}/requestBody/content/application~1json"
            self.validate(f"{pointer}/schema", json.loads(request.content), where, utc=False)

    @staticmethod
    def _check_headers_of_all(response: httpx.Response, where: str) -> None:
        headers = response.headers
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", headers["x-request-id"]), where
        assert headers["x-content-type-options"] == "nosniff", where
        assert len(headers.get_list("cache-control")) == 1, where
        path = response.request.url.path
        if path.startswith("/v1"):
            cached = "private, no-cache" if "etag" in headers else "no-store"
            assert headers["cache-control"] == cached, where

    @staticmethod
    def _check_problem(response: httpx.Response, where: str) -> None:
        assert response.headers["content-type"] == "application/problem+json", where
        if response.request.method == "HEAD":
            assert response.content == b"", where
            return
        problem = response.json()
        assert set(problem) >= PROBLEM_MEMBERS, where
        assert problem["status"] == response.status_code, where
        assert problem["type"] == f"/problems/{problem['code']}", where
        if "idempotency-replayed" not in response.headers:
            assert problem["request_id"] == response.headers["x-request-id"], where
        assert (problem["code"] == "validation_failed") == ("errors" in problem), where
        for error in problem.get("errors", ()):
            assert set(error) == {"pointer", "code", "detail"}, where
            assert error["detail"], where
            assert error["detail"] not in UNTOLD, f"{where}: {error} has no text of its own"

    @staticmethod
    def _check_headers(response: httpx.Response, told: Json, where: str) -> None:
        documented = told.get("headers", {})
        for name in TOLD_HEADERS:
            assert name in documented or name not in response.headers, f"{where}: {name} is not documented"
        for name in ("ETag", "Location", "Content-Language", "Vary", "WWW-Authenticate"):
            assert name not in documented or name in response.headers, f"{where}: {name} is missing"
        if "RateLimit" in documented and response.status_code < 400:
            assert "ratelimit" in response.headers, where
            assert "ratelimit-policy" in response.headers, where
        if response.status_code in {429, 503, 507}:
            assert "retry-after" in response.headers, where
