"""Snowball stems of Russian and English words, by which texts are found."""

import re
import unicodedata
from threading import Lock

import Stemmer

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[\u0400-\u052f]")

# Stress marks, soft hyphens and zero-width characters stand inside words and mean nothing to a search.
_IGNORED = re.compile("[\u0300\u0301\u00ad\u200b\u200c\u200d\ufeff]+")


class SnowballStemmer:
    """Stems words with a Cyrillic letter as Russian and all others as English.

    What has a digit or an underscore is an identifier and kept whole. ё and е are one letter, and so are
    capital and small ones, and the compatibility forms of Unicode. Safe between threads.
    """

    def __init__(self) -> None:
        """Load both languages."""
        self._lock = Lock()  # a stemmer of the library must not be used by two threads at once
        self._russian = Stemmer.Stemmer("russian")
        self._english = Stemmer.Stemmer("english")

    def stems_of(self, text: str) -> tuple[str, ...]:
        """Give the stems of the words of a text, each once, in order of appearance."""
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
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _IGNORED.sub("", folded).replace("ё", "е")
