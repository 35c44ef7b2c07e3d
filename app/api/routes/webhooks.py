"""Webhooks of messengers: they store an update and do nothing else (4.1).

The response follows the commit and has no body: Telegram would treat a JSON object with a member `method`
as a call of its own API. An update that cannot be stored gets 503, so that the messenger sends it again.
"""

import hmac

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.keys import Access
from app.api.http.operation import Operation, Success
from app.api.http.problems import Problem
from app.api.http.routing import operation
from app.application.chats.receive_update import read_key, receive_update

TELEGRAM = "telegram"
SECRET_HEADER = b"x-telegram-bot-api-secret-token"

router = APIRouter()


def admit_telegram(request: Request) -> None:
    """Compare the secret in constant time. Problem; `not_found` where the channel is off."""
    webhooks = services_of(request).webhooks
    if TELEGRAM not in webhooks.messengers or not webhooks.telegram_secrets:
        raise Problem("not_found")
    shown = [value for name, value in request.scope["headers"] if name == SECRET_HEADER]
    # Every known secret is compared, so that the time reveals nothing about them.
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
    services = services_of(request)
    messenger = services.webhooks.messengers[TELEGRAM]
    update = read_key(messenger, await request.body(), services.clock.stamp().now)
    await services.store.write(lambda uow: receive_update(uow, update))
    return Response(status_code=200)
