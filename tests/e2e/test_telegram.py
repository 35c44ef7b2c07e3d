"""Customers write in Telegram and get answers there: the real service and a simulated Telegram (4.1–4.6).

All scenes of an engine are played at the same time, each in chats of its own, as customers do it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulator.loopback import Reply, Request
from simulator.telegram import Chat, person, refusal
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.stored import ask
from tests.e2e.talk import MINUTE, Talk, talk_with, unix_now, until
from tests.files import png

MARKUP = "Сделайте <b>&_*[ так: \\ `x` ~ {1}"
EMOJI = "😀"
UNITS = 4_096
TWO_HOURS = 120 * MINUTE

Scene = Callable[[Talk], Awaitable[None]]


@pytest.fixture
def unstarted(nursery: Nursery, tmp_path: Path, database_url: str) -> Iterator[ForkedService]:
    """A service on an empty database, to be started when the messenger is there."""
    service = ForkedService(nursery, tmp_path, database_url=database_url)
    yield service
    service.kill()


@pytest.fixture
async def talk(unstarted: ForkedService) -> AsyncIterator[Talk]:
    """A simulated Telegram beside a service that is not started yet."""
    async with talk_with(unstarted) as talk:
        yield talk


def sendings_to(chat: Chat, reply: Callable[[dict[str, Any]], Reply | None]) -> Callable[[Request], Any]:
    """Make a fault that meets only what is sent to one chat."""

    def fault(request: Request) -> Reply | None:
        hit = request.path.endswith("/sendMessage") and request.json["chat_id"] == chat.id
        return reply(request.json) if hit else None

    return fault


async def a_person_is_acknowledged_once_and_answered_verbatim(talk: Talk) -> None:
    customer, chat = await talk.agency()
    ticket = await talk.registered(customer, chat, "Не работает выгрузка объектов")
    answered = await talk.answer(ticket, MARKUP)
    await until(lambda: MARKUP in chat.from_bot)
    reply = talk.telegram.say(chat, "Не помогло", reply_to_message=dict(chat.messages[-1]))
    await until(lambda: _said(talk, ticket, "Не помогло"))
    talk.telegram.edit(chat, reply, text="Помогло не всё")
    await until(lambda: _said(talk, ticket, "Помогло не всё"))
    last = (await talk.messages(ticket))[-1]

    assert [one["text"] for one in last["revisions"]] == ["Не помогло"]
    assert await talk.delivered(ticket, answered)
    assert len(await talk.tickets(customer)) == 1
    assert len(chat.from_bot) == 2


async def _said(talk: Talk, ticket: dict[str, Any], text: str) -> bool:
    return any(one["text"] == text for one in await talk.messages(ticket))


async def a_burst_is_one_ticket_in_the_order_of_writing(talk: Talk) -> None:
    customer, chat = await talk.agency()
    for text in ("Здравствуйте", "не работает выгрузка", "с утра"):
        talk.telegram.say(chat, text)
    ticket = await talk.ticket(customer)
    await until(lambda: chat.from_bot)

    assert ticket["text"] == "Здравствуйте\nне работает выгрузка\nс утра"
    assert [one["text"] for one in await talk.messages(ticket)] == ticket["text"].split("\n")
    assert len(chat.from_bot) == 1


async def an_album_of_ten_is_one_ticket_whose_pictures_are_served(talk: Talk) -> None:
    customer, chat = await talk.agency("supergroup")
    pictures = [png(2, 2, tail=bytes((number,))) for number in range(10)]
    for number, content in enumerate(pictures):
        caption: dict[str, Any] = {"caption": "Вот что вижу при выгрузке"} if number == 4 else {}
        photo = [talk.telegram.keep_file(content, width=2, height=2)]
        talk.telegram.say(chat, photo=photo, media_group_id="77", **caption)
    ticket = await talk.ticket(customer)

    async def stored() -> list[dict[str, Any]]:
        found = [one for message in await talk.messages(ticket) for one in message["attachments"]]
        return found if [one["state"] for one in found] == ["stored"] * 10 else []

    attachments = await until(stored)
    await until(lambda: chat.from_bot)
    paths = [f"/v1/attachments/{one['id']}/content" for one in attachments]
    served = [(await talk.http.get(path)).content for path in paths]

    assert served == pictures
    assert ticket["text"] == "Вот что вижу при выгрузке"
    assert len(chat.from_bot) == 1
    assert len(await talk.tickets(customer)) == 1


async def a_voice_message_is_kept_and_answered_by_a_request_for_text(talk: Talk) -> None:
    customer, chat = await talk.agency()
    talk.telegram.say(chat, voice=talk.telegram.keep_file(b"OggS", duration=3, mime_type="audio/ogg"))
    ticket = await talk.ticket(customer)
    (told,) = await until(lambda: chat.from_bot)
    assert (ticket["status"], "п. 4.4" in told) == ("deferred", True)
    talk.telegram.say(chat, "Не работает выгрузка объектов")
    await until(lambda: len(chat.from_bot) > 1)
    (again,) = await talk.tickets(customer)

    assert again["status"] in {"new", "queued"}
    assert "рассмотрено заново" in chat.from_bot[1]


async def a_file_beyond_the_limit_is_told_and_its_message_kept(talk: Talk) -> None:
    customer, chat = await talk.agency()
    large = talk.telegram.keep_file(b"\0" * (20 * 1024 * 1024 + 1), file_name="видео.mp4")
    secretive = {name: value for name, value in large.items() if name != "file_size"}
    talk.telegram.say(chat, document=large, caption="Запись экрана со сбоем")
    talk.telegram.say(chat, document=secretive, caption="и ещё одна")
    ticket = await talk.ticket(customer)
    await until(lambda: any("больше 20 МБ" in told for told in chat.from_bot))

    async def settled() -> bool:
        found = [one for message in await talk.messages(ticket) for one in message["attachments"]]
        return [one["state"] for one in found] == ["too_large"] * 2

    await until(settled)
    assert len([told for told in chat.from_bot if "больше 20 МБ" in told]) == 1
    assert ticket["text"] == "Запись экрана со сбоем\nи ещё одна"


async def status_names_the_open_tickets_and_new_begins_another(talk: Talk) -> None:
    customer, chat = await talk.agency()
    first = await talk.registered(customer, chat, "Не работает выгрузка объектов")
    talk.telegram.say(chat, "/new Пропали фотографии в карточке")
    await until(lambda: len(chat.from_bot) > 1)
    second = next(one for one in await talk.tickets(customer) if one["id"] != first["id"])
    talk.telegram.say(chat, "/status@agency_desk_bot")
    await until(lambda: len(chat.from_bot) > 2)

    assert second["text"] == "Пропали фотографии в карточке"
    assert all(one["number"] in chat.from_bot[2] for one in (first, second))
    assert len(await talk.tickets(customer)) == 2


async def _upgraded(talk: Talk, *, tell_old: bool, tell_new: bool, late: bool = False) -> None:
    """Upgrade a group while an answer waits for it; `late`: the other service message comes after all."""
    customer, group = await talk.agency("group")
    ticket = await talk.registered(customer, group, "Не работает выгрузка объектов")
    first = await talk.answer(ticket, "Первый ответ")
    second = await talk.answer(ticket, "Второй ответ")
    new = talk.telegram.upgrade(group, tell_old=tell_old, tell_new=tell_new)
    await until(lambda: "Второй ответ" in new.from_bot)
    if late:
        talk.telegram.say(group, migrate_to_chat_id=new.id)
    talk.telegram.say(new, "Спасибо, проверим выгрузку")
    await until(lambda: _said(talk, ticket, "Спасибо, проверим выгрузку"))
    (chat,) = await talk.chats(customer)

    assert chat["chat_id"] == str(new.id)
    assert (group.from_bot + new.from_bot)[1:] == ["Первый ответ", "Второй ответ"]
    assert len(await talk.tickets(customer)) == 1
    await until(lambda: talk.delivered(ticket, first))
    await until(lambda: talk.delivered(ticket, second))


async def a_group_that_is_upgraded_stays_one_chat_if_both_tell(talk: Talk) -> None:
    await _upgraded(talk, tell_old=True, tell_new=True)


async def a_group_that_is_upgraded_stays_one_chat_if_the_new_one_tells_first(talk: Talk) -> None:
    await _upgraded(talk, tell_old=False, tell_new=True, late=True)


async def a_group_that_is_upgraded_stays_one_chat_if_only_the_old_one_tells(talk: Talk) -> None:
    await _upgraded(talk, tell_old=True, tell_new=False)


async def a_group_that_is_upgraded_stays_one_chat_if_only_a_sending_tells(talk: Talk) -> None:
    await _upgraded(talk, tell_old=False, tell_new=False)


async def words_that_overtake_the_news_of_an_upgrade_join_their_ticket(talk: Talk) -> None:
    customer, group = await talk.agency("group")
    ticket = await talk.registered(customer, group, "Не работает выгрузка объектов")
    new = talk.telegram.upgrade(group, tell_old=False, tell_new=False)
    talk.telegram.say(new, "И в фиде пусто")
    await talk.telegram.settled()
    await until(lambda: _is_unassigned(talk, new))
    talk.telegram.say(group, migrate_to_chat_id=new.id)
    await until(lambda: _said(talk, ticket, "И в фиде пусто"))

    assert [one["chat_id"] for one in await talk.chats(customer)] == [str(new.id)]
    assert not await _is_unassigned(talk, new)
    assert len(await talk.tickets(customer)) == 1


async def _is_unassigned(talk: Talk, chat: Chat) -> bool:
    found = (await talk.http.get("/v1/unassigned-chats")).json()["items"]
    return any(one["chat_id"] == str(chat.id) for one in found)


async def a_chat_that_cannot_be_written_to_is_shown_and_revived_by_its_next_words(talk: Talk) -> None:
    customer, chat = await talk.agency()
    ticket = await talk.registered(customer, chat, "Не работает выгрузка объектов")
    chat.refusal = (403, "Forbidden: bot was blocked by the user")
    lost = await talk.answer(ticket, "Раз")
    await until(partial(talk.delivered, ticket, lost, "failed"))
    assert [one["reachable"] for one in await talk.chats(customer)] == [False]
    chat.refusal = None
    talk.telegram.say(chat, "Я снова здесь, выгрузка стоит")
    await until(lambda: _reachable(talk, customer))
    await talk.answer(ticket, "Три")
    await until(lambda: "Три" in chat.from_bot)

    assert chat.from_bot[1:] == ["Три"]


async def a_bot_that_is_put_out_and_let_in_again_is_seen(talk: Talk) -> None:
    customer, chat = await talk.agency("supergroup")
    talk.telegram.block(chat)
    talk.telegram.let_in(chat)
    await talk.registered(customer, chat, "Не работает выгрузка объектов")
    talk.telegram.block(chat)
    await until(lambda: _unreachable(talk, customer))
    talk.telegram.let_in(chat)
    await until(lambda: _reachable(talk, customer))


async def _reachable(talk: Talk, customer: str) -> bool:
    return all(one["reachable"] for one in await talk.chats(customer))


async def _unreachable(talk: Talk, customer: str) -> bool:
    return not await _reachable(talk, customer)


async def a_chat_of_nobody_waits_and_is_processed_as_of_its_own_time(talk: Talk) -> None:
    customer, _ = await talk.agency()
    chat = talk.stranger("supergroup")
    written = int(unix_now()) - TWO_HOURS
    talk.telegram.say(chat, "Не работает выгрузка объектов", date=written)
    talk.telegram.say(chat, "Ау", date=written + 1)
    await until(lambda: _waiting_words(talk, chat) == 2)
    assert await talk.tickets(customer) == []
    assert _kinds(talk, chat) == [("unassigned_notice", "pending")]
    await talk.assign(customer, chat)
    ticket = await talk.ticket(customer)
    await until(lambda: chat.from_bot)

    assert datetime.fromisoformat(ticket["times"]["received_at"]) == datetime.fromtimestamp(written, UTC)
    assert ticket["text"] == "Не работает выгрузка объектов\nАу"
    assert len(chat.from_bot) == 1
    assert ticket["number"] in chat.from_bot[0]


def _kinds(talk: Talk, chat: Chat) -> list[tuple[str, str]]:
    """Give what was written for a chat, and what became of it."""
    kinds = "SELECT o.kind, o.state FROM outbox AS o JOIN chats AS c ON c.id = o.chat_id"
    return [(kind, state) for kind, state in ask(talk.service, f"{kinds} WHERE c.address = '{chat.id}'")]


def _waiting_words(talk: Talk, chat: Chat) -> int:
    held = f"SELECT count(*) FROM inbox WHERE state = 'held' AND address = '{chat.id}'"  # noqa: S608 - ours
    count: int = ask(talk.service, held)[0][0]
    return count


async def a_throttled_chat_rests_and_others_go_on(talk: Talk) -> None:
    (slow, throttled), (quick, other) = await talk.agency(), await talk.agency()
    mine = await talk.registered(slow, throttled, "Не работает выгрузка объектов")
    theirs = await talk.registered(quick, other, "Пропали фотографии")
    arrived: list[str] = []
    refused: list[str] = []

    def once(asked: dict[str, Any]) -> Reply | None:
        if refused:
            arrived.append("throttled")
            return None
        refused.append(asked["text"])
        return refusal(429, "Too Many Requests: retry after 3", retry_after=3)

    def seen(_: dict[str, Any]) -> None:
        arrived.append("other")

    talk.telegram.faults += [sendings_to(throttled, once), sendings_to(other, seen)]
    delayed = await talk.answer(mine, "После отдыха")
    await until(lambda: refused)
    await talk.answer(theirs, "Сразу")
    await until(lambda: len(arrived) == 2)
    await until(lambda: talk.delivered(mine, delayed))

    assert arrived == ["other", "throttled"]
    assert throttled.from_bot[1:] == ["После отдыха"]


async def words_of_4096_units_are_one_message_and_4097_are_two(talk: Talk) -> None:
    customer, chat = await talk.agency()
    ticket = await talk.registered(customer, chat, "Не работает выгрузка объектов")
    fits, too_long = "я" * (UNITS - 2) + EMOJI, "я" * (UNITS - 1) + EMOJI
    await talk.answer(ticket, fits)
    message = await talk.answer(ticket, too_long)
    await until(lambda: talk.delivered(ticket, message))

    assert chat.from_bot[1:] == [fits, too_long[:-1], EMOJI]


async def an_acknowledgement_that_may_have_arrived_is_not_sent_again(talk: Talk) -> None:
    customer, chat = await talk.agency()

    def taken_without_an_answer(asked: dict[str, Any]) -> Reply:
        talk.telegram.bot_writes(chat, asked)
        return Reply(cut_after=0)

    talk.telegram.faults.append(sendings_to(chat, taken_without_an_answer))
    ticket = await talk.registered(customer, chat, "Не работает выгрузка объектов")
    row = f"SELECT state FROM outbox WHERE ticket_id = '{ticket['id']}'"  # noqa: S608 - ours
    await until(lambda: ask(talk.service, row) == [("unknown",)])
    talk.telegram.faults.pop()
    await talk.answer(ticket, "Смотрим")
    await until(lambda: "Смотрим" in chat.from_bot)

    assert len(chat.from_bot) == 2


async def twenty_first_messages_at_once_are_one_ticket(talk: Talk) -> None:
    customer, chat = await talk.agency()
    said = [_update(9_000 + number, chat, number, text=f"Строка {number}") for number in range(1, 21)]
    assert set(await asyncio.gather(*map(talk.post, said))) == {200}
    ticket = await talk.ticket(customer)
    await until(lambda: chat.from_bot)

    assert sorted(ticket["text"].split("\n")) == sorted(one["message"]["text"] for one in said)
    assert len(await talk.messages(ticket)) == 20
    assert (len(await talk.tickets(customer)), len(chat.from_bot)) == (1, 1)


def _update(update_id: int, chat: Chat, message_id: int, **content: Any) -> dict[str, Any]:
    message = {
        "message_id": message_id,
        "date": int(unix_now()),
        "from": person(),
        "chat": chat.shown,
        **content,
    }
    return {"update_id": update_id, "message": message}


async def what_is_no_appeal_makes_no_ticket_and_what_is_repeated_has_one_effect(talk: Talk) -> None:
    customer, chat = await talk.agency("supergroup")
    post = {
        "message_id": 1,
        "date": int(unix_now()),
        "chat": {"id": -100_777, "type": "channel", "title": "К"},
    }
    nothing: list[dict[str, Any]] = [
        {"update_id": 8_000, "channel_post": {**post, "text": "Новости"}},
        {"update_id": 8_001, "something_of_2030": {"chat": chat.shown}},
        _update(8_002, chat, 1, new_chat_title="Агентство"),
        _update(8_003, chat, 2, pinned_message={}),
    ]
    said = _update(8_004, chat, 3, text="Не работает выгрузка объектов")
    edited = _update(8_005, chat, 3, text="Не работает выгрузка объектов", edit_date=int(unix_now()))
    before = _update(7, chat, 4, text="Правка раньше сообщения", edit_date=int(unix_now()))
    assert set(await asyncio.gather(*map(talk.post, nothing))) == {200}
    assert set(await asyncio.gather(*[talk.post(said) for _ in range(3)])) == {200}
    await talk.post({"update_id": 8_005, "edited_message": edited["message"]})
    await talk.post({"update_id": 7, "edited_message": before["message"]})
    await talk.post(_update(8, chat, 4, text="Правка раньше сообщения"))
    forged = _update(8_006, chat, 9, text="Не работает выгрузка объектов")
    assert await talk.post(forged, "wrong") in {401, 403}
    ticket = await talk.ticket(customer)
    await until(lambda: chat.from_bot)

    assert ticket["text"] == "Не работает выгрузка объектов\nПравка раньше сообщения"
    assert [one["revisions"] for one in await talk.messages(ticket)] == [[], []]
    assert len(await talk.tickets(customer)) == 1
    numbers = "SELECT count(*) FROM inbox WHERE dedup_key LIKE '%:8006'"
    assert ask(talk.service, numbers) == [(0,)]


async def a_forum_is_answered_in_the_topic_and_without_it_in_the_chat(talk: Talk) -> None:
    customer, chat = await talk.agency("supergroup")
    topic = talk.telegram.open_topic(chat, "Выгрузка")
    talk.telegram.say_in(chat, topic, "Не работает выгрузка объектов")
    ticket = await talk.ticket(customer)
    await until(lambda: len(chat.in_topic(topic)) == 1)
    await talk.answer(ticket, "Смотрим")
    await until(lambda: chat.in_topic(topic)[1:] == ["Смотрим"])
    chat.topics.remove(topic)
    answered = await talk.answer(ticket, "Исправили")
    await until(lambda: talk.delivered(ticket, answered))

    assert (chat.in_topic(topic)[1:], chat.in_topic(None)) == (["Смотрим"], ["Исправили"])


SCENES: tuple[Scene, ...] = (
    a_forum_is_answered_in_the_topic_and_without_it_in_the_chat,
    a_person_is_acknowledged_once_and_answered_verbatim,
    a_burst_is_one_ticket_in_the_order_of_writing,
    an_album_of_ten_is_one_ticket_whose_pictures_are_served,
    a_voice_message_is_kept_and_answered_by_a_request_for_text,
    a_file_beyond_the_limit_is_told_and_its_message_kept,
    status_names_the_open_tickets_and_new_begins_another,
    a_group_that_is_upgraded_stays_one_chat_if_both_tell,
    a_group_that_is_upgraded_stays_one_chat_if_the_new_one_tells_first,
    a_group_that_is_upgraded_stays_one_chat_if_only_the_old_one_tells,
    a_group_that_is_upgraded_stays_one_chat_if_only_a_sending_tells,
    words_that_overtake_the_news_of_an_upgrade_join_their_ticket,
    a_chat_that_cannot_be_written_to_is_shown_and_revived_by_its_next_words,
    a_bot_that_is_put_out_and_let_in_again_is_seen,
    a_chat_of_nobody_waits_and_is_processed_as_of_its_own_time,
    a_throttled_chat_rests_and_others_go_on,
    words_of_4096_units_are_one_message_and_4097_are_two,
    an_acknowledgement_that_may_have_arrived_is_not_sent_again,
    twenty_first_messages_at_once_are_one_ticket,
    what_is_no_appeal_makes_no_ticket_and_what_is_repeated_has_one_effect,
)


async def test_every_scene_ends_as_the_regulation_says(talk: Talk) -> None:
    await talk.start()
    ends = await asyncio.gather(*(scene(talk) for scene in SCENES), return_exceptions=True)
    failures = []
    for scene, end in zip(SCENES, ends, strict=True):
        if isinstance(end, Exception):
            end.add_note(f"in the scene: {scene.__name__}")
            failures.append(end)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(SCENES)} scenes", failures)
    assert {status for _, status in talk.telegram.deliveries} == {200}
    assert talk.service.stop() == 0


async def test_updates_are_fetched_where_there_is_no_public_address(talk: Talk) -> None:
    await talk.start(SUPPORT_TELEGRAM_MODE="polling")
    customer, chat = await talk.agency()
    ticket = await talk.registered(customer, chat, "Не работает выгрузка объектов")
    assert talk.service.stop() == 0
    talk.telegram.say(chat, "Написано, пока никто не слушал")
    await talk.start(SUPPORT_TELEGRAM_MODE="polling")
    await until(lambda: _said(talk, ticket, "Написано, пока никто не слушал"))

    assert len(await talk.tickets(customer)) == 1
    assert talk.service.stop() == 0


@pytest.mark.slow
async def test_a_stranger_is_told_once_how_to_be_connected(talk: Talk) -> None:
    await talk.start()
    chat = talk.stranger("group")
    talk.telegram.say(chat, "Не работает выгрузка объектов")
    talk.telegram.say(chat, "Ау")
    await until(lambda: chat.from_bot)
    talk.telegram.say(chat, "Есть кто?")
    await until(lambda: _waiting_words(talk, chat) == 3)

    assert _kinds(talk, chat) == [("unassigned_notice", "sent")]
    assert "п. 4.1" in chat.from_bot[0]
