"""A submission as it arrived, before any decision (4.1, 4.2)."""

from dataclasses import dataclass
from datetime import datetime

from app.application.ports.texts import TextFacts
from app.domain.tickets.message import Revision
from app.domain.tickets.ticket import Author
from app.domain.vocabulary import AttachmentKind, Category, Impact


@dataclass(frozen=True, slots=True)
class SubmittedMessage:
    """One of the messages of which a submission consists."""

    text: str
    sent_at: datetime
    sender: Author | None = None
    revisions: tuple[Revision, ...] = ()
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """The text and the claims of one submission, and the facts that were read from the text beforehand.

    `chat_address` is None only on a channel that is not official (4.3). `arrived_at` is the instant of
    arrival; None means now. `messages` has one for each message of a chat; if it is empty, the text is the
    only message. `attachment_ids` are unused uploads, whose kinds are added to `attachment_kinds`. `topic` is
    the topic of the chat in which it was written.
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
    messages: tuple[SubmittedMessage, ...] = ()
    topic: str | None = None
