"""The codified regulation and the tariffs."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import bytes_of, json_answer, response_of
from app.api.http.keys import Access
from app.api.http.languages import language_headers
from app.api.http.operation import Operation, Success
from app.api.http.problems import Problem
from app.api.http.request_context import language_for
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.regulation import QuoteOut, RegulationOut, TariffOut, TariffsOut
from app.domain.regulation.tariff import TARIFFS, Period, Tariff

router = APIRouter()


@operation(
    router,
    "GET",
    "/v1/regulation",
    Operation(
        scope=Access.ANY_KEY,
        id="getRegulation",
        summary="Retrieve the regulation",
        tag="regulation",
        answers=(Success(200, "The regulation.", RegulationOut, {"excerpt": examples.REGULATION}),),
        bilingual=True,
    ),
)
async def show_regulation(request: Request) -> Response:
    """Returns the regulation as the service applies it, in our wording.

    It lists the clauses and what automates them, or why a program cannot; the categories, channels,
    reasons and notices; and our interpretation of silent or ambiguous points.
    """
    language = language_for(request)
    shown = bytes_of(RegulationOut.in_language(language))
    return response_of(json_answer(200, shown, language_headers(language)))


@operation(
    router,
    "GET",
    "/v1/tariffs",
    Operation(
        scope=Access.ANY_KEY,
        id="listTariffs",
        summary="List tariffs",
        tag="regulation",
        answers=(Success(200, "The tariffs.", TariffsOut, {"extended": examples.TARIFFS}),),
    ),
)
async def list_tariffs() -> Response:
    """Returns the support tariffs with the minutes and chats they include and their prices (5.1, 5.2)."""
    shown = TariffsOut(items=[TariffOut.of(tariff) for tariff in TARIFFS.values()], next_cursor=None)
    return response_of(json_answer(200, bytes_of(shown)))


@operation(
    router,
    "GET",
    "/v1/tariffs/{tariff}/quote",
    Operation(
        scope=Access.ANY_KEY,
        id="quoteTariff",
        summary="Quote a tariff",
        tag="regulation",
        answers=(Success(200, "The price.", QuoteOut, {"extendedYear": examples.QUOTE}),),
        problems=("tariff_not_found",),
    ),
)
async def quote(
    tariff: Annotated[
        str,
        Path(description="Name of the tariff.", json_schema_extra={"enum": [one.value for one in TARIFFS]}),
    ],
    period: Annotated[Period, Query(description="The period that the price covers.")],
) -> Response:
    """Returns the price of a tariff for a month or a year, in kopecks. No VAT is charged."""
    found: Tariff | None = next((one for one in TARIFFS.values() if one.name == tariff), None)
    if found is None:
        raise Problem("tariff_not_found")
    return response_of(json_answer(200, bytes_of(QuoteOut.of(found, period))))
