"""Finds the chat of an address and holds it, whether or not it was known."""

from app.application.stamp import WriteContext
from app.domain.chats.chat import Chat


def lock_or_create_chat(writing: WriteContext, channel: str, address: str) -> Chat:
    """Hold the chat of an address; an unknown one becomes a chat that is nobody's, in version 0 (4.1)."""
    chats = writing.uow.chats
    known = chats.lock(channel, address)
    if known is not None:
        return known
    new = Chat(
        id=writing.ids.next(),
        channel=channel,
        address=address,
        customer_id=None,
        title=None,
        assigned_at=None,
        updated_at=writing.now,
        version=0,
    )
    if chats.add(new):
        return new
    known = chats.lock(channel, address)  # somebody added it a moment ago
    if known is None:
        raise AssertionError("a chat that could not be added is there")
    return known
