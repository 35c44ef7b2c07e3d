"""Moves a chat to another address: it stays the same chat, and counts once (R12)."""

from dataclasses import replace

from app.application.outbox.tell_once import cancel_waiting
from app.application.stamp import WriteContext
from app.domain.chats.chat import Chat


def move_chat(writing: WriteContext, channel: str, old_address: str, new_address: str) -> Chat | None:
    """Join two addresses into one chat and return it; None if neither is known.

    The new address becomes the present one; a repetition changes nothing. Messages from the new address may
    arrive before the news of the move, and then have a chat of their own: that chat is merged into the other
    one. Two working chats of different customers stay as they are, because their owner is unknown here.
    """
    uow = writing.uow
    old, new = _lock_both(writing, channel, old_address, new_address)
    if old is None and new is None:
        return None
    if old is None and new is not None:
        uow.chats.add_address(new, old_address)
        return new
    if old is not None and new is None:
        uow.chats.add_address(old, new_address)
        return _at(writing, old, new_address)
    assert old is not None  # noqa: S101 - for the type checker: all other cases are above
    assert new is not None  # noqa: S101
    if old.id == new.id:
        # News of an earlier move: the chat may have moved again since.
        return _at(writing, old, new_address) if old.address == old_address else old
    if None not in {old.customer_id, new.customer_id} and old.customer_id != new.customer_id:
        return new
    return _merged(writing, old, new, new_address)


def release_chat(writing: WriteContext, chat: Chat) -> None:
    """Make due the messages from the time when the chat was unassigned; each keeps its own time (4.1)."""
    uow = writing.uow
    uow.inbox.release(chat.id, writing.now)
    uow.gatherings.wake(chat.id, writing.now)
    uow.unassigned_chats.remove(chat.id)


def _lock_both(
    writing: WriteContext, channel: str, old_address: str, new_address: str
) -> tuple[Chat | None, Chat | None]:
    """Lock both chats, always in the same order, so that two moves do not wait for each other."""
    chats = writing.uow.chats
    found = [chats.find(channel, address) for address in (old_address, new_address)]
    held = {id_: chats.lock_by_id(id_) for id_ in sorted({chat.id for chat in found if chat is not None})}
    old, new = (None if chat is None else held[chat.id] for chat in found)
    return old, new


def _at(writing: WriteContext, chat: Chat, address: str) -> Chat:
    """Make an address the present one."""
    if chat.address == address:
        return chat
    moved = replace(chat, address=address, updated_at=writing.now, version=chat.version + 1)
    writing.uow.chats.set_address(moved)
    writing.uow.chats.save(moved)
    return moved


def _merged(writing: WriteContext, old: Chat, new: Chat, address: str) -> Chat:
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
