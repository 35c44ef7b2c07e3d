"""The codified regulation and the tariffs on the wire."""

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
    """A clause, in our own words."""

    number: Clause = Field(description="Number in the document.")
    title: str = Field(max_length=500, description="What it is about.")
    automated: bool = Field(description="Whether the service carries it out by itself.")
    why_not: str | None = Field(max_length=1_000, description="Why a program cannot judge it.")
    rules: list[str] = Field(
        max_length=60,
        description="Codes, categories and mechanisms that carry it out.",
        json_schema_extra={"items": {"type": "string", "maxLength": 64}},
    )


class NamedOut(Out):
    """A value of a closed set and its name."""

    code: str = Field(max_length=64, description="Stable code.")
    title: str = Field(max_length=500, description="Name in the language asked for.")


class CitedOut(Out):
    """A code, the clauses that it can cite, and what is said."""

    code: str = Field(max_length=64, description="Stable code.")
    clauses: list[Clause] = Field(max_length=5, description="Clauses; the tariff in force chooses of two.")
    title: str = Field(max_length=2_000, description="Name or message in the language asked for.")


class ReadingOut(Out):
    """How a silent or ambiguous point is read."""

    id: str = Field(max_length=8, description="Id, R1 to R18.")
    clauses: list[Clause] = Field(max_length=20, description="Clauses it reads.")
    title: str = Field(max_length=500, description="The point.")
    text: str = Field(max_length=2_000, description="The reading.")


class RegulationOut(Out):
    """The regulation as this service carries it out."""

    edition: str = Field(max_length=32, description="Edition of the codification.")
    clauses: list[ClauseOut] = Field(max_length=100, description="Clauses, in order.")
    categories: list[CitedOut] = Field(max_length=50, description="What a submission can be about.")
    channels: list[NamedOut] = Field(max_length=10, description="Official channels (4.1).")
    outcomes: list[NamedOut] = Field(max_length=10, description="Outcomes, strongest first.")
    impacts: list[NamedOut] = Field(max_length=10, description="Effects that can be claimed (2.1).")
    priorities: list[NamedOut] = Field(max_length=10, description="Priorities, most urgent first.")
    reasons: list[CitedOut] = Field(max_length=50, description="Reasons that the rules find.")
    findings: list[CitedOut] = Field(max_length=50, description="Reasons that an agent can find.")
    notices: list[CitedOut] = Field(max_length=50, description="Notices.")
    readings: list[ReadingOut] = Field(max_length=50, description="How open points are read.")

    @classmethod
    def in_language(cls, language: Language) -> Self:
        """Tell the regulation in a language."""
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

    amount: int = Field(ge=0, le=2**53, description="Kopecks.")
    currency: str = Field(max_length=3, description="ISO 4217 code; always RUB.")

    @classmethod
    def rubles(cls, kopecks: int) -> Self:
        """Show kopecks."""
        return cls(amount=kopecks, currency="RUB")


class QuoteOut(Out):
    """A price (5.1, 5.2)."""

    tariff: TariffName = Field(description="The tariff.")
    period: Period = Field(description="What is paid for.")
    list_price: MoneyOut = Field(description="Price before discount.")
    discount_percent: int = Field(ge=0, le=100, description="Discount.")
    total: MoneyOut = Field(description="What is to be paid.")
    vat: str = Field(max_length=16, description="`none`: no value-added tax.")

    @classmethod
    def of(cls, tariff: Tariff, period: Period) -> Self:
        """Quote a tariff."""
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
    """What a tariff includes (5.1, 5.2)."""

    tariff: TariffName = Field(description="Name.")
    clause: Clause = Field(description="Clause.")
    minutes_per_month: int = Field(ge=0, le=44_640, description="Staff minutes a Moscow calendar month.")
    chats: int = Field(ge=0, le=1_000, description="Working chats, all channels together.")
    prices: list[QuoteOut] = Field(max_length=10, description="Prices by period.")

    @classmethod
    def of(cls, tariff: Tariff) -> Self:
        """Show a tariff."""
        return cls(
            tariff=tariff.name,
            clause=tariff.clause,
            minutes_per_month=tariff.minutes_per_month,
            chats=tariff.chats,
            prices=[QuoteOut.of(tariff, period) for period in tariff.quotes],
        )


class TariffsOut(Out):
    """The tariffs; there is never a second page."""

    items: list[TariffOut] = Field(max_length=10, description="The tariffs.")
    next_cursor: None = Field(description="Always null.")
