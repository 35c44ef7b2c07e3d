"""Sending: parts of the outbox are claimed, sent through a messenger and settled."""
