"""Chats: their messages, the inbox of provider updates, routing of messages, and gathering."""
