"""What the desk says by itself: the number, the verdict, every reason and notice, and no promise."""

from hypothesis import given

from app.domain.regulation.case import Case
from app.domain.regulation.decide import decide
from app.domain.tickets.notification import acknowledge
from app.domain.vocabulary import Category, Language, ObscenityLevel
from app.domain.wording.catalogue import notice_message, reason_message
from tests.domain.cases import BOXED_SERVICE, decided, msk, used
from tests.domain.strategies import registered_cases


def test_an_accepted_submission_hears_its_number_and_that_it_stands_in_the_queue() -> None:
    text = acknowledge(42, decided(), desk_open=True)
    assert text.startswith("Здравствуйте! Обращение STP-000042 зарегистрировано.")
    assert "стоит в очереди (п. 2.1)" in text
    assert "Раньше всего" not in text


def test_outside_service_hours_the_earliest_start_is_told_in_moscow_time_and_not_promised() -> None:
    text = acknowledge(1, decided(at=msk(2026, 11, 21, 12)), desk_open=False)
    assert "23.11.2026 в 09:00 МСК" in text
    assert "не обещание (п. 2.3)" in text


def test_a_deferral_by_hours_says_from_when_on() -> None:
    text = acknowledge(1, decided(used(BOXED_SERVICE, 180)), desk_open=True)
    assert "01.12.2026 в 09:00 МСК" in text
    assert "5.1" in text


def test_a_deferral_that_waits_for_words_asks_for_a_reply() -> None:
    text = acknowledge(1, decided(obscene_level=ObscenityLevel.MAT), desk_open=True)
    assert "Ответьте в этом чате" in text
    assert "Вернуться к обращению" not in text


def test_a_declined_submission_may_be_answered_too() -> None:
    text = acknowledge(1, decided(category=Category.WEB_DESIGN), desk_open=False)
    assert "взять его в работу мы не можем" in text
    assert "рассмотрим обращение заново" in text
    assert "МСК" not in text


@given(registered_cases())
def test_every_reason_and_every_notice_is_told(case: Case) -> None:
    decision = decide(case)
    text = acknowledge(7, decision, desk_open=case.calendar.open)
    for reason in decision.reasons:
        assert reason_message(reason.code, reason.clause, Language.RU) in text
    for notice in decision.notices:
        assert notice_message(notice.code, notice.clause, Language.RU) in text
    assert "None" not in text
    assert "{" not in text
