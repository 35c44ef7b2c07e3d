"""A compressing proxy makes an ETag weak (nginx) or appends a suffix (Apache); writes work all the same."""

from typing import Any

import httpx
import pytest

from tests.api.service import AGENCY, CHAT, EXTENDED, Service

CUSTOMER, CHATS = f"/v1/customers/{AGENCY}", f"/v1/customers/{AGENCY}/chats/telegram"
STAFF, DAY = "/v1/staff/telegram/501", "/v1/work-calendar/exceptions/2026-12-01"


async def tag_of(service: Service, path: str) -> str:
    return str((await service.admin.get(path)).headers["etag"])


async def transition(service: Service, headers: dict[str, str], path: str) -> httpx.Response:
    body = {"action": "start", "agent": "Ирина"}
    return await service.admin.post(f"{path}/transitions", json=body, headers=headers)


@pytest.mark.parametrize(
    "seen", ['W/{}"', '{}-gzip"', 'W/{}-gzip"', '"0.1", W/{}", "0.2"', 'W/"0.1", {}-br"']
)
async def test_writes_compare_the_version(service: Service, seen: str) -> None:
    def shown(tag: str) -> dict[str, str]:
        return {"If-Match": seen.format(tag[:-1])}

    async def put(path: str, body: Any) -> httpx.Response:
        return await service.admin.put(path, json=body, headers=shown(await tag_of(service, path)))

    path = f"/v1/tickets/{(await service.submitted())['id']}"
    assert (await transition(service, shown(await tag_of(service, path)), path)).status_code == 200
    assert (await put(CUSTOMER, EXTENDED | {"name": "Новое имя"})).status_code == 200
    await service.admin.put(STAFF, json={"name": "Ирина"})
    staff = await service.admin.put(STAFF, json={"name": "Ирина"})
    changed = await service.admin.put(STAFF, json={"name": "Олег"}, headers=shown(staff.headers["etag"]))
    assert changed.status_code == 200
    stale = await service.admin.put(STAFF, json={"name": "Нина"}, headers=shown(staff.headers["etag"]))
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    chat = await service.admin.put(f"{CHATS}/{CHAT}", json={})
    renamed = await service.admin.put(
        f"{CHATS}/{CHAT}", json={"title": "Чат"}, headers=shown(chat.headers["etag"])
    )
    assert renamed.status_code == 200
    day = await service.admin.put(DAY, json={"intervals": [], "reason": "Ремонт"})
    again = await service.admin.put(
        DAY, json={"intervals": [], "reason": "Учения"}, headers=shown(day.headers["etag"])
    )
    assert again.status_code == 200
