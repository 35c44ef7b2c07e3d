"""The OpenAPI document: it is valid, complete, and what the service does; its pages need nobody else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.api.http.problems import PROBLEM_TYPES, STATUSES
from app.api.http.routing import GuardedRoute
from app.api.openapi.schema_walk import schemas_of
from app.main import create_app
from tests.api.calls import ANY_KEY, BY_NAME, PUBLIC
from tests.api.contract import contract, escaped
from tests.api.limits import missing_limits
from tests.api.service import AGENCY, CHAT, Service

Json = dict[str, Any]


@pytest.fixture(scope="session")
def engine() -> str:
    """Take one engine: the document knows no store."""
    return "sqlite"


COMMITTED = Path(__file__).parents[3] / "openapi" / "openapi.json"
OPERATIONS = contract().operations()
DOCUMENT = contract().document
EACH = pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{method} {path}" for method, path, _ in OPERATIONS]
)


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_document_is_what_the_service_tells() -> None:
    """After a change of the contract: make openapi."""
    assert COMMITTED.read_text("utf-8") == json.dumps(DOCUMENT, ensure_ascii=False, indent=2) + "\n"


def test_the_document_is_the_same_every_time() -> None:
    assert json.dumps(create_app().openapi()) == json.dumps(create_app().openapi())


def test_the_document_and_the_routes_are_the_same_both_ways() -> None:
    routes = {
        (method, route.path_format)
        for context in iter_route_contexts(create_app().routes)
        for route in (context.original_route,)
        if isinstance(route, GuardedRoute)
        for method in route.methods or ()
    }
    told = {(method, path) for method, path, _ in OPERATIONS}

    assert told <= routes
    assert {path for _, path in routes - told} == {
        "/",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/redoc",
        "/docs/assets/{name}",
        "/problems",
        "/problems/{code}",
        "/webhooks/telegram",
    }


def test_strings_numbers_and_arrays_have_limits() -> None:
    assert missing_limits(DOCUMENT) == []


def test_the_head_names_contact_licence_servers_and_described_tags() -> None:
    info = DOCUMENT["info"]
    used = {tag for _, _, operation in OPERATIONS for tag in operation["tags"]}

    assert set(info) >= {"title", "version", "description", "contact", "license"}
    assert set(info["contact"]) >= {"name", "url"}
    assert info["license"]["name"] == "MIT"
    assert all(server["description"] for server in DOCUMENT["servers"])
    assert {tag["name"] for tag in DOCUMENT["tags"]} == used
    assert all(tag["description"] for tag in DOCUMENT["tags"])
    assert "webhooks" in DOCUMENT


def test_operation_ids_are_unique_and_lower_camel_case() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", one) for one in ids)
    assert "submitTicket" in ids


@EACH
def test_an_operation_is_told_completely(method: str, path: str, operation: Json) -> None:
    call = BY_NAME[f"{method} {path}"]

    assert 0 < len(operation["summary"]) <= 60
    assert len(operation["description"]) > len(operation["summary"])
    assert re.search("[а-яё]", operation["summary"] + operation["description"], re.IGNORECASE) is None
    if call.scope == PUBLIC:
        assert operation["security"] == []
    else:
        assert operation["security"] == [{"bearer": []}]
        asked = operation.get("x-required-scope", ANY_KEY)
        assert asked == call.scope
        assert (f"Required scope: `{call.scope}`." in operation["description"]) == (asked != ANY_KEY)
    names = {contract().resolved(parameter)["name"] for parameter in operation["parameters"]}
    assert ("Idempotency-Key" in names) == call.stores
    assert ("If-Match" in names) == call.if_match
    assert ("If-None-Match" in names) == (call.etag and method == "GET")
    assert ({"limit", "cursor"} <= names) == call.paged
    assert str(call.status) in operation["responses"]
    assert ("304" in operation["responses"]) == (call.etag and method == "GET")


@EACH
def test_every_error_is_told_as_a_problem(method: str, path: str, operation: Json) -> None:
    call = BY_NAME[f"{method} {path}"]
    expected = {"500"}
    if call.scope != PUBLIC:
        expected |= {"401", "429", "503"}
    if call.scope not in {PUBLIC, ANY_KEY}:
        expected |= {"403"}
    if call.body is not None:
        expected |= {"400", "413", "415", "422"}
    if call.if_match:
        expected |= {"412"}
    if call.paged:
        expected |= {"400", "422"}
    if call.stores:
        expected |= {"409", "422"}
    told = {status for status in operation["responses"] if status >= "4"}

    assert expected <= told
    for status in told:
        response = contract().resolved(operation["responses"][status])
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert set(content["examples"]) <= set(PROBLEM_TYPES)
        assert {STATUSES[code] for code in content["examples"]} == {int(status)}
        assert response["description"]


@EACH
def test_a_successful_answer_and_a_body_have_valid_examples(method: str, path: str, operation: Json) -> None:
    at = f"/paths/{escaped(path)}/{method.lower()}"
    if "requestBody" in operation:
        ((kind, content),) = operation["requestBody"]["content"].items()
        assert content["examples"]
        for example in content["examples"].values():
            where = f"{at}/requestBody/content/{escaped(kind)}/schema"
            contract().validate(where, example["value"], utc=False)
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            for kind, content in response.get("content", {}).items():
                assert content["examples"], status
                for example in content["examples"].values():
                    where = f"{at}/responses/{status}/content/{escaped(kind)}/schema"
                    contract().validate(where, example["value"])


def test_examples_of_problems_are_valid() -> None:
    for name, response in DOCUMENT["components"]["responses"].items():
        for example in response["content"]["application/problem+json"]["examples"].values():
            contract().validate("/components/schemas/Problem", example["value"], name)


def values_of(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == name:
                yield part
            yield from values_of(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from values_of(part, name)


def test_examples_use_one_customer_and_one_chat() -> None:
    examples = [
        example["value"]
        for group in values_of(DOCUMENT, "examples")
        if isinstance(group, dict)
        for example in group.values()
    ]

    assert {one for one in values_of(examples, "customer_id") if one} == {AGENCY}
    assert {one for one in values_of(examples, "chat_id") if one} == {CHAT}
    assert any(re.search("[а-яё]", text) for text in values_of(examples, "text") if text)


def test_every_parameter_and_property_is_described() -> None:
    bare = [
        contract().resolved(parameter)["name"]
        for _, _, operation in OPERATIONS
        for parameter in operation["parameters"]
        if not contract().resolved(parameter).get("description")
    ]
    bare += [
        f"{pointer}/{name}"
        for pointer, schema in schemas_of(DOCUMENT)
        for name, part in schema.get("properties", {}).items()
        if not part.get("description") and "const" not in part and name != "action"
    ]

    assert bare == []


def test_requests_are_closed_and_answers_are_open() -> None:
    requests: set[str] = set()
    left = [
        content["schema"]
        for _, _, operation in OPERATIONS
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    while left:
        schema = left.pop()
        for reference in values_of(schema, "$ref"):
            name = reference.rpartition("/")[2]
            if name not in requests:
                requests.add(name)
                left.append(DOCUMENT["components"]["schemas"][name])
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if "properties" in schema:
            assert (schema.get("additionalProperties") is False) == (name in requests), name


def test_nullable_is_written_as_two_types() -> None:
    wrong = [
        pointer
        for pointer, schema in schemas_of(DOCUMENT)
        if "nullable" in schema or {"type": "null"} in schema.get("anyOf", ())
    ]

    assert wrong == []


def test_no_member_looks_like_a_deadline() -> None:
    """2.3: no resolution time is guaranteed."""
    names = {name for _, schema in schemas_of(DOCUMENT) for name in schema.get("properties", {})}

    assert not [name for name in names if re.search("deadline|due|sla|promise|expected", name)]


async def test_the_served_document_is_this_one(empty: Service) -> None:
    answer = await empty.client(None).get("/openapi.json")

    assert answer.json() == DOCUMENT


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_a_page_names_no_outside_address_and_all_its_assets_answer(empty: Service, page: str) -> None:
    client = empty.client(None)
    answer = await client.get(page)
    addresses = re.findall(r"""(?:src|href|spec-url)=["']([^"']+)["']""", answer.text)

    assert answer.headers["content-type"].startswith("text/html")
    assert "//" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert len(addresses) >= 2
    for address in addresses:
        assert address.startswith("/")
        asset = await client.get(address)
        assert (asset.status_code, bool(asset.content)) == (200, True)
        assert "text/html" not in asset.headers["content-type"]


async def test_styles_and_start_scripts_name_no_outside_address(empty: Service) -> None:
    client = empty.client(None)

    start = await client.get("/docs/assets/swagger-start.js")
    style = await client.get("/docs/assets/swagger-ui.css")
    redoc = await client.get("/docs/assets/redoc.standalone.js")

    assert "//" not in start.text
    assert not re.findall(r"url\(['\"]?(?:https?:)?//", style.text)
    assert "cdn." not in redoc.text


async def test_every_problem_has_a_page(empty: Service) -> None:
    for code in PROBLEM_TYPES:
        answer = await empty.client(None).get(f"/problems/{code}")
        assert (answer.status_code, answer.json()["code"]) == (200, code)
        assert answer.json()["meaning"]
