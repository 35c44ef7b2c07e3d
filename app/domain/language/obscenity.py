"""Search for obscene words in a text, including disguised ones, with their places (4.6).

A finding is evidence with its place in the text; the rules decide on its effect.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from app.domain.language.disguises import (
    LONGEST,
    Place,
    joined_places,
    masked_level,
    parts_of,
    spaced_places,
    torn_places,
)
from app.domain.language.folding import Folded
from app.domain.language.obscene_words import KNOWN_WORDS, russian_level, word_level
from app.domain.language.spans import LEVEL_STRENGTH, Obscenity

WINDOW = 4_096
OVERLAP = 256
"""A longer text is judged in windows of WINDOW characters, which overlap by this many."""

MOST_PARTED = 150
"""Maximum number of multi-part tokens searched for disguises in one window."""

MOST_STRETCHED = 300
"""Maximum number of words with repeated letters judged in one window; plain text has a tenth of that."""

MOST_FINDINGS = 100
"""Maximum number of findings of a text; more would not change its level."""

_NOT_WORDS = re.compile(
    r"[a-z][a-z0-9+.-]{0,20}://[!-~]+|www\.[!-~]+"
    r"|[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+"
    r"|(?<![а-яa-z0-9_])(?:[a-z0-9-]{1,63}\.){1,10}(?:ru|su|com|net|org|info|biz|io|me|pro|app|dev|site|online|example)(?![а-яa-z])"
    r"|(?<![а-яa-z0-9_.-])(?=[a-z-]*[0-9])[a-z0-9_-]{9,}(?![а-яa-z0-9_-])"
    r"|(?<![а-яa-z0-9_.-])[0-9]+-?бит(?:а|у|ом|е|ы|ов|ами|ах|н[а-я]{2,3})?(?![а-яa-z0-9_-])"
)
"""Addresses, identifiers and bit counts: removed before the search.

Every part has a maximum length, as in the standards. Without it, a long run of letters would be scanned
again from each of its letters.
"""
_IN_NOT_WORDS = re.compile("[a-z0-9]")
"""Characters of which each such part has at least one: a text without them needs no removal."""

_TOKEN = re.compile(r"[^\s«»\"()\[\]{}<>,;:“”„]+")
_EDGES = ".!?…'`*_~-–—/\\|=+#%^&•№"
_RUSSIAN = re.compile("[а-я]+")
_SHORTEST = 2
_STRETCHED = re.compile(r"(.)\1")
_HIDING = re.compile(r"(?<=[а-я])[@$!|](?=[а-я])")


def find_obscenity(folded: Folded) -> tuple[Obscenity, ...]:
    """Return all obscene words, including rude ones, in the order of the text and without overlaps."""
    searched = (
        folded.text if _IN_NOT_WORDS.search(folded.text) is None else _NOT_WORDS.sub(_blank, folded.text)
    )
    places = _resolved(_places(searched))
    findings = []
    for start, end, level in places:
        first, last = folded.span(start, end)
        findings.append(Obscenity(folded.original[first:last], first, last, level))
    return tuple(findings)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _places(text: str) -> Iterator[Place]:
    """Yield places of a folded text, window by window; a word cut by one window is whole in another."""
    size = len(text)
    for low in range(0, max(size - OVERLAP, 1), WINDOW - OVERLAP):
        high = min(low + WINDOW, size)
        for start, end, level in _window_places(text[low:high]):
            if (start > 0 or low == 0) and (low + end < high or high == size):
                yield low + start, low + end, level


def _window_places(text: str) -> Iterator[Place]:
    tokens = _TOKEN.findall(text)
    if max(map(len, tokens), default=0) > LONGEST or not all(map(_is_clean, tokens)):
        yield from _token_places(text)
    yield from spaced_places(text)
    yield from torn_places(text)


@lru_cache(maxsize=KNOWN_WORDS)
def _is_clean(token: str) -> bool:
    """Check whether a token has nothing to find, like nearly all tokens."""
    word = token.rstrip(_EDGES)
    return not word or (_is_usual(word) and russian_level(word) is None)


def _token_places(text: str) -> Iterator[Place]:
    """Yield places token by token."""
    parted = stretched = 0
    for match in _TOKEN.finditer(text):
        token, start = match[0].rstrip(_EDGES), match.start()
        if len(token) < _SHORTEST:
            continue
        judged = len(token) <= LONGEST
        usual = judged and _is_usual(token)
        if usual or _RUSSIAN.fullmatch(token):
            stretched += not usual
            level = russian_level(token) if usual or (judged and stretched <= MOST_STRETCHED) else None
            if level is not None:
                yield start, start + len(token), level
            continue
        parts = parts_of(token)
        for first, last, level in _part_places(token, parts):
            yield start + first, start + last, level
        if judged and parted < MOST_PARTED and (len(parts) > 1 or _HIDING.search(token)):
            parted += 1
            for first, last, level in _parted_places(token, parts):
                yield start + first, start + last, level


@lru_cache(maxsize=KNOWN_WORDS)
def _is_usual(token: str) -> bool:
    """Check whether a token is a Russian word without repeated letters, like nearly all tokens."""
    return _RUSSIAN.fullmatch(token) is not None and _STRETCHED.search(token) is None


def _part_places(token: str, parts: Sequence[tuple[int, int]]) -> Iterator[Place]:
    """Judge each part of a token that is not plain Russian letters."""
    for first, last in parts:
        if _SHORTEST <= last - first <= LONGEST:
            level = word_level(token[first:last])
            if level is not None:
                yield first, last, level


def _parted_places(token: str, parts: Sequence[tuple[int, int]]) -> Iterator[Place]:
    """Judge the parts of a token together."""
    if len(parts) > 1:
        yield from joined_places(token, parts)
    first, last = parts[0][0], parts[-1][1]
    level = masked_level(token[first:last])
    if level is not None:
        yield first, last, level


def _resolved(places: Iterable[Place]) -> list[Place]:
    """Keep the strongest, then the longest of overlapping places; return them in the order of the text."""
    found = sorted(places, key=lambda place: (LEVEL_STRENGTH.index(place[2]), place[0] - place[1], place[0]))
    taken = bytearray(max((end for _, end, _ in found), default=0))
    kept: list[Place] = []
    for start, end, level in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append((start, end, level))
    return sorted(kept)[:MOST_FINDINGS]
