"""Locks the chat of an address, known or new."""

from app.application.stamp import WriteContext
from app.domain.chats.address import ChatAddress
from app.domain.chats.chat import Chat


def lock_or_create_chat(writing: WriteContext, address: ChatAddress) -> Chat:
    """Lock the chat of an address; an unknown address gets an unassigned chat in version 0 (4.1)."""
    chats = writing.uow.chats
    known = chats.lock(address.channel, address.text)
    if known is not None:
        return known
    new = Chat(
        id=writing.ids.next(),
        channel=address.channel,
        address=address.text,
        customer_id=None,
        title=None,
        assigned_at=None,
        updated_at=writing.now,
        version=0,
    )
    if chats.add(new):
        return new
    known = chats.lock(address.channel, address.text)  # another transaction has just added it
    if known is None:
        raise AssertionError("a chat that could not be added is there")
    return known
