"""Matchers of the word patterns: as written, and with look-alikes in place of letters."""

import re
from collections.abc import Callable, Sequence

from app.domain.language.alphabet import LOOKALIKES
from app.domain.language.obscene_roots import Root
from app.domain.vocabulary import ObscenityLevel

Spelling = Callable[[str], str]

_LETTER = "[а-я]"
_SIGN = "[а-яa-z0-9@$!|]"


def exact(pattern: str) -> str:
    """Expand a pattern with Russian letters only."""
    return pattern.replace("~", f"{_LETTER}*")


def lookalike(pattern: str) -> str:
    """Expand a pattern so that each letter also matches its look-alikes."""
    spelled: list[str] = []
    in_class = False
    for sign in pattern.replace(_LETTER, "\0").replace("~", "\0*"):
        in_class = (in_class or sign == "[") and sign != "]"
        if sign == "\0":
            spelled.append(_SIGN)
        elif sign in LOOKALIKES:
            either = sign + LOOKALIKES[sign]
            spelled.append(either if in_class else f"[{either}]")
        else:
            spelled.append(sign)
    return "".join(spelled)


class RootMatcher:
    """A matcher of whole words by roots; a root is tried only on words that contain its core."""

    def __init__(self, roots: Sequence[Root], clean: Sequence[str], spelling: Spelling) -> None:
        """Compile the patterns in one spelling."""
        cores = [spelling(root.core) for root in roots]
        self._core = re.compile("|".join(cores))  # without groups, a search skips to the possible letters
        self._which = re.compile("|".join(f"({core})" for core in cores))
        self._clean = re.compile("|".join(map(spelling, clean)))
        self._words = [(re.compile("|".join(map(spelling, root.words))), root.level) for root in roots]

    def has_core(self, word: str) -> bool:
        """Check whether a word, or a part of it, may match at all."""
        return self._core.search(word) is not None

    def is_clean(self, word: str) -> bool:
        """Check whether a word is a known clean one."""
        return self._clean.fullmatch(word) is not None

    def level_of(self, word: str) -> ObscenityLevel | None:
        """Return the level of a word; None if no root matches."""
        found = self._core.search(word)
        while found is not None:
            which = self._which.match(word, found.start())
            words, level = self._words[((which and which.lastindex) or 1) - 1]
            if words.fullmatch(word) and not self.is_clean(word):
                return level
            found = self._core.search(word, found.start() + 1)
        return None
