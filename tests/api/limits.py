"""The limits that every string, number and array of the document must have."""

from app.api.openapi.schema_walk import Json, kinds_of, schemas_of

SELF_LIMITING = frozenset({"enum", "const"})


def missing_limits(document: Json) -> list[str]:
    """List the pointers of strings, numbers and arrays without limits."""
    return [
        f"{pointer}: {', '.join(missing)}"
        for pointer, schema in schemas_of(document)
        if (missing := _missing(schema))
    ]


def _missing(schema: Json) -> list[str]:
    if SELF_LIMITING & schema.keys():
        return []
    kinds = kinds_of(schema)
    wanted: list[str] = []
    if "string" in kinds:
        wanted.append("maxLength")
    if kinds & {"integer", "number"}:
        wanted += ["minimum", "maximum"]
    if "array" in kinds:
        wanted.append("maxItems")
    exclusive = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
    return [name for name in wanted if name not in schema and exclusive.get(name) not in schema]
