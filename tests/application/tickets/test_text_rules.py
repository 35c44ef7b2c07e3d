"""What the customer's words do: 4.6 with its policy and its request to reword, 2.1 and 3 as mere hints."""

from dataclasses import replace

import pytest

from app.application.tickets.post_message import HintsWantedError, PostedText, post_customer_message
from app.application.tickets.submit_ticket import NotRegistered
from app.application.tickets.text_analysis import TextAnalysis
from app.application.tickets.ticket_view import TicketView
from app.domain.language.folding import Folded
from app.domain.language.hints import NO_HINTS, HintVerdict
from app.domain.language.notes import MOST_NOTES, Note
from app.domain.language.spans import Obscenity
from app.domain.tickets.message import Message
from app.domain.vocabulary import (
    Action,
    Category,
    Finding,
    Impact,
    ObscenityLevel,
    ObscenityPolicy,
    Outcome,
    Status,
)
from tests.application.desk import AGENCY, OBSCENE, TEXTS, Desk, boxed
from tests.domain.cases import notices

DEFECT = "После обновления фильтр показывает не то, ошибка в отчёте"
OUTAGE = "CRM не открывается ни у кого из сотрудников"
REWORD = "без бранных слов"
NOTICED = replace(TEXTS, policy=ObscenityPolicy.NOTICE)


def requests(desk: Desk, ticket_id: str) -> int:
    return sum(REWORD in message.text for message in desk.waiting_messages(ticket_id))


def received(came: Message | NotRegistered) -> Message:
    assert isinstance(came, Message)
    return came


# 4.6: what was found is kept, its words are not told


def test_the_ticket_keeps_fragment_and_place_of_what_was_found() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень", subject="Хрень", reproduction_steps=("открыть", "вижу хрень"))
    found = [(n.pointer, n.span.fragment, n.span.start) for n in desk.ticket(ticket_id).language.notes]
    assert found == [("/subject", "Хрень", 0), ("/text", "хрень", 7), ("/reproduction_steps/1", "хрень", 5)]


def test_a_message_adds_its_notes_under_its_id() -> None:
    desk = Desk()
    ticket_id = desk.register()
    message = received(desk.reply(ticket_id, "Ну и хрень"))
    (note,) = desk.ticket(ticket_id).language.notes
    assert note == Note(Obscenity("хрень", 5, 10, ObscenityLevel.MAT), "/text", message.id)


def test_a_ticket_keeps_its_newest_notes_only() -> None:
    desk = Desk()
    ticket_id = desk.register()
    for _ in range(MOST_NOTES + 2):
        last = received(desk.reply(ticket_id, OBSCENE))
    notes = desk.ticket(ticket_id).language.notes
    assert len(notes) == MOST_NOTES
    assert notes[-1].message_id == last.id


def test_neither_the_reason_nor_what_is_sent_repeats_the_words() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень")
    desk.wait(days=1)
    desk.reply(ticket_id, "Опять хрень")
    sent = desk.waiting_messages(ticket_id)
    assert len(sent) == 2
    assert all(OBSCENE not in message.text for message in sent)
    assert desk.messages(ticket_id)[0].text == "Что за хрень"


def test_rude_words_and_insults_are_noted_and_decide_nothing() -> None:
    def rude(text: Folded) -> tuple[Obscenity, ...]:
        return (Obscenity(text.original[:4], 0, 4, ObscenityLevel.RUDE),)

    texts = TextAnalysis(rude, TEXTS.stemmer)
    facts = texts.of_submission(None, "Вы идиоты")
    assert facts.obscene_level is None
    assert [note.span.fragment for note in facts.notes] == ["Вы и", "идиоты"]


def test_the_settings_say_which_levels_count() -> None:
    def rude(text: Folded) -> tuple[Obscenity, ...]:
        return (Obscenity(text.original[:1], 0, 1, ObscenityLevel.RUDE),)

    counted = frozenset(ObscenityLevel)
    assert TextAnalysis(rude, TEXTS.stemmer, counted).of_message("а").obscene_level is ObscenityLevel.RUDE
    assert TextAnalysis(rude, TEXTS.stemmer).of_message("а").obscene_level is None


# 4.6: the policy


def test_the_policy_notice_lets_the_submission_through_with_a_notice() -> None:
    desk = Desk()
    facts = NOTICED.of_submission(None, "Что за хрень", classified=True)
    ticket_id = desk.register("Что за хрень", text_facts=facts)
    decision = desk.decisions(ticket_id)[-1].decision
    assert decision.outcome is Outcome.ACCEPTED
    assert "4.6 obscene_language" in notices(decision)


def test_a_ticket_keeps_the_policy_that_it_came_under() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень", text_facts=NOTICED.of_submission(None, "Что за хрень"))
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    assert desk.status(ticket_id) is Status.QUEUED


def test_a_critical_claim_goes_on_and_is_asked_for_a_calm_wording_by_the_acknowledgement() -> None:
    """R6."""
    desk = Desk()
    ticket_id = desk.register("Хрень, всё лежит", category=None, impact=Impact.CRM_DOWN)
    assert desk.status(ticket_id) is Status.NEW
    assert "нецензурные" in desk.waiting_messages(ticket_id)[0].text


# 4.6: every message is judged; the reply asks for a calm wording once a day


def test_a_clean_rewording_takes_the_ticket_up_at_its_old_place() -> None:
    desk = Desk()
    first = desk.register("Что за хрень")
    desk.wait(minutes=1)
    second = desk.register()
    desk.wait(minutes=1)
    desk.reply(first, "Не сохраняется карточка")
    assert [desk.claim(), desk.claim()] == [desk.ticket(first), desk.ticket(second)]


def test_the_acknowledgement_counts_as_the_request_of_its_day() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень")
    desk.reply(ticket_id, "Опять хрень")
    assert requests(desk, ticket_id) == 0


def test_obscene_messages_are_answered_once_a_moscow_day() -> None:
    desk = Desk()
    ticket_id = desk.register()
    for _ in range(3):
        desk.reply(ticket_id, "Ну и хрень")
    assert requests(desk, ticket_id) == 1
    desk.wait(days=1)
    desk.reply(ticket_id, "Всё та же хрень")
    desk.reply(ticket_id, "Да хрень же")
    assert requests(desk, ticket_id) == 2


def test_a_classification_that_defers_by_words_asks_too() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень", category=None)
    assert desk.status(ticket_id) is Status.NEW
    desk.wait(days=1)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    assert desk.reasons(ticket_id) == ["4.6 obscene_language deferred"]
    assert requests(desk, ticket_id) == 1


def test_a_chat_that_was_taken_away_is_not_written_to() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.take_chat_away()
    desk.reply(ticket_id, "Ну и хрень")
    assert desk.waiting_messages(ticket_id) == []
    assert desk.ticket(ticket_id).language.rewording_asked_on is None


def test_a_clean_message_asks_for_nothing() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень")
    desk.wait(days=1)
    desk.reply(ticket_id, "Не сохраняется карточка")
    assert requests(desk, ticket_id) == 0


def test_an_agents_finding_is_not_taken_for_ours() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.DEFER, finding=Finding.OBSCENE_OR_INSULTING)
    assert requests(desk, ticket_id) == 0


# Hints


def test_hints_are_for_what_comes_without_a_category() -> None:
    desk = Desk()
    shown = desk.ticket(desk.register(DEFECT, category=None)).hints
    assert shown.categories[0].category is Category.PRODUCT_DEFECT
    assert desk.ticket(desk.register(DEFECT, external_id=None)).hints.categories == ()


def test_a_hint_decides_nothing() -> None:
    desk = Desk()
    ticket_id = desk.register("Сделайте нам дизайн сайта и логотип", category=None)
    assert desk.ticket(ticket_id).hints.categories[0].category is Category.WEB_DESIGN
    assert desk.decisions(ticket_id)[-1].decision.outcome is Outcome.ACCEPTED
    outage = desk.register(OUTAGE, category=None)
    assert desk.ticket(outage).priority == "normal"


def test_what_sounds_like_an_outage_goes_first_in_triage_alone() -> None:
    desk = Desk()
    calm = desk.register(DEFECT, category=None)
    desk.wait(minutes=1)
    outage = desk.register(OUTAGE, category=None)
    assert (desk.view(calm).queue_position, desk.view(outage).queue_position) == (1, 2)
    for_triage, first_of_all = desk.claim(statuses=(Status.NEW,)), desk.claim()
    assert for_triage is not None
    assert first_of_all is not None
    assert (for_triage.id, first_of_all.id) == (outage, calm)


def test_it_never_goes_before_a_higher_priority() -> None:
    desk = Desk()
    outage = desk.register(OUTAGE, category=None)
    claimed = desk.register(DEFECT, category=None, impact=Impact.SERVICE_DOWN)
    taken = [desk.claim(statuses=(Status.NEW,)), desk.claim(statuses=(Status.NEW,))]
    assert [ticket.id for ticket in taken if ticket] == [claimed, outage]


def test_a_later_message_changes_no_hint_and_no_place() -> None:
    desk = Desk()
    ticket_id = desk.register(DEFECT, category=None)
    hints = desk.ticket(ticket_id).hints
    desk.reply(ticket_id, OUTAGE)
    assert desk.ticket(ticket_id).hints == hints


@pytest.mark.parametrize(
    ("chosen", "verdict"),
    [(Category.PRODUCT_DEFECT, HintVerdict.FIRST), (Category.WEB_DESIGN, HintVerdict.WRONG)],
)
def test_the_first_classification_records_hint_and_choice(chosen: Category, verdict: HintVerdict) -> None:
    desk = Desk()
    ticket_id = desk.register(DEFECT, category=None)
    hints = desk.ticket(ticket_id).hints
    view: TicketView = desk.act(ticket_id, Action.CLASSIFY, category=chosen)
    assert view.triage is verdict
    classified = desk.events(ticket_id)[-1]
    assert (classified.hints, classified.changes["category"]) == (hints, chosen)
    again = desk.act(ticket_id, Action.CLASSIFY, category=Category.OTHER)
    assert again.triage is None
    assert desk.events(ticket_id)[-1].hints is None


def test_no_suggestion_is_recorded_as_none() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register("Добрый день", category=None)
    view = desk.act(ticket_id, Action.CLASSIFY, category=Category.OTHER)
    assert view.triage is HintVerdict.NONE
    recorded = desk.events(ticket_id)[-1].hints
    assert recorded is not None
    assert recorded.categories == ()


def test_what_was_written_anew_on_a_closed_ticket_gets_hints() -> None:
    desk = Desk()
    closed = desk.register()
    desk.put_into(closed, Status.CLOSED)
    message = received(desk.reply(closed, OUTAGE))
    assert desk.ticket(message.ticket_id).hints.check_first
    assert desk.ticket(message.ticket_id).customer_id == AGENCY


def test_a_later_message_is_looked_through_for_no_hints() -> None:
    assert TEXTS.of_submission(None, OUTAGE).hints not in {None, NO_HINTS}
    assert TEXTS.of_message(OUTAGE).hints is None


def test_words_that_are_a_new_submission_are_wanted_with_hints() -> None:
    desk = Desk()
    ticket_id = desk.register(category=Category.WEB_DESIGN)
    desk.act(ticket_id, Action.CLOSE)
    words, stamp = PostedText(OUTAGE, TEXTS.of_message(OUTAGE)), desk.stamp()
    with pytest.raises(HintsWantedError):
        desk.write(lambda uow: post_customer_message(uow, ticket_id, words, stamp))
    assert desk.status(ticket_id) is Status.CLOSED
