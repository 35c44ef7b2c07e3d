"""Limits of new tickets per customer and per chat."""

from typing import Protocol


class CreationLimits(Protocol):
    """Counts new tickets of customers and chats, in the memory of this process.

    A ticket is counted after its commit, so that neither a repeated transaction nor a failed one counts.
    """

    def check(self, customer_id: str, chat_id: str) -> None:
        """Raise CreationLimitReachedError if the customer or the chat may have no further ticket now."""
        ...

    def count(self, customer_id: str, chat_id: str) -> None:
        """Count a new ticket."""
        ...


class Unlimited:
    """No limits."""

    def check(self, customer_id: str, chat_id: str) -> None:
        """Raise nothing."""

    def count(self, customer_id: str, chat_id: str) -> None:
        """Count nothing."""


UNLIMITED = Unlimited()
