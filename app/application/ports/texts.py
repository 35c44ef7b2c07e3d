"""Analysis of texts: the facts of a text, the judge of obscenity and the stemmer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.language.folding import Folded
from app.domain.language.hints import TriageHints
from app.domain.language.notes import Note
from app.domain.language.spans import Obscenity
from app.domain.vocabulary import (
    ObscenityLevel,
    ObscenityPolicy,
)


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Facts read from a text before the transaction: whether it has words, its obscenity, stems and hints.

    `obscene_level` is the strongest level that counts by the settings; `notes` are all findings. `hints` are
    None for a text that was not examined for hints.
    """

    has_words: bool
    obscene_level: ObscenityLevel | None
    stems: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    hints: TriageHints | None = None
    obscenity_policy: ObscenityPolicy = ObscenityPolicy.DEFERRED


ObscenityJudge = Callable[[Folded], Sequence[Obscenity]]
"""Finds obscene words (4.6), in the order of the text."""


class Stemmer(Protocol):
    """Reduces words to stems, so that other forms of a word are found."""

    def stems_of(self, text: str) -> tuple[str, ...]:
        """Return the stems of the words of a text, each once, in order of appearance."""
        ...
