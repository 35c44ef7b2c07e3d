"""Reads the facts of a text before the transaction: pure work, too slow to do under a lock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.application.ports.texts import ObscenityJudge, Stemmer, TextFacts
from app.application.ports.turns import Turns
from app.domain.language.folding import Folded, fold, joined
from app.domain.language.hints import NO_HINTS, TriageHints
from app.domain.language.insults import insult_hint
from app.domain.language.notes import MOST_NOTES, Note
from app.domain.language.spans import Obscenity, Span, strongest
from app.domain.language.triage import triage_hints
from app.domain.language.words import has_words
from app.domain.vocabulary import COUNTED_LEVELS, AttachmentKind, ObscenityLevel, ObscenityPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TextCheck:
    """The findings in a text that is not submitted yet."""

    findings: tuple[Obscenity, ...]
    insult: Span | None
    hints: TriageHints


LONG = 1_000
"""Longer texts, in characters together, are analysed outside the event loop."""


@dataclass(frozen=True, slots=True)
class TextAnalysis:
    """Analysis of texts: words, obscenity and insults (4.6), triage hints (2.1, 3, 5) and stems."""

    judge: ObscenityJudge
    stemmer: Stemmer
    counted: frozenset[ObscenityLevel] = COUNTED_LEVELS
    policy: ObscenityPolicy = ObscenityPolicy.DEFERRED

    def of_submission(
        self,
        subject: str | None,
        text: str,
        steps: Sequence[str] = (),
        attachments: Sequence[AttachmentKind] = (),
        *,
        classified: bool = False,
    ) -> TextFacts:
        """Return the facts of a submission: words of the text alone (4.2), obscenity of all members (4.6).

        Hints are for triage: a submission with a category gets none.
        """
        headed, written = fold(subject or ""), fold(text)
        hints = NO_HINTS if classified else triage_hints(joined(headed, written), attachments)
        return replace(self._judged(headed, written, steps), hints=hints)

    def of_message(self, text: str) -> TextFacts:
        """Return the facts of a customer's later message; only submissions have hints."""
        return self._judged(fold(""), fold(text))

    def check(self, text: str) -> TextCheck:
        """Return the findings in a text that is not submitted."""
        folded = fold(text)
        return TextCheck(tuple(self.judge(folded)), insult_hint(folded), triage_hints(folded))

    def of_agent(self, text: str) -> TextFacts:
        """Return the facts of an agent's text; obscenity is not examined in it."""
        return TextFacts(has_words(text), None, self.stems(text))

    def stems(self, *texts: str) -> tuple[str, ...]:
        """Return the stems of texts, each once."""
        return self.stemmer.stems_of("\n".join(texts))

    def _judged(self, subject: Folded, text: Folded, steps: Sequence[str] = ()) -> TextFacts:
        written = {"/subject": subject, "/text": text}
        written.update({f"/reproduction_steps/{place}": fold(step) for place, step in enumerate(steps)})
        notes = [
            note for pointer, each in written.items() if each.text for note in self._notes(each, pointer)
        ]
        return TextFacts(
            has_words=has_words(text.original),
            obscene_level=self._level(notes),
            stems=self.stems(subject.original, text.original),
            notes=tuple(notes[:MOST_NOTES]),
            obscenity_policy=self.policy,
        )

    def _notes(self, text: Folded, pointer: str) -> list[Note]:
        notes = [Note(finding, pointer) for finding in self.judge(text)]
        insult = insult_hint(text)
        return notes if insult is None else [*notes, Note(insult, pointer)]

    def _level(self, notes: Sequence[Note]) -> ObscenityLevel | None:
        found = [note.span for note in notes if isinstance(note.span, Obscenity)]
        return strongest([finding for finding in found if finding.level in self.counted])


async def analysed(
    turns: Turns,
    caller: str,
    texts: Iterable[str | None],
    work: Callable[[], T],
    *,
    most_waiting: int | None = None,
) -> T:
    """Run an analysis of texts: at once if they are short, otherwise when the caller's turn comes.

    Raises TooManyLongTextsError if `most_waiting` analyses of the caller wait already.
    """
    if sum(len(text or "") for text in texts) <= LONG:
        return work()
    return await turns.run(caller, work, most_waiting=most_waiting)
