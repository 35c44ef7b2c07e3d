"""Schemas of decisions: previewed, shown with tickets, stored with their facts."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, model_validator

from app.api.schemas.base import (
    CHAT_ID_FORMS,
    MAX_TEXT,
    ChannelName,
    ChatId,
    CustomerId,
    Day,
    In,
    Instant,
    Out,
    plain,
    refuse_other_spelling,
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

    tariff: TariffName = Field(description="The tariff in force on these days.")
    from_: Day = Field(alias="from", description="First Moscow day in force, inclusive.")
    until: Day = Field(description="Last Moscow day in force, inclusive. Not before `from`.")

    def to_period(self) -> TariffPeriod:
        """Return the domain value."""
        return TariffPeriod(self.tariff, self.from_, self.until)


class Contracted(In):
    """Licence, paid period and tariffs, as in a customer record and in a what-if (1.3, 5)."""

    licence: Licence = Field(
        description="Whether the customer rents the product or owns the boxed version (1.3)."
    )
    paid_until: Day | None = Field(
        None, description="Last paid Moscow day, inclusive. `rental` only; null if nothing was paid."
    )
    tariffs: list[TariffPeriodIn] = Field(
        default_factory=list,
        max_length=200,
        description="Support tariffs. `boxed` only; the periods must not overlap. Empty if left out.",
    )
    exclusive_version: StrictBool = Field(
        False, description="Whether the customer runs an exclusive version (5.2). `boxed` only."
    )

    @model_validator(mode="after")
    def _fits_the_licence(self) -> Self:
        """Check that only a rental is paid by period and only a boxed licence has tariffs (1.3, R16)."""
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
        """Return the tariffs as domain values."""
        return tuple(period.to_period() for period in self.tariffs)


class WhatIfIn(Contracted):
    """A hypothetical entitlement that needs no stored customer."""

    contract_accepted: StrictBool = Field(description="Whether the customer has accepted the offer (1.1).")
    minutes_used: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = Field(
        0, description="Staff minutes already used in the Moscow month of `as_of`."
    )
    chat_assigned: StrictBool = Field(
        True, description="Whether the chat counts as a working chat of the customer (4.1)."
    )

    def to_entitlement(self) -> Entitlement:
        """Return the domain value."""
        return Entitlement(
            contract_accepted=self.contract_accepted,
            licence=self.licence,
            paid_until=self.paid_until,
            tariffs=self.periods,
            exclusive_version=self.exclusive_version,
            minutes_used=self.minutes_used,
        )


class SubmissionWords(In):
    """Members that a preview and a submission share."""

    channel: ChannelName = Field(
        description="Origin of the submission. `telegram` and `whatsapp` are official; any other "
        "name is unofficial (4.3)."
    )
    chat_id: ChatId | None = Field(
        None,
        description="The messenger's ID of the chat. Required for an official channel; a preview with "
        f"`entitlement` does not need it. {CHAT_ID_FORMS} Another spelling is refused.",
    )
    category: Category | None = Field(
        None, description="Subject of the submission. Null leaves it to triage."
    )
    impact: Impact = Field(
        Impact.NONE, description="The effect that the customer claims (2.1). An agent can correct it."
    )
    subject: Annotated[str, plain(200)] | None = Field(None, description="A short heading.")
    reproduction_steps: Steps = Field(
        default_factory=list,
        description="Steps that reproduce the problem, in order (4.2). Empty if left out.",
    )
    knowledge_base_checked: StrictBool | None = Field(
        None, description="Whether the customer consulted the knowledge base first (1.2). Null if unknown."
    )
    sent_to_manager: StrictBool = Field(
        False, description="Whether the customer also wrote to the personal manager (2.3)."
    )

    @model_validator(mode="after")
    def _chat_fits_the_channel(self) -> Self:
        refuse_other_spelling(self.channel, self.chat_id)
        return self

    @property
    def lacks_chat(self) -> bool:
        """Check whether an official channel is named without a chat (4.1)."""
        return self.channel in OFFICIAL_CHANNELS and self.chat_id is None


class SubmissionIn(SubmissionWords):
    """A submission to preview. It is not submitted."""

    text: Annotated[str, plain(MAX_TEXT)] = Field(
        "",
        description="The text that the customer would write. A text without words is handled by 4.2. "
        "Empty if left out.",
    )
    attachment_kinds: list[AttachmentKind] = Field(
        default_factory=list, max_length=10, description="Kinds of the attachments (4.4). Empty if left out."
    )


class DecisionIn(In):
    """A preview of a decision, for a stored customer or for a hypothetical entitlement."""

    as_of: Instant | None = Field(
        None, description="The instant to decide at, past or future. Now if left out."
    )
    customer_id: CustomerId | None = Field(
        None,
        description="The CRM's ID of a stored customer. Exactly one of `customer_id` and `entitlement` "
        "is required.",
    )
    entitlement: WhatIfIn | None = Field(
        None,
        description="A hypothetical entitlement. Exactly one of `customer_id` and `entitlement` is required.",
    )
    submission: SubmissionIn = Field(description="The submission to preview.")

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
    """A reason for an outcome other than `accepted`."""

    code: str = Field(max_length=64, description="Stable code of the reason. New codes may appear.")
    clause: Clause = Field(description="The clause that the reason cites.")
    effect: Outcome = Field(description="The outcome that this reason alone would lead to.")
    message: str = Field(
        max_length=2_000, description="Explanation for the customer, in the requested language."
    )
    level: ObscenityLevel | None = Field(
        None,
        exclude_if=_is_none,
        description="Only with `obscene_language`: the strongest level found (4.6).",
    )

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        """Build the schema in a language."""
        return cls(
            code=str(reason.code),
            clause=reason.clause,
            effect=reason.effect,
            message=reason_message(reason.code, reason.clause, language),
            level=reason.level,
        )


class NoticeOut(Out):
    """Information for the customer that does not change the outcome."""

    code: str = Field(max_length=64, description="Stable code of the notice. New codes may appear.")
    clause: Clause = Field(description="The clause that the notice cites.")
    message: str = Field(
        max_length=2_000, description="Explanation for the customer, in the requested language."
    )

    @classmethod
    def of(cls, notice: Notice, language: Language) -> Self:
        """Build the schema in a language."""
        message = notice_message(notice.code, notice.clause, language)
        return cls(code=str(notice.code), clause=notice.clause, message=message)


class DecisionOut(Out):
    """A decision by the regulation, with its reasons."""

    outcome: Outcome = Field(description="The strongest effect of all reasons.")
    source: Source = Field(description="Whether the rules or an agent decided.")
    reasons: list[ReasonOut] = Field(
        max_length=30, description="All reasons, in clause order. Empty if the submission is accepted."
    )
    notices: list[NoticeOut] = Field(max_length=30, description="All notices, in clause order.")
    priority: Priority | None = Field(
        description="Order of work (2.1, 5.2). Null if the submission is declined or not registered."
    )
    earliest_start_at: datetime | None = Field(
        description="Earliest possible start of work, never a promise (2.3). Null if no work follows by "
        "itself."
    )
    resume_at: datetime | None = Field(
        description="When a deferral ends by itself. Null without a deferral, or if its end is unknown."
    )
    decided_at: datetime = Field(description="When the decision was made.")
    regulation_edition: str = Field(
        max_length=32, description="Edition of the codified regulation that was applied."
    )
    calendar_known_through: date = Field(
        description="Last day covered by a decree on moved days off. Later days are unconfirmed (2.1)."
    )

    @classmethod
    def of_dry_run(cls, decision: Decision, case: Case, language: Language) -> Self:
        """Build the schema of a preview."""
        return cls(**_members(decision, case, case.as_of, EDITION, language))

    @classmethod
    def of(cls, recorded: DecisionRecord, language: Language) -> Self:
        """Build the schema of a stored decision."""
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
    """A stored decision on a ticket, with its facts."""

    id: str = Field(max_length=36, description="ID of the decision (UUIDv7).")
    ticket_id: str = Field(max_length=36, description="ID of the ticket (UUIDv7).")
    facts: FactsOut = Field(description="The facts that the decision rests on.")

    @classmethod
    def of(cls, recorded: DecisionRecord, language: Language) -> Self:
        """Build the schema of a stored decision, with its facts."""
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
