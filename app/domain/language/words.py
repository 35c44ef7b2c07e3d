"""The definition of a word: text with at least one letter or decimal digit (4.2)."""

import re
import unicodedata
from typing import Literal

# A keycap emoji contains a digit: digit, optional variation selector, combining keycap.
_KEYCAP = re.compile("[0-9]\ufe0f?\u20e3")
_WORD = re.compile(r"\w+")
_KANA_MARKS = "\uff9e\uff9f"
"""Letters of Unicode that become marks in a normal form."""
_MAY_BE_MARKS = re.compile(f"(?:[^\\w\\s!-~]|[{_KANA_MARKS}]){{31,}}")
_MARKS = 30
"""Most marks of one letter, as in the stream-safe format of Unicode (UAX #15)."""


def has_words(text: str) -> bool:
    """Check whether the text has a letter or a decimal digit (Unicode L or Nd) outside keycap emoji."""
    return any(_is_word_character(character) for character in _KEYCAP.sub("", text))


def _is_word_character(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def normalised(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return the text in a normal form of Unicode, with at most 30 marks on a letter.

    Marks are sorted in a time that grows with the square of their number.
    """
    if len(text) > _MARKS and not unicodedata.is_normalized(form, text):
        text = _MAY_BE_MARKS.sub(_shortened, text)
    return unicodedata.normalize(form, text)


def _shortened(signs: re.Match[str]) -> str:
    """Return the signs with at most 30 marks in a row."""
    kept, marks = [], 0
    for sign in signs[0]:
        marks = marks + 1 if sign in _KANA_MARKS or unicodedata.category(sign)[0] == "M" else 0
        if marks <= _MARKS:
            kept.append(sign)
    return "".join(kept)


# Words that thank or confirm. They don't reopen a resolved ticket.
_THANKING = frozenset(
    """
    спасибо спс спасибки благодарю благодарим благодарны благодарен благодарна признателен признательна
    ок окей окейно хорошо отлично супер прекрасно замечательно класс понял поняла поняли понятно ясно
    принял приняла приняли принято да ага угу работает заработало получилось помогло разобрались
    разобрался разобралась решен решён решено закрыт закрыто снят
    thanks thank thx ok okay great good perfect works
    """.split()
)
# Words beside them that ask for nothing.
_BESIDE = frozenset(
    """
    вам тебе вас большое огромное огромнейшее очень за помощь ответ оперативность быстро быстрый все всё
    вопрос и хорошего доброго дня вечера всего добра удачи ребята коллеги команда поддержка
    you it now all
    """.split()
)


def is_mere_thanks(text: str) -> bool:
    """Check whether a message only thanks or confirms, and so asks for nothing.

    A question mark or any word outside the lists makes it a real message. So does the absence of any word
    that thanks or confirms.
    """
    # Composed first: some keyboards send a letter and its dots as two characters.
    words = _WORD.findall(normalised("NFC", text).casefold())
    if "?" in text or _THANKING.isdisjoint(words):
        return False
    return all(word in _THANKING or word in _BESIDE for word in words)
