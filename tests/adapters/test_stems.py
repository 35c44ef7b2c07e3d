"""Words are found in their other forms."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.stems import SnowballStemmer

STEMMER = SnowballStemmer()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("выгрузка", "Выгрузки"),
        ("объектами", "ОБЪЕКТЫ"),
        ("зелёный", "зеленая"),
        ("ещё", "ЕЩЕ"),
        ("за\u0301мок", "замок"),
        ("вы\u00adгрузка", "выгрузка"),
        ("й", "и\u0306"),
        ("running", "runs"),
        ("ﬁles", "file"),
        ("STP-000042", "stp-000042"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert STEMMER.stems_of(one) == STEMMER.stems_of(other)


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("", ()),
        ("!!! — …", ()),
        ("выгрузка, выгрузки и авито", ("выгрузк", "и", "авит")),
        ("ошибка 500 в user_ids", ("ошибк", "500", "в", "user_ids")),
        ("STP-000042", ("stp", "000042")),
        ("v2.10", ("v2", "10")),
        ("JokerCRM", ("jokercrm",)),
    ],
)
def test_stems_stand_once_in_order_of_appearance(text: str, stems: tuple[str, ...]) -> None:
    assert STEMMER.stems_of(text) == stems


@given(st.text())
def test_any_text_has_stems_without_blanks_and_repetitions(text: str) -> None:
    stems = STEMMER.stems_of(text)
    assert len(set(stems)) == len(stems)
    assert all(stem and not any(c.isspace() for c in stem) for stem in stems)


def test_threads_share_a_stemmer() -> None:
    texts = [f"выгрузка объектов {n} running tests" for n in range(400)]
    expected = [STEMMER.stems_of(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(STEMMER.stems_of, texts)) == expected
