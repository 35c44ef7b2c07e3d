"""What customers write in chats becomes tickets or joins them, once, whatever comes twice or late."""

from datetime import timedelta

import pytest

from app.application.chats.receive_message import UpdateResult
from app.domain.chats.inbox import InboxState
from app.domain.language.folding import fold
from app.domain.language.triage import triage_hints
from app.domain.tickets.event import EventType
from app.domain.tickets.ticket import Author, display_number
from app.domain.vocabulary import Action, AttachmentKind, Category, Clause, Finding, Status, TariffName
from tests.application.chatter import (
    ANNA,
    BORIS,
    ENGINEER,
    FAULT,
    Chatter,
    parts_waiting,
    shuffled,
    topics_waiting,
)
from tests.application.desk import AGENCY, CHAT, OTHER_AGENCY, a_customer, asked_of, boxed
from tests.domain.cases import CALENDAR, FRIDAY_TEN
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore

pytestmark = pytest.mark.anyio

SUPERGROUP = "-1009999"


@pytest.fixture
async def chat() -> Chatter:
    """Give a desk whose customer has a working chat; every work runs twice."""
    chatter = Chatter(RerunningStore(MemoryStore(CALENDAR)))
    await chatter.put()
    return chatter


# Gathering


async def test_a_message_becomes_a_ticket_two_seconds_later_acknowledged_once(chat: Chatter) -> None:
    await chat.say("1", "Выгрузка не работает", ago=5)
    assert await chat.tickets() == []
    await chat.wait(seconds=1.9)
    assert await chat.tickets() == []
    await chat.wait(seconds=0.1)
    (ticket,) = await chat.tickets()
    assert (ticket.text, ticket.subject, ticket.category) == ("Выгрузка не работает", None, None)
    assert (ticket.status, ticket.author) == (Status.NEW, Author(f"Имя {ANNA}", ANNA))
    assert ticket.received_at == FRIDAY_TEN - timedelta(seconds=5)
    assert ticket.created_at == FRIDAY_TEN + timedelta(seconds=2)
    assert await chat.told() == ["acknowledgement"]
    (message,) = await chat.messages(ticket)
    assert (message.text, message.sent_at, message.sender) == (ticket.text, ticket.received_at, ticket.author)


async def test_a_picture_speaks_for_a_fault_in_the_hints_too(chat: Chatter) -> None:
    assert triage_hints(fold("Не сохраняется карточка")).categories == ()
    ticket = await chat.submitted("1", "Не сохраняется карточка", files=["image"])
    assert [hint.category for hint in ticket.hints.categories] == [
        Category.OPERATION_FAILURE,
        Category.PRODUCT_DEFECT,
    ]


async def test_a_burst_of_one_author_is_one_submission(chat: Chatter) -> None:
    for number, text in enumerate(("Добрый день", "не работает выгрузка", "уже час"), start=1):
        await chat.say(str(number), text)
        await chat.wait(seconds=1.5)
    assert await chat.tickets() == []
    await chat.wait(seconds=0.5)
    (ticket,) = await chat.tickets()
    assert ticket.text == "Добрый день\nне работает выгрузка\nуже час"
    assert await chat.texts(ticket) == ticket.text.split("\n")
    assert await chat.told() == ["acknowledgement"]


async def test_a_burst_ends_ten_seconds_after_its_first_message_and_the_rest_joins(chat: Chatter) -> None:
    for number in range(8):
        await chat.say(str(number), f"слово {number}")
        await chat.wait(seconds=1.5)
    (ticket,) = await chat.tickets()
    assert ticket.text == "\n".join(f"слово {number}" for number in range(7))
    assert await chat.texts(ticket) == [f"слово {number}" for number in range(8)]
    assert await chat.told() == ["acknowledgement"]


async def test_words_of_another_author_belong_to_it_but_do_not_put_it_off(chat: Chatter) -> None:
    await chat.say("1", "Не работает выгрузка")
    await chat.wait(seconds=1.5)
    await chat.say("2", "И у меня", author=BORIS)
    await chat.wait(seconds=0.5)
    (ticket,) = await chat.tickets()
    assert await chat.texts(ticket) == ["Не работает выгрузка", "И у меня"]
    senders = [message.sender and message.sender.external_id for message in await chat.messages(ticket)]
    assert senders == [ANNA, BORIS]


async def test_an_album_of_ten_that_comes_at_once_is_one_submission(chat: Chatter) -> None:
    """T5, T6: one caption among the pictures is the text."""
    parts = [
        chat.message(str(n), "Вот ошибка" if n == 4 else "", album="a", files=["image"]) for n in range(10)
    ]
    await chat.deliver(*shuffled(parts))
    await chat.work()
    await chat.wait(seconds=2)
    (ticket,) = await chat.tickets()
    assert (ticket.text, ticket.status) == ("Вот ошибка", Status.NEW)
    assert len(await chat.messages(ticket)) == 10
    assert await chat.told() == ["acknowledgement"]


async def test_a_late_part_of_an_album_goes_where_the_album_went(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "Вот ошибка", album="a", files=["image"])
    await chat.act(ticket, Action.START)
    await chat.wait(days=5)
    await chat.say("2", album="a", files=["image"])
    assert len(await chat.messages(ticket)) == 2
    assert len(await chat.tickets()) == 1


async def test_a_batch_that_waited_for_us_is_judged_by_its_own_times(chat: Chatter) -> None:
    """Four messages of a quarter of an hour come at once, after an outage."""
    await chat.deliver(
        *(chat.message(str(n), f"слово {n}", ago=ago) for n, ago in enumerate((900, 895, 300, 0)))
    )
    await chat.work()
    await chat.wait(seconds=2)
    (ticket,) = await chat.tickets()
    assert ticket.text == "слово 0\nслово 1"
    assert ticket.received_at == FRIDAY_TEN - timedelta(seconds=900)
    assert await chat.texts(ticket) == [f"слово {n}" for n in range(4)]
    assert await chat.told() == ["acknowledgement"]


async def test_messages_of_different_days_that_come_at_once_are_different_submissions(chat: Chatter) -> None:
    await chat.deliver(
        chat.message("1", "Понедельник", ago=4 * 86_400), chat.message("2", "Пятница, другое", ago=60)
    )
    await chat.work()
    await chat.wait(seconds=2)
    assert [ticket.text for ticket in await chat.tickets()] == ["Понедельник", "Пятница, другое"]


async def test_a_time_in_the_future_or_too_long_ago_is_not_believed(chat: Chatter) -> None:
    future = await chat.submitted("1", "Будущее", ago=-86_400)
    assert future.received_at == FRIDAY_TEN
    await chat.put(a_customer(OTHER_AGENCY), chat="-77")
    past = await chat.submitted("2", "Прошлое", chat="-77", ago=5_000 * 86_400)
    assert past.received_at == chat.now - timedelta(days=365, seconds=3)


async def test_a_voice_message_alone_is_deferred_and_text_is_asked_for(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "", files=["voice"])
    assert ticket.status is Status.DEFERRED
    recorded = (await chat.read(lambda uow: uow.decisions.latest((ticket.id,))))[ticket.id]
    assert [reason.clause for reason in recorded.decision.reasons] == [Clause.C4_4]
    assert recorded.facts.submission.attachment_kinds == (AttachmentKind.VOICE,)
    await chat.say("2", "Не работает выгрузка")
    assert (await chat.ticket(ticket)).status is Status.NEW


async def test_speech_on_a_ticket_is_kept_and_text_is_asked_for_once_a_day(chat: Chatter) -> None:
    ticket = await chat.submitted("1")
    for number in ("2", "3"):
        await chat.say(number, files=["voice"])
    assert len(await chat.messages(ticket)) == 3
    assert await chat.told() == ["acknowledgement", "text_request"]


async def test_what_no_database_can_store_is_left_out_of_the_words(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "Не\0работает \ud83d")
    assert ticket.text == "Неработает ?"


# Joining


async def test_an_answer_to_a_question_of_the_desk_requeues_the_ticket(chat: Chatter) -> None:
    ticket = await chat.submitted("1")
    await chat.act(ticket, Action.START)
    await chat.act(ticket, Action.REQUEST_INFORMATION, **asked_of(Action.REQUEST_INFORMATION))
    await chat.wait(days=6)
    await chat.say("2", "Версия 4.1")
    assert (await chat.ticket(ticket)).status is Status.NEW
    assert await chat.texts(ticket) == ["Выгрузка не работает", "Какая у вас версия?", "Версия 4.1"]
    assert len(await chat.tickets()) == 1


async def test_within_a_working_day_words_join_the_open_ticket_and_later_they_are_a_new_one(
    chat: Chatter,
) -> None:
    first = await chat.submitted("1")
    await chat.wait(days=3)  # Monday, the same hour: 540 service minutes and no more
    await chat.say("2", "Так и не работает", ago=3)
    assert await chat.texts(first) == ["Выгрузка не работает", "Так и не работает"]
    await chat.wait(days=1, minutes=2)
    second = await chat.submitted("3", "Другой вопрос")
    assert [ticket.id for ticket in await chat.tickets()] == [first.id, second.id]


async def test_a_reply_goes_to_its_ticket_by_the_customers_message_and_by_ours(chat: Chatter) -> None:
    first = await chat.submitted("1")
    await chat.wait(days=4)
    second = await chat.submitted("2", "Другое")
    found = await chat.chat()
    assert found is not None
    await chat.write(
        lambda uow: uow.chat_messages.add_sent(
            "telegram", CHAT, "3", chat_id=found.id, ticket_id=first.id, message_id=None, at=chat.now
        )
    )
    await chat.say("4", "по первому", reply_to="1")
    await chat.say("5", "тоже", reply_to="3")
    await chat.say("6", "а это по второму")
    assert (await chat.texts(first))[1:] == ["по первому", "тоже"]
    assert (await chat.texts(second))[1:] == ["а это по второму"]


async def test_thanks_for_a_resolved_ticket_neither_reopen_it_nor_make_a_new_one(chat: Chatter) -> None:
    ticket = await chat.submitted("1")
    await chat.act(ticket, Action.CLASSIFY, **asked_of(Action.CLASSIFY))
    await chat.act(ticket, Action.START)
    await chat.act(ticket, Action.RESOLVE, **asked_of(Action.RESOLVE))
    await chat.say("2", "Спасибо!")
    assert [each.status for each in await chat.tickets()] == [Status.RESOLVED]
    await chat.say("3", "Снова не работает", reply_to="1")
    assert (await chat.ticket(ticket)).status is Status.QUEUED


async def test_a_reply_to_a_closed_ticket_is_a_new_submission(chat: Chatter) -> None:
    ticket = await chat.submitted("1")
    await chat.act(ticket, Action.DECLINE, **asked_of(Action.DECLINE))
    await chat.act(ticket, Action.CLOSE)
    await chat.say("2", "А теперь?", reply_to="1")
    await chat.wait(seconds=2)
    (second,) = await chat.tickets()
    assert (second.text, second.id == ticket.id) == ("А теперь?", False)


# Commands


async def test_new_closes_what_is_being_written_and_begins_another(chat: Chatter) -> None:
    await chat.say("1", "Первое")
    await chat.say("2", "/new Второе")
    assert [ticket.text for ticket in await chat.tickets()] == ["Первое"]
    await chat.wait(seconds=2)
    assert [ticket.text for ticket in await chat.tickets()] == ["Первое", "Второе"]


async def test_after_a_bare_new_the_next_message_is_a_new_submission(chat: Chatter) -> None:
    await chat.submitted("1")
    await chat.say("2", "Новое обращение")
    assert await chat.told() == ["acknowledgement", "welcome"]
    await chat.wait(minutes=5)
    second = await chat.submitted("3", "Другое")
    assert [ticket.text for ticket in await chat.tickets()] == ["Выгрузка не работает", second.text]
    await chat.say("4", "и ещё")
    assert await chat.texts(second) == ["Другое", "и ещё"]


async def test_status_tells_of_the_open_tickets_and_is_no_submission(chat: Chatter) -> None:
    await chat.say("1", "/status")
    await chat.submitted("2")
    await chat.say("3", "Статус?")
    assert await chat.told() == ["status", "acknowledgement", "status"]
    assert len(await chat.tickets()) == 1


async def test_start_is_answered_with_how_to_use_the_desk(chat: Chatter) -> None:
    await chat.say("1", "/start")
    await chat.wait(seconds=5)
    assert (await chat.told(), await chat.tickets()) == (["welcome"], [])


# Repetitions and what is no message


async def test_an_update_that_comes_again_has_one_effect(chat: Chatter) -> None:
    """T2, T3: also under another key, also after one with a greater key."""
    update = chat.message("1", "Не работает")
    assert await chat.deliver(update, update, update) == [True, False, False]
    await chat.work()
    assert await chat.deliver(update | {"key": "1"}) == [True]
    await chat.wait(seconds=2)
    (ticket,) = await chat.tickets()
    assert await chat.texts(ticket) == ["Не работает"]
    assert chat.seen.results[UpdateResult.DUPLICATE] == 1


async def test_what_is_no_message_makes_no_ticket_and_no_chat(chat: Chatter) -> None:
    """T4."""
    await chat.deliver(
        chat.update(ignored="channel_post"), chat.update("-77", ignored="service"), chat.update(None)
    )
    await chat.wait(seconds=5)
    assert (await chat.tickets(), await chat.told(), await chat.chat("-77")) == ([], [], None)
    assert chat.seen.results == {UpdateResult.IGNORED: 3}


async def test_a_lone_sticker_is_kept_and_begins_nothing(chat: Chatter) -> None:
    await chat.say("1", "👋", files=["sticker"])
    await chat.wait(seconds=5)
    assert (await chat.tickets(), chat.seen.results) == ([], {UpdateResult.KEPT: 1})


# Edits


async def test_an_edit_is_a_revision_and_decides_nothing_on_an_open_ticket(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "Не раотает")
    await chat.wait(minutes=1)
    await chat.deliver(chat.edit("1", "Не работает"))
    await chat.work()
    (message,) = await chat.messages(ticket)
    assert (message.text, [each.text for each in message.revisions]) == ("Не работает", ["Не раотает"])
    assert (await chat.event_types(ticket))[-1] == EventType.MESSAGE_EDITED
    assert (await chat.ticket(ticket)).text == "Не раотает"
    assert await chat.told() == ["acknowledgement"]


async def test_an_edit_that_changes_nothing_is_none(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "Не работает")
    await chat.deliver(chat.edit("1", "Не работает"))
    await chat.work()
    assert await chat.event_types(ticket) == ["ticket.registered"]
    assert chat.seen.results[UpdateResult.UNCHANGED] == 1


async def test_an_edit_decides_again_on_a_ticket_that_is_deferred_for_its_words(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "Что за хрень")
    assert ticket.status is Status.NEW  # no category yet: a notice
    empty = await chat.submitted("2", "/new ???")
    assert empty.status is Status.DEFERRED
    await chat.deliver(chat.edit("2", "/new Не работает выгрузка"))
    await chat.work()
    assert (await chat.ticket(empty)).status is Status.NEW
    assert await chat.texts(empty) == ["Не работает выгрузка"]


async def test_an_edit_while_the_submission_is_being_written_changes_its_words(chat: Chatter) -> None:
    await chat.say("1", "Не раотает")
    await chat.deliver(chat.edit("1", "Не работает"))
    await chat.work()
    await chat.wait(seconds=2)
    (ticket,) = await chat.tickets()
    (message,) = await chat.messages(ticket)
    assert ticket.text == message.text == "Не работает"
    assert [each.text for each in message.revisions] == ["Не раотает"]


async def test_an_edit_before_its_original_is_the_message_and_the_original_a_repetition(
    chat: Chatter,
) -> None:
    """T7."""
    original = chat.message("1", "Не раотает", ago=3)
    await chat.deliver(chat.edit("1", "Не работает"), original)
    await chat.work()
    await chat.wait(seconds=2)
    assert [ticket.text for ticket in await chat.tickets()] == ["Не работает"]


async def test_a_message_taken_back_is_marked_and_its_words_are_kept(chat: Chatter) -> None:
    ticket = await chat.submitted("1", "Не работает")
    revoked = chat.update(revoked="1", at=chat.now.isoformat())
    await chat.deliver(revoked, revoked | {"key": "again"})
    await chat.work()
    (message,) = await chat.messages(ticket)
    assert (message.text, message.revoked_at) == ("Не работает", chat.now)
    assert await chat.event_types(ticket) == ["ticket.registered", "message.revoked"]
    assert (await chat.ticket(ticket)).status is Status.NEW


async def test_a_submission_taken_back_while_it_is_written_is_none(chat: Chatter) -> None:
    await chat.say("1", "Ой, не туда")
    await chat.deliver(chat.update(revoked="1", at=chat.now.isoformat()))
    await chat.work()
    await chat.wait(seconds=3)
    assert (await chat.tickets(), await chat.told()) == ([], [])
    await chat.wait(seconds=3)


# Staff


async def test_an_engineers_remark_is_no_submission(chat: Chatter) -> None:
    await chat.hire()
    await chat.say("1", "Коллеги, добрый день", author=ENGINEER)
    await chat.wait(seconds=5)
    assert (await chat.tickets(), chat.seen.results) == ([], {UpdateResult.KEPT: 1})


async def test_an_engineers_remark_stands_in_the_ticket_as_a_reaction(chat: Chatter) -> None:
    await chat.hire(name="Ольга")
    ticket = await chat.submitted("1")
    await chat.wait(minutes=10)
    await chat.say("2", "Смотрю", author=ENGINEER)
    message = (await chat.messages(ticket))[-1]
    assert (message.author.value, message.agent, message.text) == ("agent", "Ольга", "Смотрю")
    assert message.delivery is not None
    assert message.delivery.state.value == "sent"
    event = (await chat.events(ticket))[-1]
    assert (event.type, event.actor.name) == (EventType.MESSAGE_SENT, "Ольга")
    assert (await chat.ticket(ticket)).status is Status.NEW
    assert await chat.told() == ["acknowledgement"]


async def test_staff_may_be_named_in_the_settings() -> None:
    chat = Chatter(MemoryStore(CALENDAR), staff=[ENGINEER])
    await chat.put()
    await chat.say("1", "Коллеги", author=ENGINEER)
    assert chat.seen.results == {UpdateResult.KEPT: 1}


# Processing that lags behind


async def test_words_that_came_in_time_are_gathered_however_late_they_are_processed(chat: Chatter) -> None:
    await chat.say("1", "Не работает")
    chat.now += timedelta(seconds=1)
    await chat.deliver(chat.message("2", "совсем"))
    chat.now += timedelta(seconds=2)
    assert await chat.gathering_job.run_once() != 0
    assert await chat.tickets() == []
    await chat.work()
    await chat.wait(seconds=3)
    (ticket,) = await chat.tickets()
    assert ticket.text == "Не работает\nсовсем"


async def test_words_that_are_not_processed_for_ten_seconds_hold_up_no_submission(chat: Chatter) -> None:
    await chat.say("1", "Не работает")
    chat.now += timedelta(seconds=1)
    await chat.deliver(chat.message("2", "совсем"))
    chat.now += timedelta(seconds=10)
    await chat.gathering_job.run_once()
    assert [ticket.text for ticket in await chat.tickets()] == ["Не работает"]


# Chats of nobody


async def test_a_chat_of_nobody_is_told_once_a_day_and_its_words_are_kept(chat: Chatter) -> None:
    for number in range(3):
        await chat.say(str(number), f"слово {number}", chat="-77", title="Чужие", private=False)
        await chat.wait(hours=1)
    assert await chat.told("-77") == ["unassigned_notice"]
    (seen,) = await chat.unassigned()
    assert (seen.chat.address, seen.chat.title, seen.chat.customer_id) == ("-77", "Чужие", None)
    assert (seen.messages, seen.first_at, seen.last_at - seen.first_at) == (
        3, FRIDAY_TEN, timedelta(hours=2),
    )  # fmt: skip
    assert len(await chat.items(InboxState.HELD)) == 3
    assert await chat.tickets("-77") == []
    await chat.wait(days=1)
    await chat.say("9", "ещё", chat="-77")
    assert await chat.told("-77") == ["unassigned_notice"] * 2


async def test_when_a_chat_is_assigned_what_it_said_is_processed_as_of_its_own_time(chat: Chatter) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat=None)
    await chat.say("1", "Не работает", chat="-77")
    await chat.wait(seconds=1)
    await chat.say("2", "совсем", chat="-77")
    await chat.wait(days=5)
    await chat.say("3", "Другой вопрос", chat="-77")
    await chat.wait(minutes=1)
    await chat.assign("-77", OTHER_AGENCY)
    await chat.work()
    await chat.wait(seconds=3)
    first, second = await chat.tickets("-77")
    assert (first.text, first.received_at) == ("Не работает\nсовсем", FRIDAY_TEN)
    assert (second.text, second.received_at) == ("Другой вопрос", FRIDAY_TEN + timedelta(days=5, seconds=1))
    assert (await chat.unassigned(), await chat.items(InboxState.HELD)) == ([], [])


async def test_who_is_connected_is_not_told_how_to_be_connected_and_waits_for_no_such_notice(
    chat: Chatter,
) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat=None)
    await chat.say("1", "Не работает", chat="-77")
    await chat.assign("-77", OTHER_AGENCY)
    assert await chat.told("-77") == []
    await chat.work()
    await chat.wait(seconds=3)
    assert await chat.told("-77") == ["acknowledgement"]


async def test_a_chat_taken_away_while_it_writes_keeps_its_words_for_the_next_owner(chat: Chatter) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat=None)
    await chat.say("1", "Не работает")
    await chat.take_away()
    await chat.wait(seconds=3)
    await chat.say("2", "совсем")
    assert (await chat.tickets(), [each.messages for each in await chat.unassigned()]) == ([], [2])
    await chat.assign(CHAT, OTHER_AGENCY)
    await chat.work()
    await chat.wait(seconds=3)
    (ticket,) = await chat.tickets()
    assert (ticket.customer_id, await chat.texts(ticket)) == (OTHER_AGENCY, ["Не работает", "совсем"])


async def test_the_next_owner_of_a_chat_sees_and_moves_no_ticket_of_the_one_before(chat: Chatter) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat=None)
    theirs = await chat.submitted("1")
    await chat.act(theirs, Action.START)
    await chat.act(theirs, Action.REQUEST_INFORMATION, **asked_of(Action.REQUEST_INFORMATION))
    await chat.take_away()
    await chat.assign(CHAT, OTHER_AGENCY)
    await chat.say("2", "/status")
    await chat.say("3", "Вот подробности", reply_to="1")
    await chat.wait(seconds=3)
    assert await chat.texts(theirs) == ["Выгрузка не работает", "Какая у вас версия?"]
    assert (await chat.ticket(theirs)).status is Status.WAITING_CUSTOMER
    (mine,) = [ticket for ticket in await chat.tickets() if ticket.customer_id == OTHER_AGENCY]
    assert await chat.texts(mine) == ["Вот подробности"]
    found = await chat.chat()
    assert found is not None
    told = await chat.read(lambda uow: parts_waiting(uow, found.id))
    assert [kind for kind, _ in told] == ["status", "acknowledgement"]
    assert all(display_number(theirs.number) not in text for _, text in told)


async def test_a_notice_that_was_cancelled_does_not_count_as_told(chat: Chatter) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat=None)
    await chat.say("1", "Не работает", chat="-77")
    await chat.assign("-77", OTHER_AGENCY)
    await chat.take_away("-77", OTHER_AGENCY)
    await chat.wait(minutes=1)
    await chat.say("2", "Ау", chat="-77")
    assert await chat.told("-77") == ["unassigned_notice"]


async def test_staff_is_not_counted_in_a_chat_of_nobody(chat: Chatter) -> None:
    await chat.hire()
    await chat.say("1", "Проверка связи", chat="-77", author=ENGINEER)
    assert (await chat.unassigned(), await chat.told("-77")) == ([], [])


# Topics of a forum


async def test_everything_is_answered_in_the_topic_where_the_customer_wrote(chat: Chatter) -> None:
    ticket = await chat.submitted("1", topic="7")
    await chat.answer(ticket, "Смотрим")
    await chat.say("2", "/status", topic="9")
    await chat.say("3", "А вот ещё", topic="8", reply_to="1")
    await chat.act(ticket, Action.DECLINE, finding=Finding.OUT_OF_SCOPE)
    found = await chat.chat()
    assert found is not None
    told = await chat.read(lambda uow: topics_waiting(uow, found.id))
    assert told == [("acknowledgement", "7"), ("answer", "7"), ("status", "9"), ("decision_notice", "8")]
    assert (await chat.ticket(ticket)).topic == "8"


async def test_a_stranger_is_answered_in_the_topic_too(chat: Chatter) -> None:
    await chat.say("1", "Не работает", chat="-77", topic="7")
    found = await chat.chat("-77")
    assert found is not None
    assert await chat.read(lambda uow: topics_waiting(uow, found.id)) == [("unassigned_notice", "7")]


# Chats that move, and that cannot be reached


@pytest.mark.parametrize("order", ["from first", "to first", "once", "messages first", "thrice"])
async def test_a_moved_chat_is_the_same_chat_however_the_news_come(chat: Chatter, order: str) -> None:
    """T8, but for what the outbox adds."""
    ticket = await chat.submitted("1")
    news = chat.update(moved=[CHAT, SUPERGROUP])
    same = chat.update(SUPERGROUP, moved=[CHAT, SUPERGROUP])
    words = chat.message("1", "после переезда", chat=SUPERGROUP)
    orders = {
        "from first": [same, news, words],
        "to first": [news, same, words],
        "once": [news, words],
        "messages first": [words, news],
        "thrice": [same, words, news, news | {"key": "again"}],
    }
    for update in orders[order]:
        await chat.deliver(update)
        await chat.work()
    await chat.wait(seconds=3)
    assert await chat.texts(ticket) == ["Выгрузка не работает", "после переезда"]
    assert [(each.id, each.chat_address) for each in await chat.tickets()] == [(ticket.id, SUPERGROUP)]
    assert await chat.chat(CHAT) == await chat.chat(SUPERGROUP)
    mine = await chat.read(lambda uow: uow.chats.of_customer(AGENCY))
    assert [each.address for each in mine] == [SUPERGROUP]
    assert (await chat.unassigned(), await chat.told()) == ([], ["acknowledgement"])


async def test_words_of_agents_that_wait_for_the_new_address_go_out_after_the_move(chat: Chatter) -> None:
    """R12: nothing that waits is lost, though staff took the new address for a chat of its own."""
    await chat.put(boxed(TariffName.EXTENDED))
    await chat.assign(SUPERGROUP)
    ticket = await chat.submitted("1", chat=SUPERGROUP)
    await chat.answer(ticket, "Смотрим")
    await chat.deliver(chat.update(moved=[CHAT, SUPERGROUP]))
    await chat.work()
    assert await chat.told(SUPERGROUP) == ["acknowledgement", "answer"]
    assert await chat.chat(CHAT) == await chat.chat(SUPERGROUP)


async def test_two_chats_of_two_customers_are_not_joined(chat: Chatter) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat=SUPERGROUP)
    await chat.deliver(chat.update(moved=[CHAT, SUPERGROUP]))
    await chat.work()
    old, new = await chat.chat(CHAT), await chat.chat(SUPERGROUP)
    assert old is not None
    assert new is not None
    assert (old.customer_id, new.customer_id) == (AGENCY, OTHER_AGENCY)


async def test_news_of_an_earlier_move_do_not_move_the_chat_back(chat: Chatter) -> None:
    first, second = chat.update(moved=[CHAT, "-2"]), chat.update("-2", moved=["-2", "-3"])
    await chat.deliver(first, second, first | {"key": "late"})
    await chat.work()
    found = await chat.chat(CHAT)
    assert found is not None
    assert found.address == "-3"


async def test_a_move_of_a_chat_that_nobody_knows_changes_nothing(chat: Chatter) -> None:
    await chat.deliver(chat.update("-5", moved=["-5", "-6"]))
    await chat.work()
    assert await chat.chat("-5") is None


async def test_a_chat_that_removed_the_desk_is_unreachable_until_it_writes_again(chat: Chatter) -> None:
    """T11, the part of the inbox."""
    await chat.deliver(chat.update(reachable=False))
    await chat.work()
    found = await chat.chat()
    assert found is not None
    assert (found.reachable, found.unreachable_since, found.version) == (False, FRIDAY_TEN, 2)
    await chat.say("1", "Снова мы")
    found = await chat.chat()
    assert found is not None
    assert (found.reachable, found.unreachable_since, found.version) == (True, None, 3)


# Poison


async def test_an_update_that_cannot_be_read_is_parked_at_once_and_delays_nobody(chat: Chatter) -> None:
    assert await chat.deliver_raw(b"{") is True
    assert await chat.deliver_raw(b"{") is False
    await chat.submitted("1")
    (parked,) = await chat.items(InboxState.PARKED)
    assert (parked.raw, parked.error, parked.attempts) == (b"{", "unreadable", 1)


async def test_an_update_that_fails_is_tried_five_times_and_parked_and_its_chat_goes_on(
    chat: Chatter,
) -> None:
    await chat.put(a_customer(OTHER_AGENCY), chat="-77")
    await chat.deliver(chat.message("1", FAULT), chat.message("2", "Не работает"))
    await chat.deliver(chat.message("1", "Другой чат", chat="-77"))
    await chat.work()
    assert await chat.items(InboxState.PARKED) == []
    await chat.wait(seconds=2)
    assert len(await chat.tickets("-77")) == 1  # nobody waits for the poison
    for _ in range(5):
        await chat.wait(seconds=2)
    (parked,) = await chat.items(InboxState.PARKED)
    assert (parked.attempts, parked.error) == (5, "crashed:ZeroDivisionError")
    assert [ticket.text for ticket in await chat.tickets()] == ["Не работает"]
    assert chat.seen.failures == [("crashed:ZeroDivisionError", each == 4) for each in range(5)]


async def test_a_parked_update_is_replayed(chat: Chatter) -> None:
    await chat.deliver_raw(b"{")
    await chat.work()
    (parked,) = await chat.items(InboxState.PARKED)
    assert await chat.write(lambda uow: uow.inbox.replay([parked.sequence, 99], chat.now)) == 1
    assert [item.attempts for item in await chat.items(InboxState.PENDING)] == [0]


# All of it at once


async def test_every_update_twenty_times_in_any_order_has_one_effect_each(chat: Chatter) -> None:
    chats = [CHAT, *(f"-50{n}" for n in range(9))]
    for number, address in enumerate(chats[1:]):
        await chat.put(a_customer(f"agency-{100 + number}"), chat=address)
    updates = [chat.message(str(n), f"слово {n}", chat=address) for address in chats for n in range(10)]
    copies = [update for update in updates for _ in range(20)]
    assert sum(await chat.deliver(*shuffled(copies))) == len(updates)
    await chat.work()
    await chat.wait(seconds=3)
    for address in chats:
        (ticket,) = await chat.tickets(address)
        assert sorted(await chat.texts(ticket)) == sorted(f"слово {n}" for n in range(10))
        assert await chat.told(address) == ["acknowledgement"]
