"""The regulation and the tariffs as the service goes by them."""

import re
from typing import Any

import pytest

from tests.api.fields import MONEY, PAGE, QUOTE
from tests.api.service import Service, code_of, errors_of

Json = dict[str, Any]


CLAUSES = """1.1 1.2 1.3 1.4 1.5 2.1 2.2 2.3 3.1 3.2 3.3 3.4 4.1 4.2 4.3 4.4 4.5 4.6 5.1 5.2""".split()
CATEGORIES = """configuration_consultation integration_consultation configure_for_customer third_party_setup
workstation_diagnostics operation_failure product_defect api_consultation custom_development code_modification
feature_explanation improvement_request third_party_problem web_design software_update
developer_consultation listings_optimisation other""".split()
REASONS = """contract_missing paid_period_over tariff_missing third_party_problem web_design
configure_for_customer third_party_setup workstation_diagnostics custom_development code_modification
chat_not_assigned description_missing unofficial_channel not_in_text_form obscene_language hours_exhausted
separate_order extended_tariff_only""".split()
NOTICES = """knowledge_base_first outside_service_hours release_dates_individual no_guaranteed_time
manager_contact_has_no_effect steps_recommended hours_nearly_exhausted priority_development""".split()


async def test_the_regulation_lists_every_clause_category_reason_notice_and_reading(empty: Service) -> None:
    told = (await empty.admin.get("/v1/regulation")).json()

    assert set(told) >= {"edition", "clauses", "categories", "channels", "reasons", "notices", "readings"}
    assert [one["number"] for one in told["clauses"]] == CLAUSES
    assert sorted(one["code"] for one in told["categories"]) == sorted(CATEGORIES)
    assert [one["code"] for one in told["channels"]] == ["telegram", "whatsapp"]
    assert sorted(one["code"] for one in told["reasons"]) == sorted(REASONS)
    assert sorted(one["code"] for one in told["notices"]) == sorted(NOTICES)
    assert [one["id"] for one in told["readings"]] == [f"R{number}" for number in range(1, 19)]
    for clause in told["clauses"]:
        assert clause["title"]
        assert clause["automated"] or clause["why_not"]


async def test_the_regulation_is_told_in_both_languages_with_the_same_codes(empty: Service) -> None:
    russian = (await empty.admin.get("/v1/regulation")).json()
    english = (await empty.admin.get("/v1/regulation", headers={"Accept-Language": "en"})).json()

    for name, part in russian.items():
        if isinstance(part, list):
            codes = [(one.get("code"), one.get("number"), one.get("id")) for one in part]
            assert codes == [(one.get("code"), one.get("number"), one.get("id")) for one in english[name]]
            assert all(re.search("[а-яё]", one["title"], re.IGNORECASE) for one in part if name != "channels")
            assert not any(re.search("[а-яё]", one["title"], re.IGNORECASE) for one in english[name])


async def test_tariffs_have_the_numbers_of_clauses_5_1_and_5_2(empty: Service) -> None:
    page = (await empty.admin.get("/v1/tariffs")).json()

    assert set(page) == PAGE
    told = {
        one["tariff"]: (
            one["clause"],
            one["minutes_per_month"],
            one["chats"],
            {price["period"]: price["total"]["amount"] for price in one["prices"]},
        )
        for one in page["items"]
    }
    assert told == {
        "service": ("5.1", 180, 1, {"month": 350_000, "year": 4_200_000}),
        "extended": ("5.2", 540, 3, {"month": 1_050_000, "year": 10_080_000}),
    }


@pytest.mark.parametrize(
    ("tariff", "period", "list_price", "discount", "total"),
    [
        ("service", "month", 350_000, 0, 350_000),
        ("service", "year", 4_200_000, 0, 4_200_000),
        ("extended", "month", 1_050_000, 0, 1_050_000),
        ("extended", "year", 12_600_000, 20, 10_080_000),
    ],
)
async def test_a_quote_is_in_kopecks(
    empty: Service, tariff: str, period: str, list_price: int, discount: int, total: int
) -> None:
    told = (await empty.admin.get(f"/v1/tariffs/{tariff}/quote", params={"period": period})).json()

    assert set(told) >= QUOTE
    assert set(told["total"]) == MONEY
    assert told["list_price"] == {"amount": list_price, "currency": "RUB"}
    assert (told["discount_percent"], told["total"]) == (discount, {"amount": total, "currency": "RUB"})


async def test_another_tariff_is_not_found_and_another_period_is_wrong(empty: Service) -> None:
    unknown = await empty.admin.get("/v1/tariffs/gold/quote?period=year")
    period = await empty.admin.get("/v1/tariffs/extended/quote?period=week")
    none = await empty.admin.get("/v1/tariffs/extended/quote")

    assert code_of(unknown) == (404, "tariff_not_found")
    assert [pointer for pointer, _ in errors_of(period)] == ["/query/period"]
    assert errors_of(none) == [("/query/period", "missing")]
