"""Every value of a closed set is explained in the contract, and nothing else is."""

from enum import StrEnum

import pytest

from app.api.openapi.enum_meanings import BY_NAME, MEANINGS, OPEN_CODES, SUMMARIES
from app.api.openapi.schema_names import PUBLISHED, published_name
from app.domain.vocabulary import Finding, NoticeCode, ReasonCode
from tests.api.contract import contract

SCHEMAS = contract().document["components"]["schemas"]
ENUMERATIONS = sorted(MEANINGS, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", ENUMERATIONS, ids=lambda kind: kind.__name__)
def test_every_value_has_a_meaning_and_every_meaning_a_value(kind: type[StrEnum]) -> None:
    assert list(MEANINGS[kind]) == list(kind)
    assert SUMMARIES[kind].endswith(".")
    assert all(meaning[0].isupper() and meaning.endswith(".") for meaning in MEANINGS[kind].values())


def test_every_enumeration_of_the_contract_is_explained_where_clients_look() -> None:
    named = {
        name: schema
        for name, schema in SCHEMAS.items()
        if "enum" in schema and name not in {"ProblemCode", "FieldErrorCode"}
    }

    assert {published_name(name) for name in BY_NAME} >= {name.removesuffix("OrNull") for name in named}
    for name, schema in named.items():
        values = [value for value in schema["enum"] if value is not None]
        assert list(schema["x-enumDescriptions"]) == values, name
        assert all(f"- `{value}`: " in schema["description"] for value in values), name


def test_codes_of_reasons_and_notices_are_explained_though_they_are_strings() -> None:
    reason, notice = (SCHEMAS[name]["properties"]["code"] for name in ("Reason", "Notice"))

    assert all(f"- `{code}`: " in reason["description"] for code in (*ReasonCode, *Finding))
    assert all(f"- `{code}`: " in notice["description"] for code in NoticeCode)
    assert {published_name(name) for name in OPEN_CODES} == {"Reason", "Notice"}


def test_schemas_have_the_names_that_clients_expect() -> None:
    assert SCHEMAS.keys() >= {"Ticket", "TicketCreate", "TicketList", "Decision", "Customer", "Problem"}
    assert not [name for name in SCHEMAS if name.removesuffix("OrNull").endswith(("In", "Out", "Page"))]
    assert {name.removesuffix("OrNull") for name in SCHEMAS} >= set(PUBLISHED.values())


def test_no_member_of_a_body_has_a_default_for_generators_to_demand() -> None:
    members = [part for schema in SCHEMAS.values() for part in schema.get("properties", {}).values()]

    assert not [part for part in members if "default" in part]
    assert SCHEMAS["TicketCreate"]["properties"]["impact"]["description"].endswith("Default: `none`.")


def test_the_rule_about_nul_is_said_once() -> None:
    document = contract().document

    assert r"\x00" not in str(document["components"]) + str(document["paths"])
    assert "NUL" in document["info"]["description"]


def test_a_file_is_bytes() -> None:
    content = contract().document["paths"]["/v1/attachments/{attachment_id}/content"]["get"]["responses"]

    for status in ("200", "206"):
        assert list(content[status]["content"]) == ["application/octet-stream", "*/*"]
        assert content[status]["content"]["application/octet-stream"]["schema"]["format"] == "binary"
