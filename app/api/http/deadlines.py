"""Deadlines of a connection: how long the server waits for its client to send or to read."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

MIN_RATE = 1_024
"""Bytes per second that a body or the reading of an answer must reach on average."""


class Waiting(Enum):
    """The part of a conversation that the server waits for."""

    HEAD = auto()
    BODY = auto()
    NEXT = auto()
    READER = auto()


@dataclass(frozen=True, slots=True)
class Deadline:
    """`silence`: seconds without progress. `grace`: seconds before the average rate counts."""

    silence: float
    grace: float


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The deadlines of all connections of a server.

    A head has 10 s in all, however it drips. A body must not pause for 60 s and, after 20 s, must reach
    MIN_RATE. An answer that the client does not read is cut off after 60 s.
    """

    keep_alive: float = 75.0

    def of(self, waiting: Waiting) -> Deadline:
        """Return the deadline of one kind of waiting."""
        match waiting:
            case Waiting.HEAD:
                return Deadline(silence=10, grace=10)
            case Waiting.BODY:
                return Deadline(silence=60, grace=20)
            case Waiting.NEXT:
                return Deadline(silence=self.keep_alive, grace=self.keep_alive)
            case Waiting.READER:
                return Deadline(silence=60, grace=60)


class Progress(NamedTuple):
    """A wait as it is found: `episode` differs between two waits, `moved` counts bytes within one."""

    waiting: Waiting
    episode: int
    moved: int = 0


class Stopwatch:
    """Measures one connection's waits. It is read about once a second, so requests cost it nothing."""

    __slots__ = ("_began", "_began_with", "_moved_at", "_seen")

    def __init__(self) -> None:
        """Start without a wait."""
        self._seen: Progress | None = None
        self._began = self._moved_at = 0.0
        self._began_with = 0

    def is_over(self, now: float, found: Progress | None, deadlines: Deadlines) -> bool:
        """Check whether a wait has exceeded its deadline; `found` is None while the server is at work."""
        seen, self._seen = self._seen, found
        if found is None:
            return False
        if seen is None or (seen.waiting, seen.episode) != (found.waiting, found.episode):
            self._began = self._moved_at = now
            self._began_with = found.moved
            return False
        if seen.moved != found.moved:
            self._moved_at = now
        deadline = deadlines.of(found.waiting)
        allowed = deadline.grace + (found.moved - self._began_with) / MIN_RATE
        return now - self._moved_at >= deadline.silence or now - self._began >= allowed
