"""Hints at an insult that is addressed to the staff (4.6); a person says whether it is one.

An insulting word alone is none: «идиотский интерфейс», «я тупая» and «клиент дурак» are about others.
Needed is an address in the same clause of the text: you, your, a word for staff, or a vocative at its start.
"""

import re

from app.domain.language.folding import fold
from app.domain.language.insult_words import (
    ADJECTIVES,
    NOT_STAFF,
    NOUNS,
    SHORT_ADJECTIVES,
    STAFF,
    YOU,
    YOUR,
)
from app.domain.language.patterns import exact
from app.domain.language.spans import Span

_MOST = 16_384
_CLAUSE = re.compile(r"[^.!?;\n…]+")
_NOUN = re.compile(exact(rf"(?<![а-я-])(?:{NOUNS})(?![а-я-])"))
_ADJECTIVE = re.compile(exact(rf"(?<![а-я-])(?:{ADJECTIVES})(?![а-я-])"))
_SHORT_ADJECTIVE = re.compile(exact(rf"(?<![а-я-])(?:{SHORT_ADJECTIVES})(?![а-я-])"))
_YOU = re.compile(rf"(?<![а-я-])(?:{YOU})(?![а-я-])")
_YOUR = re.compile(rf"(?<![а-я-])(?:{YOUR})(?![а-я-])")
_STAFF = re.compile(rf"(?<![а-я-])(?:{STAFF})(?![а-я-])")
_OTHERS = re.compile(rf"(?<![а-я-])(?:{NOT_STAFF})")
_ABOUT_SELF = re.compile(
    r"(?<![а-я-])"
    r"(?:я|мы|меня|мне|себя|сам|сама|он|она|они|его|ее|их|если|возможно|защит[аыу] от|от)(?![а-я-])"
)
_WRITER_SEES_STAFF = re.compile(
    r"(?<![а-я-])(?:считаю|считаем|вижу|думаю|уверен[аы]?|понимаю|понял[аи]?|говорю|хочу|надоел[аои]?)(?![а-я-])"
)
_FIRST_WORDS = 24
"""Signs of a clause within which an insult at its start is a vocative."""

_NEAR = 40
"""Signs between an insult and what it is addressed to."""


def insult_hint(text: str) -> Span | None:
    """Give the first insulting word that is addressed to the staff; None if there is none."""
    folded = fold(text[:_MOST])
    if not (
        _NOUN.search(folded.text) or _ADJECTIVE.search(folded.text) or _SHORT_ADJECTIVE.search(folded.text)
    ):
        return None
    for clause in _CLAUSE.finditer(folded.text):
        found = _addressed(clause[0])
        if found is not None:
            start, end = folded.span(clause.start() + found.start(), clause.start() + found.end())
            return Span(text[start:end], start, end)
    return None


def _addressed(clause: str) -> re.Match[str] | None:
    """Give the insult of a clause if it is meant for the staff."""
    for word in _NOUN.finditer(clause):
        if _is_meant(clause, word):
            return word
    for word in _ADJECTIVE.finditer(clause):
        after = clause[word.end() :].lstrip()
        if _STAFF.match(after) and not _OTHERS.search(clause):
            return word
        before = clause[: word.start()].rstrip(" ,-—")
        if _STAFF.search(before[-_NEAR:]) and not after and not _OTHERS.search(clause):
            return word
        if _YOU.search(before[-_NEAR:]) and not after and not _ABOUT_SELF.search(before):
            return word
    for word in _SHORT_ADJECTIVE.finditer(clause):
        before = clause[: word.start()][-_NEAR:]
        if re.search(
            r"(?<![а-я-])вы(?:\s+(?:там|все|что|просто|реально|совсем|такие|или|же|ну|и|просто))*[\s,]*$",
            before,
        ) and not _OTHERS.search(clause[word.end() :]):
            return word
    return None


def _is_meant(clause: str, word: re.Match[str]) -> bool:
    before, after = clause[: word.start()], clause[word.end() :]
    near_before, near_after = before[-_NEAR:], after[:_NEAR]
    if _OTHERS.search(near_before + " " + near_after):
        return False
    selfish = _ABOUT_SELF.search(near_before)
    if selfish and not _WRITER_SEES_STAFF.search(before) and not _YOU.search(near_before[selfish.end() :]):
        return False
    if _YOU.search(near_before) or _YOUR.search(near_before) or _STAFF.search(near_before):
        return True
    if _YOU.search(near_after) or _YOUR.search(near_after) or _STAFF.search(near_after):
        return True
    return len(before.strip(' ,-—(«"')) == 0 and (
        not after.strip() or after.lstrip().startswith(",") or len(after) < _FIRST_WORDS
    )
