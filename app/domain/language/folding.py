"""Folding of a text to its visible form: plain small letters, each with its place in the original.

Folding removes compatibility forms, capitals, ё, accents, invisible characters and look-alike letters of
other alphabets. Folding a folded text changes nothing, and it at most triples the length of a text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

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
_LONGEST_FORM = 3
"""Maximum letters of one character.

A longer compatibility form, such as the 18 letters of U+FDFA, is no part of a word and becomes one sign.
"""
_KNOWN_FORMS = 16_384
"""Number of cached forms of characters."""


class _Forms(dict[int, str]):
    """The folded forms of characters by code point, as `str.translate` looks them up."""

    def __missing__(self, code: int) -> str:
        """Fold a character on its first occurrence."""
        if len(self) >= _KNOWN_FORMS:
            self.clear()
        form = self[code] = _letters(chr(code))
        return form


_FORMS = _Forms()


@dataclass(slots=True)
class Folded:
    """A text with its folded form."""

    original: str
    text: str
    _ends: list[int] | None = field(default=None, init=False, repr=False, compare=False)
    """By character of the original: the end of its form in the folded text."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original of a part of the folded text, which must not be empty.

        An accent belongs to the letter that it follows.
        """
        if self._ends is None:
            self._ends = list(accumulate(map(len, _forms(self.original))))
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end - 1) + 1
        while last < len(self.original) and unicodedata.category(self.original[last]) in _ACCENTS:
            last += 1
        return first, last


def fold(text: str) -> Folded:
    """Fold a text; the usual one, of Russian and ASCII characters, in a single step."""
    if _PLAIN.fullmatch(text):
        return Folded(text, text.lower().replace("ё", "е"))
    folded = text.translate(_FORMS)
    if _BREVE in folded:
        folded = folded.replace(_I + _BREVE, _SHORT_I).replace(_BREVE, "")
    return Folded(text, folded)


def joined(first: Folded, second: Folded) -> Folded:
    """Return two texts as one of two lines."""
    return Folded(f"{first.original}\n{second.original}", f"{first.text}\n{second.text}")


def _forms(text: str) -> Iterator[str]:
    """Return the form of each character; a breve has none of its own."""
    forms = map(_FORMS.__getitem__, map(ord, text))
    return ("" if form == _BREVE else form for form in forms) if _BREVE in text else forms


def _letters(sign: str) -> str:
    """Return the folded form of one character; empty for an invisible one.

    A breve stays, because и and a breve together are a letter of their own.
    """
    if _FIRST_IDEOGRAPH <= sign <= _LAST_SYLLABLE or "\uf900" <= sign <= "\ufaff" or sign > _LAST_LETTER_FORM:
        return _OTHER_SCRIPT
    if sign in _SPACES:
        return " " if sign not in "\n\r\t" else sign
    category = unicodedata.category(sign)
    if sign == _BREVE:
        return sign
    if category in _INVISIBLE or sign in BLANKS:
        return ""
    if category[0] == "Z":
        return " "
    small = unicodedata.normalize("NFKC", sign).casefold()
    folded = "".join(_base(letter) for letter in small)
    if len(folded) > _LONGEST_FORM:
        return _OTHER_SCRIPT
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
