"""A walk through every schema of an OpenAPI document."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

ONE = ("items", "additionalProperties", "not", "contains", "propertyNames")
SEVERAL = ("anyOf", "oneOf", "allOf", "prefixItems")
NAMED = ("properties", "patternProperties", "$defs")


def schemas_of(document: Json) -> Iterator[tuple[str, Json]]:
    """Iterate over the schemas with the JSON pointer to each, the outer ones first."""
    components = document.get("components", {})
    for name, schema in components.get("schemas", {}).items():
        yield from _within(f"/components/schemas/{name}", schema)
    for kind in ("parameters", "headers", "responses"):
        for name, part in components.get(kind, {}).items():
            yield from _of_part(f"/components/{kind}/{name}", part)
    for path, item in document.get("paths", {}).items():
        escaped = path.replace("~", "~0").replace("/", "~1")
        for method, operation in item.items():
            yield from _of_operation(f"/paths/{escaped}/{method}", operation)


def _of_operation(pointer: str, operation: Json) -> Iterator[tuple[str, Json]]:
    for number, parameter in enumerate(operation.get("parameters", ())):
        yield from _of_part(f"{pointer}/parameters/{number}", parameter)
    yield from _of_part(f"{pointer}/requestBody", operation.get("requestBody", {}))
    for status, response in operation.get("responses", {}).items():
        yield from _of_part(f"{pointer}/responses/{status}", response)


def _of_part(pointer: str, part: Json) -> Iterator[tuple[str, Json]]:
    if "schema" in part:
        yield from _within(f"{pointer}/schema", part["schema"])
    for kind, content in part.get("content", {}).items():
        yield from _of_part(f"{pointer}/content/{kind.replace('/', '~1')}", content)
    for name, header in part.get("headers", {}).items():
        yield from _of_part(f"{pointer}/headers/{name}", header)


def _within(pointer: str, schema: Any) -> Iterator[tuple[str, Json]]:  # noqa: ANN401 - JSON
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for keyword in ONE:
        yield from _within(f"{pointer}/{keyword}", schema.get(keyword))
    for keyword in SEVERAL:
        for number, part in enumerate(schema.get(keyword, ())):
            yield from _within(f"{pointer}/{keyword}/{number}", part)
    for keyword in NAMED:
        for name, part in schema.get(keyword, {}).items():
            yield from _within(f"{pointer}/{keyword}/{name}", part)


def kinds_of(schema: Json) -> set[str]:
    kind = schema.get("type", [])
    return set(kind) if isinstance(kind, list) else {kind}
