"""The webhook of Telegram stores what comes, once, and says nothing (T1, T2, T15)."""

import asyncio
import json
from typing import Any

import pytest

from app.application.errors import OutcomeUnknownError, StoreUnavailableError
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.inbox import InboxState
from tests.api.service import CHAT, OTHER_CHAT, SECRET, SECRET_BEFORE, SHOWN, WEBHOOK, Service, code_of, said

Json = dict[str, Any]


async def stored(service: Service) -> list[Json]:
    """Give the stored updates that wait, as they came."""
    items = await service.store.read(lambda uow: uow.inbox.of_state(InboxState.PENDING, after=0, limit=1_000))
    return [json.loads(item.raw) for item in items]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], f"{SECRET} ", SECRET_BEFORE])
async def test_without_the_secret_nothing_is_stored(service: Service, secret: str | None) -> None:
    """T1."""
    answer = await service.update(secret=secret, message=said("1"))
    assert code_of(answer) == (401, "wrong_webhook_secret")
    assert answer.headers["www-authenticate"].startswith("Webhook")
    assert await stored(service) == []


async def test_the_secret_shown_twice_is_none(service: Service) -> None:
    headers = [(SHOWN, SECRET), (SHOWN, SECRET)]
    answer = await service.client(None).post(WEBHOOK, content=b"{}", headers=headers)
    assert code_of(answer) == (401, "wrong_webhook_secret")


async def test_an_api_key_is_no_secret(service: Service) -> None:
    answer = await service.admin.post(WEBHOOK, content=b"{}")
    assert code_of(answer) == (401, "wrong_webhook_secret")


async def test_while_the_secret_changes_both_count(database_url: str, base_calendar: WorkCalendar) -> None:
    service = Service(database_url, base_calendar, telegram_secret_previous=SECRET_BEFORE)
    try:
        answers = [await service.update(secret=secret) for secret in (SECRET, SECRET_BEFORE, "other")]
        assert [answer.status_code for answer in answers] == [200, 200, 401]
    finally:
        await service.close()


@pytest.mark.parametrize("off", [{"telegram_token": ""}, {"telegram_mode": "polling"}])
async def test_where_telegram_does_not_call_there_is_no_webhook(
    database_url: str, base_calendar: WorkCalendar, off: dict[str, Any]
) -> None:
    service = Service(database_url, base_calendar, **off)
    try:
        assert code_of(await service.update()) == (404, "not_found")
    finally:
        await service.close()


async def test_what_is_stored_is_answered_without_a_word(service: Service) -> None:
    """T15: no JSON, so no `method` that Telegram would call."""
    answer = await service.update(message=said("1"))
    assert (answer.status_code, answer.content) == (200, b"")
    (update,) = await stored(service)
    assert update["message"]["text"] == "Слова"


async def test_one_update_thrice_at_once_is_one_row_and_200_each(service: Service) -> None:
    """T2."""
    answers = await asyncio.gather(*(service.update("7", message=said("1")) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(await stored(service)) == 1


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'"method"', b"\0"])
async def test_what_cannot_be_read_is_stored_too_and_parked(service: Service, raw: bytes) -> None:
    """A 4xx would keep the whole chat from being served for a day."""
    for _ in range(2):
        answer = await service.webhook(raw)
        assert (answer.status_code, answer.content) == (200, b"")
    await service.work()
    parked = await service.store.read(lambda uow: uow.inbox.of_state(InboxState.PARKED, after=0, limit=9))
    assert [(item.raw, item.error) for item in parked] == [(raw, "unreadable")]


async def test_an_update_beyond_a_mebibyte_is_413(service: Service) -> None:
    assert code_of(await service.webhook(b"x" * (1_048_576 + 1))) == (413, "body_too_large")
    assert (await service.webhook(b"x" * 1_048_576)).status_code == 200


async def test_a_wrong_secret_is_answered_before_the_body_is_read(service: Service) -> None:
    assert code_of(await service.webhook(b"x" * 2_000_000, "wrong")) == (401, "wrong_webhook_secret")


@pytest.mark.parametrize(
    ("failure", "code"),
    [(StoreUnavailableError("away"), "store_unavailable"), (OutcomeUnknownError("cut"), "outcome_unknown")],
)
async def test_with_the_database_away_the_messenger_is_to_come_again(
    service: Service, monkeypatch: pytest.MonkeyPatch, failure: Exception, code: str
) -> None:
    """T15."""

    async def write(_: Any) -> None:
        raise failure

    monkeypatch.setattr(type(service.store), "write", lambda _, work: write(work))
    answer = await service.update(message=said("1"))
    assert code_of(answer) == (503, code)
    assert int(answer.headers["retry-after"]) > 0


async def test_twenty_first_messages_of_a_chat_at_once_are_one_ticket(service: Service) -> None:
    answers = await asyncio.gather(
        *(service.update(message=said(str(number), f"слово {number}")) for number in range(20))
    )
    assert {answer.status_code for answer in answers} == {200}
    await service.work()
    service.clock.now = service.clock.now.replace(second=3)
    await service.work()

    (ticket,) = (await service.admin.get("/v1/tickets")).json()["items"]
    messages = (await service.admin.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]

    assert (ticket["status"], ticket["chat_id"], ticket["category"]) == ("new", CHAT, None)
    assert sorted(message["text"] for message in messages) == sorted(f"слово {n}" for n in range(20))
    assert {message["sender"]["external_id"] for message in messages} == {"700"}


async def test_an_edit_and_a_message_taken_back_are_shown(service: Service) -> None:
    await service.update(message=said("1", "Не раотает"))
    await service.work()
    service.clock.now = service.clock.now.replace(second=3)
    await service.work()
    at = service.clock.now.isoformat()
    await service.update(message=said("1", "Не работает", edited_at=at))
    await service.update(revoked="1", at=at)
    await service.work()

    (ticket,) = (await service.admin.get("/v1/tickets")).json()["items"]
    (message,) = (await service.admin.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
    events = (await service.admin.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]

    assert message["text"] == "Не работает"
    assert [(one["text"], one["at"]) for one in message["revisions"]] == [
        ("Не раотает", message["revoked_at"])
    ]
    assert [event["type"] for event in events] == ["ticket.registered", "message.edited", "message.revoked"]


async def test_a_chat_shows_that_it_cannot_be_reached_and_is_revived_by_a_message(service: Service) -> None:
    async def shown() -> tuple[Any, Any]:
        (chat,) = (await service.admin.get("/v1/customers/agency-17/chats")).json()["items"]
        return chat["reachable"], chat["unreachable_since"]

    assert await shown() == (True, None)
    await service.update(reachable=False)
    await service.work()
    assert await shown() == (False, "2026-11-20T07:00:00Z")
    await service.update(message=said("1"))
    await service.work()
    assert await shown() == (True, None)


async def test_chats_of_nobody_are_listed_until_they_are_assigned(service: Service) -> None:
    for number in ("1", "2"):
        await service.update(chat="-77", title="Новые", message=said(number))
    await service.update(chat="88", private=True, message=said("1"))
    await service.work()

    page = (await service.admin.get("/v1/unassigned-chats")).json()
    by_chat = {chat.pop("chat_id"): chat for chat in page["items"]}
    await service.admin.delete(f"/v1/customers/agency-18/chats/telegram/{OTHER_CHAT}")
    assigned = await service.admin.put("/v1/customers/agency-18/chats/telegram/-77", json={})
    left = (await service.admin.get("/v1/unassigned-chats")).json()["items"]

    assert by_chat["-77"] == {
        "channel": "telegram",
        "title": "Новые",
        "private": False,
        "reachable": True,
        "messages": 2,
        "held": 2,
        "first_at": "2026-11-20T07:00:00Z",
        "last_at": "2026-11-20T07:00:00Z",
    }
    assert (by_chat["88"]["private"], by_chat["88"]["title"]) == (True, None)
    assert (assigned.status_code, [chat["chat_id"] for chat in left]) == (201, ["88"])
    await service.work()
    service.clock.now = service.clock.now.replace(second=3)
    await service.work()
    (ticket,) = (await service.admin.get("/v1/tickets")).json()["items"]
    assert (ticket["customer_id"], ticket["text"]) == ("agency-18", "Слова\nСлова")


async def test_staff_is_named_renamed_shown_and_let_go(service: Service) -> None:
    path = "/v1/staff/telegram/900"
    made = await service.admin.put(path, json={"name": "Ольга"})
    again = await service.admin.put(path, json={"name": "Ольга"})
    renamed = await service.admin.put(path, json={"name": "Ольга П."})

    assert [answer.status_code for answer in (made, again, renamed)] == [201, 200, 200]
    assert made.headers["location"] == path
    assert again.content == made.content
    assert (await service.admin.get(path)).json() == renamed.json()
    assert (await service.admin.get("/v1/staff")).json()["items"] == [renamed.json()]
    await service.update(message=said("1", author="900"))
    await service.work()
    assert (await service.admin.delete(path)).status_code == 204
    for answer in (await service.admin.delete(path), await service.admin.get(path)):
        assert code_of(answer) == (404, "staff_not_found")
    assert code_of(await service.admin.put("/v1/staff/skype/1", json={"name": "x"})) == (
        422, "unofficial_channel",
    )  # fmt: skip
    assert (await service.admin.get("/v1/tickets")).json()["items"] == []


async def test_the_metrics_tell_what_waits_and_what_was_done(service: Service) -> None:
    await service.webhook(b"{")
    await service.update(chat="-77", message=said("1"))
    await service.work()
    await service.update(message=said("1"))

    told = (await service.admin.get("/metrics")).text

    for line in (
        'support_inbox_waiting{state="pending"} 1.0',
        'support_inbox_waiting{state="held"} 1.0',
        'support_inbox_waiting{state="parked"} 1.0',
        "support_inbox_oldest_seconds 0.0",
        'support_inbox_updates_total{channel="telegram",result="held"} 1.0',
        'support_inbox_updates_total{channel="telegram",result="parked"} 1.0',
    ):
        assert line in told
