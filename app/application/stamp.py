"""The instant and the ids of one call, made before its transaction, which may run twice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Protocol

from app.application.ports.store import UnitOfWork
from app.domain.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Stamp:
    """The instant of a call, and the first of its ids as an integer (UUIDv7).

    `now` is aware. Ids are counted up from `first_id`: a second run of the same work makes the same ids in
    the same order.
    """

    now: datetime
    first_id: int

    def ids(self) -> "Ids":
        """Return the series of ids from its start."""
        return Ids(self.first_id)


class Ids:
    """Ids for new objects, as increasing UUID strings."""

    def __init__(self, first: int) -> None:
        """Start at `first`."""
        self._numbers: Iterator[int] = count(first)

    def next(self) -> str:
        """Return the next id."""
        digits = f"{next(self._numbers):032x}"
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        return "-".join(parts)


class Clock(Protocol):
    """The only source of instants and of ids."""

    def stamp(self) -> Stamp:
        """Return the stamp of a call that begins now."""
        ...


@dataclass(frozen=True, slots=True)
class WriteContext:
    """The unit of work, the instant and the new ids of one writing transaction."""

    uow: UnitOfWork
    now: datetime
    ids: Ids

    def not_before(self, ticket: Ticket) -> "WriteContext":
        """Return the context for a locked ticket: its instant is not before the ticket's last change.

        The instant was taken before the transaction, which may have waited for a later one.
        """
        return replace(self, now=max(self.now, ticket.updated_at))
