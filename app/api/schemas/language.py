"""What texts show, on the wire: findings and hints, none of which decides (2.1, 3, 4.6, 5)."""

from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import MAX_TEXT, In, Out, plain
from app.domain.language.notes import MOST_NOTES, Note, TicketLanguage
from app.domain.language.obscenity import MOST_FINDINGS
from app.domain.language.spans import Obscenity, Span
from app.domain.language.triage import CategoryHint, TriageHints
from app.domain.vocabulary import Category, Clause, Impact, ObscenityLevel

MAX_CHECKED = 4_096

Fragment = Annotated[str, Field(max_length=MAX_TEXT, description="The words, as they are written.")]
Place = Annotated[int, Field(ge=0, le=MAX_TEXT)]


class TextCheckIn(In):
    """A text to look through."""

    text: Annotated[str, plain(MAX_CHECKED)] = Field(description="The text; empty is allowed.")


class SpanOut(Out):
    """A part of a text."""

    fragment: Fragment
    start: Place = Field(description="First Unicode code point of it, counted from 0.")
    end: Place = Field(description="The code point behind its last one.")

    @classmethod
    def of_span(cls, span: Span) -> Self:
        """Show a part."""
        return cls(fragment=span.fragment, start=span.start, end=span.end)


class FindingOut(SpanOut):
    """An obscene word (4.6)."""

    level: ObscenityLevel = Field(
        description="How strong it is. `rude` counts for nothing unless the settings say so."
    )

    @classmethod
    def of(cls, finding: Obscenity) -> Self:
        """Show a finding."""
        return cls(fragment=finding.fragment, start=finding.start, end=finding.end, level=finding.level)


class TriageHintOut(Out):
    """A category that the words speak for; a person decides."""

    category: Category = Field(description="The category.")
    clause: Clause = Field(description="The clause that rules on it.")
    matched: list[Annotated[str, Field(max_length=100)]] = Field(
        max_length=10, description="The words that speak for it, as they are written."
    )

    @classmethod
    def of(cls, hint: CategoryHint) -> Self:
        """Show a hint."""
        return cls(category=hint.category, clause=hint.clause, matched=list(hint.matched))


TriageHintsOut = Annotated[list[TriageHintOut], Field(max_length=3)]


class TextCheckOut(Out):
    """What a text shows. Advice: nothing is stored, and nothing is decided by it."""

    findings: list[FindingOut] = Field(
        max_length=MOST_FINDINGS, description="Obscene words (4.6), in the order of the text."
    )
    insult_hint: SpanOut | None = Field(
        description="Words that look like an insult of the staff (4.6); a person says whether they are."
    )
    triage_hints: TriageHintsOut = Field(
        description="Up to three categories that the words speak for, the likeliest first (3, 5)."
    )
    suspected_impact: Impact | None = Field(description="The outage that the words sound like (2.1).")
    check_first: bool = Field(description="Whether triage would see it before others of its priority.")

    @classmethod
    def of(cls, findings: tuple[Obscenity, ...], insult: Span | None, hints: TriageHints) -> Self:
        """Show what was found."""
        return cls(
            findings=[FindingOut.of(finding) for finding in findings],
            insult_hint=None if insult is None else SpanOut.of_span(insult),
            triage_hints=[TriageHintOut.of(hint) for hint in hints.categories],
            suspected_impact=hints.suspected_impact,
            check_first=hints.check_first,
        )


class ShownHintsOut(Out):
    """The hints that a person saw when classifying."""

    triage_hints: TriageHintsOut = Field(description="The categories that were suggested.")
    suspected_impact: Impact | None = Field(description="The outage that was suspected (2.1).")
    edition: str = Field(max_length=16, description="Edition of the rules that made them.")

    @classmethod
    def of(cls, hints: TriageHints) -> Self:
        """Show hints on record."""
        return cls(
            triage_hints=[TriageHintOut.of(hint) for hint in hints.categories],
            suspected_impact=hints.suspected_impact,
            edition=hints.edition,
        )


class NoteOut(SpanOut):
    """A part of the customer's words that an agent should see (4.6)."""

    message_id: str | None = Field(
        max_length=36, description="The message it stands in; null: the submission itself."
    )
    pointer: str = Field(
        max_length=40, description="JSON pointer to the text: in the ticket, or in that message."
    )
    level: ObscenityLevel | None = Field(
        description="How strong an obscene word is; null for what looks like an insult of the staff."
    )

    @classmethod
    def of(cls, note: Note) -> Self:
        """Show a note."""
        span = note.span
        return cls(
            fragment=span.fragment,
            start=span.start,
            end=span.end,
            message_id=note.message_id,
            pointer=note.pointer,
            level=span.level if isinstance(span, Obscenity) else None,
        )


Notes = Annotated[list[NoteOut], Field(max_length=MOST_NOTES)]


def notes_of(language: TicketLanguage) -> list[NoteOut]:
    """Show the notes of a ticket."""
    return [NoteOut.of(note) for note in language.notes]
