"""A ticket: a registered submission and the state that its history has brought it to."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.language.hints import NO_HINTS, TriageHints
from app.domain.language.notes import PLAIN_LANGUAGE, TicketLanguage
from app.domain.vocabulary import (
    Category,
    Impact,
    ObscenityLevel,
    Priority,
    Resolution,
    Status,
)


@dataclass(frozen=True, slots=True)
class Author:
    """A person at the customer, as the channel names them."""

    name: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Development:
    """The reference of the work in the development department (2.2)."""

    reference: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The update that will bring the solution (2.2); `day` is a Moscow day."""

    version: str
    day: date | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The resolution of a ticket, and the text sent to the customer."""

    code: Resolution
    text: str | None = None
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A registered submission; `received_at` is its arrival, which fixes its place in the queue (2.1).

    `number` is shown as STP-000042. `priority` is None for a declined ticket. `version` grows with every
    event. `has_words` is true once any message of the customer contained words; `obscene_level` is that of
    the customer's newest message (R10). The next decision judges these two. `hints` are those of the
    submission and stay on record after classification. `topic` is the part of the chat in which the customer
    last wrote about the ticket, and in which the desk replies; None for the chat itself.
    """

    id: str
    number: int
    external_id: str | None
    customer_id: str
    channel: str
    chat_id: str
    chat_address: str
    author: Author | None
    subject: str | None
    text: str
    reproduction_steps: tuple[str, ...]
    category: Category | None
    impact: Impact
    status: Status
    priority: Priority | None
    assignee: str | None
    resume_at: datetime | None
    development: Development | None
    release: Release | None
    settlement: Settlement | None
    received_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int
    has_words: bool
    obscene_level: ObscenityLevel | None
    language: TicketLanguage = PLAIN_LANGUAGE
    hints: TriageHints = NO_HINTS
    topic: str | None = None


NUMBER_PREFIX = "STP-"


def display_number(number: int) -> str:
    """Return the number in its displayed form: STP-000042."""
    return f"{NUMBER_PREFIX}{number:06d}"
