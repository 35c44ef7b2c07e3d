"""Setup of the bot at Telegram, and a check of its settings with advice to the operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from app.adapters.messengers.telegram.api import UNAUTHORIZED, CallFailed, TelegramApi
from app.adapters.messengers.telegram.updates import ALLOWED_UPDATES

CONNECTIONS = 40
TELEGRAMS_PORTS = frozenset({443, 80, 88, 8443})
MANY_WAITING = 100
_ADVICE_WITHOUT_HOOK = {"": None, None: "run telegram setup --url with the address of this installation"}


@dataclass(frozen=True, slots=True)
class SetupProblem:
    """One line of a check; `advice` is the operator's next step, None if there is no problem."""

    fact: str
    advice: str | None = None


class SetupFailed(Exception):
    """Telegram refused, or is unreachable; the message has the cause and never the token."""


async def set_webhook(api: TelegramApi, url: str, secret: str) -> list[SetupProblem]:
    """Set the webhook to `url`, with the secret in a header, and return the check's findings.

    Updates waiting at Telegram are never dropped, because customers wrote them. Raises SetupFailed if
    Telegram refuses or is unreachable.
    """
    await _result(
        api,
        "setWebhook",
        {
            "url": url,
            "secret_token": secret,
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": CONNECTIONS,
        },
    )
    return await check(api, url)


async def remove_webhook(api: TelegramApi) -> list[SetupProblem]:
    """Remove the webhook, so that updates can be fetched by polling.

    Raises SetupFailed if Telegram refuses or is unreachable.
    """
    await _result(api, "deleteWebhook", {})
    return await check(api, "")


async def check(api: TelegramApi, url: str | None = None) -> list[SetupProblem]:
    """Check the bot and its webhook; `url` is the expected one, if known.

    An empty `url` means that no webhook is expected, because updates are fetched by polling. Raises
    SetupFailed if Telegram refuses or is unreachable.
    """
    bot = await _result(api, "getMe", {})
    hook = await _result(api, "getWebhookInfo", {})
    return [*_about_bot(bot), *_about_hook(hook, url)]


def why_not_a_webhook(url: str, *, own_server: bool) -> str | None:
    """Return why Telegram would not deliver to a URL; an own Bot API server accepts any port and http."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is not a URL"
    if parts.scheme not in ({"https", "http"} if own_server else {"https"}) or not parts.hostname:
        return "it must be an https:// address"
    if parts.username is not None or parts.fragment:
        return "it must have neither a user nor a fragment"
    if not own_server and (port or 443) not in TELEGRAMS_PORTS:
        return "its port must be 443, 80, 88 or 8443"
    return None


async def _result(api: TelegramApi, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = await api.call(method, parameters=parameters)
    except CallFailed as failure:
        raise SetupFailed(f"{method}: Telegram cannot be reached ({failure.code})") from None
    if answer.succeeded:
        return answer.result if isinstance(answer.result, dict) else {}
    if answer.code in UNAUTHORIZED:
        raise SetupFailed("Telegram rejects the token: copy it from BotFather again")
    raise SetupFailed(f"{method}: Telegram responded with {answer.code}")


def _about_bot(bot: dict[str, Any]) -> Iterator[SetupProblem]:
    yield SetupProblem(f"the bot is @{bot.get('username', '?')}")
    if bot.get("can_join_groups") is False:
        yield SetupProblem(
            "the bot cannot be added to groups",
            "allow it in BotFather (/setjoingroups), or use private chats only",
        )
    if bot.get("can_read_all_group_messages") is True:
        yield SetupProblem("it reads all messages of its groups")
    else:
        yield SetupProblem(
            "privacy mode is on: in groups the bot sees only commands and replies to it",
            "turn it off in BotFather (/setprivacy, Disable) and add the bot to its groups again",
        )


def _about_hook(hook: dict[str, Any], wanted: str | None) -> Iterator[SetupProblem]:
    url = hook.get("url") or ""
    if not url:
        yield SetupProblem("no webhook is set", _ADVICE_WITHOUT_HOOK.get(wanted, "run telegram setup again"))
    elif wanted is None or url == wanted:
        yield SetupProblem(f"updates are delivered to {url}")
    else:
        yield SetupProblem(
            f"updates are delivered to {url}",
            "another installation may use this token: use one bot per installation, or run telegram setup",
        )
    yield from _about_deliveries(hook)
    missing = sorted(set(ALLOWED_UPDATES) - set(hook.get("allowed_updates") or ALLOWED_UPDATES))
    if url and missing:
        yield SetupProblem(f"not delivered: {', '.join(missing)}", "run telegram setup again")


def _about_deliveries(hook: dict[str, Any]) -> Iterator[SetupProblem]:
    waiting = hook.get("pending_update_count")
    if isinstance(waiting, int) and waiting:
        advice = "check that the address responds" if waiting >= MANY_WAITING else None
        yield SetupProblem(f"{waiting} updates wait at Telegram", advice)
    failed_at = hook.get("last_error_date")
    if isinstance(failed_at, int):
        yield SetupProblem(
            f"the last failed delivery was at {datetime.fromtimestamp(failed_at, UTC):%Y-%m-%d %H:%M} UTC:"
            f" {hook.get('last_error_message', '?')}",
            "check that the address responds from the internet, with a valid certificate",
        )
