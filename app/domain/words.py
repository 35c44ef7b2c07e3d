"""What counts as a word: text with at least one letter or decimal digit (design 1, section 1)."""

import re
import unicodedata

# A keycap emoji is a digit dressed up: digit, optional variation selector, combining keycap.
_KEYCAP = re.compile("[0-9]\ufe0f?\u20e3")
_WORD = re.compile(r"\w+")


def has_words(text: str) -> bool:
    """Say whether the text has a letter or a decimal digit (Unicode L or Nd) outside keycap emoji."""
    return any(_is_word_character(character) for character in _KEYCAP.sub("", text))


def _is_word_character(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


# Words that only thank or confirm. A resolved ticket is not reopened by them (design 1, section 5).
_THANKS = frozenset(
    """
    спасибо спс спасибки благодарю благодарим благодарны благодарен благодарна признателен признательна
    ок окей окейно хорошо отлично супер прекрасно замечательно класс понял поняла поняли понятно ясно
    принял приняла приняли принято да ага угу вам тебе вас большое огромное огромнейшее очень за помощь
    ответ оперативность быстро быстрый все всё работает заработало получилось помогло разобрались
    разобрался разобралась вопрос решен решён решено закрыт закрыто снят и хорошего доброго дня вечера
    всего добра удачи ребята коллеги команда поддержка
    thanks thank you thx ok okay great good perfect it works works now all
    """.split()
)


def is_mere_thanks(text: str) -> bool:
    """Say whether a message only thanks or confirms, so that nothing is asked for any more.

    A question mark or any word outside the list makes it a real message; text without words is none.
    """
    # Composed first: some keyboards send a letter and its dots as two signs.
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    return bool(words) and "?" not in text and all(word in _THANKS for word in words)
