"""Tickets on the wire."""

from datetime import date as datetime_date
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.api.schemas.attachments import AttachmentOut
from app.api.schemas.base import (
    MAX_TEXT,
    AgentName,
    CustomerId,
    In,
    ObjectId,
    Out,
    named,
    plain,
    wrong_at,
)
from app.api.schemas.decisions import DecisionOut, SubmissionWords
from app.api.schemas.language import Notes, TriageHintOut, TriageHintsOut, notes_of
from app.application.tickets.ticket_view import TicketView
from app.domain.language.triage import NO_HINTS
from app.domain.tickets.life_cycle import PAUSE_CAUSES, allowed_actions, status_category
from app.domain.tickets.queue import POSITION_CAP
from app.domain.tickets.ticket import Author, Ticket, display_number
from app.domain.vocabulary import (
    Action,
    Category,
    Impact,
    Language,
    Priority,
    Resolution,
    Status,
    StatusCategory,
    WaitingOn,
)

Minutes = Annotated[int, Field(ge=0, le=100_000_000)]


class AuthorIn(In):
    """Who wrote at the customer."""

    name: Annotated[str, plain(200)] | None = Field(None, description="Name as the channel shows it.")
    external_id: Annotated[str, plain(128)] | None = Field(
        None, description="The channel's id of the person."
    )

    def to_author(self) -> Author:
        """Give the domain's value."""
        return Author(self.name, self.external_id)


class TicketIn(SubmissionWords):
    """A submission."""

    customer_id: CustomerId = Field(description="The CRM's id of the customer.")
    text: Annotated[str, plain(MAX_TEXT)] = Field(
        description="The words as they were written; may be empty, which 4.2 then answers."
    )
    attachment_ids: list[ObjectId] = Field(
        default_factory=list,
        max_length=10,
        description="Attachments that were uploaded before, each used once; they came with the words (4.4).",
    )
    external_id: Annotated[str, named(128)] | None = Field(
        None, description="Your own id of the submission; once a customer."
    )
    author: AuthorIn | None = Field(None, description="Who wrote at the customer.")

    @model_validator(mode="after")
    def _names_its_chat(self) -> Self:
        """4.1: a submission in an official channel comes from a chat."""
        if self.lacks_chat:
            raise wrong_at("/chat_id", "missing")
        return self


class AuthorOut(Out):
    """Who wrote at the customer."""

    name: str | None = Field(max_length=200, description="Name as the channel shows it.")
    external_id: str | None = Field(max_length=128, description="The channel's id of the person.")


class ArticleHintOut(Out):
    """An article that may answer the question (4.5)."""

    id: str = Field(max_length=36, description="Id of the article.")
    title: str = Field(max_length=200, description="Title.")
    url: str = Field(max_length=2_000, description="Address of the page.")


class DevelopmentOut(Out):
    """Where the development department keeps the work (2.2)."""

    reference: str = Field(max_length=100, description="Reference in their tracker.")
    url: str | None = Field(max_length=2_000, description="Address in their tracker.")


class ReleaseOut(Out):
    """The update that will bring the solution (2.2)."""

    version: str = Field(max_length=50, description="Version.")
    date: datetime_date | None = Field(description="Moscow day, as told to the customer.")
    text: str | None = Field(max_length=4_096, description="What was told.")


class ResolutionOut(Out):
    """How the ticket was settled."""

    code: Resolution = Field(description="How.")
    text: str | None = Field(max_length=MAX_TEXT, description="What was told.")
    article_id: str | None = Field(max_length=36, description="The article that answered (4.5).")


class PausedOut(Out):
    """Working minutes in which the measured clock stood still, by cause (R8)."""

    customer: Minutes = Field(description="Waiting for the customer.")
    partner: Minutes = Field(description="Waiting for a partner company.")
    development: Minutes = Field(description="In the development department (2.2).")
    release: Minutes = Field(description="Waiting for a release (2.2).")
    deferred: Minutes = Field(description="Deferred (4.2, 4.4, 4.6, 5.1, 5.2).")
    separate_order: Minutes = Field(description="Waiting for a separate order (5.1, 5.2).")


class TimesOut(Out):
    """What was measured, after the fact, in working minutes (2.1). Nothing here is a promise (2.3)."""

    received_at: datetime = Field(description="Arrival; holds the place in the queue.")
    earliest_start_at: datetime | None = Field(description="Earliest possible start, never a promise.")
    first_reaction_at: datetime | None = Field(description="First act of an agent other than classifying.")
    resolved_at: datetime | None = Field(description="When it was resolved, if it still is.")
    waited_minutes: Minutes = Field(description="Open time up to the first reaction.")
    worked_minutes: Minutes = Field(description="Time in progress.")
    paused: PausedOut = Field(description="Paused time by cause.")


class ReplyWindowOut(Out):
    """Until when a free-form answer can be sent in a messenger that limits it."""

    closes_at: datetime = Field(description="End of the window.")


class TicketOut(Out):
    """A registered submission."""

    id: str = Field(max_length=36, description="Id (UUIDv7).")
    number: str = Field(max_length=32, description="Number as people say it, such as STP-000042.")
    external_id: str | None = Field(max_length=128, description="The submitter's own id.")
    customer_id: str = Field(max_length=64, description="The customer.")
    channel: str = Field(max_length=32, description="Channel.")
    chat_id: str = Field(max_length=128, description="Present address of the chat.")
    author: AuthorOut | None = Field(description="Who wrote.")
    subject: str | None = Field(max_length=200, description="Heading.")
    text: str = Field(max_length=MAX_TEXT, description="The words of the submission.")
    reproduction_steps: list[Annotated[str, Field(max_length=1_000)]] = Field(
        max_length=30, description="Steps that show the problem (4.2)."
    )
    attachments: list[AttachmentOut] = Field(max_length=100, description="What came with it (4.4).")
    category: Category | None = Field(description="What it is about; null before triage.")
    impact: Impact = Field(description="Claimed effect, or the agent's decision on it.")
    status: Status = Field(description="Where it stands.")
    status_category: StatusCategory = Field(description="Whether it is open, paused or done.")
    waiting_on: WaitingOn | None = Field(description="What a paused ticket waits for.")
    priority: Priority | None = Field(description="Order of work; null if declined.")
    decision: DecisionOut = Field(description="The latest decision.")
    allowed_actions: list[Action] = Field(max_length=20, description="What an agent can do now.")
    suggested_articles: list[ArticleHintOut] = Field(
        max_length=5, description="Articles that may answer it (4.5)."
    )
    language_notes: Notes = Field(
        description="Obscene words and what looks like an insult, in all that the customer wrote (4.6)."
    )
    triage_hints: TriageHintsOut = Field(
        description="Categories that the words speak for (3, 5); empty once the ticket is classified."
    )
    suspected_impact: Impact | None = Field(
        description="The outage that the words sound like (2.1); null once the ticket is classified."
    )
    check_first: bool = Field(
        description="Whether triage sees it before others of its priority; never once it is classified."
    )
    assignee: str | None = Field(max_length=100, description="The agent's name.")
    queue_position: Annotated[int, Field(ge=1, le=POSITION_CAP)] | None = Field(
        description="Place in the queue, 1 is next, 1000 means there or later; null outside the queue."
    )
    resume_at: datetime | None = Field(description="When a deferral ends by itself.")
    development: DevelopmentOut | None = Field(description="The work in development (2.2).")
    release: ReleaseOut | None = Field(description="The announced release (2.2).")
    resolution: ResolutionOut | None = Field(description="How it was settled.")
    times: TimesOut = Field(description="Measured times.")
    reply_window: ReplyWindowOut | None = Field(
        description="Window for free-form answers; null where the channel has none or it is not known."
    )
    created_at: datetime = Field(description="When it was registered.")
    updated_at: datetime = Field(description="When it last changed.")
    version: int = Field(
        ge=1, le=2**53, description="Grows with every change; conditional requests compare it."
    )

    @classmethod
    def of(cls, view: TicketView, language: Language) -> Self:
        """Show a ticket."""
        ticket = view.ticket
        hints = ticket.hints if ticket.category is None else NO_HINTS
        return cls(
            id=ticket.id,
            number=display_number(ticket.number),
            external_id=ticket.external_id,
            customer_id=ticket.customer_id,
            channel=ticket.channel,
            chat_id=ticket.chat_address,
            author=_author(ticket),
            subject=ticket.subject,
            text=ticket.text,
            reproduction_steps=list(ticket.reproduction_steps),
            attachments=[AttachmentOut.of(one) for one in view.attachments],
            category=ticket.category,
            impact=ticket.impact,
            status=ticket.status,
            status_category=status_category(ticket.status),
            waiting_on=PAUSE_CAUSES.get(ticket.status),
            priority=ticket.priority,
            decision=DecisionOut.of(view.recorded, language),
            allowed_actions=list(allowed_actions(ticket)),
            suggested_articles=[],
            language_notes=notes_of(ticket.language),
            triage_hints=[TriageHintOut.of(hint) for hint in hints.categories],
            suspected_impact=hints.suspected_impact,
            check_first=hints.check_first,
            assignee=ticket.assignee,
            queue_position=view.queue_position,
            resume_at=ticket.resume_at,
            development=_development(ticket),
            release=_release(ticket),
            resolution=_resolution(ticket),
            times=_times(view),
            reply_window=None,
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
            version=ticket.version,
        )


class OrderOut(Out):
    """The key of the order of work (2.1, 5.2)."""

    priority: Priority = Field(description="First by priority,")
    received_at: datetime = Field(description="then by arrival,")
    id: str = Field(max_length=36, description="then by id.")


class QueuedTicketOut(TicketOut):
    """A waiting ticket and why it stands where it stands."""

    position: Annotated[int, Field(ge=1, le=POSITION_CAP)] = Field(
        description="Place in the whole queue, 1000 means there or later."
    )
    order: OrderOut = Field(description="What orders the queue.")

    @classmethod
    def of(cls, view: TicketView, language: Language) -> Self:
        """Show a waiting ticket."""
        ticket = view.ticket
        shown = TicketOut.of(view, language)
        order = OrderOut(
            priority=ticket.priority or Priority.NORMAL, received_at=ticket.received_at, id=ticket.id
        )
        return cls(**dict(shown), position=view.queue_position or POSITION_CAP, order=order)


class ClaimIn(In):
    """An agent who takes the next ticket."""

    agent: AgentName = Field(description="The agent's name.")
    status: Literal[Status.NEW, Status.QUEUED] | None = Field(
        None, description="Only tickets before triage (`new`) or after it (`queued`)."
    )


def _author(ticket: Ticket) -> AuthorOut | None:
    author = ticket.author
    return AuthorOut(name=author.name, external_id=author.external_id) if author else None


def _development(ticket: Ticket) -> DevelopmentOut | None:
    work = ticket.development
    return DevelopmentOut(reference=work.reference, url=work.url) if work else None


def _release(ticket: Ticket) -> ReleaseOut | None:
    release = ticket.release
    if release is None:
        return None
    return ReleaseOut(version=release.version, date=release.day, text=release.text)


def _resolution(ticket: Ticket) -> ResolutionOut | None:
    settled = ticket.settlement
    if settled is None:
        return None
    return ResolutionOut(code=settled.code, text=settled.text, article_id=settled.article_id)


def _times(view: TicketView) -> TimesOut:
    measured = view.measured
    return TimesOut(
        received_at=view.ticket.received_at,
        earliest_start_at=view.recorded.decision.earliest_start_at,
        first_reaction_at=measured.first_reaction_at,
        resolved_at=measured.resolved_at,
        waited_minutes=measured.waited_minutes,
        worked_minutes=measured.worked_minutes,
        paused=PausedOut(**{str(cause): n for cause, n in measured.paused_minutes.items()}),
    )
