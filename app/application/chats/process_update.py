"""Processes a stored update: its one effect is in the transaction that marks it done."""

from dataclasses import dataclass, replace

from app.application.chats.chat_facts import ChatArrival
from app.application.chats.lock_chat import lock_or_create_chat
from app.application.chats.move_chat import move_chat
from app.application.chats.receive_message import UpdateResult, receive_message
from app.application.outbox.tell_once import cancel_waiting
from app.application.ports.store import UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.edit_message import revoke_message
from app.domain.chats.address import ChatAddress
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import MAX_NAME, clean
from app.domain.chats.inbound import (
    ChatMoved,
    ChatReachable,
    Ignored,
    Inbound,
    InboundMessage,
    MessageRevoked,
)
from app.domain.chats.inbox import InboxItem, InboxState, done, failed, held

STAFF = "Сотрудник поддержки"
"""Name of a staff member whom only the settings list, by the channel's id."""


@dataclass(frozen=True, slots=True)
class ParsedUpdate:
    """An update as it was parsed, and the facts of its text, before the transaction.

    `text` is clean and without a command. `settings_staff` are the channel's ids of staff in the settings.
    """

    item: InboxItem
    inbound: Inbound
    text: str
    facts: TextFacts
    settings_staff: frozenset[str] = frozenset()


def process_update(uow: UnitOfWork, update: ParsedUpdate, stamp: Stamp) -> UpdateResult:
    """Process an update if it is its turn; a repetition has no effect."""
    item = uow.inbox.take(update.item)
    if item is None:
        return UpdateResult.TAKEN
    writing = WriteContext(uow, stamp.now, stamp.ids())
    result = _effect(writing, update, item)
    if result not in {UpdateResult.CLOSE_FIRST, UpdateResult.TAKEN}:
        uow.inbox.settle(held(item) if result is UpdateResult.HELD else done(item, writing.now))
    return result


def fail_update(uow: UnitOfWork, item: InboxItem, error: str, stamp: Stamp, *, for_good: bool) -> bool:
    """Count a failed try; return whether the update is parked now. False as well for a settled update."""
    taken = uow.inbox.take(item)
    if taken is None:
        return False
    after = failed(taken, error, stamp.now, for_good=for_good)
    uow.inbox.settle(after)
    return after.state is InboxState.PARKED


def _effect(writing: WriteContext, update: ParsedUpdate, item: InboxItem) -> UpdateResult:
    inbound = update.inbound
    if inbound.address is None or isinstance(inbound.event, Ignored):
        return UpdateResult.IGNORED
    match inbound.event:
        case ChatMoved(old, new):
            move_chat(writing, old, new)
            return UpdateResult.MOVED
        case ChatReachable(reachable):
            return _reach(writing, inbound.address, reachable=reachable)
        case MessageRevoked(message_id, occurred_at):
            channel, address = inbound.address.channel, inbound.address.text
            writing.uow.chats.lock(channel, address)
            known = writing.uow.chat_messages.find(channel, address, message_id)
            if known is None:
                return UpdateResult.IGNORED
            revoked = revoke_message(writing, known, min(occurred_at, writing.now))
            return UpdateResult.REVOKED if revoked else UpdateResult.UNCHANGED
        case InboundMessage() as message:
            return _receive(writing, update, item, inbound.address, message)


def _receive(
    writing: WriteContext,
    update: ParsedUpdate,
    item: InboxItem,
    address: ChatAddress,
    message: InboundMessage,
) -> UpdateResult:
    chat = lock_or_create_chat(writing, address)
    if writing.uow.inbox.take(item) is None:
        # The chat was assigned while this transaction waited for it: its held updates come first.
        return UpdateResult.TAKEN
    chat = _seen(writing, chat, update.inbound)
    arrival = ChatArrival(
        inbound=update.inbound,
        message=message,
        text=update.text,
        facts=update.facts,
        received_at=item.received_at,
        staff_name=_staff_name(writing, update, message),
    )
    return receive_message(writing, chat, arrival)


def _staff_name(writing: WriteContext, update: ParsedUpdate, message: InboundMessage) -> str | None:
    sender = message.sender
    if sender.external_id is None:
        return None
    member = writing.uow.staff.find(update.inbound.channel, sender.external_id)
    if member is not None:
        return member.name
    if sender.external_id not in update.settings_staff:
        return None
    return clean(sender.name or STAFF, 100)


def _seen(writing: WriteContext, chat: Chat, inbound: Inbound) -> Chat:
    """Store title and kind of a chat as the messenger reports them; a chat that writes is reachable.

    A working chat keeps the title that staff has given it.
    """
    title = chat.title
    if inbound.title is not None and chat.customer_id is None:
        title = clean(inbound.title, MAX_NAME)
    seen = replace(chat, title=title, private=inbound.private, reachable=True, unreachable_since=None)
    return chat if seen == chat else _saved(writing, seen)


def _reach(writing: WriteContext, address: ChatAddress, *, reachable: bool) -> UpdateResult:
    chat = writing.uow.chats.lock(address.channel, address.text)
    if chat is None or chat.reachable is reachable:
        return UpdateResult.UNCHANGED
    if not reachable:
        # The notice to an unassigned chat would wait in vain; the chat gets another when it writes again.
        cancel_waiting(writing.uow, chat.id, writing.now, for_nobody=True)
    _saved(writing, replace(chat, reachable=reachable, unreachable_since=None if reachable else writing.now))
    return UpdateResult.REACHABILITY


def _saved(writing: WriteContext, chat: Chat) -> Chat:
    changed = replace(chat, updated_at=writing.now, version=chat.version + 1)
    writing.uow.chats.save(changed)
    return changed
