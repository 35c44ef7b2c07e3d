"""Findings and hints about the customer's language, kept with the ticket for the agent."""

from dataclasses import dataclass, replace
from datetime import date

from app.domain.language.spans import Span

MOST_NOTES = 50
"""Maximum number of notes of a ticket; the newest are kept."""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding (4.6), or a hint at an insult if the span is not an `Obscenity`.

    `pointer` is the JSON pointer to the text in the ticket, or in the message `message_id`; None stands for
    the submission itself.
    """

    span: Span
    pointer: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class TicketLanguage:
    """Notes, oldest first, and the Moscow day of the latest request to the customer to reword."""

    notes: tuple[Note, ...] = ()
    rewording_asked_on: date | None = None

    def with_notes(self, notes: tuple[Note, ...], message_id: str) -> "TicketLanguage":
        """Return the language with the notes of a message added."""
        if not notes:
            return self
        of_message = tuple(replace(note, message_id=message_id) for note in notes)
        return replace(self, notes=(*self.notes, *of_message)[-MOST_NOTES:])


PLAIN_LANGUAGE = TicketLanguage()
