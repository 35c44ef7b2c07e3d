"""The facts of a decision on the wire: as they were gathered, for ever (design 2, section 2)."""

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

    tariff: TariffName = Field(description="Tariff (5.1, 5.2).")
    from_: date = Field(serialization_alias="from", description="First Moscow day, inclusive.")
    until: date = Field(description="Last Moscow day, inclusive.")

    @classmethod
    def of(cls, period: TariffPeriod) -> Self:
        """Show a period."""
        return cls(tariff=period.tariff, from_=period.first_day, until=period.last_day)


class EntitlementFacts(Out):
    """The entitlement that was judged; the same members make a what-if."""

    contract_accepted: bool = Field(description="Whether the offer was accepted (1.1).")
    licence: Licence = Field(description="`rental` or `boxed` (1.3).")
    paid_until: date | None = Field(description="Last paid Moscow day of a rental.")
    tariffs: list[TariffPeriodOut] = Field(max_length=200, description="Tariffs on record.")
    exclusive_version: bool = Field(description="Whether the version is an exclusive one.")
    minutes_used: int = Field(ge=0, le=10_000_000, description="Minutes used in the month of `as_of`.")
    chat_assigned: bool = Field(description="Whether the chat was a working chat of the customer (4.1).")


class SubmissionFactsOut(Out):
    """What the rules knew of the submission; never its words."""

    channel: str = Field(max_length=32, description="Channel.")
    chat_assigned: bool = Field(description="Whether the chat was a working chat of the customer (4.1).")
    category: Category | None = Field(description="Category; null before triage.")
    impact: Impact = Field(description="Claimed effect (2.1).")
    has_words: bool = Field(description="Whether any message of the customer has words (4.2).")
    obscene_level: ObscenityLevel | None = Field(
        description="How strong obscene words are (4.6); null for clean and for unjudged text."
    )
    attachment_kinds: list[AttachmentKind] = Field(max_length=10, description="What came with it (4.4).")
    has_steps: bool = Field(description="Whether steps to reproduce were given (4.2).")
    knowledge_base_checked: bool | None = Field(description="Whether the knowledge base was consulted (1.2).")
    sent_to_manager: bool = Field(description="Whether it was also sent to the manager (2.3).")
    obscenity_policy: ObscenityPolicy = Field(
        description="What obscene words do by the settings that the ticket came under (4.6)."
    )


class CalendarFactsOut(Out):
    """What the work calendar said at `as_of` (2.1): an override made later does not change it."""

    open: bool = Field(description="Whether the desk was open.")
    first_service_at: datetime | None = Field(description="First service instant at or after `as_of`.")
    next_month_at: datetime | None = Field(description="First service instant of the next Moscow month.")


class FactsOut(Out):
    """Every fact that the decision rests on; they replay to it."""

    as_of: datetime = Field(description="The instant at which the entitlement was judged (R5, R7).")
    entitlement: EntitlementFacts = Field(description="What the customer could claim.")
    submission: SubmissionFactsOut = Field(description="What was known of the submission.")
    calendar: CalendarFactsOut = Field(description="What the work calendar said.")
    calendar_known_through: date = Field(description="Last day with decreed moved days off.")

    @classmethod
    def of(cls, case: Case) -> Self:
        """Show the facts of a case."""
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
