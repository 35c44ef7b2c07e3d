"""Decisions on the wire: asked for by a dry run, shown with tickets, kept with their facts."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, model_validator

from app.api.schemas.base import (
    MAX_TEXT,
    ChannelName,
    ChatAddress,
    CustomerId,
    Day,
    In,
    Instant,
    Out,
    plain,
    refuse_foreign_chat_id,
    wrong_at,
)
from app.api.schemas.facts import FactsOut
from app.domain.customers.customer import find_overlap
from app.domain.regulation.case import Case
from app.domain.regulation.clauses import EDITION
from app.domain.regulation.decision import Decision, Notice, Reason
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import (
    OFFICIAL_CHANNELS,
    AttachmentKind,
    Category,
    Clause,
    Impact,
    Language,
    Licence,
    ObscenityLevel,
    Outcome,
    Priority,
    Source,
    TariffName,
)
from app.domain.wording.catalogue import notice_message, reason_message

Steps = Annotated[list[Annotated[str, plain(1_000)]], Field(max_length=30)]


class TariffPeriodIn(In):
    """A tariff and the days on which it is in force."""

    tariff: TariffName = Field(description="Tariff: `service` (5.1) or `extended` (5.2).")
    from_: Day = Field(alias="from", description="First Moscow day in force, inclusive.")
    until: Day = Field(description="Last Moscow day in force, inclusive; not before `from`.")

    def to_period(self) -> TariffPeriod:
        """Give the domain's value."""
        return TariffPeriod(self.tariff, self.from_, self.until)


class Contracted(In):
    """What a customer record and a what-if say alike of licence, paid period and tariffs (1.3, 5)."""

    licence: Licence = Field(description="`rental` or `boxed` (1.3).")
    paid_until: Day | None = Field(
        None, description="Last paid Moscow day, inclusive; `rental` only, null if nothing was paid."
    )
    tariffs: list[TariffPeriodIn] = Field(
        default_factory=list,
        max_length=200,
        description="Support tariffs of a `boxed` licence; they do not overlap.",
    )
    exclusive_version: StrictBool = Field(
        False, description="Whether the customer runs an exclusive version (5.2); `boxed` only."
    )

    @model_validator(mode="after")
    def _fits_the_licence(self) -> Self:
        """1.3, R16: only a rental is paid by period, only a boxed licence has tariffs."""
        if self.licence is Licence.RENTAL and self.tariffs:
            raise wrong_at("/tariffs", "not_for_this_licence")
        if self.licence is Licence.RENTAL and self.exclusive_version:
            raise wrong_at("/exclusive_version", "not_for_this_licence")
        if self.licence is Licence.BOXED and self.paid_until is not None:
            raise wrong_at("/paid_until", "not_for_this_licence")
        for place, period in enumerate(self.tariffs):
            if period.until < period.from_:
                raise wrong_at(f"/tariffs/{place}/until", "before_from")
        overlapping = find_overlap(self.periods)
        if overlapping is not None:
            raise wrong_at(f"/tariffs/{overlapping}", "overlaps_another")
        return self

    @property
    def periods(self) -> tuple[TariffPeriod, ...]:
        """The tariffs as the domain's values."""
        return tuple(period.to_period() for period in self.tariffs)


class WhatIfIn(Contracted):
    """An entitlement to ask about that needs no stored customer."""

    contract_accepted: StrictBool = Field(description="Whether the offer was accepted (1.1).")
    minutes_used: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = Field(
        0, description="Staff minutes already used in the Moscow month of `as_of`."
    )
    chat_assigned: StrictBool = Field(
        True, description="Whether the chat counts as a working chat of the customer (4.1)."
    )

    def to_entitlement(self) -> Entitlement:
        """Give the domain's value."""
        return Entitlement(
            contract_accepted=self.contract_accepted,
            licence=self.licence,
            paid_until=self.paid_until,
            tariffs=self.periods,
            exclusive_version=self.exclusive_version,
            minutes_used=self.minutes_used,
        )


class SubmissionWords(In):
    """What a dry run and a submission have in common."""

    channel: ChannelName = Field(
        description="Where it came from: `telegram` or `whatsapp` are official, any other name is not (4.3)."
    )
    chat_id: ChatAddress | None = Field(
        None,
        description="The messenger's id of the chat; null only for an unofficial channel.",
    )
    category: Category | None = Field(None, description="What it is about; null waits for triage.")
    impact: Impact = Field(Impact.NONE, description="The claimed effect (2.1).")
    subject: Annotated[str, plain(200)] | None = Field(None, description="A short heading.")
    reproduction_steps: Steps = Field(
        default_factory=list, description="Steps that show the problem, in order (4.2)."
    )
    knowledge_base_checked: StrictBool | None = Field(
        None, description="Whether the knowledge base was consulted first (1.2); null: not said."
    )
    sent_to_manager: StrictBool = Field(
        False, description="Whether it was also sent to the personal manager (2.3)."
    )

    @model_validator(mode="after")
    def _chat_fits_the_channel(self) -> Self:
        refuse_foreign_chat_id(self.channel, self.chat_id)
        return self

    @property
    def lacks_chat(self) -> bool:
        """Whether an official channel is named without the chat that 4.1 asks for."""
        return self.channel in OFFICIAL_CHANNELS and self.chat_id is None


class SubmissionIn(SubmissionWords):
    """A submission to be judged without being submitted."""

    text: Annotated[str, plain(MAX_TEXT)] = Field(
        "", description="The words as they would be written; without any, 4.2 answers."
    )
    attachment_kinds: list[AttachmentKind] = Field(
        default_factory=list, max_length=10, description="What kinds of things came with it (4.4)."
    )


class DecisionIn(In):
    """A question: what would be decided?"""

    as_of: Instant | None = Field(None, description="The instant to judge at; now if absent.")
    customer_id: CustomerId | None = Field(
        None, description="A stored customer; exactly one of this and `entitlement`."
    )
    entitlement: WhatIfIn | None = Field(
        None, description="A what-if; exactly one of this and `customer_id`."
    )
    submission: SubmissionIn = Field(description="The submission.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.customer_id is None) == (self.entitlement is None):
            raise wrong_at("", "exactly_one_of_customer_id_and_entitlement")
        if self.customer_id is not None and self.submission.lacks_chat:
            raise wrong_at("/submission/chat_id", "missing")
        return self


def _is_none(value: object) -> bool:
    return value is None


class ReasonOut(Out):
    """Why the outcome is not plain acceptance."""

    code: str = Field(max_length=64, description="Stable code; new ones may come.")
    clause: Clause = Field(description="Clause of the regulation.")
    effect: Outcome = Field(description="What the reason does to the outcome.")
    message: str = Field(max_length=2_000, description="The reason in the language asked for.")
    level: ObscenityLevel | None = Field(
        None,
        exclude_if=_is_none,
        description="Only with `obscene_language`: how strong the words are (4.6).",
    )

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        """Tell a reason in a language."""
        return cls(
            code=str(reason.code),
            clause=reason.clause,
            effect=reason.effect,
            message=reason_message(reason.code, reason.clause, language),
            level=reason.level,
        )


class NoticeOut(Out):
    """Something to know; it does not change the outcome."""

    code: str = Field(max_length=64, description="Stable code; new ones may come.")
    clause: Clause = Field(description="Clause of the regulation.")
    message: str = Field(max_length=2_000, description="The notice in the language asked for.")

    @classmethod
    def of(cls, notice: Notice, language: Language) -> Self:
        """Tell a notice in a language."""
        message = notice_message(notice.code, notice.clause, language)
        return cls(code=str(notice.code), clause=notice.clause, message=message)


class DecisionOut(Out):
    """What was decided, and why."""

    outcome: Outcome = Field(description="The strongest effect of all reasons.")
    source: Source = Field(description="Whether the rules or an agent decided.")
    reasons: list[ReasonOut] = Field(max_length=30, description="All reasons, in clause order.")
    notices: list[NoticeOut] = Field(max_length=30, description="All notices, in clause order.")
    priority: Priority | None = Field(
        description="Order of work (2.1, 5.2); null if declined or not registered."
    )
    earliest_start_at: datetime | None = Field(
        description="Earliest possible start, never a promise (2.3); null if no work follows by itself."
    )
    resume_at: datetime | None = Field(
        description="When a deferral ends by itself; null unless every deferring reason has an end."
    )
    decided_at: datetime = Field(description="When it was decided.")
    regulation_edition: str = Field(max_length=32, description="Edition of the codified regulation.")
    calendar_known_through: date = Field(
        description="Last day for which moved days off are decreed; later days are unconfirmed (2.1)."
    )

    @classmethod
    def of_dry_run(cls, decision: Decision, case: Case, language: Language) -> Self:
        """Show a decision that is not stored."""
        return cls(**_members(decision, case, case.as_of, EDITION, language))

    @classmethod
    def of(cls, recorded: DecisionRecord, language: Language) -> Self:
        """Show a stored decision."""
        return cls(
            **_members(
                recorded.decision,
                recorded.facts,
                recorded.decided_at,
                recorded.edition,
                language,
            )
        )


def _members(
    decision: Decision, case: Case, decided_at: datetime, edition: str, language: Language
) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "source": decision.source,
        "reasons": [ReasonOut.of(reason, language) for reason in decision.reasons],
        "notices": [NoticeOut.of(notice, language) for notice in decision.notices],
        "priority": decision.priority,
        "earliest_start_at": decision.earliest_start_at,
        "resume_at": decision.resume_at,
        "decided_at": decided_at,
        "regulation_edition": edition,
        "calendar_known_through": case.calendar.known_through,
    }


class StoredDecisionOut(DecisionOut):
    """A decision on a ticket, with its facts."""

    id: str = Field(max_length=36, description="Id of the decision.")
    ticket_id: str = Field(max_length=36, description="The ticket.")
    facts: FactsOut = Field(description="The facts it rests on.")

    @classmethod
    def of(cls, recorded: DecisionRecord, language: Language) -> Self:
        """Show a stored decision with its facts."""
        members = _members(
            recorded.decision,
            recorded.facts,
            recorded.decided_at,
            recorded.edition,
            language,
        )
        return cls(
            id=recorded.id,
            ticket_id=recorded.ticket_id,
            facts=FactsOut.of(recorded.facts),
            **members,
        )
