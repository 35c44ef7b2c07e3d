"""The moment of one call: its instant and its ids, made before the transaction that may run twice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Protocol

from app.application.ports.store import UnitOfWork
from app.domain.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Stamp:
    """`now` is aware; `first_id` is the first of the ids that the call may use (UUIDv7 as an integer).

    Ids are counted up from it, so that a rerun of the same work makes the same ids in the same order.
    """

    now: datetime
    first_id: int

    def ids(self) -> "Ids":
        """Start the series of ids anew."""
        return Ids(self.first_id)


class Ids:
    """Ids for new objects, as UUID strings that grow."""

    def __init__(self, first: int) -> None:
        """Start at `first`."""
        self._numbers: Iterator[int] = count(first)

    def next(self) -> str:
        """Give the next id."""
        digits = f"{next(self._numbers):032x}"
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        return "-".join(parts)


class Clock(Protocol):
    """Gives the instant and the ids of a call; the only source of either."""

    def stamp(self) -> Stamp:
        """Give the stamp of a call that begins now."""
        ...


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What one transaction writes with: the unit of work, the instant and the new ids."""

    uow: UnitOfWork
    now: datetime
    ids: Ids

    def not_before(self, ticket: Ticket) -> "WriteContext":
        """Write on a ticket that is held: never before what was written on it last.

        The instant was taken before the transaction, which may have waited behind a later one.
        """
        return replace(self, now=max(self.now, ticket.updated_at))
