"""Obscene words are found where they are, in whatever disguise, and nothing else is (4.6)."""

import pytest

from app.domain.language.folding import fold
from app.domain.language.obscenity import OVERLAP, WINDOW, find_obscenity
from app.domain.language.spans import masked
from app.domain.vocabulary import ObscenityLevel
from tests.language.disguises import KINDS, SURE, disguised
from tests.language.labelled import counted, lines
from tests.language.reviewed import HOMOGRAPHS


def test_of_the_labelled_lines_hardly_one_is_missed() -> None:
    bad = lines("obscene.txt")
    missed = [text for text in bad if not counted(text)]
    assert len(missed) <= 0.03 * len(bad), missed


@pytest.mark.parametrize("name", ["clean.txt", "not_insults.txt"])
def test_no_clean_line_is_flagged(name: str) -> None:
    assert [text for text in lines(name) if counted(text)] == []


def test_no_form_of_the_dictionary_sample_is_flagged() -> None:
    forms = " ".join(lines("dictionary_sample.txt")).split()
    assert len(forms) > 2_000
    assert [form for form in forms if counted(form)] == []


def test_the_known_homographs_are_flagged() -> None:
    assert all(counted(form) for form in HOMOGRAPHS)


@pytest.mark.parametrize("kind", SURE)
def test_sure_disguises_are_seen_through(kind: str) -> None:
    tries = disguised(kind)
    missed = [text for text in tries if not counted(text)]
    assert len(missed) <= 0.01 * len(tries), missed


def test_most_disguises_of_any_kind_are_seen_through() -> None:
    tries = [text for kind in KINDS for text in disguised(kind)]
    assert sum(bool(counted(text)) for text in tries) >= 0.96 * len(tries)


@pytest.mark.parametrize("text", ["Х…й", "Пиз…ец", "Еб…ть", "Бл…ь", "х*й", "п*здец", "еб**ь"])
def test_a_word_with_half_of_its_letters_visible_is_found(text: str) -> None:
    assert [found.fragment for found in counted(text)] == [text]


@pytest.mark.parametrize("text", ["Х…", "П…ец", "Б…ь", "П...ц", "б***ь", "П****"])
def test_a_word_of_which_only_the_ends_are_left_is_not(text: str) -> None:
    assert counted(text) == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("хуйня", ObscenityLevel.MAT),
        ("пиздец", ObscenityLevel.MAT),
        ("заебали", ObscenityLevel.MAT),
        ("блядь", ObscenityLevel.MAT),
        ("говно", ObscenityLevel.NORM14),
        ("жопа", ObscenityLevel.NORM14),
        ("мудак", ObscenityLevel.NORM14),
        ("мандой", ObscenityLevel.NORM14),
        ("насрать", ObscenityLevel.NORM14),
        ("обоссали", ObscenityLevel.NORM14),
        ("пердит", ObscenityLevel.NORM14),
        ("бздит", ObscenityLevel.NORM14),
        ("шлюха", ObscenityLevel.NORM14),
        ("елда", ObscenityLevel.NORM14),
        ("пидор", ObscenityLevel.VULGAR),
        ("гандон", ObscenityLevel.VULGAR),
        ("залупа", ObscenityLevel.VULGAR),
        ("сука", ObscenityLevel.RUDE),
        ("дерьмо", ObscenityLevel.RUDE),
        ("нахер", ObscenityLevel.RUDE),
        ("охренеть", ObscenityLevel.RUDE),
    ],
)
def test_every_root_has_its_level(text: str, level: ObscenityLevel) -> None:
    assert [found.level for found in find_obscenity(fold(text))] == [level]


@pytest.mark.parametrize("text", "чёрт блин фигня капец пипец хрен бред отстой нафига".split())
def test_a_mild_word_is_nothing(text: str) -> None:
    assert find_obscenity(fold(text)) == ()


def test_places_are_those_of_the_original_text() -> None:
    text = "😀 «Ну и ХУ\u0301ЙНЯ\u200b!» – п и з д е ц"
    assert [(found.fragment, found.start) for found in find_obscenity(fold(text))] == [
        ("ХУ\u0301ЙНЯ", 8),
        ("п и з д е ц", 20),
    ]


def test_a_long_text_is_judged_whole_and_once() -> None:
    filling = "застрахуй " * ((WINDOW - OVERLAP // 2) // 10)
    text = f"{filling}хуйня {filling}мудак {filling}"
    assert [found.fragment for found in find_obscenity(fold(text))] == ["хуйня", "мудак"]


def test_addresses_and_identifiers_are_not_words() -> None:
    assert find_obscenity(fold("https://a.ru/huy?pizdec=1 mudak@mail.ru a3e6b-0x7f-44")) == ()


def test_masking_leaves_the_first_letter() -> None:
    text = "ну и хуйня, мудак"
    assert masked(text, find_obscenity(fold(text))) == "ну и х****, м****"
    assert masked(text, ()) == text


@pytest.mark.parametrize("text", ["10-битного ветвления", "3-битный элемент", "32битная версия", "8 бит"])
def test_a_number_of_bits_is_no_disguise(text: str) -> None:
    assert find_obscenity(fold(text)) == ()
