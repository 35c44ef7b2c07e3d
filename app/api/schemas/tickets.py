"""Schemas of tickets."""

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
from app.domain.chats.address import MAX_LENGTH
from app.domain.language.hints import NO_HINTS
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
    """The person at the customer who wrote the text."""

    name: Annotated[str, plain(200)] | None = Field(None, description="Name as the messenger shows it.")
    external_id: Annotated[str, plain(128)] | None = Field(
        None, description="The messenger's ID of the person."
    )

    def to_author(self) -> Author:
        """Return the domain value."""
        return Author(self.name, self.external_id)


class TicketIn(SubmissionWords):
    """A submission to register as a ticket."""

    customer_id: CustomerId = Field(description="The CRM's ID of the customer.")
    text: Annotated[str, plain(MAX_TEXT)] = Field(
        description="The text as the customer wrote it. A text without words is handled by 4.2."
    )
    attachment_ids: list[ObjectId] = Field(
        default_factory=list,
        max_length=10,
        description="IDs of uploaded attachments; each can be used once (4.4). Empty if left out.",
    )
    external_id: Annotated[str, named(128)] | None = Field(
        None, description="Your own ID of the submission, unique per customer."
    )
    author: AuthorIn | None = Field(None, description="The person at the customer who wrote the text.")

    @model_validator(mode="after")
    def _names_its_chat(self) -> Self:
        """Check that an official channel comes with a chat (4.1)."""
        if self.lacks_chat:
            raise wrong_at("/chat_id", "missing")
        return self


class AuthorOut(Out):
    """The person at the customer who wrote the text."""

    name: str | None = Field(max_length=200, description="Name as the messenger shows it.")
    external_id: str | None = Field(max_length=128, description="The messenger's ID of the person.")


class ArticleHintOut(Out):
    """A knowledge article that may answer the question (4.5)."""

    id: str = Field(max_length=36, description="ID of the article (UUIDv7).")
    title: str = Field(max_length=200, description="Title, as the customer sees it.")
    url: str = Field(max_length=2_000, description="Address of the article for the customer.")


class DevelopmentOut(Out):
    """The work in the development department (2.2)."""

    reference: str = Field(max_length=100, description="Reference in the department's tracker.")
    url: str | None = Field(max_length=2_000, description="Address in the department's tracker.")


class ReleaseOut(Out):
    """The announced release that brings the solution (2.2)."""

    version: str = Field(max_length=50, description="Version of the product.")
    date: datetime_date | None = Field(
        description="Announced Moscow day of the release. Null if no day was announced."
    )
    text: str | None = Field(max_length=4_096, description="The announcement as sent to the customer.")


class ResolutionOut(Out):
    """Resolution of a ticket."""

    code: Resolution = Field(description="Kind of resolution.")
    text: str | None = Field(max_length=MAX_TEXT, description="The explanation as sent to the customer.")
    article_id: str | None = Field(max_length=36, description="The article that answers the question (4.5).")


class PausedOut(Out):
    """Working minutes during which the clock was stopped, by cause (R8)."""

    customer: Minutes = Field(description="Waiting for the customer.")
    partner: Minutes = Field(description="Waiting for a partner company.")
    development: Minutes = Field(description="In the development department (2.2).")
    release: Minutes = Field(description="Waiting for a release (2.2).")
    deferred: Minutes = Field(description="Waiting for the end of a deferral (4.2, 4.4, 4.6, 5.1, 5.2).")
    separate_order: Minutes = Field(description="Waiting for a separate order (5.1, 5.2).")


class TimesOut(Out):
    """Measured times in working minutes (2.1). They describe the past and promise nothing (2.3)."""

    received_at: datetime = Field(
        description="When the submission arrived. It determines the place in the queue."
    )
    earliest_start_at: datetime | None = Field(
        description="Earliest possible start of work, never a promise (2.3)."
    )
    first_reaction_at: datetime | None = Field(
        description="When an agent first acted on the ticket; classifying does not count. Null until then."
    )
    resolved_at: datetime | None = Field(description="When the ticket was resolved. Null after reopening.")
    waited_minutes: Minutes = Field(description="Working minutes until the first reaction, without pauses.")
    worked_minutes: Minutes = Field(description="Working minutes in the status `in_progress`.")
    paused: PausedOut = Field(description="Working minutes of pauses, by cause.")


class ReplyWindowOut(Out):
    """The period in which the messenger allows free-form replies."""

    closes_at: datetime = Field(description="End of the period.")


class TicketOut(Out):
    """A ticket: a registered submission."""

    id: str = Field(max_length=36, description="ID of the ticket (UUIDv7).")
    number: str = Field(max_length=32, description="Number for display, such as STP-000042.")
    external_id: str | None = Field(max_length=128, description="The submitter's own ID of the submission.")
    customer_id: str = Field(max_length=64, description="The CRM's ID of the customer.")
    channel: str = Field(max_length=32, description="Messenger: `telegram` or `whatsapp`.")
    chat_id: str = Field(max_length=MAX_LENGTH, description="The messenger's present ID of the chat.")
    author: AuthorOut | None = Field(description="The person at the customer who wrote the text.")
    subject: str | None = Field(max_length=200, description="A short heading.")
    text: str = Field(max_length=MAX_TEXT, description="Text of the submission, as the customer wrote it.")
    reproduction_steps: list[Annotated[str, Field(max_length=1_000)]] = Field(
        max_length=30, description="Steps that reproduce the problem, in order (4.2)."
    )
    attachments: list[AttachmentOut] = Field(
        max_length=100, description="Attachments of the submission (4.4)."
    )
    category: Category | None = Field(description="Subject of the ticket. Null before triage.")
    impact: Impact = Field(description="The claimed effect, or the agent's correction of it (2.1).")
    status: Status = Field(description="Stage of the life cycle.")
    status_category: StatusCategory = Field(
        description="Whether the clock runs, is stopped or has ended (R8)."
    )
    waiting_on: WaitingOn | None = Field(description="Cause of the pause. Null if the ticket is not paused.")
    priority: Priority | None = Field(description="Order of work. Null if the ticket is declined.")
    decision: DecisionOut = Field(description="The latest decision.")
    allowed_actions: list[Action] = Field(
        max_length=20, description="Actions that `transitions` accepts now."
    )
    suggested_articles: list[ArticleHintOut] = Field(
        max_length=5, description="Knowledge articles that may answer the question (4.5)."
    )
    language_notes: Notes = Field(
        description="Obscene words and likely insults in all of the customer's texts (4.6)."
    )
    triage_hints: TriageHintsOut = Field(
        description="Categories that the text suggests (3, 5). Empty once the ticket is classified."
    )
    suspected_impact: Impact | None = Field(
        description="The outage that the text suggests (2.1). Null once the ticket is classified."
    )
    check_first: bool = Field(
        description="Whether the triage list shows the ticket before others of its priority. False once it "
        "is classified."
    )
    assignee: str | None = Field(max_length=100, description="Name of the agent who works on the ticket.")
    queue_position: Annotated[int, Field(ge=1, le=POSITION_CAP)] | None = Field(
        description="Place in the queue: 1 is next, 1000 means 1000 or later. Null outside the queue."
    )
    resume_at: datetime | None = Field(description="When a deferral ends by itself.")
    development: DevelopmentOut | None = Field(description="The work in the development department (2.2).")
    release: ReleaseOut | None = Field(description="The announced release (2.2).")
    resolution: ResolutionOut | None = Field(
        description="Resolution of the ticket. Null until it is resolved."
    )
    times: TimesOut = Field(description="Measured times; they promise nothing (2.3).")
    reply_window: ReplyWindowOut | None = Field(
        description="Period in which the messenger allows free-form replies. Null if it sets no such period."
    )
    created_at: datetime = Field(description="When the ticket was registered.")
    updated_at: datetime = Field(description="When the ticket last changed.")
    version: int = Field(ge=1, le=2**53, description="Incremented with every change. `If-Match` compares it.")

    @classmethod
    def of(cls, view: TicketView, language: Language) -> Self:
        """Build the schema from the domain value."""
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
    """The sort key of the queue (2.1, 5.2)."""

    priority: Priority = Field(description="First key: the most urgent first.")
    received_at: datetime = Field(description="Second key: the earliest arrival first.")
    id: str = Field(max_length=36, description="Third key: the lowest ID first.")


class QueuedTicketOut(TicketOut):
    """A waiting ticket with its place in the queue."""

    position: Annotated[int, Field(ge=1, le=POSITION_CAP)] = Field(
        description="Place in the whole queue: 1 is next, 1000 means 1000 or later."
    )
    order: OrderOut = Field(description="The sort key of the ticket.")

    @classmethod
    def of(cls, view: TicketView, language: Language) -> Self:
        """Build the schema from the domain value."""
        ticket = view.ticket
        shown = TicketOut.of(view, language)
        order = OrderOut(
            priority=ticket.priority or Priority.NORMAL, received_at=ticket.received_at, id=ticket.id
        )
        return cls(**dict(shown), position=view.queue_position or POSITION_CAP, order=order)


class ClaimIn(In):
    """A claim on the next ticket."""

    agent: AgentName = Field(description="The agent's name.")
    status: Literal[Status.NEW, Status.QUEUED] | None = Field(
        None, description="Claim only from triage (`new`) or only after it (`queued`). Both if left out."
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
