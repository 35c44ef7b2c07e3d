"""Snowball stems of Russian and English words, used by the text search."""

import re
from threading import Lock

import Stemmer

from app.domain.language.words import normalised

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[\u0400-\u052f]")

# Stress marks, soft hyphens and zero-width characters inside words have no meaning for a search.
_IGNORED = re.compile("[\u0300\u0301\u00ad\u200b\u200c\u200d\ufeff]+")

_SENTENCE = "\ufdfa"
"""A ligature of 18 letters; all others have at most 8."""
_SPARE = 100
"""Letters that a normalised text may have beyond twice its length."""


class SnowballStemmer:
    """A stemmer that treats words with a Cyrillic letter as Russian and all others as English.

    A token with a digit or an underscore is an identifier and kept whole. ё equals е, capital letters equal
    small ones, and compatibility forms of Unicode equal the plain ones. Safe between threads.
    """

    def __init__(self) -> None:
        """Load both languages."""
        self._lock = Lock()  # a stemmer of the library is not thread-safe
        self._russian = Stemmer.Stemmer("russian")
        self._english = Stemmer.Stemmer("english")

    def stems_of(self, text: str) -> tuple[str, ...]:
        """Return the stems of the words of a text, each once, in order of appearance."""
        words = _WORD.findall(_plain(text))
        with self._lock:
            return tuple(dict.fromkeys(map(self._stem, dict.fromkeys(words))))

    def _stem(self, word: str) -> str:
        if not word.isalpha():
            return word
        language = self._russian if _CYRILLIC.search(word) else self._english
        stem: str = language.stemWord(word)
        return stem


def _plain(text: str) -> str:
    # Ligatures may stand for several letters; words at the end of a text that consists of them are lost.
    folded = normalised("NFKC", text.replace(_SENTENCE, " "))[: 2 * len(text) + _SPARE].casefold()
    return _IGNORED.sub("", folded).replace("ё", "е")
