"""Insults of staff and triage are hints: precise enough to be shown, and explained by words and clause."""

import pytest

from app.domain.language.folding import fold
from app.domain.language.hints import HintVerdict, verdict_on
from app.domain.language.insults import insult_hint
from app.domain.language.triage import triage_hints
from app.domain.regulation.clauses import CATEGORY_CLAUSES
from app.domain.vocabulary import AttachmentKind, Category, Impact
from tests.language.labelled import lines, triage_lines


def test_insults_of_staff_are_found_and_others_are_not() -> None:
    insults = lines("insults.txt")
    others = [*lines("not_insults.txt"), *lines("clean.txt")]
    found = sum(insult_hint(fold(text)) is not None for text in insults)
    falsely = sum(insult_hint(fold(text)) is not None for text in others)
    assert found >= 0.85 * len(insults)
    assert found >= 0.95 * (found + falsely)


def test_every_category_is_suggested_for_what_it_is_plainly_about() -> None:
    suggested = {
        category
        for category, _, words in triage_lines("triage_tuning.tsv")
        if category in {hint.category for hint in triage_hints(fold(words)).categories}
    }
    assert suggested == set(Category)


@pytest.mark.parametrize("name", ["triage_tuning.tsv", "triage_held_out.tsv"])
def test_few_calm_messages_sound_like_an_outage(name: str) -> None:
    calm = [words for _, impact, words in triage_lines(name) if impact is None]
    assert sum(triage_hints(fold(words)).check_first for words in calm) <= 0.1 * len(calm)


def test_half_of_the_outages_are_suspected_with_their_effect() -> None:
    rows = [row for name in ("tuning", "held_out") for row in triage_lines(f"triage_{name}.tsv") if row[1]]
    assert (
        sum(triage_hints(fold(words)).suspected_impact is impact for _, impact, words in rows)
        >= len(rows) / 2
    )


def test_a_hint_cites_clause_and_words() -> None:
    text = "Как подключить Авито к CRM?"
    hint = triage_hints(fold(text)).categories[0]
    assert (hint.category, hint.clause) == (Category.INTEGRATION_CONSULTATION, "3.1")
    assert hint.clause in CATEGORY_CLAUSES[hint.category]
    assert hint.matched == ("Как подключить Авито",)


@pytest.mark.parametrize("text", ["", "Добрый день", "СРОЧНО!!! НЕМЕДЛЕННО!!!", "👍"])
def test_urgency_and_greetings_suggest_nothing(text: str) -> None:
    hints = triage_hints(fold(text))
    assert (hints.categories, hints.suspected_impact, hints.check_first) == ((), None, False)


def test_a_hint_names_all_words_that_ask_the_staff_to_set_it_up() -> None:
    (hint,) = triage_hints(fold("Сами настройте, пожалуйста")).categories
    assert (hint.category, hint.matched) == (
        Category.CONFIGURE_FOR_CUSTOMER,
        ("настройте", "Сами настройте"),
    )


def test_a_picture_speaks_for_a_fault_but_not_alone() -> None:
    assert triage_hints(fold("Смотрите"), [AttachmentKind.IMAGE]).categories == ()
    both = triage_hints(fold("Ошибка"), [AttachmentKind.IMAGE])
    assert both.categories[0].category is Category.PRODUCT_DEFECT


@pytest.mark.parametrize(
    "text",
    [
        "Как восстановить пароль?",
        "Вчера система не работала, сегодня всё работает",
        "Что делать если CRM упадёт?",
    ],
)
def test_a_question_a_story_and_an_if_are_no_outage(text: str) -> None:
    assert triage_hints(fold(text)).suspected_impact is None


def test_a_suspicion_names_the_gravest_effect() -> None:
    assert (
        triage_hints(fold("Телефония не работает, и CRM не открывается")).suspected_impact is Impact.CRM_DOWN
    )
    assert triage_hints(fold("Телефония не работает")).suspected_impact is Impact.SERVICE_DOWN


def test_the_verdict_compares_hint_and_choice() -> None:
    hints = triage_hints(fold("Ошибка в отчёте, вебхук не приходит, какой метод API?"))
    first, *others = [hint.category for hint in hints.categories]
    assert verdict_on(hints, first) is HintVerdict.FIRST
    assert all(verdict_on(hints, other) is HintVerdict.LISTED for other in others)
    assert others
    assert verdict_on(hints, Category.WEB_DESIGN) is HintVerdict.WRONG
    assert verdict_on(triage_hints(fold("")), Category.WEB_DESIGN) is HintVerdict.NONE
