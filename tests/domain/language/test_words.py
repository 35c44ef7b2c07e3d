"""What counts as a word (4.2), and which words only thank."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.language.words import has_words, is_mere_thanks, normalised


@pytest.mark.parametrize(
    "text",
    [
        "я",
        "Не работает",
        "CRM",
        "7",
        "500",
        "✅ да",
        "помощь!!!",
        "日本語",
        "हिन्दी",
        "مرحبا",
        "٣",
        "ß",
        "①а",
        "1️⃣ 2",
    ],
)
def test_a_letter_or_a_digit_of_any_script_makes_a_word(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "!!!",
        "...",
        "👍",
        "🙏🏻",
        "❤️",
        "1️⃣",
        "1⃣",
        "1️⃣2️⃣3️⃣",
        "#️⃣*️⃣",
        "—",
        "_",
        "²",
        "①",
        "½",
        "Ⅷ",
        "🇷🇺",
        "\u200b",
        "\u0301",
    ],
)
def test_emoji_keycaps_punctuation_and_number_signs_are_no_words(text: str) -> None:
    assert not has_words(text)


@given(st.text())
def test_words_are_letters_and_decimal_digits(text: str) -> None:
    """Where no keycap is in play."""
    plain = text.replace("\u20e3", "")
    categories = {unicodedata.category(character) for character in plain}
    assert has_words(plain) is any(c == "Nd" or c.startswith("L") for c in categories)


@given(st.text(), st.text())
def test_more_text_never_takes_words_away(one: str, other: str) -> None:
    if has_words(one):
        assert has_words(f"{one} {other}")


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо",
        "спасибо!",
        "Спасибо большое 🙏",
        "Ок",
        "Ok, thanks!",
        "Всё работает, спасибо",
        "Благодарим за помощь",
        "ДА",
        "Thank you",
        "Все заработало!",
    ],
)
def test_thanks_are_thanks(text: str) -> None:
    assert is_mere_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "Спасибо, но не работает",
        "Спасибо?",
        "Ок, а когда?",
        "Не работает",
        "Спасибо, и ещё вопрос",
        "works not",
        "Вопрос",
        "Коллеги!",
        "Доброго дня",
    ],
)
def test_anything_else_is_a_message(text: str) -> None:
    assert not is_mere_thanks(text)


def test_letters_put_together_from_two_signs_are_thanks_too() -> None:
    assert is_mere_thanks(unicodedata.normalize("NFD", "Вопрос решён, большое спасибо"))


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    if is_mere_thanks(text):
        assert "?" not in text


# Unicode sorts the marks of a letter, in a time that grows with the square of their number


@pytest.mark.parametrize(
    "marks", ["\u0301\u0316", "\u0f73", "\u0344\u0316", "\uff9e\u0316", "\u20e3\u0301\u0316", "\u302a\u0301"]
)
def test_a_letter_keeps_thirty_marks(marks: str) -> None:
    text = normalised("NFKC", f"а{marks * 8_000} б")
    assert len(text) <= 100
    assert text.endswith(" б")


@given(text=st.text(st.sampled_from("аеи eo\u0301\u0306\u0308\u0f73\uff9eｶ…😀⑽ﬁ⼺"), max_size=200))
def test_other_texts_are_normalised_as_by_unicode(text: str) -> None:
    if all(len(run) <= 30 for run in re.findall("[\u0301\u0306\u0308\u0f73\uff9e]+", text)):
        assert normalised("NFKC", text) == unicodedata.normalize("NFKC", text)
