"""Transitions on the wire: one closed model an action (design 1, section 5)."""

from typing import Annotated, Literal, Self

from pydantic import Field, RootModel, model_validator

from app.api.schemas.base import AgentName, Day, In, Instant, ObjectId, named, plain, wrong_at
from app.application.tickets.transition_ticket import Transition
from app.domain.tickets.ticket import Development, Release
from app.domain.vocabulary import Action, Category, Finding, Impact, Resolution

MAX_MESSAGE = 4_096

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
    """What every transition has."""

    agent: AgentName = Field(description="The agent's name; required.")
    note: Annotated[str, plain(2_000)] | None = Field(
        None, description="A remark for the history; never sent."
    )


class ClassifyIn(ByAgent):
    """Name the category, and rule on the claimed impact; decides again (R5, R18)."""

    action: Literal[Action.CLASSIFY]
    category: Category = Field(description="What it is about.")
    impact: Impact | None = Field(None, description="The effect; kept if absent.")


class PlainIn(ByAgent):
    """An action that needs nothing more."""

    action: Literal[
        Action.START,
        Action.RELEASE,
        Action.WAIT_FOR_PARTNER,
        Action.REQUEUE,
        Action.CLOSE,
        Action.REOPEN,
    ]


class RequestInformationIn(ByAgent):
    """Ask the customer; the text goes to the chat."""

    action: Literal[Action.REQUEST_INFORMATION]
    text: Words = Field(description="What to ask; sent verbatim.")


class TransferToDevelopmentIn(ByAgent):
    """Hand over to the development department (2.2)."""

    action: Literal[Action.TRANSFER_TO_DEVELOPMENT]
    reference: Annotated[str, named(100)] = Field(description="Reference in their tracker.")
    url: Annotated[str, plain(2_000)] | None = Field(None, description="Address in their tracker.")


class AnnounceReleaseIn(ByAgent):
    """Name the release that will bring the solution (2.2); the text goes to the chat."""

    action: Literal[Action.ANNOUNCE_RELEASE]
    version: Annotated[str, named(50)] = Field(description="Version.")
    date: Day | None = Field(None, description="Moscow day, if it is known.")
    text: Words | None = Field(None, description="What to tell; sent verbatim.")


class DeferIn(ByAgent):
    """Defer on a finding of 4.6, or of 5.1 and 5.2."""

    action: Literal[Action.DEFER]
    finding: Finding = Field(description="What was found.")
    resume_at: Instant | None = Field(
        None, description="When to take it up again; for `hours_exhausted` the desk knows, leave it out."
    )

    @model_validator(mode="after")
    def _hours_know_their_end(self) -> Self:
        if self.finding is Finding.HOURS_EXHAUSTED and self.resume_at is not None:
            raise wrong_at("/resume_at", "not_for_this_finding")
        return self


class DeclineIn(ByAgent):
    """Decline on a finding of 4.6."""

    action: Literal[Action.DECLINE]
    finding: DecliningFinding = Field(description="What was found; used-up hours only defer.")


class ResolveIn(ByAgent):
    """Settle the ticket; the text, if any, goes to the chat."""

    action: Literal[Action.RESOLVE]
    resolution: Settling = Field(description="How it was settled.")
    text: Words | None = Field(None, description="What to tell; sent verbatim.")
    article_id: ObjectId | None = Field(
        None, description="The article that answers (4.5); no articles are kept yet."
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
    """What an agent does to a ticket; `action` says which members belong."""

    def to_transition(self, stems: tuple[str, ...]) -> Transition:
        """Give the application's value; `stems` are those of the text to send."""
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
        """The words that go to the chat; empty if there are none."""
        return getattr(self.root, "text", None) or ""


def _development(asked: ByAgent) -> Development | None:
    return Development(asked.reference, asked.url) if isinstance(asked, TransferToDevelopmentIn) else None


def _release(asked: ByAgent) -> Release | None:
    if not isinstance(asked, AnnounceReleaseIn):
        return None
    return Release(asked.version, asked.date, asked.text)
