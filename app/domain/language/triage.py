"""Triage hints: the likely category of a text, and a suspected outage (2.1, 3, 5).

Hints never decide. A category hint is shown until an agent classifies the ticket. A suspected outage has one
effect: an agent sees the ticket before other unclassified ones of its priority.
"""

import re
from collections.abc import Sequence

from app.domain.language.folding import Folded
from app.domain.language.hints import CategoryHint, TriageHints
from app.domain.language.triage_rules import (
    ATTACHED,
    MARGIN,
    MOST,
    NO_OUTAGE,
    OUTAGES,
    SIGNALS,
    THRESHOLD,
)
from app.domain.regulation.clauses import CATEGORY_CLAUSES
from app.domain.vocabulary import AttachmentKind, Category, Impact

_READ = 4_096
"""Maximum characters read for hints: the subject of a text is near its beginning."""

_MOST_MATCHED = 5
_CATEGORIES = tuple(Category)
_LONGEST_MATCH = 100


def _at_word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


_SIGNALS = {
    category: [(_at_word(pattern), weight) for pattern, weight in signals]
    for category, signals in SIGNALS.items()
}
_OUTAGES = {impact: [_at_word(pattern) for pattern in patterns] for impact, patterns in OUTAGES.items()}
_NO_OUTAGE = _at_word(NO_OUTAGE)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\w)[^.!?\n]+)*[.!?]?")


def triage_hints(folded: Folded, attachments: Sequence[AttachmentKind] = ()) -> TriageHints:
    """Return the hints of a text; empty if it says too little."""
    return TriageHints(_categories(folded, attachments), _suspected_impact(folded.text[:_READ]))


def _suspected_impact(folded: str) -> Impact | None:
    """Return the impact of the outage that a folded text suggests: the gravest one, or None."""
    sentences = [s[0] for s in _SENTENCE.finditer(folded) if not _NO_OUTAGE.search(s[0])]
    for impact, patterns in _OUTAGES.items():
        if any(pattern.search(sentence) for sentence in sentences for pattern in patterns):
            return impact
    return None


def _categories(folded: Folded, attachments: Sequence[AttachmentKind]) -> tuple[CategoryHint, ...]:
    text = folded.text[:_READ]
    scores: dict[Category, int] = {}
    matched: dict[Category, tuple[str, ...]] = {}
    for category, signals in _SIGNALS.items():
        found = [(weight, match) for pattern, weight in signals if (match := pattern.search(text))]
        if found:
            shown = sum(category in ATTACHED.get(kind, ()) for kind in set(attachments))
            scores[category] = sum(weight for weight, _ in found) + min(shown, 1)
            matched[category] = tuple(_fragment(folded, match) for _, match in found)[:_MOST_MATCHED]
    best = max(scores.values(), default=0)
    if best < THRESHOLD:
        return ()
    likely = [category for category, score in scores.items() if score >= max(THRESHOLD, best * MARGIN)]
    likely.sort(key=lambda category: (-scores[category], _CATEGORIES.index(category)))
    return tuple(
        CategoryHint(category, CATEGORY_CLAUSES[category][0], matched[category]) for category in likely[:MOST]
    )


def _fragment(folded: Folded, match: re.Match[str]) -> str:
    start, end = folded.span(*match.span())
    return folded.original[start : min(end, start + _LONGEST_MATCH)]
