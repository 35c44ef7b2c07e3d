"""A ticket: a registered submission and the state that its history has brought it to."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.language.notes import PLAIN_LANGUAGE, TicketLanguage
from app.domain.language.triage import NO_HINTS, TriageHints
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
    """Who wrote: a person at the customer, as the channel names them."""

    name: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Development:
    """Where the development department keeps the work (2.2)."""

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
    """How a ticket was resolved, and what was told."""

    code: Resolution
    text: str | None = None
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """`received_at` is the arrival, which holds the place in the queue for ever (2.1).

    `number` is shown as STP-000042. `priority` is None for a declined ticket. `version` grows with every
    event. `has_words` holds once any message of the customer had words, `obscene_level` is that of the
    customer's newest message (R10): what the next decision will judge. `hints` are those of the submission
    and stay on record after the ticket is classified. `topic` is the part of the chat in which the customer
    spoke of it last, and is answered; None for the chat itself.
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
    """Give the number as people say it: STP-000042."""
    return f"{NUMBER_PREFIX}{number:06d}"
