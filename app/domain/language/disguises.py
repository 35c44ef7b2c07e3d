"""Detection of disguised words: with hidden, separated or torn letters (4.6).

Whole words are never joined: «купи здание» and «ах у ели» stay as they are.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from app.domain.language.alphabet import SIGNS, TWINS
from app.domain.language.obscene_roots import MASKED
from app.domain.language.obscene_words import may_be_obscene, russian_level, word_level
from app.domain.language.shards import SHARDS
from app.domain.vocabulary import ObscenityLevel

Place = tuple[int, int, ObscenityLevel]
"""Start and end in the folded text, and the level found there."""

LONGEST = 60
"""Longer tokens are not searched for disguises; a longer run of letters is judged in pieces."""

_STAR = "*"
_FAINT = "-_./|'+="
"""Characters with a use of their own: a single one may hide a letter."""

_PREFIX = re.compile("за|на|вы|до|про|пере|при|по|у|объ|отъ|об|от|о|разъ|раз|рас|ис|недо|не|ни|съ|подъ|с")
_TO_STARS = str.maketrans(dict(TWINS) | dict.fromkeys(SIGNS, _STAR))
_FAINT_SIGN = re.compile(f"[{re.escape(_FAINT)}]")
_DOTS = re.compile(r"\.{2,}")
_STARRED = re.compile(r"[а-я][а-я*]*[а-я]")


def _hidden(stem: str) -> Iterator[str]:
    """Yield a stem with up to half of its letters hidden; the first letter stays visible."""
    for hidden in range(1, len(stem) // 2 + 1):
        for places in combinations(range(1, len(stem)), hidden):
            yield "".join(_STAR if place in places else letter for place, letter in enumerate(stem))


_MASKED = {
    masked: level for level, stems in MASKED.items() for stem in stems.split() for masked in _hidden(stem)
}
_FAINTLY_MASKED = {
    masked: level
    for masked, level in _MASKED.items()
    if masked in {"х*й", "ж*п", "пиз*"} or (len(masked) > len("х*й") and not masked.endswith(_STAR))
}
_WORDS_APART = re.compile("[а-яa-z]{3}.[а-яa-z]{3}")
"""A faint sign between such parts is real punctuation: «зал-приехали»."""
_INITIALS = re.compile("[а-ик-я].[а-ик-я]")
"""Three characters with a sign in the middle are initials, «Х.Я.», except letters of no name: «х.й»."""
_LENGTHS = sorted({len(masked) for masked in _MASKED})
_HEADLESS = {f"{_STAR}{stem[1:]}": ObscenityLevel.MAT for stem in MASKED[ObscenityLevel.MAT].split()}
"""After a prefix the first letter may be hidden: «за*бал»."""


def masked_level(token: str) -> ObscenityLevel | None:
    """Judge a token with signs inside; half of its letters and both ends must be visible («п...ц» fails)."""
    dots = _DOTS.search(token)
    if dots is not None:
        return _strongest_of(
            masked_level(f"{token[: dots.start()]}{_STAR * count}{token[dots.end() :]}")
            for count in (1, 2, 3)
        )
    faint = len(_FAINT_SIGN.findall(token))
    starred = token.translate(_TO_STARS)
    if faint and (starred.count(_STAR) > 1 or _INITIALS.fullmatch(token) or _WORDS_APART.search(token)):
        return None
    if not _STARRED.fullmatch(starred):
        return None
    stems = _FAINTLY_MASKED if faint else _MASKED
    level = _stem_level(starred, stems)
    prefix = _PREFIX.match(starred)
    if level is None and prefix is not None:
        rest = starred[prefix.end() :]
        if faint and rest[1:2] == _STAR:
            return None
        level = _stem_level(rest, stems) or (None if faint else _stem_level(rest, _HEADLESS))
    return level


def _stem_level(word: str, stems: dict[str, ObscenityLevel]) -> ObscenityLevel | None:
    return _strongest_of(stems.get(word[:length]) for length in _LENGTHS)


def _strongest_of(levels: Iterator[ObscenityLevel | None]) -> ObscenityLevel | None:
    return next((level for level in levels if level is not None), None)


_PART = re.compile("[а-яa-z0-9@$](?:[а-яa-z0-9@$!|]*[а-яa-z0-9@$])?")
_SHORT = 4
"""Longer parts are words of their own; before a hyphen the limit is one letter less."""
_ELECTRONIC = frozenset("еe")


def parts_of(token: str) -> list[tuple[int, int]]:
    """Return the runs of letters of a token."""
    return [match.span() for match in _PART.finditer(token)]


def joined_places(token: str, parts: Sequence[tuple[int, int]]) -> Iterator[Place]:
    """Judge the parts of a token joined, all together and in pairs, if one of them is short.

    «е-банк» means electronic banking and is skipped. Letters that stand one by one are judged by
    `spaced_places`.
    """
    if not may_be_obscene("".join(token[start:end] for start, end in parts)):
        return
    runs = {(0, len(parts)), *((first, first + 2) for first in range(len(parts) - 1))}
    for first, last in runs:
        words = [token[start:end] for start, end in parts[first:last]]
        sizes = [len(word) for word in words]
        if (
            max(sizes) == 1
            or min(sizes) > _SHORT - (token[parts[first][1]] == "-")
            or (token[parts[first][1]] == "-" and words[0] in _ELECTRONIC)
        ):
            continue
        level = word_level("".join(words))
        if level is not None:
            yield parts[first][0], parts[last - 1][1], level


_ALONE = "(?<![а-яa-z0-9@$]){}(?![а-яa-z0-9@$])".format("[а-яa-z0-9@$]")
_GAP = f"(?:[^\\S\\r\\n]{{1,3}}|[{re.escape(SIGNS.replace('@', '').replace('$', ''))}]{{1,3}})"
_SPACED = re.compile(f"{_ALONE}(?:{_GAP}{_ALONE}){{2,}}")
_WIDE = re.compile(r"\s{2,}")
_NARROW = re.compile(r"(?<=\S)\s(?=\S)")
_LETTER = re.compile("[а-яa-z0-9@$]")
_MOST_WORDS = 3
_ONE_LETTER_WORDS = frozenset("авикосуяжб")


def spaced_places(text: str) -> Iterator[Place]:
    """Judge letters that stand one by one, separated by spaces or signs: х у й, п-и-з-д-е-ц."""
    for match in _SPACED.finditer(text):
        start = match.start()
        wide = _WIDE.split(match[0]) if _NARROW.search(match[0]) else [match[0]]
        for run in wide:
            at = text.index(run, start)
            start = at + len(run)
            places = [letter.start() + at for letter in _LETTER.finditer(run)]
            for first in range(0, len(places), LONGEST // 2):
                yield from _spelled(text, places[first : first + LONGEST])


def _spelled(text: str, places: Sequence[int]) -> Iterator[Place]:
    """Judge spelled letters, also with words of one letter before or after them."""
    letters = "".join(text[place] for place in places)
    if not may_be_obscene(letters):
        return
    for first in range(min(_MOST_WORDS, len(letters) - 2)):
        if not _ONE_LETTER_WORDS.issuperset(letters[:first]):
            return
        for last in range(len(letters), max(first + 2, len(letters) - _MOST_WORDS), -1):
            level = word_level(letters[first:last])
            if level is not None and level is not ObscenityLevel.RUDE:
                yield places[first], places[last - 1] + 1, level
                return


_LETTERS = re.compile("[а-я]+")
_PAIR = re.compile(r"(?<![а-я])(?=([а-я]{1,10}) ([а-я]{1,10})(?![а-я]))")


def torn_places(text: str) -> Iterator[Place]:
    """Find words torn in two by a space, where at least one part is not a word."""
    if SHARDS.isdisjoint(_LETTERS.findall(text)):
        return
    for match in _PAIR.finditer(text):
        left, right = match[1], match[2]
        if left in SHARDS or right in SHARDS:
            level = russian_level(left + right)
            if level is not None and level is not ObscenityLevel.RUDE:
                yield match.start(1), match.end(2), level
