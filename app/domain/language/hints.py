"""The hints of a text as values: code that only stores them compiles no rule."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.language.triage_rules import EDITION
from app.domain.vocabulary import Category, Clause, Impact


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
