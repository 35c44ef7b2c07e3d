"""Setting the bot up: nothing that customers wrote is dropped, and what a person must mend is said."""

import json
from typing import Any

import httpx
import pytest

from app.adapters.messengers.telegram.api import TelegramApi
from app.adapters.messengers.telegram.polling import (
    CONFLICT_SECONDS,
    PAUSE_SECONDS,
    TelegramPolling,
)
from app.adapters.messengers.telegram.setup import (
    SetupFailed,
    SetupProblem,
    check,
    remove_webhook,
    set_webhook,
    why_not_a_webhook,
)

TOKEN = "4200000001:" + "A" * 35
URL = "https://desk.example.org/webhooks/telegram"
BOT = {"id": 1, "is_bot": True, "username": "agency_desk_bot", "can_read_all_group_messages": True}
HOOK: dict[str, Any] = {"url": URL, "pending_update_count": 0}


class Provider:
    """Answers each method with the result it was given, and keeps what it was asked."""

    def __init__(self, **results: Any) -> None:
        self.results = {
            "setWebhook": True,
            "deleteWebhook": True,
            "getMe": BOT,
            "getWebhookInfo": HOOK,
            **results,
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        self.asked.append((method, json.loads(request.content)))
        result = self.results[method]
        if isinstance(result, list) and method == "getUpdates":
            result = result.pop(0) if result else []
        if isinstance(result, httpx.Response):
            return result
        return httpx.Response(200, json={"ok": True, "result": result})

    def api(self) -> TelegramApi:
        return TelegramApi(
            TOKEN, "http://127.0.0.1:1", "http://127.0.0.1:1/file", transport=httpx.MockTransport(self)
        )


def advice(findings: list[SetupProblem]) -> list[str]:
    return [finding.advice for finding in findings if finding.advice]


async def test_the_webhook_is_set_with_a_secret_and_keeps_what_waits() -> None:
    provider = Provider()
    findings = await set_webhook(provider.api(), URL, "s3cret_-")
    method, asked = provider.asked[0]
    assert (method, asked) == (
        "setWebhook",
        {
            "url": URL,
            "secret_token": "s3cret_-",
            "allowed_updates": ["message", "edited_message", "my_chat_member", "channel_post"],
            "max_connections": 40,
        },
    )
    assert advice(findings) == []


async def test_polling_removes_the_webhook_and_keeps_what_waits() -> None:
    provider = Provider(getWebhookInfo={"url": ""})
    assert advice(await remove_webhook(provider.api())) == []
    assert provider.asked[0] == ("deleteWebhook", {})


@pytest.mark.parametrize(
    ("results", "part"),
    [
        ({"getMe": {**BOT, "can_read_all_group_messages": False}}, "setprivacy"),
        ({"getMe": {**BOT, "can_join_groups": False}}, "setjoingroups"),
        ({"getWebhookInfo": {"url": "https://elsewhere.example.org/x"}}, "another installation"),
        ({"getWebhookInfo": {"url": ""}}, "telegram setup again"),
        ({"getWebhookInfo": {**HOOK, "allowed_updates": ["message"]}}, "telegram setup again"),
        ({"getWebhookInfo": {**HOOK, "pending_update_count": 500}}, "address responds"),
        (
            {"getWebhookInfo": {**HOOK, "last_error_date": 1_795_330_800, "last_error_message": "timeout"}},
            "from the internet",
        ),
    ],
)
async def test_what_a_person_must_mend_is_said(results: dict[str, Any], part: str) -> None:
    (said,) = advice(await check(Provider(**results).api(), URL))
    assert part in said


async def test_a_wrong_token_is_said_without_the_token() -> None:
    refused = httpx.Response(401, json={"ok": False, "error_code": 401, "description": "Unauthorized"})
    with pytest.raises(SetupFailed) as failure:
        await check(Provider(getMe=refused).api())
    assert "BotFather" in str(failure.value)
    assert TOKEN not in str(failure.value)


@pytest.mark.parametrize(
    ("url", "own_server", "fits"),
    [
        (URL, False, True),
        ("https://desk.example.org:8443/webhooks/telegram", False, True),
        ("https://desk.example.org:9000/webhooks/telegram", False, False),
        ("http://desk.example.org/webhooks/telegram", False, False),
        ("http://127.0.0.1:8000/webhooks/telegram", True, True),
        ("https://user@desk.example.org/", False, False),
        ("desk.example.org", False, False),
        ("https://", False, False),
        ("https://desk.example.org:port/", False, False),
    ],
)
def test_only_addresses_that_telegram_delivers_to_are_taken(url: str, own_server: bool, fits: bool) -> None:
    assert (why_not_a_webhook(url, own_server=own_server) is None) is fits


async def test_polling_confirms_an_update_only_after_it_was_stored() -> None:
    provider = Provider(getUpdates=[[{"update_id": 7}, {"update_id": 3}], []])
    stored: list[bytes] = []

    async def receive(raw: bytes) -> None:
        stored.append(raw)

    polling = TelegramPolling(provider.api(), receive)
    assert await polling.run_once() == 0.0
    assert await polling.run_once() == 0.0
    assert stored == [b'{"update_id": 7}', b'{"update_id": 3}']
    first, second = (asked for method, asked in provider.asked if method == "getUpdates")
    assert "offset" not in first
    assert second["offset"] == 8


async def test_an_update_that_could_not_be_stored_is_asked_for_again() -> None:
    provider = Provider(getUpdates=[[{"update_id": 7}], [{"update_id": 7}]])

    async def receive(raw: bytes) -> None:
        raise OSError

    polling = TelegramPolling(provider.api(), receive)
    with pytest.raises(OSError):  # noqa: PT011 - the failure of the fake above
        await polling.run_once()
    with pytest.raises(OSError):  # noqa: PT011 - the same
        await polling.run_once()
    assert "offset" not in provider.asked[1][1]


@pytest.mark.parametrize(
    ("status", "pause", "trouble"),
    [(409, CONFLICT_SECONDS, "another_receiver"), (500, PAUSE_SECONDS, "http_500")],
)
async def test_polling_pauses_when_telegram_refuses(status: int, pause: float, trouble: str) -> None:
    refused = httpx.Response(status, json={"ok": False, "error_code": status})
    polling = TelegramPolling(Provider(getUpdates=refused).api(), lambda _: _never())
    assert await polling.run_once() == pause
    assert polling.trouble == trouble


@pytest.mark.parametrize(("asked", "pause"), [(7, 7.0), (10**9, 3_600.0)])
async def test_polling_pauses_as_long_as_telegram_asks_but_an_hour_at_most(asked: int, pause: float) -> None:
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": asked}}
    polling = TelegramPolling(Provider(getUpdates=httpx.Response(429, json=body)).api(), lambda _: _never())
    assert await polling.run_once() == pause


async def _never() -> None:
    raise AssertionError
