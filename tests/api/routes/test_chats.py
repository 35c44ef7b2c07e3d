"""Working chats: assigned, renamed, taken back, limited by the tariff."""

from typing import Any

import pytest

from tests.api.fields import PAGE
from tests.api.service import (
    AGENCY,
    CHAT,
    EXTENDED,
    OTHER,
    OTHER_CHAT,
    RENTAL,
    SERVICE,
    Service,
    code_of,
    errors_of,
)

CHATS = f"/v1/customers/{AGENCY}/chats"
TELEGRAM = f"{CHATS}/telegram"


async def listed(service: Service) -> list[dict[str, Any]]:
    page = (await service.admin.get(CHATS)).json()
    assert set(page) == PAGE
    items: list[dict[str, Any]] = page["items"]
    return items


async def test_a_chat_is_assigned_repeated_renamed_and_listed(empty: Service) -> None:
    await empty.customer(chat=None)

    made = await empty.admin.put(f"{TELEGRAM}/{CHAT}", json={"title": "Поддержка"})
    repeated = await empty.admin.put(f"{TELEGRAM}/{CHAT}", json={"title": "Поддержка"})
    renamed = await empty.admin.put(f"{TELEGRAM}/{CHAT}", json={"title": "Чат"})

    assert (made.status_code, repeated.status_code, renamed.status_code) == (201, 200, 200)
    assert made.headers["location"] == f"{TELEGRAM}/{CHAT}"
    chat = made.json()
    assert (chat["channel"], chat["chat_id"], chat["title"]) == ("telegram", CHAT, "Поддержка")
    assert chat["over_limit"] is False
    assert (repeated.content, repeated.headers["etag"]) == (made.content, made.headers["etag"])
    assert (renamed.json()["title"], renamed.headers["etag"] == made.headers["etag"]) == ("Чат", False)
    assert await listed(empty) == [renamed.json()]


async def test_a_chat_needs_no_title_and_no_body(empty: Service) -> None:
    await empty.customer(chat=None)

    made = await empty.admin.put(f"{TELEGRAM}/{CHAT}")

    assert (made.status_code, made.json()["title"]) == (201, None)


@pytest.mark.parametrize(
    ("record", "limit", "clause"),
    [(RENTAL, 1, "4.1"), (SERVICE, 1, "5.1"), (EXTENDED, 3, "5.2"), (EXTENDED | {"tariffs": []}, 1, "4.1")],
)
async def test_a_tariff_has_so_many_chats_over_all_channels(
    empty: Service, record: dict[str, Any], limit: int, clause: str
) -> None:
    await empty.customer(record=record, chat=None)
    for number in range(limit):
        channel = ("telegram", "whatsapp")[number % 2]
        assert (await empty.admin.put(f"{CHATS}/{channel}/7916000000{number}", json={})).status_code == 201

    refused = await empty.admin.put(f"{CHATS}/whatsapp/79160000009", json={})
    repeated = await empty.admin.put(f"{CHATS}/telegram/79160000000", json={})

    assert code_of(refused) == (409, "chat_limit_reached")
    assert (refused.json()["limit"], refused.json()["clause"]) == (limit, clause)
    assert repeated.status_code == 200


async def test_after_a_downgrade_chats_stay_and_work_and_are_shown_over_limit(empty: Service) -> None:
    await empty.customer()
    for chat in ("2", "3"):
        await empty.admin.put(f"{TELEGRAM}/{chat}", json={})

    await empty.customer(record=SERVICE, chat=None)

    assert [one["over_limit"] for one in await listed(empty)] == [False, True, True]
    assert (await empty.submit(chat_id="3")).status_code == 201
    refused = await empty.admin.put(f"{TELEGRAM}/4", json={})
    assert code_of(refused) == (409, "chat_limit_reached")


async def test_the_limit_is_that_of_the_tariff_on_record_even_when_not_in_force(empty: Service) -> None:
    past = {"tariff": "extended", "from": "2025-01-01", "until": "2025-12-31"}
    await empty.customer(record=EXTENDED | {"tariffs": [past]})

    assert (await empty.admin.put(f"{TELEGRAM}/2", json={})).status_code == 201


async def test_a_chat_of_another_customer_is_not_taken_over(service: Service) -> None:
    answer = await service.admin.put(f"{TELEGRAM}/{OTHER_CHAT}", json={})

    assert code_of(answer) == (409, "chat_assigned_elsewhere")
    assert AGENCY not in answer.json()["detail"]


async def test_chats_live_in_official_channels_only(service: Service) -> None:
    for channel in ("phone", "skype", "email"):
        answer = await service.admin.put(f"{CHATS}/{channel}/1", json={})
        assert code_of(answer) == (422, "unofficial_channel")


async def test_a_chat_taken_back_is_free_for_another_customer(service: Service) -> None:
    taken = await service.admin.delete(f"{TELEGRAM}/{CHAT}")
    again = await service.admin.delete(f"{TELEGRAM}/{CHAT}")
    await service.admin.delete(f"/v1/customers/{OTHER}/chats/telegram/{OTHER_CHAT}")
    given = await service.admin.put(f"/v1/customers/{OTHER}/chats/telegram/{CHAT}", json={})

    assert (taken.status_code, taken.content) == (204, b"")
    assert code_of(again) == (404, "chat_not_found")
    assert given.status_code == 201
    assert await listed(service) == []


async def test_tickets_of_a_chat_taken_back_stay_with_their_customer(service: Service) -> None:
    ticket = await service.submitted()

    await service.admin.delete(f"{TELEGRAM}/{CHAT}")

    kept = await service.ticket(ticket["id"])
    assert (kept["customer_id"], kept["chat_id"], kept["status"]) == (AGENCY, CHAT, "queued")
    assert code_of(await service.submit()) == (422, "not_registered")


async def test_only_the_customers_own_chat_can_be_taken_back(service: Service) -> None:
    for path in (f"{TELEGRAM}/{OTHER_CHAT}", f"{TELEGRAM}/5", f"{CHATS}/whatsapp/79160000001"):
        assert code_of(await service.admin.delete(path)) == (404, "chat_not_found")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (f"{TELEGRAM}/abc", {}, "/path/chat_id"),
        (f"{TELEGRAM}/12345678901234567", {}, "/path/chat_id"),
        (f"{CHATS}/Telegram/1", {}, "/path/channel"),
        (f"{CHATS}/whatsapp/{'9' * 136}", {}, "/path/chat_id"),
        (f"{CHATS}/whatsapp/79160000001", {"title": "x" * 201}, "/title"),
        (f"{CHATS}/whatsapp/79160000001", {"title": 1}, "/title"),
        (f"{CHATS}/whatsapp/79160000001", {"over_limit": False}, "/over_limit"),
    ],
)
async def test_what_is_wrong_is_named(service: Service, path: str, body: Any, pointer: str) -> None:
    answer = await service.admin.put(path, json=body)

    assert [found for found, _ in errors_of(answer)] == [pointer]


async def test_if_match_on_a_chat_compares_its_version(service: Service) -> None:
    first = await service.admin.put(f"{TELEGRAM}/{CHAT}", json={"title": "Первый"})

    stale = await service.admin.put(f"{TELEGRAM}/{CHAT}", json={}, headers={"If-Match": '"1.00"'})
    fresh = await service.admin.put(
        f"{TELEGRAM}/{CHAT}", json={}, headers={"If-Match": first.headers["etag"]}
    )
    absent = await service.admin.put(f"{TELEGRAM}/77", json={}, headers={"If-Match": "*"})

    assert code_of(stale) == code_of(absent) == (412, "precondition_failed")
    assert fresh.status_code == 200
