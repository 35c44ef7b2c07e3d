"""The recipe of docs/architecture.md, "Add an operation", is followed to the letter."""

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from app.api.http.problems import install_problems
from app.api.http.routing import assert_guarded, include_operations
from app.api.openapi.document import build_openapi
from app.api.routes import regulation
from app.api.schemas import regulation as schemas
from tests.api import calls
from tests.api.service import Client, Service

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[3] / "docs" / "architecture.md"


def recipe() -> tuple[str, str, str, str]:
    """Return the text of the recipe, and its three pieces of code: operation, schema and test."""
    _, _, behind = PAGE.read_text("utf-8").partition("## Recipe: add an operation\n")
    text = behind.partition("\n## ")[0]
    operation, schema, test = (dedent(block) for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    return text, operation, schema, test


def followed() -> tuple[APIRouter, dict[str, Any]]:
    """Run the recipe's code in the names of the files that it says to write in."""
    _, operation, schema, test = recipe()
    names: dict[str, Any] = {**vars(schemas), **vars(regulation), "router": APIRouter(), "Service": Service}
    for code in (schema, operation, test):
        exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 - code of this repository
    router: APIRouter = names["router"]
    return router, names


def test_the_operation_is_declared_in_ten_lines() -> None:
    _, operation, _, _ = recipe()
    assert len(operation.splitlines()) == 10


async def test_the_operation_of_the_recipe_answers_as_its_test_says(empty: Service) -> None:
    router, names = followed()
    include_operations(empty.app, router)
    assert_guarded(empty.app)
    unchecked(empty.admin)
    await names["test_the_names_of_tariffs_are_listed"](empty)
    assert (await unchecked(empty.client(None)).get("/v1/tariff-names")).status_code == 401


def unchecked(client: Client) -> Client:
    """Return the client without its check: the committed document does not have the recipe's operation."""
    client.event_hooks = {}
    return client


def test_the_operation_of_the_recipe_is_in_the_document() -> None:
    router, _ = followed()
    app = FastAPI()
    include_operations(app, router)
    install_problems(app)
    described = build_openapi(app)["paths"]["/v1/tariff-names"]["get"]
    assert (described["operationId"], described["summary"]) == (
        "listTariffNames",
        "List the names of tariffs",
    )
    assert described["description"].startswith("Returns the names of tariffs (5.1, 5.2).")
    assert {"200", "401", "429", "503"} <= described["responses"].keys()


def test_the_row_of_the_recipe_is_a_row_of_the_table() -> None:
    text, *_ = recipe()
    (row,) = re.findall(r"`(_get\(.*?\)),`", text)
    call = eval(row, vars(calls))  # noqa: S307 - code of this repository
    assert (call.method, call.path, call.scope) == ("GET", "/v1/tariff-names", calls.ANY_KEY)
