"""Laws of the text rules, for any text."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.language.folding import fold
from app.domain.language.insults import insult_hint
from app.domain.language.obscenity import find_obscenity
from app.domain.language.triage import triage_hints
from tests.language.disguises import WORDS
from tests.language.labelled import lines

OBSCENE = lines("obscene.txt")
CLEAN_SENTENCES = ("Спасибо за ответ.", "Застрахуй корабля!", "А у нас всё работает?")
PIECES = st.sampled_from(
    [
        *WORDS,
        *"аеёийоухпбзд aeoyxp3640@*#.-_ ",
        "\u200b",
        "\u0301",
        "\u0306",
        "🔥",
        "…",
        "\n",
        "𝕩",
        "ﬁ",
        "İ",
        "ß",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join), st.sampled_from(OBSCENE))


@given(text=TEXTS)
@example(text="\ud800хуй")
@example(text="х" * 5_000)
@example(text="на" * 2_048)
@example(text="x*" * 2_048)
def test_nothing_raises_and_places_name_their_fragments(text: str) -> None:
    found = find_obscenity(fold(text))
    insult = insult_hint(fold(text))
    for span in [*found, *([insult] if insult else [])]:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.fragment
    assert all(one.end <= other.start for one, other in pairwise(found))
    hints = triage_hints(fold(text))
    assert len(hints.categories) <= 3
    assert all(words in text for hint in hints.categories for words in hint.matched)


@given(text=TEXTS)
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    folded = fold(text).text
    assert fold(folded).text == folded


def test_no_sign_becomes_more_than_three() -> None:
    # Code points above the emoji are not looked up.
    assert max(len(fold(chr(code)).text) for code in range(0x1FB00)) == 3
    assert fold("\ufdfa" * 16_384).text == "字" * 16_384


@given(
    text=TEXTS, ligatures=st.sampled_from(["\ufdfa", "\ufdfb", "㎯", "⑽", "¼"]), count=st.integers(1, 2_000)
)
def test_ligatures_before_a_text_hide_nothing_in_it(text: str, ligatures: str, count: int) -> None:
    shift = count + 1
    both = f"{ligatures * count}\n{text}"
    assert [(f.start - shift, f.fragment, f.level) for f in find_obscenity(fold(both))] == [
        (f.start, f.fragment, f.level) for f in find_obscenity(fold(text))
    ]


def test_folding_any_sign_of_the_basic_plane_changes_nothing_the_second_time() -> None:
    changed = [code for code in range(0x10000) if fold(once := fold(chr(code)).text).text != once]
    assert changed == []


@given(text=st.sampled_from(OBSCENE), sentence=st.sampled_from(CLEAN_SENTENCES), first=st.booleans())
def test_a_clean_sentence_beside_it_keeps_every_finding(text: str, sentence: str, first: bool) -> None:
    both = f"{sentence}\n{text}" if first else f"{text}\n{sentence}"
    shift = len(sentence) + 1 if first else 0
    assert [(f.start - shift, f.fragment, f.level) for f in find_obscenity(fold(both))] == [
        (f.start, f.fragment, f.level) for f in find_obscenity(fold(text))
    ]
