"""Findings in a text: the found fragment, its level, and its place in the original."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.vocabulary import ObscenityLevel

LEVEL_STRENGTH = tuple(ObscenityLevel)
"""Levels, strongest first."""

MASK = "*"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: `fragment` is text[start:end], counted in code points, `end` exclusive."""

    fragment: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Obscenity(Span):
    """An obscene word (4.6): a finding with its level."""

    level: ObscenityLevel


def strongest(findings: Sequence[Obscenity]) -> ObscenityLevel | None:
    """Return the strongest level found; None for clean text."""
    return min((finding.level for finding in findings), key=LEVEL_STRENGTH.index, default=None)


def masked(text: str, spans: Sequence[Span]) -> str:
    """Return the text with these parts masked after their first character, for readers who need no detail."""
    signs = list(text)
    for span in spans:
        signs[span.start + 1 : span.end] = MASK * (span.end - span.start - 1)
    return "".join(signs)
