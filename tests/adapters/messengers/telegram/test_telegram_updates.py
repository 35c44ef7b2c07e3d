"""An update of Telegram becomes the desk's own words; what is unknown is passed over."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.messengers.telegram.updates import CHANNEL, read_update
from app.application.ports.messengers import UnreadableUpdateError
from app.domain.chats.address import ChatAddress
from app.domain.chats.inbound import (
    ChatMoved,
    ChatReachable,
    Ignored,
    Inbound,
    InboundFile,
    InboundMessage,
    Sender,
)
from app.domain.vocabulary import AttachmentKind
from tests.adapters.messengers.updates import BOT, GROUP, PERSON, PRIVATE, SECONDS, file, message, update


def read(**kinds: Any) -> Inbound:
    return read_update(update(**kinds), BOT)


def words(**content: Any) -> InboundMessage:
    event = read(message=message(**content)).event
    assert isinstance(event, InboundMessage)
    return event


def test_a_text_in_a_group() -> None:
    assert read(message=message(text="Не работает выгрузка")) == Inbound(
        channel="telegram",
        dedup_key=f"{BOT}:900000001",
        address=ChatAddress(CHANNEL, "-1001234567890"),
        title="Агентство 17 и поддержка",
        private=False,
        event=InboundMessage(
            message_id="71",
            sender=Sender("5550001", "Анна Серова"),
            occurred_at=datetime.fromtimestamp(SECONDS, UTC),
            text="Не работает выгрузка",
        ),
    )


def test_a_private_chat_is_titled_by_its_person() -> None:
    found = read(message=message(chat=PRIVATE, text="Здравствуйте"))
    assert (found.private, found.title) == (True, "Анна Серова")
    assert found.address == ChatAddress(CHANNEL, "5550001")


def test_a_caption_is_the_text_and_the_largest_size_is_the_picture() -> None:
    sizes = [
        file("small", width=90, height=60),
        file("large", width=1280, height=853),
        file("middle", width=320, height=213),
    ]
    found = words(photo=sizes, caption="Вот ошибка", media_group_id="13579")
    assert found.text == "Вот ошибка"
    assert found.group_key == "13579"
    assert found.files == (InboundFile("large", "u-large", AttachmentKind.IMAGE, None, "image/jpeg", 5_120),)


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        ({"video": file(mime_type="video/mp4", file_name="a.mp4")}, AttachmentKind.VIDEO, "a.mp4"),
        ({"video": file(file_name="a" * 300 + ".mp4")}, AttachmentKind.VIDEO, "a" * 300 + ".mp4"),
        ({"video_note": file(length=240)}, AttachmentKind.VIDEO_NOTE, None),
        ({"voice": file(mime_type="audio/ogg", duration=7)}, AttachmentKind.VOICE, None),
        ({"audio": file(file_name="запись.mp3")}, AttachmentKind.AUDIO, "запись.mp3"),
        (
            {"document": file(mime_type="application/pdf", file_name="акт.pdf")},
            AttachmentKind.DOCUMENT,
            "акт.pdf",
        ),
        (
            {"document": file(mime_type="IMAGE/png", file_name="снимок.png")},
            AttachmentKind.IMAGE,
            "снимок.png",
        ),
        ({"animation": file("gif"), "document": file("gif")}, AttachmentKind.VIDEO, None),
        ({"photo": [file("p", width=1, height=1)], "live_photo": file("l")}, AttachmentKind.IMAGE, None),
    ],
)
def test_a_file_keeps_its_kind_and_the_name_that_the_sender_gave(
    content: dict[str, Any], kind: AttachmentKind, name: str | None
) -> None:
    (found,) = words(**content).files
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"sticker": file(emoji="👍")}, "👍"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "🎲"),
        ({"contact": {"first_name": "Пётр", "phone_number": "+70000000000"}}, "Контакт: Пётр, +70000000000"),
        ({"location": {"latitude": 55.75, "longitude": 37.61}}, "Место: 55.75, 37.61"),
        (
            {
                "venue": {"title": "Офис", "address": "Ленина, 1"},
                "location": {"latitude": 1.5, "longitude": 2.5},
            },
            "Место: Офис, Ленина, 1",
        ),
        (
            {"poll": {"question": "Когда?", "options": [{"text": "Утром"}, {"text": "Днём"}]}},
            "Опрос: Когда?, Утром, Днём",
        ),
        ({"story": {"id": 1}}, ""),
        ({"voice": file()}, ""),
    ],
)
def test_other_content_is_told_in_words_or_without_any(content: dict[str, Any], text: str) -> None:
    assert words(**content).text == text


def test_an_edit_replaces_the_message_of_the_same_id() -> None:
    found = read(edited_message=message(text="Исправлено", edit_date=SECONDS + 40)).event
    assert isinstance(found, InboundMessage)
    assert (found.message_id, found.text) == ("71", "Исправлено")
    assert found.edited_at == datetime.fromtimestamp(SECONDS + 40, UTC)


def test_a_reply_names_the_message_it_answers() -> None:
    assert words(text="да", reply_to_message=message(message_id=64, text="Проверьте")).reply_to == "64"


def test_a_message_in_a_topic_is_no_reply_to_what_opened_the_topic() -> None:
    opening = message(message_id=5, forum_topic_created={"name": "Ошибки"})
    found = words(text="да", is_topic_message=True, message_thread_id=5, reply_to_message=opening)
    assert (found.reply_to, found.topic) == (None, "5")


def test_a_thread_of_answers_in_a_plain_group_is_no_topic() -> None:
    answered = message(message_id=5, text="Проверьте")
    found = words(text="да", message_thread_id=5, reply_to_message=answered)
    assert (found.reply_to, found.topic) == ("5", None)


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ({"type": "user", "sender_user": PERSON}, "Анна Серова"),
        ({"type": "hidden_user", "sender_user_name": "Клиент"}, "Клиент"),
        ({"type": "chat", "sender_chat": GROUP}, GROUP["title"]),
        ({"type": "channel", "chat": {"id": -100, "type": "channel", "title": "Новости"}}, "Новости"),
        ({"type": "of_tomorrow"}, None),
    ],
)
def test_forwarded_words_keep_their_author_s_name(origin: dict[str, Any], name: str | None) -> None:
    found = words(text="переслано", forward_origin=origin)
    assert found.forwarded_from == name
    assert found.sender.external_id == "5550001"


def test_an_administrator_who_hides_writes_in_the_name_of_the_group() -> None:
    hidden = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group"}
    found = words(text="Помогите", **{"from": hidden}, sender_chat=GROUP)
    assert found.sender == Sender(None, "Агентство 17 и поддержка")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "реклама", "is_automatic_forward": True}, "not_a_person"),
        ({"text": "я бот", "from": {"id": 9, "is_bot": True, "first_name": "b"}}, "not_a_person"),
        ({"new_chat_members": [PERSON]}, "service"),
        ({"left_chat_member": PERSON}, "service"),
        ({"new_chat_title": "Новое имя"}, "service"),
        ({"pinned_message": message(text="важно")}, "service"),
        ({"forum_topic_created": {"name": "t"}}, "service"),
        ({"video_chat_started": {}}, "service"),
        ({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}}, "service"),
        ({"a_service_message_of_tomorrow": {}}, "service"),
    ],
)
def test_a_service_message_is_no_appeal(content: dict[str, Any], kind: str) -> None:
    assert read(message=message(**content)).event == Ignored(kind)


@pytest.mark.parametrize(
    "kinds",
    [
        {
            "channel_post": {
                "message_id": 1,
                "date": SECONDS,
                "chat": {"id": -100, "type": "channel"},
                "text": "x",
            }
        },
        {"edited_channel_post": {"message_id": 1}},
        {"message_reaction": {"chat": GROUP, "message_id": 1}},
        {"callback_query": {"id": "1"}},
        {"business_message": {"message_id": 1}},
        {"a_kind_of_tomorrow": {"chat": GROUP}},
        {},
    ],
)
def test_other_kinds_are_passed_over(kinds: dict[str, Any]) -> None:
    assert isinstance(read(**kinds).event, Ignored)


def test_a_message_in_a_channel_is_passed_over() -> None:
    chat = {"id": -1_005, "type": "channel", "title": "Новости"}
    assert read(message=message(chat=chat, text="x")).event == Ignored("channel_post")


@pytest.mark.parametrize(
    "content",
    [
        {"chat": {**GROUP, "id": -4_100}, "migrate_to_chat_id": -1_004_100},
        {"chat": {**GROUP, "id": -1_004_100}, "migrate_from_chat_id": -4_100},
    ],
)
def test_both_service_messages_of_a_move_say_the_same(content: dict[str, Any]) -> None:
    assert read(message=message(**content)).event == ChatMoved(
        ChatAddress(CHANNEL, "-4100"), ChatAddress(CHANNEL, "-1004100")
    )


@pytest.mark.parametrize(
    ("status", "reachable"),
    [
        ({"status": "member"}, True),
        ({"status": "administrator"}, True),
        ({"status": "kicked"}, False),
        ({"status": "left"}, False),
        ({"status": "restricted", "is_member": True, "can_send_messages": True}, True),
        ({"status": "restricted", "is_member": True, "can_send_messages": False}, False),
        ({"status": "restricted", "is_member": False, "can_send_messages": True}, False),
    ],
)
def test_the_bot_s_membership_says_whether_it_may_write(status: dict[str, Any], reachable: bool) -> None:
    change = {"chat": PRIVATE, "from": PERSON, "date": SECONDS, "new_chat_member": status}
    assert read(my_chat_member=change).event == ChatReachable(reachable)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": true}',
        b'{"update_id": 1e3}',
        b"\xff\xfe",
        b"[" * 100_000,
        update(message={"message_id": 1}),
        update(message=message(chat={"id": "x", "type": "group"}, text="x")),
        *(
            update(message=message(chat={"id": id_, "type": "group"}, text="x"))
            for id_ in ("-1002", 0, -0.0, 1e3, True, 2**53, -(2**53), "\u0661")
        ),
        update(message=message(**{"from": {**PERSON, "id": 0}}, text="x")),
        update(message=message(migrate_to_chat_id=0)),
        b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": -0, "type": "group"}}}',
        update(message=message(message_id=None, text="x")),
        update(message=message(date="вчера", text="x")),
        update(message=message(date=2**52, text="x")),
    ],
)
def test_what_cannot_be_read_is_named_without_its_words(raw: bytes) -> None:
    with pytest.raises(UnreadableUpdateError) as failure:
        read_update(raw, BOT)
    assert "вчера" not in str(failure.value)


def test_texts_that_no_database_takes_are_mended() -> None:
    raw = json.dumps({"update_id": 1, "message": message(text="a\0b\ud800c😀")}).encode()
    event = read_update(raw, BOT).event
    assert isinstance(event, InboundMessage)
    assert event.text == "ab\ufffdc😀"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    """text caption photo video document sticker contact location venue poll from sender_chat chat date
    reply_to_message forward_origin media_group_id migrate_to_chat_id new_chat_member edit_date""".split()
)


@given(
    kind=st.sampled_from(["message", "edited_message", "my_chat_member"]),
    content=st.dictionaries(MEMBERS, JSON_VALUES, max_size=6),
)
def test_any_members_are_read_or_refused_but_never_an_accident(kind: str, content: dict[str, Any]) -> None:
    try:
        found = read_update(update(900_000_001, **{kind: message(**content)}), BOT)
    except UnreadableUpdateError:
        return
    assert found.dedup_key == f"{BOT}:900000001"
    if isinstance(found.event, InboundMessage):
        found.event.text.encode()
