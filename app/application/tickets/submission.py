"""A submission: what came in, before any decision (4.1, 4.2)."""

from dataclasses import dataclass
from datetime import datetime

from app.application.ports.texts import TextFacts
from app.domain.tickets.message import Revision
from app.domain.tickets.ticket import Author
from app.domain.vocabulary import AttachmentKind, Category, Impact


@dataclass(frozen=True, slots=True)
class SubmittedMessage:
    """One of the messages that a submission was written in."""

    text: str
    sent_at: datetime
    sender: Author | None = None
    revisions: tuple[Revision, ...] = ()
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """The words and claims of one submission, and what was made of its words beforehand.

    `chat_address` is None only where the channel is not official (4.3). `arrived_at` is when it came to
    the desk, now if it is None. `parts` are the messages that it was written in; without any the text is
    one. `attachment_ids` are uploads that nobody has used yet; their kinds come to the `attachment_kinds`.
    `topic` is the part of the chat that it was written in.
    """

    customer_id: str
    channel: str
    chat_address: str | None
    text: str
    text_facts: TextFacts
    category: Category | None = None
    impact: Impact = Impact.NONE
    subject: str | None = None
    reproduction_steps: tuple[str, ...] = ()
    attachment_kinds: tuple[AttachmentKind, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    knowledge_base_checked: bool | None = None
    sent_to_manager: bool = False
    external_id: str | None = None
    author: Author | None = None
    arrived_at: datetime | None = None
    parts: tuple[SubmittedMessage, ...] = ()
    topic: str | None = None
