"""Makes the facts of a text before the transaction: pure work, too slow to do under a lock."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.application.ports import ObscenityJudge, Stemmer, TextFacts
from app.domain.words import has_words


@dataclass(frozen=True, slots=True)
class TextAnalysis:
    """Words, obscenity (4.6) and stems of texts."""

    judge: ObscenityJudge
    stemmer: Stemmer

    def of_submission(self, subject: str | None, text: str, steps: Sequence[str] = ()) -> TextFacts:
        """Words are asked of the text alone (4.2), obscenity of all that was written (4.6)."""
        level = self.judge.level_of("\n".join((subject or "", text, *steps)))
        return TextFacts(has_words(text), level, self.stems(subject or "", text))

    def of_message(self, text: str) -> TextFacts:
        """Judge a later message of the customer, or stem one of an agent."""
        return TextFacts(has_words(text), self.judge.level_of(text), self.stems(text))

    def stems(self, *texts: str) -> tuple[str, ...]:
        """Give the stems of some texts, each once."""
        return self.stemmer.stems_of("\n".join(texts))
