"""A submission: what came in, before any decision (4.1, 4.2)."""

from dataclasses import dataclass

from app.application.ports import TextFacts
from app.domain.ticket import Author
from app.domain.vocabulary import AttachmentKind, Category, Impact


@dataclass(frozen=True, slots=True)
class Submission:
    """The words and claims of one submission, and what was made of its words beforehand.

    `chat_address` is None only where the channel is not official (4.3). `attachment_ids` are uploads that
    nobody has used yet; their kinds come to the `attachment_kinds`.
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
