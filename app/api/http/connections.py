"""The open connections of a server: their number is bounded, and each has deadlines."""

import errno
import os
import resource
from typing import Protocol

import structlog

from app.api.http.deadlines import Deadlines
from app.observability.http_metrics import ConnectionMetrics

PROBES = frozenset({b"/livez", b"/readyz", b"/metrics", b"/version"})
"""Addresses that are served above the limit of connections."""
PROBE_SEATS = 8
"""Connections above the limit. A newcomer displaces the oldest one that has no request in progress."""
RESERVED_DESCRIPTORS = 256
"""Descriptors for the database, attachments, messengers, logs and the seats above the limit."""
FEWEST = 16
QUIET_SECONDS = 10
"""Seconds without a refused connection after which the limit counts as left."""

log = structlog.get_logger("app.server")


class Connection(Protocol):
    """A client's connection, as far as its server bounds it."""

    @property
    def busy(self) -> bool:
        """Whether a request is in progress."""
        ...

    def check(self, now: float, deadlines: Deadlines) -> None:
        """End the connection if a deadline has passed."""
        ...

    def turn_away(self) -> None:
        """Answer that there are too many connections, and close."""
        ...


class Connections:
    """Admits connections up to a limit, and a few more for probes."""

    def __init__(self, limit: int, deadlines: Deadlines, metrics: ConnectionMetrics) -> None:
        """Start without connections."""
        self.limit = limit
        self._deadlines = deadlines
        self._metrics = metrics
        self._open: set[Connection] = set()
        self._admitted: set[Connection] = set()
        self._seats: dict[Connection, None] = {}
        self._reached = False  # the limit, until it has been quiet for a while
        self._exceeded = False  # since the last sweep
        self._quiet_since = 0.0
        self._refused = 0  # since the limit was reached
        self._exhausted = False

    def opened(self, connection: Connection) -> bool:
        """Admit a connection; return whether it may request anything, or else only probes."""
        self._open.add(connection)
        self._metrics.open.set(len(self._open))
        if len(self._admitted) < self.limit:
            self._admitted.add(connection)
            return True
        if not self._reached:
            log.warning("connection limit reached", limit=self.limit)
        self._reached = self._exceeded = True
        self._seats[connection] = None
        if len(self._seats) > PROBE_SEATS:
            displaced = next((seat for seat in self._seats if not seat.busy), connection)
            del self._seats[displaced]
            displaced.turn_away()
        return False

    def closed(self, connection: Connection) -> None:
        """Free the place of a connection."""
        self._open.discard(connection)
        self._admitted.discard(connection)
        self._seats.pop(connection, None)
        self._metrics.open.set(len(self._open))

    def refused(self, code: str) -> None:
        """Count a request or a connection that was refused before the application saw it."""
        self._metrics.refused.labels(code).inc()
        if code == "too_many_connections":
            self._refused += 1

    def sweep(self, now: float) -> None:
        """Check the deadlines of all connections; call it about once a second."""
        for connection in tuple(self._open):
            connection.check(now, self._deadlines)
        self._report_the_end_of_refusing(now)
        self._report_exhausted_descriptors()

    def _report_the_end_of_refusing(self, now: float) -> None:
        if self._exceeded or len(self._admitted) >= self.limit:
            self._exceeded, self._quiet_since = False, now
        elif self._reached and now - self._quiet_since >= QUIET_SECONDS:
            log.info("connection limit left", refused=self._refused, open=len(self._open))
            self._reached, self._refused = False, 0

    def _report_exhausted_descriptors(self) -> None:
        """Log the beginning and the end of a time without free descriptors.

        New connections then wait in the kernel.
        """
        exhausted = _exhausted()
        if exhausted and not self._exhausted:
            log.error("no file descriptors left, new connections wait", open=len(self._open))
        elif self._exhausted and not exhausted:
            log.info("file descriptors are free again", open=len(self._open))
        self._exhausted = exhausted


def places(wanted: int) -> int:
    """Return the number of connections that the descriptor limit allows, at most the wanted one."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft - RESERVED_DESCRIPTORS >= wanted:
        return wanted
    fitting = max(FEWEST, soft - RESERVED_DESCRIPTORS)
    log.warning("connection limit lowered to fit the descriptor limit", limit=fitting, descriptors=soft)
    return fitting


def _exhausted() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as failure:
        return failure.errno in {errno.EMFILE, errno.ENFILE}
    return False
