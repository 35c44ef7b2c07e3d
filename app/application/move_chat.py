"""Lets a chat go on under another address: the same chat, not a second one (R12)."""

from dataclasses import replace

from app.application.history import Writing


def move_chat(writing: Writing, channel: str, old_address: str, new_address: str) -> None:
    """Make the new address the chat's present one; repeating it changes nothing."""
    chats = writing.uow.chats
    chat = chats.lock(channel, old_address)
    if chat is None or chat.address == new_address or chats.find(channel, new_address) is not None:
        return
    if chats.add_address(chat.id, channel, new_address):
        chats.save(replace(chat, updated_at=writing.now, version=chat.version + 1))
