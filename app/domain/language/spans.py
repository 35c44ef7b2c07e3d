"""Findings in a text: what was found, how strong it is, and where it stands in the original."""

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
    """An obscene word (4.6), a finding with its level."""

    level: ObscenityLevel


def strongest(findings: Sequence[Obscenity]) -> ObscenityLevel | None:
    """Give the strongest level found; None for clean text."""
    return min((finding.level for finding in findings), key=LEVEL_STRENGTH.index, default=None)


def masked(text: str, spans: Sequence[Span]) -> str:
    """Give the text with these parts starred but for their first sign: for those who need not read them."""
    signs = list(text)
    for span in spans:
        signs[span.start + 1 : span.end] = MASK * (span.end - span.start - 1)
    return "".join(signs)
