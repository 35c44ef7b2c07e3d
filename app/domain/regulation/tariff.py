"""Tariffs of clauses 5.1 and 5.2: minutes, chats and prices. The amounts are defined only here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.domain.vocabulary import Clause, TariffName

CHATS_WITHOUT_TARIFF = 1
"""Working chats of a rental licence, or of a boxed one that never had a tariff (4.1; reading R11)."""

NEARLY_EXHAUSTED_PERCENT = 20
"""At or below this share of the allotment, in percent, the customer gets a notice."""


class Period(StrEnum):
    """The period that a price covers."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Quote:
    """A price without VAT, in kopecks: `total` is `list_price` less `discount_percent`."""

    list_price: int
    discount_percent: int

    @property
    def total(self) -> int:
        """The amount to pay, in kopecks; the discounts of 5.2 divide evenly, so it is never rounded."""
        return self.list_price * (100 - self.discount_percent) // 100


@dataclass(frozen=True, slots=True)
class Tariff:
    """The contents of one tariff: staff minutes per calendar month and working chats over all channels."""

    name: TariffName
    clause: Clause
    minutes_per_month: int
    chats: int
    quotes: Mapping[Period, Quote]


SERVICE = Tariff(
    name=TariffName.SERVICE,
    clause=Clause.C5_1,
    minutes_per_month=180,
    chats=1,
    quotes=MappingProxyType(
        {
            Period.MONTH: Quote(list_price=3_500_00, discount_percent=0),
            Period.YEAR: Quote(list_price=42_000_00, discount_percent=0),
        }
    ),
)
EXTENDED = Tariff(
    name=TariffName.EXTENDED,
    clause=Clause.C5_2,
    minutes_per_month=540,
    chats=3,
    quotes=MappingProxyType(
        {
            Period.MONTH: Quote(list_price=10_500_00, discount_percent=0),
            Period.YEAR: Quote(list_price=126_000_00, discount_percent=20),
        }
    ),
)
TARIFFS: Mapping[TariffName, Tariff] = MappingProxyType(
    {tariff.name: tariff for tariff in (SERVICE, EXTENDED)}
)


@dataclass(frozen=True, slots=True)
class TariffPeriod:
    """A tariff and the Moscow days on which it is in force, both inclusive (R7)."""

    tariff: TariffName
    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Check whether the tariff is in force on this Moscow day."""
        return self.first_day <= day <= self.last_day
