"""The OpenAPI document: FastAPI's, completed from the declarations of the operations."""

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter

from app import __version__
from app.api.http.keys import Access, Scope
from app.api.http.operation import ANY_TYPE, IfMatchUse, Operation, Success
from app.api.http.problems import STATUSES
from app.api.http.routing import GuardedRoute
from app.api.openapi.enum_meanings import BY_NAME, OPEN_CODES, as_list
from app.api.openapi.parts import (
    CONTACT,
    DESCRIPTION,
    FILE,
    HEADERS,
    LICENCE,
    PARAMETERS,
    PROBLEM_SCHEMAS,
    REF,
    SECURITY_SCHEMES,
    SERVERS,
    SUMMARY,
    TAGS,
    TITLE,
    header_refs,
    problem_component,
)
from app.api.openapi.schema_names import published_name
from app.api.openapi.schema_walk import Json, kinds_of, schemas_of
from app.api.schemas.base import NOT_BLANK, WITHOUT_NUL
from app.api.schemas.decisions import DecisionOut
from app.domain.vocabulary import Action

INT32 = 2**31
SAID_ONCE: Mapping[str, str | None] = {WITHOUT_NUL: None, NOT_BLANK: r"\S"}
"""Patterns that the head of the document says for every string, and what remains beside a string."""
CREATED, PARTIAL = 201, 206
BYTES = "application/octet-stream"
TOLD_IN_PLACE = frozenset({("internal_error",), ("headers_too_large",), ("malformed_request",)})
"""Problems in full at each operation instead of by reference: each operation shows one whole problem."""
FORMAT_LENGTHS = {"date-time": 35, "date": 10, "uuid": 36}


def build_openapi(app: FastAPI) -> Json:
    """Build the document, without the operations that stay out of it."""
    document = get_openapi(
        title=TITLE,
        version=__version__,
        openapi_version="3.1.0",
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=app.routes,
        servers=SERVERS,
        license_info=LICENCE,
    )
    document["info"]["contact"] = CONTACT  # FastAPI wants one more package to take an address
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas.update(PROBLEM_SCHEMAS)
    for name, schema in _schemas_of_problems().items():
        schemas.setdefault(name, schema)
    _explain_enumerations(schemas)
    components["securitySchemes"] = SECURITY_SCHEMES
    components["headers"] = dict(HEADERS)
    components["parameters"] = dict(PARAMETERS)
    components["responses"] = {}
    used: set[str] = set()
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, GuardedRoute) and route.operation and route.operation.in_document:
            used.add(route.operation.tag)
            for method in route.methods or ():
                told = document["paths"][route.path_format][method.lower()]
                _finish(told, method, route.operation, components["responses"])
    if unknown := used - set(TAGS):
        raise ValueError(f"tags without a description: {sorted(unknown)}")
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
    document["webhooks"] = {}
    _publish_names(document)
    _name_nullables(document)
    _tidy(document)
    _drop_unused(document)
    return document


def problems_of(operation: Operation, method: str, told: Json) -> list[str]:
    """List the codes that an operation can return, in the order of the registry."""
    public, body = operation.scope is Access.PUBLIC, "requestBody" in told
    facts = (
        (True, ("internal_error", *operation.problems)),
        # Any call may get it, before its path is read; told where it is all that a caller can do wrong.
        (public, ("malformed_request", "headers_too_large")),
        (not public, ("unauthenticated", "rate_limited", "too_many_failed_keys", "store_unavailable")),
        (not public, ("too_many_connections",)),
        (not public and method != "GET", ("outcome_unknown",)),
        (isinstance(operation.scope, Scope), ("missing_scope",)),
        (not operation.confined_keys, ("not_for_confined_keys",)),
        (body or operation.raw_body, ("request_timeout", "body_too_large", "unsupported_content_encoding")),
        (body, ("malformed_body" if operation.form is None else "malformed_form", "unsupported_media_type")),
        (operation.form is not None, ("length_required",)),
        (body or not public, ("validation_failed",)),
        (operation.paged, ("bad_cursor",)),
        (operation.ranges, ("range_not_satisfiable",)),
        (operation.idempotent, ("idempotency_in_progress", "idempotency_key_reused")),
        (operation.if_match is not IfMatchUse.NO, ("precondition_failed",)),
        (operation.if_match is IfMatchUse.REQUIRED, ("precondition_required",)),
    )
    codes = {code for holds, several in facts if holds for code in several}
    return [code for code in STATUSES if code in codes]


def _finish(told: Json, method: str, operation: Operation, shared: Json) -> None:
    public = operation.scope is Access.PUBLIC
    told["security"] = [] if public else [{"bearer": []}]
    if isinstance(operation.scope, Scope):
        told["x-required-scope"] = operation.scope.value
    told["description"] = "\n\n".join([told.get("description", ""), *_terms(operation)]).strip()
    if operation.form is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": dict(operation.form)}},
        }
    codes = problems_of(operation, method, told)
    if told.get("parameters") is None:
        told["parameters"] = []
    told["parameters"] += [{"$ref": f"{REF}/parameters/{name}"} for name in _parameters(operation, method)]
    if operation.request_examples and "requestBody" in told:
        for content in told["requestBody"]["content"].values():
            content["examples"] = _examples(operation.request_examples)
    responses: Json = {}
    for success in operation.answers:
        given = told["responses"].get(str(success.status), {})
        responses[str(success.status)] = _success(given, success, operation, public=public)
    if operation.etag and method == "GET":
        responses["304"] = {
            "description": "Not modified.",
            "headers": header_refs(
                "X-Request-ID", "RateLimit", "RateLimit-Policy", "ETag", *_about_language(operation)
            ),
        }
    for status in sorted({STATUSES[code] for code in codes}):
        same = tuple(code for code in codes if STATUSES[code] == status)
        if same in TOLD_IN_PLACE:
            responses[str(status)] = problem_component(same)
            continue
        name = ".".join(same)
        shared.setdefault(name, problem_component(same))
        responses[str(status)] = {"$ref": f"{REF}/responses/{name}"}
    told["responses"] = responses


def _headers(success: Success, operation: Operation, *, public: bool) -> list[str]:
    """List the headers of a successful response."""
    some = success.model is not None
    facts = (
        (True, ("X-Request-ID",)),
        (not public, ("RateLimit", "RateLimit-Policy")),
        (operation.etag and (some or success.media_type == ANY_TYPE), ("ETag",)),
        (some, _about_language(operation)),
        (operation.ranges, ("Content-Disposition", "Accept-Ranges")),
        (success.status == PARTIAL, ("Content-Range",)),
        (success.status == CREATED, ("Location",)),
        (operation.paged, ("Link",)),
        (operation.idempotent, ("Idempotency-Replayed",)),
    )
    return [name for holds, names in facts if holds for name in names]


def _success(given: Json, success: Success, operation: Operation, *, public: bool) -> Json:
    names = _headers(success, operation, public=public)
    told: Json = {"description": success.description, "headers": header_refs(*names)}
    if success.model is not None:
        schema = given["content"]["application/json"]["schema"]
        told["content"] = {success.media_type: {"schema": schema}}
    elif success.media_type != "application/json":
        # Named first for generators, which pass over a range of types; the range holds what is answered.
        told["content"] = {kind: {"schema": dict(FILE)} for kind in (BYTES, success.media_type)}
    for content in told.get("content", {}).values():
        if success.examples:
            content["examples"] = _examples(success.examples)
    return told


def _about_language(operation: Operation) -> tuple[str, ...]:
    return ("Content-Language", "Vary") if operation.bilingual else ()


def _examples(examples: Any) -> Json:  # noqa: ANN401 - JSON by name
    return {name: {"value": value} for name, value in examples.items()}


def _terms(operation: Operation) -> list[str]:
    if operation.scope is Access.PUBLIC:
        return ["No API key required."]
    asked = (
        f"Required scope: `{operation.scope.value}`."
        if isinstance(operation.scope, Scope)
        else "Any valid API key is accepted."
    )
    if not operation.confined_keys:
        asked += " Keys that are confined to a customer cannot use it."
    return [asked]


def _parameters(operation: Operation, method: str) -> list[str]:
    names = ["IdempotencyKey"] if operation.idempotent else []
    if operation.if_match is IfMatchUse.ALLOWED:
        names.append("IfMatch")
    if operation.if_match is IfMatchUse.REQUIRED:
        names.append("IfMatchRequired")
    if operation.etag and method == "GET":
        names.append("IfNoneMatch")
    if operation.ranges:
        names += ["Range", "IfRange"]
    if operation.scope is not Access.PUBLIC:
        names.append("AcceptLanguage")
    return names


def _tidy(document: Json) -> None:
    """Write nullable values as two types, drop made-up titles, name sizes that follow from types."""
    for pointer, schema in schemas_of(document):
        _merge_null(schema)
        if "/properties/" in pointer or "/parameters/" in pointer:
            schema.pop("title", None)
        if schema.get("format") in FORMAT_LENGTHS:
            schema.setdefault("maxLength", FORMAT_LENGTHS[schema["format"]])
        kinds = kinds_of(schema)
        if schema.get("pattern") in SAID_ONCE:
            remains = SAID_ONCE[schema.pop("pattern")]
            schema.update({"pattern": remains} if remains else {})
        if pointer.startswith("/components/schemas/"):
            _tell_default(schema)
        if "integer" in kinds:
            large = abs(schema.get("maximum", 0)) >= INT32
            schema.setdefault("format", "int64" if large else "int32")


def _tell_default(schema: Json) -> None:
    """Move a default into the description: generators demand a member whose schema has a `default`."""
    default = schema.pop("default", None)
    if default is not None:
        told = default if isinstance(default, str) else json.dumps(default)
        schema["description"] = f"{schema.get('description', '')} Default: `{told}`.".strip()


def _schemas_of_problems() -> Json:
    """Build the schemas that a problem refers to, which operations may lack."""
    models = TypeAdapter(tuple[DecisionOut, Action])
    schema = models.json_schema(ref_template=f"{REF}/schemas/{{model}}", mode="serialization")
    defined: Json = schema["$defs"]
    return defined


def _explain_enumerations(schemas: Json) -> None:
    """Explain each value, as text and as the extension that Redoc shows beside properties."""
    for name, (summary, meanings) in BY_NAME.items():
        if name in schemas:
            schemas[name]["description"] = f"{summary}\n\n{as_list(meanings)}"
            schemas[name]["x-enumDescriptions"] = {str(value): text for value, text in meanings.items()}
    for name, meanings in OPEN_CODES.items():
        code = schemas[name]["properties"]["code"]
        code["description"] = f"{code['description']}\n\n{as_list(meanings)}"


def _publish_names(document: Json) -> None:
    """Name the schemas as clients know them."""
    schemas = document["components"]["schemas"]
    names = {name: published_name(name) for name in schemas}
    if twice := [name for name, count in Counter(names.values()).items() if count > 1]:
        raise ValueError(f"two schemas of one name: {twice}")
    for name, schema in schemas.items():
        if schema.get("title") == name:
            schema["title"] = names[name]
    document["components"]["schemas"] = {names[name]: schema for name, schema in schemas.items()}
    _rename_references(
        document, {f"{REF}/schemas/{old}": f"{REF}/schemas/{new}" for old, new in names.items()}
    )


def _rename_references(part: object, names: Mapping[str, str]) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and value in names:
                part[key] = names[value]
            else:
                _rename_references(value, names)
    elif isinstance(part, list):
        for value in part:
            _rename_references(value, names)


def _name_nullables(document: Json) -> None:
    """Name each "this or null" once: generators make one type of it instead of a union at each place."""
    schemas = document["components"]["schemas"]
    # Repeated after each: a named schema may itself hold such a choice.
    while any(_name_nullable(schema, schemas) for _, schema in list(schemas_of(document))):
        pass


def _name_nullable(schema: Json, schemas: Json) -> bool:
    choices = schema.get("anyOf", [])
    others = [choice for choice in choices if choice != {"type": "null"}]
    if len(choices) == 1 or len(others) != 1 or "$ref" not in others[0]:
        return False
    del schema["anyOf"]
    schema["$ref"] = f"{others[0]['$ref']}OrNull"
    name = others[0]["$ref"].rpartition("/")[2]
    if f"{name}OrNull" not in schemas:
        nullable = copy.deepcopy(schemas[name])
        nullable["title"] = f"{nullable.get('title', name)}OrNull"
        nullable["type"] = [nullable["type"], "null"]
        if "enum" in nullable:
            nullable["enum"].append(None)
        schemas[f"{name}OrNull"] = nullable
    return True


def _drop_unused(document: Json) -> None:
    """Remove the shared parameters and schemas that have no reference left."""
    components = document["components"]
    while True:
        used = set(_references(document))
        unused = [
            (kind, name)
            for kind in ("parameters", "schemas")
            for name in components[kind]
            if f"{REF}/{kind}/{name}" not in used
        ]
        if not unused:
            return
        for kind, name in unused:
            del components[kind][name]


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _merge_null(schema: Json) -> None:
    choices = schema.get("anyOf", [])
    others = [choice for choice in choices if choice != {"type": "null"}]
    if len(others) != 1 or len(choices) == 1 or not isinstance(others[0].get("type"), str):
        return
    del schema["anyOf"]
    schema.update({**others[0], **schema})
    schema["type"] = [others[0]["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
