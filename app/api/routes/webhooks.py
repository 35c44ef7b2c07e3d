"""Webhooks of messengers: they store an update and do nothing else (4.1).

The response follows the commit and has no body: Telegram would treat a JSON object with a member `method`
as a call of its own API. An update that cannot be stored gets 503, so that the messenger sends it again.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.guard import Operation, Success, operation
from app.api.http.problems import Problem
from app.api.http.security import Access
from app.application.chats.receive_update import read_key, receive_update
from app.application.ports.messengers import Messenger

TELEGRAM = "telegram"
SECRET_HEADER = b"x-telegram-bot-api-secret-token"


router = APIRouter()


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The messengers that may call, by channel, and the accepted secrets of Telegram, present and past."""

    messengers: Mapping[str, Messenger]
    telegram_secrets: tuple[str, ...] = ()


def open_webhooks(app: FastAPI, webhooks: Webhooks) -> None:
    """Store the webhooks in the state of the app."""
    app.state.webhooks = webhooks


def _webhooks_of(request: Request) -> Webhooks:
    webhooks: Webhooks = request.app.state.webhooks
    return webhooks


def admit_telegram(request: Request) -> None:
    """Compare the secret in constant time. Problem; `not_found` where the channel is off."""
    webhooks = _webhooks_of(request)
    if TELEGRAM not in webhooks.messengers or not webhooks.telegram_secrets:
        raise Problem("not_found")
    shown = [value for name, value in request.scope["headers"] if name == SECRET_HEADER]
    # Every known secret is compared, so that the time tells nothing of which one was near.
    matches = [hmac.compare_digest(b"".join(shown), known.encode()) for known in webhooks.telegram_secrets]
    if len(shown) != 1 or not any(matches):
        raise Problem("wrong_webhook_secret", headers={"Connection": "close"})


@operation(
    router,
    "POST",
    "/webhooks/telegram",
    Operation(
        scope=Access.PROVIDER,
        id="receiveTelegramUpdate",
        summary="Store an update of Telegram",
        tag="operations",
        answers=(Success(200, "Stored, now or before."),),
        raw_body=True,
        in_document=False,
        admits=admit_telegram,
    ),
)
async def telegram(request: Request) -> Response:
    """Store an update of Telegram."""
    desk, messenger = services_of(request), _webhooks_of(request).messengers[TELEGRAM]
    update = read_key(messenger, await request.body(), desk.clock.stamp().now)
    await desk.store.write(lambda uow: receive_update(uow, update))
    return Response(status_code=200)
