"""Splitting of a text into parts that a messenger accepts, between words if possible.

Messengers count UTF-16 code units: a character beyond the basic plane, such as an emoji, counts as two.
"""

import unicodedata

MESSAGE_UNITS = 4_096
"""Longest text of one message, in UTF-16 code units; the same in both official channels (4.1)."""

_BASIC_PLANE = 0xFFFF
_JOINER = "\u200d"
_FITTING = frozenset({_JOINER, "\ufe0e", "\ufe0f", "\u20e3"}) | {
    chr(tone) for tone in range(0x1F3FB, 0x1F400)
}
"""Characters that belong to the preceding one: joiners, selectors, skin tones."""

_LONGEST_SIGN = 32
"""Maximum code points of one visible character; a longer one may be cut inside."""


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def split_text(text: str, limit: int = MESSAGE_UNITS) -> tuple[str, ...]:
    """Split into parts of at most `limit` units, preferably at a paragraph, a line or a space.

    A text that fits stays as it is. Otherwise whitespace at a cut is dropped, words never are, and no part
    is blank. `limit` is at least 2, because a character is never cut.
    """
    if 2 * len(text) <= limit or units(text) <= limit:
        return (text,)
    parts = []
    rest = text.strip()
    while rest:
        end = _end_of_part(rest, limit)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(parts) or (text[: _fitting(text, limit)],)


def _end_of_part(text: str, limit: int) -> int:
    most = _fitting(text, limit)
    if most == len(text):
        return most
    # The whitespace right behind the longest fitting part is a possible cut too.
    for border in ("\n\n", "\n"):
        found = text.rfind(border, most // 2, most + len(border))
        if found > 0:
            return found
    for end in range(most, 0, -1):
        if text[end].isspace():
            return end
    return _between_signs(text, most)


def _fitting(text: str, limit: int) -> int:
    """Return how many code points of the text fit."""
    if units(text[:limit]) <= limit:
        return min(limit, len(text))
    left = limit
    for place, sign in enumerate(text):
        left -= 2 if ord(sign) > _BASIC_PLANE else 1
        if left < 0:
            return place
    return len(text)


def _between_signs(text: str, most: int) -> int:
    """Return a cut inside a word, moved back before a character it would split, if that one is short."""
    for end in range(most, max(most - _LONGEST_SIGN, 0), -1):
        if not _continues(text[end]) and text[end - 1] != _JOINER:
            return end
    return most


def _continues(sign: str) -> bool:
    return sign in _FITTING or bool(unicodedata.combining(sign))
