"""Outcome of a sending by the answer to sendMessage (docs/decisions/0114-sending.md).

The error number and the parameters decide. The description only refines, by parts of it in lower case.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from app.adapters.messengers.telegram.api import UNAUTHORIZED, ApiReply, is_success
from app.adapters.messengers.telegram.members import whole
from app.adapters.messengers.telegram.updates import CHANNEL
from app.domain.chats.address import is_address
from app.domain.sending.outcome import (
    ChannelDown,
    Fixable,
    Permanent,
    Remapped,
    SendOutcome,
    Sent,
    Throttled,
    Transient,
    Unknown,
)

LONGEST_PAUSE = 3_600.0
DEFAULT_PAUSE = 5.0
MOMENTARY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY})
"""Rejections that pass by themselves, like all statuses from 500 on."""

_FIXABLE: Mapping[str, str] = MappingProxyType(
    {
        "message thread not found": "topic_missing",
        "message to be replied not found": "reply_missing",
        "replied message not found": "reply_missing",
        "reply message not found": "reply_missing",
    }
)
_OUR_FAULT: Mapping[str, str] = MappingProxyType(
    {
        "topic_closed": "topic_closed",
        "can't parse entities": "entities_refused",
        "message is too long": "too_long",
        "text is empty": "empty_text",
        "text must be non-empty": "empty_text",
    }
)
_CHAT_BROKEN: Mapping[str, str] = MappingProxyType(
    {
        "chat not found": "chat_not_found",
        "not enough rights": "no_right_to_write",
        "have no rights": "no_right_to_write",
        "need administrator rights": "no_right_to_write",
        "chat_write_forbidden": "no_right_to_write",
        "chat_restricted": "no_right_to_write",
        "peer_id_invalid": "chat_not_found",
        "deactivated": "chat_deleted",
    }
)
_GONE: Mapping[str, str] = MappingProxyType(
    {
        "blocked by the user": "bot_blocked",
        "kicked": "bot_removed",
        "not a member": "bot_removed",
        "user is deactivated": "user_deactivated",
        "chat was deleted": "chat_deleted",
        "can't initiate conversation": "never_wrote",
    }
)


def outcome_of(answer: ApiReply) -> SendOutcome:
    """Return the outcome of a sending by Telegram's answer, or by that of a proxy in between."""
    if answer.succeeded:
        return _taken(answer)
    if answer.body is None or not isinstance(answer.body.get("error_code"), int):
        return _stranger(answer)
    return _refused(answer)


def _taken(answer: ApiReply) -> SendOutcome:
    result = answer.result
    if isinstance(result, dict) and whole(result.get("message_id")):
        return Sent(str(result["message_id"]))
    return Unknown("strange_answer")


def _refused(answer: ApiReply) -> SendOutcome:
    """Return the outcome of a rejection by Telegram itself."""
    moved = answer.parameters.get("migrate_to_chat_id")
    if whole(moved) and is_address(CHANNEL, str(moved)):
        return Remapped(str(moved))
    if answer.code == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(pause_of(answer, DEFAULT_PAUSE))
    if answer.code == HTTPStatus.BAD_REQUEST:
        return _bad_request(answer.description)
    if answer.code == HTTPStatus.FORBIDDEN:
        return Permanent(_code(_GONE, answer.description) or "forbidden", chat_lost=True)
    if _passes(answer.code):
        return _later(answer)
    return ChannelDown(_down(answer.code))


def _bad_request(description: str) -> SendOutcome:
    if fixable := _code(_FIXABLE, description):
        return Fixable(fixable)
    if ours := _code(_OUR_FAULT, description):
        return Permanent(ours)
    if broken := _code(_CHAT_BROKEN, description):
        return Permanent(broken, chat_lost=True)
    return Permanent("refused")


def _stranger(answer: ApiReply) -> SendOutcome:
    """Return the outcome of an answer that is not Telegram's: of a proxy, a gateway, a wrong address."""
    if is_success(answer.status):
        return Unknown("strange_answer")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(pause_of(answer, DEFAULT_PAUSE), whole_channel=True)
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Permanent("too_long")
    if _passes(answer.status):
        return _later(answer)
    return ChannelDown(_down(answer.status))


def _passes(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in MOMENTARY


def _later(answer: ApiReply) -> Transient:
    asked = answer.parameters.get("retry_after") or answer.retry_after
    return Transient(f"http_{answer.code}", None if asked is None else pause_of(answer, 0.0))


def _down(status: int) -> str:
    return "unauthorized" if status in UNAUTHORIZED else f"http_{status}"


def pause_of(answer: ApiReply, otherwise: float) -> float:
    """Return the seconds that Telegram asked to wait, an hour at most; `otherwise` if it asked for none."""
    asked = answer.parameters.get("retry_after")
    if not whole(asked):
        asked = answer.retry_after
    return otherwise if asked is None else min(max(float(asked), 0.0), LONGEST_PAUSE)


def _code(table: Mapping[str, str], description: str) -> str | None:
    return next((code for part, code in table.items() if part in description), None)
