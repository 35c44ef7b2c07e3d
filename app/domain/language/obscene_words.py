"""The obscenity level of a single word: Russian, of mixed scripts, or in Latin letters (4.6)."""

import re
from collections.abc import Callable
from functools import lru_cache

from app.domain.language.alphabet import TWINS
from app.domain.language.obscene_roots import CLEAN, GLUED, ROOTS
from app.domain.language.patterns import RootMatcher, exact, lookalike
from app.domain.language.transliterated import CLEAN_LATIN, TRANSLITERATED
from app.domain.vocabulary import ObscenityLevel

KNOWN_WORDS = 8_192
"""Number of cached judgements; the words are short, so the cache has at most a few megabytes."""

_RUSSIAN_ROOTS = RootMatcher(ROOTS, CLEAN, exact)
_MIXED_ROOTS = RootMatcher(ROOTS, CLEAN, lookalike)
_LATIN = [(level, re.compile("|".join(patterns))) for level, patterns in TRANSLITERATED.items()]

_RUSSIAN = re.compile("[а-я]+")
_GLUED = re.compile(f"(?:{GLUED})(?=[а-я]{{4}})")
_SHORTEST_GLUED = 6
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_LONG_VOWEL = re.compile(r"([аеиоуыэюя])\1+")
_TWINS = str.maketrans(dict(TWINS))
_TWIN_WORD = re.compile(f"[{''.join(TWINS)}]+")


def word_level(word: str) -> ObscenityLevel | None:
    """Judge a folded word without signs, as written and with its stretched letters shortened."""
    if _RUSSIAN.fullmatch(word):
        return russian_level(word)
    if word.isascii():
        return _latin_level(word)
    return _mixed_level(word)


@lru_cache(maxsize=KNOWN_WORDS)
def russian_level(word: str) -> ObscenityLevel | None:
    """Judge a word of Russian letters; a long one also without a short word glued to its beginning."""
    level = _russian_level(word)
    glued = _GLUED.match(word) if level is None and len(word) > _SHORTEST_GLUED else None
    return level if glued is None else _russian_level(word[glued.end() :])


def _russian_level(word: str) -> ObscenityLevel | None:
    if _RUN.search(word) is None:
        return _RUSSIAN_ROOTS.level_of(word)
    return None if _RUSSIAN_ROOTS.is_clean(word) else _level_of_forms(word, _RUSSIAN_ROOTS.level_of)


def may_be_obscene(letters: str) -> bool:
    """Check quickly whether a string of letters may contain an obscene word, without missing any."""
    return letters.isascii() or any(map(_MIXED_ROOTS.has_core, _forms(letters)))


@lru_cache(maxsize=KNOWN_WORDS)
def _mixed_level(word: str) -> ObscenityLevel | None:
    """Judge a word with at most a third of digits and signs: «100к» and «4е00» are not judged."""
    letters = sum(map(str.isalpha, word))
    if (len(word) - letters) * 2 > letters:
        return None
    return _level_of_forms(word, _MIXED_ROOTS.level_of)


@lru_cache(maxsize=KNOWN_WORDS)
def _latin_level(word: str) -> ObscenityLevel | None:
    """Judge a word by the closed list, or as one typed in look-alikes only."""
    if not word.isalpha():
        word = word.replace("3", "z")
    if len(word) < len("xep") or word in CLEAN_LATIN:
        return None
    return _level_of_forms(word, _latin_form_level)


def _latin_form_level(word: str) -> ObscenityLevel | None:
    listed = next((level for level, words in _LATIN if words.fullmatch(word)), None)
    if listed is None and _TWIN_WORD.fullmatch(word):
        return _RUSSIAN_ROOTS.level_of(word.translate(_TWINS))
    return listed


def _level_of_forms(word: str, level_of: Callable[[str], ObscenityLevel | None]) -> ObscenityLevel | None:
    return next((level for form in _forms(word) if (level := level_of(form)) is not None), None)


def _forms(word: str) -> tuple[str, ...]:
    """Return the word and its unstretched forms: vowels single, every run halved, all letters single."""
    if _RUN.search(word) is None:
        return (word,)
    forms = (
        word,
        _LONG_RUN.sub(r"\1\1", _LONG_VOWEL.sub(r"\1", word)),
        _RUN.sub(lambda run: run[1] * (len(run[0]) // 2), word),
        _RUN.sub(r"\1", word),
    )
    return tuple(dict.fromkeys(forms))
