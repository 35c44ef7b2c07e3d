"""Schemas of transitions: one closed model per action, each as the ticket's life cycle needs it."""

from typing import Annotated, Literal, Self

from pydantic import Field, RootModel, model_validator

from app.api.schemas.base import AgentName, Day, In, Instant, ObjectId, named, plain, wrong_at
from app.application.tickets.transition_ticket import Transition
from app.domain.tickets.ticket import Development, Release
from app.domain.vocabulary import Action, Category, Finding, Impact, Resolution

MAX_MESSAGE = 4_096
SELECTS = "The action to perform. It selects this schema."

Words = Annotated[str, named(MAX_MESSAGE)]
Settling = Literal[Resolution.ANSWERED, Resolution.FIXED, Resolution.ARTICLE, Resolution.RELEASED]
DecliningFinding = Literal[
    Finding.NOT_REPRODUCIBLE,
    Finding.INSUFFICIENT_INFORMATION,
    Finding.OUT_OF_SCOPE,
    Finding.INCORRECT_OR_UNCONSTRUCTIVE,
    Finding.DELAYED_BY_CUSTOMER,
    Finding.OBSCENE_OR_INSULTING,
]


class ByAgent(In):
    """Members of every transition."""

    agent: AgentName = Field(description="The agent's name.")
    note: Annotated[str, plain(2_000)] | None = Field(
        None, description="A remark for the history. Never sent to the customer."
    )


class ClassifyIn(ByAgent):
    """Set the category, and confirm or correct the impact. The ticket is decided again (R5, R18)."""

    action: Literal[Action.CLASSIFY] = Field(description=SELECTS)
    category: Category = Field(description="Subject of the ticket.")
    impact: Impact | None = Field(None, description="Confirmed or corrected impact. Unchanged if left out.")


class PlainIn(ByAgent):
    """An action that needs only the agent and an optional note."""

    action: Literal[
        Action.START,
        Action.RELEASE,
        Action.WAIT_FOR_PARTNER,
        Action.REQUEUE,
        Action.CLOSE,
        Action.REOPEN,
    ] = Field(description=SELECTS)


class RequestInformationIn(ByAgent):
    """Send a question to the chat and wait for the customer."""

    action: Literal[Action.REQUEST_INFORMATION] = Field(description=SELECTS)
    text: Words = Field(description="The question, sent to the chat unchanged.")


class TransferToDevelopmentIn(ByAgent):
    """Hand the ticket to the development department (2.2)."""

    action: Literal[Action.TRANSFER_TO_DEVELOPMENT] = Field(description=SELECTS)
    reference: Annotated[str, named(100)] = Field(description="Reference in the department's tracker.")
    url: Annotated[str, plain(2_000)] | None = Field(None, description="Address in the department's tracker.")


class AnnounceReleaseIn(ByAgent):
    """Announce the release that brings the solution, and wait for it (2.2)."""

    action: Literal[Action.ANNOUNCE_RELEASE] = Field(description=SELECTS)
    version: Annotated[str, named(50)] = Field(description="Version of the product.")
    date: Day | None = Field(None, description="Moscow day of the release, if known.")
    text: Words | None = Field(
        None, description="The announcement, sent to the chat unchanged. Nothing is sent if left out."
    )


class DeferIn(ByAgent):
    """Defer the ticket, with a finding as the reason (4.6, 5.1, 5.2)."""

    action: Literal[Action.DEFER] = Field(description=SELECTS)
    finding: Finding = Field(description="The reason for the deferral.")
    resume_at: Instant | None = Field(
        None,
        description="When the deferral ends. Not allowed with `hours_exhausted`, which ends with the month.",
    )

    @model_validator(mode="after")
    def _hours_know_their_end(self) -> Self:
        if self.finding is Finding.HOURS_EXHAUSTED and self.resume_at is not None:
            raise wrong_at("/resume_at", "not_for_this_finding")
        return self


class DeclineIn(ByAgent):
    """Decline the ticket, with a finding as the reason (4.6)."""

    action: Literal[Action.DECLINE] = Field(description=SELECTS)
    finding: DecliningFinding = Field(
        description="The reason for declining. `hours_exhausted` is not allowed: it only defers."
    )


class ResolveIn(ByAgent):
    """Resolve the ticket. It must have a category."""

    action: Literal[Action.RESOLVE] = Field(description=SELECTS)
    resolution: Settling = Field(description="Kind of resolution.")
    text: Words | None = Field(
        None, description="The explanation, sent to the chat unchanged. Nothing is sent if left out."
    )
    article_id: ObjectId | None = Field(
        None,
        description="The article that answers the question (4.5). There are no articles yet, so any "
        "value gets 422.",
    )


Asked = Annotated[
    ClassifyIn
    | PlainIn
    | RequestInformationIn
    | TransferToDevelopmentIn
    | AnnounceReleaseIn
    | DeferIn
    | DeclineIn
    | ResolveIn,
    Field(discriminator="action"),
]


class TransitionIn(RootModel[Asked]):
    """An agent's action on a ticket. `action` selects the schema."""

    def to_transition(self, stems: tuple[str, ...]) -> Transition:
        """Return the application value; `stems` are those of the text to send."""
        asked = self.root
        given = {
            name: getattr(asked, name)
            for name in ("category", "impact", "finding", "resume_at", "text", "resolution", "article_id")
            if name in type(asked).model_fields
        }
        return Transition(
            action=asked.action,
            agent=asked.agent,
            note=asked.note,
            stems=stems,
            development=_development(asked),
            release=_release(asked),
            **given,
        )

    @property
    def text(self) -> str:
        """Return the text for the chat; empty if there is none."""
        return getattr(self.root, "text", None) or ""


def _development(asked: ByAgent) -> Development | None:
    return Development(asked.reference, asked.url) if isinstance(asked, TransferToDevelopmentIn) else None


def _release(asked: ByAgent) -> Release | None:
    if not isinstance(asked, AnnounceReleaseIn):
        return None
    return Release(asked.version, asked.date, asked.text)
