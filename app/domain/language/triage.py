"""Triage hints: the likely category of a text, and a suspected outage (2.1, 3, 5).

Hints never decide. A category hint is shown until an agent classifies the ticket. A suspected outage has one
effect: an agent sees the ticket before other unclassified ones of its priority.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.language.folding import Folded, fold
from app.domain.language.triage_rules import (
    ATTACHED,
    EDITION,
    MARGIN,
    MOST,
    NO_OUTAGE,
    OUTAGES,
    SIGNALS,
    THRESHOLD,
)
from app.domain.regulation.clauses import CATEGORY_CLAUSES
from app.domain.vocabulary import AttachmentKind, Category, Clause, Impact

_READ = 4_096
"""Maximum characters read for hints: the subject of a text is near its beginning."""

_MOST_MATCHED = 5
_CATEGORIES = tuple(Category)
_LONGEST_MATCH = 100


@dataclass(frozen=True, slots=True)
class CategoryHint:
    """A category that the text suggests: its first clause, and the matching words as written."""

    category: Category
    clause: Clause
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriageHints:
    """Up to three categories, the likeliest first, and the outage that the text suggests.

    `edition` is that of the rules.
    """

    categories: tuple[CategoryHint, ...] = ()
    suspected_impact: Impact | None = None
    edition: str = EDITION

    @property
    def check_first(self) -> bool:
        """Whether an agent should look at it before other unclassified ones of its priority (2.1)."""
        return self.suspected_impact is not None


NO_HINTS = TriageHints()


class HintVerdict(StrEnum):
    """The result of comparing suggested categories with the agent's choice."""

    NONE = "none"
    FIRST = "first"
    LISTED = "listed"
    WRONG = "wrong"


def verdict_on(hints: TriageHints, chosen: Category) -> HintVerdict:
    """Compare the suggested categories with the chosen one."""
    suggested = [hint.category for hint in hints.categories]
    if not suggested:
        return HintVerdict.NONE
    if chosen is suggested[0]:
        return HintVerdict.FIRST
    return HintVerdict.LISTED if chosen in suggested else HintVerdict.WRONG


def _at_word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


_SIGNALS = {
    category: [(_at_word(pattern), weight) for pattern, weight in signals]
    for category, signals in SIGNALS.items()
}
_OUTAGES = {impact: [_at_word(pattern) for pattern in patterns] for impact, patterns in OUTAGES.items()}
_NO_OUTAGE = _at_word(NO_OUTAGE)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\w)[^.!?\n]+)*[.!?]?")


def triage_hints(text: str, attachments: Sequence[AttachmentKind] = ()) -> TriageHints:
    """Return the hints of a text; empty if it says too little."""
    folded = fold(text[:_READ])
    return TriageHints(_categories(text, folded, attachments), suspected_impact(folded.text))


def suspected_impact(folded: str) -> Impact | None:
    """Return the impact of the outage that a folded text suggests: the gravest one, or None."""
    sentences = [s[0] for s in _SENTENCE.finditer(folded) if not _NO_OUTAGE.search(s[0])]
    for impact, patterns in _OUTAGES.items():
        if any(pattern.search(sentence) for sentence in sentences for pattern in patterns):
            return impact
    return None


def _categories(text: str, folded: Folded, attachments: Sequence[AttachmentKind]) -> tuple[CategoryHint, ...]:
    scores: dict[Category, int] = {}
    matched: dict[Category, tuple[str, ...]] = {}
    for category, signals in _SIGNALS.items():
        found = [(weight, match) for pattern, weight in signals if (match := pattern.search(folded.text))]
        if found:
            shown = sum(category in ATTACHED.get(kind, ()) for kind in set(attachments))
            scores[category] = sum(weight for weight, _ in found) + min(shown, 1)
            matched[category] = tuple(_fragment(text, folded, match) for _, match in found)[:_MOST_MATCHED]
    best = max(scores.values(), default=0)
    if best < THRESHOLD:
        return ()
    likely = [category for category, score in scores.items() if score >= max(THRESHOLD, best * MARGIN)]
    likely.sort(key=lambda category: (-scores[category], _CATEGORIES.index(category)))
    return tuple(
        CategoryHint(category, CATEGORY_CLAUSES[category][0], matched[category]) for category in likely[:MOST]
    )


def _fragment(text: str, folded: Folded, match: re.Match[str]) -> str:
    start, end = folded.span(*match.span())
    return text[start : min(end, start + _LONGEST_MATCH)]
