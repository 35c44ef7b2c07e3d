"""Assigns working chats to customers and unassigns them (4.1, 5.1, 5.2; R11, R12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.application.chats.lock_chat import lock_or_create_chat
from app.application.chats.move_chat import release_chat
from app.application.errors import (
    ChatAssignedElsewhereError,
    ChatLimitReachedError,
    NotFoundError,
    UnofficialChannelError,
)
from app.application.outbox.tell_once import cancel_waiting
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.facts import get_customer
from app.application.versions import VersionCheck
from app.domain.calendar.service_hours import moscow_day
from app.domain.chats.address import ChatAddress
from app.domain.chats.chat import Chat
from app.domain.customers.customer import Customer
from app.domain.regulation.entitlement import ChatLimit, chat_limit
from app.domain.vocabulary import OFFICIAL_CHANNELS


@dataclass(frozen=True, slots=True)
class WorkingChat:
    """A customer's chat; `over_limit` marks a surplus chat after a downgrade, which stays in use (R11)."""

    chat: Chat
    over_limit: bool


def assign_chat(
    uow: UnitOfWork,
    customer_id: str,
    address: ChatAddress,
    title: str | None,
    stamp: Stamp,
    *,
    check_version: VersionCheck,
) -> tuple[WorkingChat, bool]:
    """Make a chat the customer's working chat; return it and whether it is new to the customer.

    Messages that were written while it was unassigned are processed now, each as of its own time.
    """
    if address.channel not in OFFICIAL_CHANNELS:
        raise UnofficialChannelError
    writing = WriteContext(uow, stamp.now, stamp.ids())
    # The chat first, as for a received message: only the locked chat shows its customer.
    chat = lock_or_create_chat(writing, address)
    customer = uow.customers.lock(customer_id)
    if customer is None:
        raise NotFoundError("customer_not_found")
    if chat.customer_id == customer_id:
        check_version(chat.version)
        return _renamed(uow, customer, chat, title, stamp), False
    if chat.customer_id is not None:
        raise ChatAssignedElsewhereError
    check_version(0)
    limit = _limit(customer, stamp)
    if len(uow.chats.of_customer(customer_id)) >= limit.chats:
        raise ChatLimitReachedError(limit.clause, limit.chats)
    assigned = _assigned(writing, chat, customer_id, title)
    # The notice to unassigned chats is untrue now, and later parts would wait behind it.
    cancel_waiting(uow, assigned.id, stamp.now)
    release_chat(writing, assigned)
    return WorkingChat(assigned, over_limit=False), True


def unassign_chat(uow: UnitOfWork, customer_id: str, channel: str, address: str, stamp: Stamp) -> None:
    """Unassign a chat, by any stored spelling: its tickets stay, and its waiting messages are cancelled."""
    chat = uow.chats.lock(channel, address)
    if chat is None or chat.customer_id != customer_id:
        raise NotFoundError("chat_not_found")
    freed = replace(
        chat,
        customer_id=None,
        assigned_at=None,
        updated_at=stamp.now,
        version=chat.version + 1,
    )
    uow.chats.save(freed)
    cancel_waiting(uow, chat.id, stamp.now)


def list_chats(
    uow: UnitOfWork, customer_id: str, stamp: Stamp, *, only: str | None = None
) -> list[WorkingChat]:
    """List a customer's working chats by the instant of assignment."""
    customer = get_customer(uow, customer_id, only=only)
    return _marked(uow.chats.of_customer(customer_id), _limit(customer, stamp))


def _limit(customer: Customer, stamp: Stamp) -> ChatLimit:
    return chat_limit(customer.licence, customer.tariffs, moscow_day(stamp.now))


def _marked(chats: Sequence[Chat], limit: ChatLimit) -> list[WorkingChat]:
    return [WorkingChat(chat, place >= limit.chats) for place, chat in enumerate(chats)]


def _renamed(uow: UnitOfWork, customer: Customer, chat: Chat, title: str | None, stamp: Stamp) -> WorkingChat:
    if title != chat.title:
        chat = replace(chat, title=title, updated_at=stamp.now, version=chat.version + 1)
        uow.chats.save(chat)
    marked = _marked(uow.chats.of_customer(customer.id), _limit(customer, stamp))
    return next(working for working in marked if working.chat.id == chat.id)


def _assigned(writing: WriteContext, chat: Chat, customer_id: str, title: str | None) -> Chat:
    assigned = replace(
        chat,
        customer_id=customer_id,
        title=title,
        assigned_at=writing.now,
        updated_at=writing.now,
        version=chat.version + 1,
    )
    writing.uow.chats.save(assigned)
    return assigned
