"""Outbox: messages to a chat are stored in the transaction that causes them."""
