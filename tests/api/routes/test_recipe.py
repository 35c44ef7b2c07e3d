"""The recipe "add an operation" of docs/architecture.md works as it is written there."""

import re
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter

from app.api.http.routing import assert_guarded, include_operations
from app.api.routes import regulation as routes
from app.api.schemas import regulation as schemas
from tests.api.service import ADMIN, Service

PAGE = Path(__file__).resolve().parents[3] / "docs" / "architecture.md"
PATH = "/v1/tariff-names"


def recipe() -> tuple[str, str, str]:
    """Return the operation, the schema and the test that the recipe shows."""
    text = PAGE.read_text("utf-8").partition("## Recipe: add an operation")[2].partition("\n## ")[0]
    operation, schema, test = (
        re.sub(r"^   ", "", block, flags=re.MULTILINE)
        for block in re.findall(r"^   ```python\n(.*?)^   ```", text, re.DOTALL | re.MULTILINE)
    )
    return operation, schema, test


async def test_an_operation_that_follows_the_recipe_is_served_and_documented(empty: Service) -> None:
    operation, schema, test = recipe()
    names: dict[str, Any] = {**vars(schemas), **vars(routes), "router": APIRouter()}
    exec(schema + operation, names)  # noqa: S102 - the page's own code
    include_operations(empty.app, names["router"])
    assert_guarded(empty.app)
    transport = httpx.ASGITransport(empty.app)
    key = {"Authorization": f"Bearer {ADMIN}"}

    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        refused = await client.get(PATH)
        answer = await client.get(PATH, headers=key)

    assert refused.status_code == 401
    assert answer.json() == {"items": ["service", "extended"]}
    assert str(answer.json()).replace("'", '"') in test
    documented = empty.app.openapi()["paths"][PATH]["get"]
    assert documented["operationId"] == "listTariffNames"
    assert documented["description"].startswith("Return the names of tariffs (5.1, 5.2).")
    assert set(documented["responses"]) >= {"200", "401", "429", "500"}
    assert len(operation.splitlines()) <= 10
