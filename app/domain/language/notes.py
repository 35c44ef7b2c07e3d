"""What a ticket keeps of its customer's language for the agent: findings and hints, each with its place."""

from dataclasses import dataclass, replace
from datetime import date

from app.domain.language.spans import Span

MOST_NOTES = 50
"""A ticket keeps its newest notes, this many at the most."""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding (4.6), or a hint at an insult where the span is no `Obscenity`.

    `pointer` is the JSON pointer to the text in the ticket, or in the message that `message_id` names;
    None stands for the submission itself.
    """

    span: Span
    pointer: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class TicketLanguage:
    """Notes, oldest first, and the Moscow day on which the customer was last asked to reword."""

    notes: tuple[Note, ...] = ()
    rewording_asked_on: date | None = None

    def with_notes(self, notes: tuple[Note, ...], message_id: str) -> "TicketLanguage":
        """Add the notes of a message."""
        if not notes:
            return self
        of_message = tuple(replace(note, message_id=message_id) for note in notes)
        return replace(self, notes=(*self.notes, *of_message)[-MOST_NOTES:])


PLAIN_LANGUAGE = TicketLanguage()
