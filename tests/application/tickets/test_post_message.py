"""Messages: what a customer's words do in each status, and where an agent's words go."""

from datetime import date

import pytest

from app.application.errors import ChatNotAssignedError, TicketClosedError
from app.application.ports.tickets import TicketFilter, TicketSort
from app.application.tickets.submit_ticket import NotRegistered
from app.domain.sending.part import OutboxKind
from app.domain.tickets.message import DeliveryState, Message, MessageAuthor
from app.domain.vocabulary import Action, Category, Finding, Impact, Priority, Status, TariffName
from tests.application.desk import CHAT, UNPAID, Desk, a_customer, asked_of, boxed, moscow


def in_progress(desk: Desk, **given: object) -> str:
    ticket_id = desk.register(**given)  # type: ignore[arg-type]
    desk.act(ticket_id, Action.START)
    return ticket_id


def resolved(desk: Desk) -> str:
    ticket_id = in_progress(desk)
    desk.act(ticket_id, Action.RESOLVE, **asked_of(Action.RESOLVE))
    return ticket_id


# The customer's words by status


def test_an_answer_brings_a_ticket_that_waits_for_it_back_to_its_old_place() -> None:
    desk = Desk()
    first = in_progress(desk)
    desk.wait(minutes=1)
    desk.register()
    desk.act(first, Action.REQUEST_INFORMATION, **asked_of(Action.REQUEST_INFORMATION))
    desk.wait(minutes=1)
    desk.reply(first)
    view = desk.view(first)
    assert (view.ticket.status, view.ticket.assignee, view.queue_position) == (Status.QUEUED, None, 1)
    assert desk.event_types(first)[-2:] == ["message.received", "ticket.requeued"]
    assert desk.events(first)[-1].cause == "customer_message"


def test_any_answer_does_even_one_without_words() -> None:
    desk = Desk()
    ticket_id = in_progress(desk, category=None)
    desk.act(ticket_id, Action.REQUEST_INFORMATION, **asked_of(Action.REQUEST_INFORMATION))
    desk.reply(ticket_id, "👍")
    assert desk.status(ticket_id) is Status.NEW


ONLY_AN_EVENT = [
    Status.NEW,
    Status.QUEUED,
    Status.IN_PROGRESS,
    Status.WAITING_PARTNER,
    Status.IN_DEVELOPMENT,
    Status.WAITING_RELEASE,
    Status.SEPARATE_ORDER,
]


@pytest.mark.parametrize("status", ONLY_AN_EVENT)
def test_words_in_any_other_status_are_an_event_and_move_nothing(status: Status) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.put_into(ticket_id, status)
    before = desk.ticket(ticket_id)
    message = desk.reply(ticket_id)
    assert isinstance(message, Message)
    after = desk.ticket(ticket_id)
    assert (after.status, after.priority, after.received_at) == (status, before.priority, before.received_at)
    assert desk.event_types(ticket_id) == ["ticket.registered", "message.received"]
    assert desk.messages(ticket_id)[-1] == message
    assert len(desk.decisions(ticket_id)) == 1


def test_a_description_takes_up_what_lacked_one() -> None:
    desk = Desk()
    ticket_id = desk.register("👍")
    desk.reply(ticket_id, "!!!")
    assert desk.reasons(ticket_id) == ["4.2 description_missing deferred"]
    desk.reply(ticket_id, "Не грузится карта")
    assert desk.status(ticket_id) is Status.QUEUED
    assert [recorded.decision.outcome for recorded in desk.decisions(ticket_id)] == [
        "deferred",
        "deferred",
        "accepted",
    ]


def test_words_once_said_stay_said() -> None:
    """R10: `has_words` holds once any message had words."""
    desk = Desk()
    ticket_id = desk.register("Что за хрень")
    desk.reply(ticket_id, "👍")
    assert desk.status(ticket_id) is Status.QUEUED


def test_decent_words_take_up_what_was_obscene_and_obscene_ones_do_not() -> None:
    desk = Desk()
    ticket_id = desk.register("Что за хрень")
    desk.reply(ticket_id, "Опять хрень")
    assert desk.reasons(ticket_id) == ["4.6 obscene_language deferred"]
    desk.reply(ticket_id, "Не работает карта")
    assert desk.status(ticket_id) is Status.QUEUED


def test_obscene_words_do_not_throw_an_open_ticket_out_of_the_queue() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.reply(ticket_id, "Ну и хрень")
    assert desk.status(ticket_id) is Status.QUEUED


def test_a_text_after_speech_alone_is_decided_on() -> None:
    desk = Desk()
    ticket_id = desk.register("", attachment_kinds=("voice",))
    assert desk.reasons(ticket_id) == ["4.4 not_in_text_form deferred"]
    desk.reply(ticket_id, "Не грузится карта")
    assert desk.status(ticket_id) is Status.QUEUED


def test_a_reply_to_an_agents_finding_of_4_6_is_decided_on() -> None:
    desk = Desk()
    ticket_id = in_progress(desk)
    desk.act(ticket_id, Action.DEFER, finding=Finding.NOT_REPRODUCIBLE)
    desk.reply(ticket_id, "Вот шаги")
    assert desk.status(ticket_id) is Status.QUEUED
    assert desk.event_types(ticket_id)[-1] == "ticket.redecided"


def test_a_reply_keeps_the_entitlement_of_the_first_decision() -> None:
    """R5: the paid period ended meanwhile; the ticket stays."""
    desk = Desk(a_customer(paid_until=date(2026, 11, 20)))
    ticket_id = desk.register("👍")
    desk.now = moscow(2026, 11, 23, 10)
    desk.reply(ticket_id, "Не грузится карта")
    assert desk.status(ticket_id) is Status.QUEUED


def test_words_do_not_end_a_deferral_by_hours() -> None:
    desk = Desk(boxed())
    desk.book(desk.register(), 180)
    ticket_id = desk.register()
    desk.reply(ticket_id, "Ну когда же?")
    assert desk.status(ticket_id) is Status.DEFERRED
    assert len(desk.decisions(ticket_id)) == 1


def test_words_do_not_end_hours_that_an_agent_found_exhausted() -> None:
    desk = Desk(boxed())
    ticket_id = in_progress(desk)
    desk.book(ticket_id, 180)
    desk.act(ticket_id, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)
    desk.reply(ticket_id, "Ну когда же?")
    assert desk.status(ticket_id) is Status.DEFERRED


def test_a_reply_that_answers_one_reason_leaves_the_other() -> None:
    desk = Desk(boxed())
    desk.book(desk.register(), 180)
    ticket_id = desk.register("Что за хрень")
    assert desk.ticket(ticket_id).resume_at is None
    desk.reply(ticket_id, "Не грузится карта")
    assert desk.reasons(ticket_id) == ["5.1 hours_exhausted deferred"]
    assert desk.ticket(ticket_id).resume_at == moscow(2026, 12, 1, 9)


def test_a_reply_to_a_refusal_is_judged_by_the_entitlement_of_its_own_instant() -> None:
    desk = Desk(UNPAID)
    ticket_id = desk.register()
    desk.reply(ticket_id, "Почему?")
    assert desk.reasons(ticket_id) == ["1.3 paid_period_over declined"]
    desk.put(a_customer())
    desk.wait(days=1)
    desk.reply(ticket_id, "Мы оплатили")
    ticket = desk.ticket(ticket_id)
    assert (ticket.status, ticket.priority) == (Status.QUEUED, Priority.NORMAL)
    assert desk.decisions(ticket_id)[-1].facts.as_of == desk.now


def test_a_reply_to_a_refusal_may_find_the_hours_used_up() -> None:
    desk = Desk(boxed(tariffs=()))
    ticket_id = desk.register()
    desk.put(boxed())
    desk.book(desk.register(), 180)
    desk.reply(ticket_id, "Мы оплатили")
    assert desk.reasons(ticket_id) == ["5.1 hours_exhausted deferred"]


def test_thanks_for_a_refusal_are_thanks() -> None:
    desk = Desk(UNPAID)
    ticket_id = desk.register()
    desk.put(a_customer())
    desk.reply(ticket_id, "Понятно, спасибо")
    assert desk.status(ticket_id) is Status.DECLINED


# Resolved tickets


def test_words_within_three_working_days_reopen_with_the_old_priority_and_place() -> None:
    desk = Desk(boxed(TariffName.EXTENDED))
    ticket_id = resolved(desk)
    desk.wait_working_minutes(1_619)
    desk.put(boxed(TariffName.SERVICE))
    desk.register()
    desk.reply(ticket_id, "Опять не грузится")
    view = desk.view(ticket_id)
    assert (view.ticket.status, view.ticket.priority, view.queue_position) == (
        Status.QUEUED,
        Priority.HIGH,
        1,
    )
    assert (view.ticket.settlement, view.measured.resolved_at) == (None, None)
    assert desk.event_types(ticket_id)[-1] == "ticket.reopened"


@pytest.mark.parametrize("text", ["Спасибо!", "👍", "Ок, всё работает", "🙏🙏"])
def test_thanks_and_emoji_do_not_reopen(text: str) -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.reply(ticket_id, text)
    assert desk.status(ticket_id) is Status.RESOLVED
    assert desk.messages(ticket_id)[-1].text == text


def test_after_1_620_silent_working_minutes_words_are_a_new_submission() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.wait_working_minutes(1_620)
    message = desk.reply(ticket_id, "Опять не грузится")
    assert isinstance(message, Message)
    assert message.ticket_id != ticket_id
    assert desk.status(ticket_id) is Status.CLOSED
    assert desk.events(ticket_id)[-1].cause == "silence"
    fresh = desk.ticket(message.ticket_id)
    assert (fresh.status, fresh.category, fresh.text) == (Status.NEW, None, "Опять не грузится")
    assert (fresh.chat_address, fresh.received_at, fresh.number) == (CHAT, desk.now, 2)


def test_a_weekend_is_no_silence() -> None:
    desk = Desk(at=moscow(2026, 11, 20, 17, 59))
    ticket_id = resolved(desk)
    desk.now = moscow(2026, 11, 25, 17, 58)
    desk.reply(ticket_id, "Опять")
    assert desk.status(ticket_id) is Status.QUEUED


def test_silence_is_counted_from_the_last_words() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.wait_working_minutes(1_000)
    desk.reply(ticket_id, "Спасибо")
    desk.wait_working_minutes(1_000)
    desk.reply(ticket_id, "Опять не грузится")
    assert desk.status(ticket_id) is Status.QUEUED


def test_silence_is_counted_from_the_last_resolution() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.wait_working_minutes(1_000)
    desk.reply(ticket_id, "Опять не грузится")
    desk.act(ticket_id, Action.START)
    desk.wait_working_minutes(1_000)
    desk.act(ticket_id, Action.RESOLVE, resolution=asked_of(Action.RESOLVE)["resolution"])
    desk.wait_working_minutes(1_000)
    desk.reply(ticket_id, "И опять")
    assert desk.status(ticket_id) is Status.QUEUED


# Closed tickets


def test_words_on_a_closed_ticket_are_a_new_submission() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.act(ticket_id, Action.CLOSE)
    events = desk.event_types(ticket_id)
    message = desk.reply(ticket_id, "Другой вопрос")
    assert isinstance(message, Message)
    assert message.ticket_id != ticket_id
    assert desk.event_types(ticket_id) == events
    assert desk.messages(message.ticket_id) == [message]


def test_words_on_a_closed_ticket_from_a_chat_that_was_taken_away_are_not_registered() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.wait_working_minutes(2_000)
    desk.take_chat_away()
    refused = desk.reply(ticket_id, "Другой вопрос")
    assert isinstance(refused, NotRegistered)
    assert refused.decision.reasons[0].code == "chat_not_assigned"
    assert desk.status(ticket_id) is Status.CLOSED


def test_the_new_submission_is_judged_by_todays_entitlement() -> None:
    desk = Desk(a_customer(paid_until=date(2026, 11, 20)))
    ticket_id = resolved(desk)
    desk.act(ticket_id, Action.CLOSE)
    desk.now = moscow(2026, 11, 23, 10)
    message = desk.reply(ticket_id, "Другой вопрос")
    assert isinstance(message, Message)
    assert desk.reasons(message.ticket_id) == ["1.3 paid_period_over declined"]


# The agent's words


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.CLOSED])
def test_an_agents_words_wait_for_the_relay_and_move_nothing(status: Status) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.put_into(ticket_id, status)
    message = desk.say(ticket_id, "Смотрим")
    assert (message.author, message.text) == (MessageAuthor.AGENT, "Смотрим")
    assert desk.waiting_messages(ticket_id)[-1].kind is OutboxKind.ANSWER
    assert desk.status(ticket_id) is status
    assert desk.event_types(ticket_id)[-1] == "message.sent"


def test_nobody_answers_a_closed_ticket() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.put_into(ticket_id, Status.CLOSED)
    with pytest.raises(TicketClosedError):
        desk.say(ticket_id)


def test_a_chat_taken_away_cancels_what_waits_for_it_and_takes_no_more() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.say(ticket_id)
    desk.take_chat_away()
    assert desk.waiting_messages(ticket_id) == []
    delivery = desk.messages(ticket_id)[-1].delivery
    assert delivery is not None
    assert delivery.state is DeliveryState.CANCELLED
    with pytest.raises(ChatNotAssignedError):
        desk.say(ticket_id)
    assert desk.status(ticket_id) is Status.QUEUED


def test_a_chat_given_back_takes_words_again() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.take_chat_away()
    desk.assign(CHAT)
    desk.say(ticket_id)
    assert len(desk.waiting_messages(ticket_id)) == 1


def test_the_list_finds_a_ticket_by_the_words_of_its_messages() -> None:
    desk = Desk()
    ticket_id = desk.register("Карта")
    desk.reply(ticket_id, "Выгрузка")
    desk.say(ticket_id, "Обновите страницу")
    stems = {"карта", "выгрузка", "обновите"}
    found = desk.read(
        lambda uow: uow.tickets.page(TicketFilter(stems=tuple(stems)), TicketSort.NEWEST, None, 10)
    )
    assert [ticket.id for ticket in found] == [ticket_id]


def test_a_critical_claim_without_words_is_handled_and_a_reply_changes_nothing() -> None:
    desk = Desk()
    ticket_id = desk.register("👍", category=Category.OPERATION_FAILURE, impact=Impact.CRM_DOWN)
    desk.reply(ticket_id, "Всё лежит")
    ticket = desk.ticket(ticket_id)
    assert (ticket.status, ticket.priority) == (Status.QUEUED, Priority.CRITICAL)
    assert len(desk.decisions(ticket_id)) == 1
