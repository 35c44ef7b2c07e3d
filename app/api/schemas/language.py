"""Schemas of findings and hints in texts. None of them decides anything (2.1, 3, 4.6, 5)."""

from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import MAX_TEXT, In, Out, plain
from app.domain.language.hints import CategoryHint, TriageHints
from app.domain.language.notes import MOST_NOTES, Note, TicketLanguage
from app.domain.language.obscenity import MOST_FINDINGS
from app.domain.language.spans import Obscenity, Span
from app.domain.vocabulary import Category, Clause, Impact, ObscenityLevel

MAX_CHECKED = 4_096

Fragment = Annotated[str, Field(max_length=MAX_TEXT, description="The part of the text, as written.")]
Place = Annotated[int, Field(ge=0, le=MAX_TEXT)]


class TextCheckIn(In):
    """A text to check."""

    text: Annotated[str, plain(MAX_CHECKED)] = Field(description="The text. May be empty.")


class SpanOut(Out):
    """A part of a text."""

    fragment: Fragment
    start: Place = Field(description="Index of its first Unicode code point, from 0.")
    end: Place = Field(description="Index of the code point after its last one.")

    @classmethod
    def of_span(cls, span: Span) -> Self:
        """Build the schema from the domain value."""
        return cls(fragment=span.fragment, start=span.start, end=span.end)


class FindingOut(SpanOut):
    """An obscene word (4.6)."""

    level: ObscenityLevel = Field(description="Strength of the word. `rude` has no effect by default.")

    @classmethod
    def of(cls, finding: Obscenity) -> Self:
        """Build the schema from the domain value."""
        return cls(fragment=finding.fragment, start=finding.start, end=finding.end, level=finding.level)


class TriageHintOut(Out):
    """A category that the text suggests. An agent decides."""

    category: Category = Field(description="The suggested category.")
    clause: Clause = Field(description="The clause that covers the category.")
    matched: list[Annotated[str, Field(max_length=100)]] = Field(
        max_length=10, description="The words that suggest it, as written."
    )

    @classmethod
    def of(cls, hint: CategoryHint) -> Self:
        """Build the schema from the domain value."""
        return cls(category=hint.category, clause=hint.clause, matched=list(hint.matched))


TriageHintsOut = Annotated[list[TriageHintOut], Field(max_length=3)]


class TextCheckOut(Out):
    """The result of a text check. It is advice: nothing is stored or decided."""

    findings: list[FindingOut] = Field(
        max_length=MOST_FINDINGS, description="Obscene words (4.6), in the order of the text."
    )
    insult_hint: SpanOut | None = Field(
        description="A part that looks like an insult to staff (4.6). An agent decides whether it is one."
    )
    triage_hints: TriageHintsOut = Field(
        description="Up to three categories that the text suggests, the most likely first (3, 5)."
    )
    suspected_impact: Impact | None = Field(
        description="The outage that the text suggests (2.1). Null if it suggests none."
    )
    check_first: bool = Field(
        description="Whether the triage list would show the ticket before others of its priority."
    )

    @classmethod
    def of(cls, findings: tuple[Obscenity, ...], insult: Span | None, hints: TriageHints) -> Self:
        """Build the schema from the domain value."""
        return cls(
            findings=[FindingOut.of(finding) for finding in findings],
            insult_hint=None if insult is None else SpanOut.of_span(insult),
            triage_hints=[TriageHintOut.of(hint) for hint in hints.categories],
            suspected_impact=hints.suspected_impact,
            check_first=hints.check_first,
        )


class ShownHintsOut(Out):
    """The hints that were shown to the agent for the first classification."""

    triage_hints: TriageHintsOut = Field(description="The suggested categories.")
    suspected_impact: Impact | None = Field(
        description="The suspected outage (2.1). Null if none was suspected."
    )
    edition: str = Field(max_length=16, description="Edition of the rules that produced the hints.")

    @classmethod
    def of(cls, hints: TriageHints) -> Self:
        """Build the schema from the domain value."""
        return cls(
            triage_hints=[TriageHintOut.of(hint) for hint in hints.categories],
            suspected_impact=hints.suspected_impact,
            edition=hints.edition,
        )


class NoteOut(SpanOut):
    """A part of the customer's text that an agent should see (4.6)."""

    message_id: str | None = Field(
        max_length=36, description="The message that contains it. Null for the submission itself."
    )
    pointer: str = Field(
        max_length=40, description="JSON pointer to the text, in the ticket or in that message."
    )
    level: ObscenityLevel | None = Field(
        description="Strength of an obscene word. Null for a likely insult to staff."
    )

    @classmethod
    def of(cls, note: Note) -> Self:
        """Build the schema from the domain value."""
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
    """Build the notes of a ticket."""
    return [NoteOut.of(note) for note in language.notes]
