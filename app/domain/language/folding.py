"""Folding of a text to its visible form: plain small letters, each with its place in the original.

Folding removes compatibility forms, capitals, ё, accents, invisible characters and look-alike letters of
other alphabets. Folding a folded text changes nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.language.alphabet import BLANKS, JOINER, KINDRED

_PLAIN = re.compile("[\t\n\r -~А-Яа-яЁё«»—–№“”„]*")
_SHORT_I, _I, _BREVE = "й", "и", "\u0306"
_INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc"})
_ACCENTS = frozenset({"Mn", "Me"})
_PICTURES = frozenset({"So", "Sk", "Cn", "Co"})
_FIRST_IDEOGRAPH, _LAST_SYLLABLE = "\u3400", "\ud7ff"
_LAST_LETTER_FORM = "\U0001faff"
_OTHER_SCRIPT = "字"
"""Stands for ideographs and all characters after the emoji, which are too many to look up one by one."""
_SPACES = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `starts` and `ends` map each character to the original, None if places are equal."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original of a part, which must not be empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=2)  # each rule folds the text that the previous rule has folded
def fold(text: str) -> Folded:
    """Fold a text; the usual one, of Russian and ASCII characters, in a single step."""
    if _PLAIN.fullmatch(text):
        return Folded(text.lower().replace("ё", "е"))
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, sign in enumerate(text):
        letters = _letters(sign)
        if not letters:
            _accent(sign, place, folded, ends)
            continue
        for letter in letters:
            folded.append(letter)
            starts.append(place)
            ends.append(place + 1)
    return Folded("".join(folded), starts, ends)


def _accent(sign: str, place: int, folded: list[str], ends: list[int]) -> None:
    """Attach an accent to the preceding letter; и with a breve becomes a letter of its own."""
    if not folded or unicodedata.category(sign) not in _ACCENTS or ends[-1] != place:
        return
    ends[-1] = place + 1
    if sign == _BREVE and folded[-1] == _I:
        folded[-1] = _SHORT_I


@lru_cache(maxsize=16_384)
def _letters(sign: str) -> str:
    """Return the folded form of one character; empty for an invisible one."""
    if _FIRST_IDEOGRAPH <= sign <= _LAST_SYLLABLE or "\uf900" <= sign <= "\ufaff" or sign > _LAST_LETTER_FORM:
        return _OTHER_SCRIPT
    if sign in _SPACES:
        return " " if sign not in "\n\r\t" else sign
    category = unicodedata.category(sign)
    if category in _INVISIBLE or sign in BLANKS:
        return ""
    if category[0] == "Z":
        return " "
    small = unicodedata.normalize("NFKC", sign).casefold()
    folded = "".join(_base(letter) for letter in small)
    return folded or (JOINER if category in _PICTURES else "")


def _base(letter: str) -> str:
    if letter in {_SHORT_I, JOINER}:
        return letter
    if _FIRST_IDEOGRAPH <= letter <= _LAST_SYLLABLE:
        return _OTHER_SCRIPT
    base = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if unicodedata.category(part) not in _INVISIBLE
    )
    base = "".join(KINDRED.get(part, part) for part in base.casefold())
    if unicodedata.category(letter) in _PICTURES and letter not in "^`":
        return JOINER
    return base
