"""Hints at insults addressed to the staff (4.6); an agent decides whether it is one.

An insulting word alone is not enough: «идиотский интерфейс», «я тупая» and «клиент дурак» are about others.
The same clause of the text must contain an address: you, your, a noun for staff, or a vocative at its start.
"""

import re

from app.domain.language.folding import Folded
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
_ANY = re.compile(exact(rf"(?<![а-я-])(?:{NOUNS}|{ADJECTIVES}|{SHORT_ADJECTIVES})(?![а-я-])"))
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
_NEAR = 40
"""Maximum characters between an insult and a preceding address."""

_STAFF_OR_YOU = rf"(?:{YOU}|{YOUR}|{STAFF})(?![а-я-])"
_RIGHT_AFTER = re.compile(rf"[\s,—–-]*(?:(?:у|же|там|в)\s+)?{_STAFF_OR_YOU}")
_SOON_AFTER = re.compile(rf"[\s,—–-]*(?:[а-я]+[\s,]+){{0,1}}{_STAFF_OR_YOU}")
_RIGHT_BEFORE = re.compile(
    rf"(?<![а-я-])(?:{YOU}|{YOUR}|{STAFF})(?:[\s,—–-]+(?:там|все|что|просто|реально|совсем|такие|или|же|ну|и|вообще))*"
    r"[\s,—–-]*$"
)
_VOCATIVE_END = re.compile(r"\s*(?:,(?!\s*а не)|$)")


def insult_hint(folded: Folded) -> Span | None:
    """Return the first insulting word addressed to the staff, or None."""
    text = folded.text[:_MOST]
    if _ANY.search(text) is None:
        return None
    for clause in _CLAUSE.finditer(text):
        found = _addressed(clause[0])
        if found is not None:
            start, end = folded.span(clause.start() + found.start(), clause.start() + found.end())
            return Span(folded.original[start:end], start, end)
    return None


def _addressed(clause: str) -> re.Match[str] | None:
    """Return the insult of a clause if it is addressed to the staff."""
    for pattern, is_meant in _RULES:
        for word in pattern.finditer(clause):
            before, after = clause[: word.start()], clause[word.end() :]
            if is_meant(before[-_NEAR:], after[:_NEAR]):
                return word
    return None


def _noun_is_meant(before: str, after: str) -> bool:
    if not before.strip(' ,-—–(«"') and _VOCATIVE_END.match(after):
        return True
    if _others(before):
        return False
    if _RIGHT_AFTER.match(after):
        return True
    if _OTHERS.search(before) or _OTHERS.search(after):
        return False
    return bool(
        _YOU.search(before) or _YOUR.search(before) or _STAFF.search(before) or _SOON_AFTER.match(after)
    )


def _adjective_is_meant(before: str, after: str) -> bool:
    if _others(before):
        return False
    if _RIGHT_AFTER.match(after):
        return _OTHERS.match(after.lstrip()) is None
    ends = not after.strip(" ?!.")
    return ends and _OTHERS.search(before) is None and bool(_STAFF.search(before) or _YOU.search(before))


def _short_adjective_is_meant(before: str, after: str) -> bool:
    if _OTHERS.search(after):
        return False
    return bool(_RIGHT_BEFORE.search(before) or (not before.strip() and _RIGHT_AFTER.match(after)))


def _others(before: str) -> bool:
    """Check whether the writer speaks of themselves or of others, with no word for staff in between."""
    own = list(_ABOUT_SELF.finditer(before))
    if not own or _WRITER_SEES_STAFF.search(before):
        return False
    return _YOU.search(before[own[-1].end() :]) is None


_RULES = (
    (_NOUN, _noun_is_meant),
    (_ADJECTIVE, _adjective_is_meant),
    (_SHORT_ADJECTIVE, _short_adjective_is_meant),
)
