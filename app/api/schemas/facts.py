"""Schemas of the facts of a decision, as they were gathered; they never change."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from app.api.schemas.base import Out
from app.domain.regulation.case import Case
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import (
    AttachmentKind,
    Category,
    Impact,
    Licence,
    ObscenityLevel,
    ObscenityPolicy,
    TariffName,
)


class TariffPeriodOut(Out):
    """A tariff and the days on which it is in force."""

    tariff: TariffName = Field(description="The tariff in force on these days.")
    from_: date = Field(serialization_alias="from", description="First Moscow day in force, inclusive.")
    until: date = Field(description="Last Moscow day in force, inclusive.")

    @classmethod
    def of(cls, period: TariffPeriod) -> Self:
        """Build the schema from the domain value."""
        return cls(tariff=period.tariff, from_=period.first_day, until=period.last_day)


class EntitlementFacts(Out):
    """The entitlement that the decision used, stored or hypothetical."""

    contract_accepted: bool = Field(description="Whether the customer had accepted the offer (1.1).")
    licence: Licence = Field(
        description="Whether the customer rented the product or owned the boxed version (1.3)."
    )
    paid_until: date | None = Field(description="Last paid Moscow day of a rental, inclusive.")
    tariffs: list[TariffPeriodOut] = Field(
        max_length=200, description="All tariffs on record, not only the one in force."
    )
    exclusive_version: bool = Field(description="Whether the customer ran an exclusive version (5.2).")
    minutes_used: int = Field(
        ge=0, le=10_000_000, description="Staff minutes used in the Moscow month of `as_of`."
    )
    chat_assigned: bool = Field(description="Whether the chat was a working chat of the customer (4.1).")


class SubmissionFactsOut(Out):
    """The properties of the submission that the rules use, without its text."""

    channel: str = Field(
        max_length=32, description="Origin of the submission: a messenger, or another channel."
    )
    chat_assigned: bool = Field(description="Whether the chat was a working chat of the customer (4.1).")
    category: Category | None = Field(description="Subject of the submission. Null before triage.")
    impact: Impact = Field(description="The claimed effect (2.1).")
    has_words: bool = Field(description="Whether any message of the customer contains words (4.2).")
    obscene_level: ObscenityLevel | None = Field(
        description="The strongest level of obscene words (4.6). Null if none were found or looked for."
    )
    attachment_kinds: list[AttachmentKind] = Field(
        max_length=10, description="Kinds of the attachments (4.4)."
    )
    has_steps: bool = Field(description="Whether steps to reproduce were given (4.2).")
    knowledge_base_checked: bool | None = Field(
        description="Whether the knowledge base was consulted (1.2). Null if unknown."
    )
    sent_to_manager: bool = Field(description="Whether the customer also wrote to the manager (2.3).")
    obscenity_policy: ObscenityPolicy = Field(
        description="The effect of obscene words by the settings at the time of submission (4.6)."
    )


class CalendarFactsOut(Out):
    """The work calendar at `as_of` (2.1). Exceptions made later do not change it."""

    open: bool = Field(description="Whether the desk was open.")
    first_service_at: datetime | None = Field(description="First service instant at or after `as_of`.")
    next_month_at: datetime | None = Field(description="First service instant of the next Moscow month.")


class FactsOut(Out):
    """All facts that the decision rests on. Deciding on them again gives the same decision."""

    as_of: datetime = Field(description="The instant that the entitlement is for (R5, R7).")
    entitlement: EntitlementFacts = Field(description="The customer's entitlement at `as_of`.")
    submission: SubmissionFactsOut = Field(description="The properties of the submission.")
    calendar: CalendarFactsOut = Field(description="The work calendar at `as_of`.")
    calendar_known_through: date = Field(description="Last day covered by a decree on moved days off.")

    @classmethod
    def of(cls, case: Case) -> Self:
        """Build the schema from a case."""
        facts, entitled = case.submission, case.entitlement
        return cls(
            as_of=case.as_of,
            entitlement=EntitlementFacts(
                contract_accepted=entitled.contract_accepted,
                licence=entitled.licence,
                paid_until=entitled.paid_until,
                tariffs=[TariffPeriodOut.of(period) for period in entitled.tariffs],
                exclusive_version=entitled.exclusive_version,
                minutes_used=entitled.minutes_used,
                chat_assigned=facts.chat_assigned,
            ),
            submission=SubmissionFactsOut(
                channel=facts.channel,
                chat_assigned=facts.chat_assigned,
                category=facts.category,
                impact=facts.impact,
                has_words=facts.has_words,
                obscene_level=facts.obscene_level,
                attachment_kinds=list(facts.attachment_kinds),
                has_steps=facts.has_steps,
                knowledge_base_checked=facts.knowledge_base_checked,
                sent_to_manager=facts.sent_to_manager,
                obscenity_policy=facts.obscenity_policy,
            ),
            calendar=CalendarFactsOut(
                open=case.calendar.open,
                first_service_at=case.calendar.first_service_at,
                next_month_at=case.calendar.next_month_at,
            ),
            calendar_known_through=case.calendar.known_through,
        )
