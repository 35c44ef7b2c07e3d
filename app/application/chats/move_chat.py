"""Moves a chat to another address: it stays the same chat, and counts once (R12)."""

from dataclasses import replace

from app.application.errors import ChatAssignedElsewhereError, NotFoundError
from app.application.outbox.tell_once import cancel_waiting
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.domain.chats.address import ChatAddress
from app.domain.chats.chat import Chat


def move_chat(writing: WriteContext, old_address: ChatAddress, new_address: ChatAddress) -> Chat | None:
    """Join two addresses into one chat and return it; None if neither is known.

    The new address becomes the present one; a repetition changes nothing. Messages from the new address may
    arrive before the news of the move, and then have a chat of their own: that chat is merged into the other
    one. Two working chats of different customers stay as they are, because their owner is unknown here.
    """
    chats = writing.uow.chats
    old, new = _lock_both(
        writing, *(chats.find(address.channel, address.text) for address in (old_address, new_address))
    )
    if old is None:
        if new is not None:
            chats.add_address(new, old_address.text)
        return new
    if new is not None and old.id == new.id and old.address != old_address.text:
        return old  # news of an earlier move: the chat has moved again since
    return new if _of_two_customers(old, new) else _joined(writing, old, new, new_address)


def correct_address(uow: UnitOfWork, chat_id: str, text: str, stamp: Stamp) -> Chat:
    """Correct the address of a chat; a chat that has this address already is merged into it.

    Raises NotFoundError for an unknown chat, AddressError for an address that its channel does not have, and
    ChatAssignedElsewhereError if the two chats are working chats of two customers.
    """
    writing = WriteContext(uow, stamp.now, stamp.ids())
    known = uow.chats.get(chat_id)
    if known is None:
        raise NotFoundError("chat_not_found")
    address = ChatAddress(known.channel, text)
    chat, present = _lock_both(writing, known, uow.chats.find(address.channel, address.text))
    if chat is None:
        raise NotFoundError("chat_not_found")
    if _of_two_customers(chat, present):
        raise ChatAssignedElsewhereError
    return _joined(writing, chat, present, address)


def release_chat(writing: WriteContext, chat: Chat) -> None:
    """Make due the messages from the time when the chat was unassigned; each keeps its own time (4.1)."""
    uow = writing.uow
    uow.inbox.release(chat.id, writing.now)
    uow.gatherings.wake(chat.id, writing.now)
    uow.unassigned_chats.remove(chat.id)


def _lock_both(writing: WriteContext, old: Chat | None, new: Chat | None) -> tuple[Chat | None, Chat | None]:
    """Lock both chats, always in the same order, so that two moves do not wait for each other.

    If `new` was merged into another chat since it was read, that chat is locked instead.
    """
    ids = sorted({chat.id for chat in (old, new) if chat is not None})
    held = {id_: writing.uow.chats.lock_by_id(id_) for id_ in ids}
    return old and held[old.id], new and (held[new.id] or writing.uow.chats.lock(new.channel, new.address))


def _of_two_customers(old: Chat, new: Chat | None) -> bool:
    owners = {old.customer_id, None if new is None else new.customer_id} - {None}
    return len(owners) > 1


def _joined(writing: WriteContext, chat: Chat, present: Chat | None, address: ChatAddress) -> Chat:
    """Make an address the present one of a chat; `present` is the chat that has it now, if any."""
    if present is None:
        writing.uow.chats.add_address(chat, address.text)
    elif present.id != chat.id:
        return _merged(writing, chat, present, address)
    return _at(writing, chat, address)


def _at(writing: WriteContext, chat: Chat, address: ChatAddress) -> Chat:
    if chat.address == address.text:
        return chat
    moved = replace(chat, address=address.text, updated_at=writing.now, version=chat.version + 1)
    writing.uow.chats.set_address(moved)
    writing.uow.chats.save(moved)
    return moved


def _merged(writing: WriteContext, old: Chat, new: Chat, address: ChatAddress) -> Chat:
    uow = writing.uow
    kept, stub = (new, old) if old.customer_id is None and new.customer_id is not None else (old, new)
    for customer_id in uow.tickets.owners_in(stub.id):
        uow.customers.share(customer_id)  # before their tickets: the one order of all locks
    cancel_waiting(uow, stub.id, writing.now, for_nobody=True)
    uow.unassigned_chats.merge(kept.id, stub.id)
    uow.chats.absorb(kept, stub)
    merged = replace(
        kept,
        title=kept.title or stub.title,
        private=new.private,
        reachable=new.reachable,
        unreachable_since=new.unreachable_since,
    )
    uow.chats.save(merged)
    merged = _at(writing, merged, address)
    if merged.customer_id is not None:
        release_chat(writing, merged)
    return merged
