"""Clauses 5.1 and 5.2: minutes, chats and prices, as the regulation prints them."""

from datetime import date

import pytest

from app.domain.regulation.tariff import TARIFFS, Period, TariffPeriod
from app.domain.vocabulary import Clause, TariffName


@pytest.mark.parametrize(
    ("name", "clause", "minutes", "chats"),
    [
        (TariffName.SERVICE, Clause.C5_1, 3 * 60, 1),
        (TariffName.EXTENDED, Clause.C5_2, 9 * 60, 3),
    ],
)
def test_a_tariff_includes_what_its_clause_says(
    name: TariffName, clause: Clause, minutes: int, chats: int
) -> None:
    tariff = TARIFFS[name]
    assert (tariff.clause, tariff.minutes_per_month, tariff.chats) == (clause, minutes, chats)


@pytest.mark.parametrize(
    ("name", "period", "listed", "total"),
    [
        (TariffName.SERVICE, Period.MONTH, 3_500, 3_500),
        (TariffName.SERVICE, Period.YEAR, 42_000, 42_000),
        (TariffName.EXTENDED, Period.MONTH, 10_500, 10_500),
        (TariffName.EXTENDED, Period.YEAR, 126_000, 100_800),
    ],
)
def test_a_price_is_what_its_clause_says_and_a_year_of_the_extended_one_costs_a_fifth_less(
    name: TariffName, period: Period, listed: int, total: int
) -> None:
    quote = TARIFFS[name].quotes[period]
    assert (quote.list_price, quote.total) == (listed * 100, total * 100)


def test_a_year_is_listed_at_twelve_months() -> None:
    for tariff in TARIFFS.values():
        assert tariff.quotes[Period.YEAR].list_price == 12 * tariff.quotes[Period.MONTH].list_price


def test_a_period_of_one_day_covers_that_day_alone() -> None:
    period = TariffPeriod(TariffName.SERVICE, date(2026, 11, 20), date(2026, 11, 20))
    days = [date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)]
    assert [period.covers(day) for day in days] == [False, True, False]
