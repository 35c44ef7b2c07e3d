"""Chats: stored updates are processed, and messages join tickets or become submissions."""
