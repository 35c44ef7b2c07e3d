"""Schemas of the codified regulation and the tariffs."""

from typing import Self

from pydantic import Field

from app.api.schemas.base import Out
from app.domain.regulation.clauses import (
    CATEGORY_CLAUSES,
    CLAUSES,
    EDITION,
    FINDING_CLAUSES,
    NOTICE_CLAUSES,
    REASON_CLAUSES,
)
from app.domain.regulation.readings import READINGS
from app.domain.regulation.tariff import Period, Quote, Tariff
from app.domain.vocabulary import (
    Category,
    Clause,
    Finding,
    Language,
    NoticeCode,
    ReasonCode,
    TariffName,
)
from app.domain.wording.catalogue import notice_message, reason_message
from app.domain.wording.names import (
    CATEGORY_TITLES,
    CHANNEL_TITLES,
    IMPACT_TITLES,
    OUTCOME_TITLES,
    PRIORITY_TITLES,
)


class ClauseOut(Out):
    """A clause of the regulation, in our own words."""

    number: Clause = Field(description="Number of the clause.")
    title: str = Field(max_length=500, description="Subject of the clause.")
    automated: bool = Field(description="Whether the service applies the clause by itself.")
    why_not: str | None = Field(
        max_length=1_000, description="Why a program cannot apply it. Null if it is automated."
    )
    rules: list[str] = Field(
        max_length=60,
        description="Codes, categories, actions and mechanisms that apply the clause.",
        json_schema_extra={"items": {"type": "string", "maxLength": 64}},
    )


class NamedOut(Out):
    """A value of a closed set, with its name."""

    code: str = Field(max_length=64, description="The value, as used in the API.")
    title: str = Field(max_length=500, description="Name in the requested language.")


class CitedOut(Out):
    """A code, the clauses it can cite, and its text."""

    code: str = Field(max_length=64, description="The code, as used in the API.")
    clauses: list[Clause] = Field(
        max_length=5,
        description="Clauses that the code can cite. Of several, the tariff in force selects one.",
    )
    title: str = Field(max_length=2_000, description="Name or message in the requested language.")


class ReadingOut(Out):
    """Our interpretation of a silent or ambiguous point of the regulation."""

    id: str = Field(max_length=8, description="ID of the reading: R1 to R18.")
    clauses: list[Clause] = Field(max_length=20, description="Clauses it interprets.")
    title: str = Field(max_length=500, description="The open point.")
    text: str = Field(max_length=2_000, description="The interpretation.")


class RegulationOut(Out):
    """The regulation as this service applies it."""

    edition: str = Field(max_length=32, description="Edition of the codified regulation.")
    clauses: list[ClauseOut] = Field(max_length=100, description="Clauses, in the order of the document.")
    categories: list[CitedOut] = Field(max_length=50, description="Categories of submissions.")
    channels: list[NamedOut] = Field(max_length=10, description="Official channels (4.1).")
    outcomes: list[NamedOut] = Field(max_length=10, description="Outcomes, strongest first.")
    impacts: list[NamedOut] = Field(max_length=10, description="Impacts that a customer can claim (2.1).")
    priorities: list[NamedOut] = Field(max_length=10, description="Priorities, most urgent first.")
    reasons: list[CitedOut] = Field(max_length=50, description="Reasons that the rules can give.")
    findings: list[CitedOut] = Field(max_length=50, description="Findings that an agent can enter.")
    notices: list[CitedOut] = Field(max_length=50, description="Notices that the rules can give.")
    readings: list[ReadingOut] = Field(max_length=50, description="Interpretations of open points.")

    @classmethod
    def in_language(cls, language: Language) -> Self:
        """Build the schema in a language."""
        return cls(
            edition=EDITION,
            clauses=[
                ClauseOut(
                    number=entry.clause,
                    title=entry.title.in_language(language),
                    automated=entry.automated,
                    why_not=entry.why_not.in_language(language) if entry.why_not else None,
                    rules=list(entry.rules),
                )
                for entry in CLAUSES
            ],
            categories=[
                _cited(c, CATEGORY_CLAUSES[c], CATEGORY_TITLES[c].in_language(language)) for c in Category
            ],
            channels=[NamedOut(code=c, title=t.in_language(language)) for c, t in CHANNEL_TITLES.items()],
            outcomes=[NamedOut(code=c, title=t.in_language(language)) for c, t in OUTCOME_TITLES.items()],
            impacts=[NamedOut(code=c, title=t.in_language(language)) for c, t in IMPACT_TITLES.items()],
            priorities=[NamedOut(code=c, title=t.in_language(language)) for c, t in PRIORITY_TITLES.items()],
            reasons=[_reason(code, REASON_CLAUSES[code], language) for code in ReasonCode],
            findings=[_reason(code, FINDING_CLAUSES[code], language) for code in Finding],
            notices=[
                _cited(code, clauses, notice_message(code, clauses[0], language))
                for code in NoticeCode
                for clauses in (NOTICE_CLAUSES[code],)
            ],
            readings=[
                ReadingOut(
                    id=reading.id,
                    clauses=list(reading.clauses),
                    title=reading.title.in_language(language),
                    text=reading.text.in_language(language),
                )
                for reading in READINGS
            ],
        )


def _cited(code: str, clauses: tuple[Clause, ...], title: str) -> CitedOut:
    return CitedOut(code=str(code), clauses=list(clauses), title=title)


def _reason(code: ReasonCode | Finding, clauses: tuple[Clause, ...], language: Language) -> CitedOut:
    return _cited(code, clauses, reason_message(code, clauses[0], language))


class MoneyOut(Out):
    """An amount of money."""

    amount: int = Field(ge=0, le=2**53, description="Amount in kopecks.")
    currency: str = Field(max_length=3, description="ISO 4217 code, always `RUB`.")

    @classmethod
    def rubles(cls, kopecks: int) -> Self:
        """Build an amount from kopecks."""
        return cls(amount=kopecks, currency="RUB")


class QuoteOut(Out):
    """The price of a tariff for a period (5.1, 5.2)."""

    tariff: TariffName = Field(description="The quoted tariff.")
    period: Period = Field(description="The period that the price covers.")
    list_price: MoneyOut = Field(description="Price before the discount.")
    discount_percent: int = Field(ge=0, le=100, description="Discount on the list price, in percent.")
    total: MoneyOut = Field(description="Price to pay.")
    vat: str = Field(max_length=16, description="Always `none`: no value-added tax is charged.")

    @classmethod
    def of(cls, tariff: Tariff, period: Period) -> Self:
        """Build the schema of a price."""
        quote: Quote = tariff.quotes[period]
        return cls(
            tariff=tariff.name,
            period=period,
            list_price=MoneyOut.rubles(quote.list_price),
            discount_percent=quote.discount_percent,
            total=MoneyOut.rubles(quote.total),
            vat="none",
        )


class TariffOut(Out):
    """A support tariff (5.1, 5.2)."""

    tariff: TariffName = Field(description="Name of the tariff.")
    clause: Clause = Field(description="The clause that defines it.")
    minutes_per_month: int = Field(ge=0, le=44_640, description="Staff minutes included per Moscow month.")
    chats: int = Field(ge=0, le=1_000, description="Working chats included, in all messengers together.")
    prices: list[QuoteOut] = Field(max_length=10, description="Price of each period.")

    @classmethod
    def of(cls, tariff: Tariff) -> Self:
        """Build the schema from the domain value."""
        return cls(
            tariff=tariff.name,
            clause=tariff.clause,
            minutes_per_month=tariff.minutes_per_month,
            chats=tariff.chats,
            prices=[QuoteOut.of(tariff, period) for period in tariff.quotes],
        )


class TariffsOut(Out):
    """All tariffs. They always fit on one page."""

    items: list[TariffOut] = Field(max_length=10, description="The tariffs.")
    next_cursor: None = Field(description="Always null.")
