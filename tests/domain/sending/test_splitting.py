"""Texts are cut for messengers without losing a word or tearing a sign."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.sending.splitting import MESSAGE_UNITS, split_text, units

SMILE = "\U0001f600"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def without_blanks(text: str) -> str:
    return "".join(text.split())


def test_units_are_those_of_utf_16() -> None:
    assert units("") == 0
    assert units("абв") == 3
    assert units(f"a{SMILE}") == 3
    assert units(f"a{SMILE}") == len(f"a{SMILE}".encode("utf-16-le")) // 2


@pytest.mark.parametrize("text", ["", " ", "слово", " \n края остаются \n", "<b>&_*[", "x" * MESSAGE_UNITS])
def test_a_text_that_fits_stays_as_it_is(text: str) -> None:
    assert split_text(text) == (text,)


def test_4096_units_are_one_message_and_4097_are_two() -> None:
    assert len(split_text("я" * 4_094 + SMILE)) == 1
    assert split_text("я" * 4_095 + SMILE) == ("я" * 4_095, SMILE)
    assert split_text(SMILE * 2_048) == (SMILE * 2_048,)
    assert split_text(SMILE * 2_049) == (SMILE * 2_048, SMILE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("один два три", ("один два", "три")),
        ("одиндвато три", ("одиндвато", "три")),  # the blank stands right behind what fits
        ("один\nдва три", ("один", "два три")),
        ("раз\n\nдва три", ("раз", "два три")),
        ("а\nбвгде жзик", ("а\nбвгде", "жзик")),  # a border too near to the front is none
        ("одиннадцатьдва", ("одиннадца", "тьдва")),
        (" край  и   середина ", ("край  и", "середина")),
    ],
)
def test_a_cut_is_made_at_the_best_border(text: str, parts: tuple[str, ...]) -> None:
    assert split_text(text, 9) == parts


def test_a_sign_of_several_code_points_is_not_torn() -> None:
    assert split_text("абв" + FAMILY, 9) == ("абв", FAMILY)
    assert split_text("абвгдежзе\u0308и", 9) == ("абвгдежз", "е\u0308и")
    assert split_text("абвгдеж\U0001f44d\U0001f3fd", 9) == ("абвгдеж", "\U0001f44d\U0001f3fd")


def test_a_sign_that_never_ends_is_cut_all_the_same() -> None:
    assert [len(part) for part in split_text("е" + "\u0308" * 99, 50)] == [50, 50]


def test_blanks_alone_are_cut_to_what_fits() -> None:
    assert split_text(" " * 20, 9) == (" " * 9,)


TEXTS = st.text(st.sampled_from(["а", "б", SMILE, " ", "\n", "\u0308", "\u200d"]), max_size=200)


@given(text=TEXTS | st.text(), limit=st.integers(2, 40))
@example(text="а" * 40 + SMILE, limit=2)
def test_every_part_fits_and_no_word_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(units(part) <= limit for part in parts)
    assert without_blanks("".join(parts)) == without_blanks(text)
    if len(parts) > 1:
        assert all(part == part.strip() != "" for part in parts)


@given(words=st.lists(st.text("аб" + SMILE, min_size=1, max_size=9), min_size=1), limit=st.integers(18, 40))
def test_words_that_fit_are_never_cut(words: list[str], limit: int) -> None:
    assert " ".join(split_text(" ".join(words), limit)).split() == words
