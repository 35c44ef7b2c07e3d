"""Changes of tickets by time alone: deferrals end, and silent resolved tickets are closed."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from app.application.errors import OutcomeUnknownError, StoreUnavailableError
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Clock, Stamp, WriteContext
from app.application.tickets.redecide import redecide, todays_facts
from app.application.tickets.silence import close_for_silence, silent_too_long
from app.application.tickets.ticket_view import lock_ticket_to_decide
from app.domain.tickets.event import Cause
from app.domain.tickets.silence import silent_since_before
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Status

K = TypeVar("K")
Move = Callable[[UnitOfWork, str, Stamp], bool]

AT_ONCE = 50
"""Number of tickets that are looked up at a time; each is changed in a transaction of its own."""

PAUSE_SECONDS = 30.0


class Listing(Protocol[K]):
    """Returns a page of the due tickets after a key."""

    def __call__(self, uow: UnitOfWork, after: K | None) -> Sequence[K]: ...


class HousekeepingObserver(Protocol):
    """Receives the tickets that could not be changed."""

    def stuck(self, ticket_id: str, failure: Exception) -> None:
        """Report an internal error; the other tickets are changed all the same."""
        ...


def resume_ticket(uow: UnitOfWork, ticket_id: str, stamp: Stamp) -> bool:
    """Decide again on a deferral that has ended, with the entitlement of this instant (R5).

    False if the ticket has changed meanwhile, or the deferral has not ended.
    """
    if not _is_over(uow.tickets.get(ticket_id), stamp.now):
        return False
    ticket = lock_ticket_to_decide(uow, ticket_id)
    if not _is_over(ticket, stamp.now):
        return False
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    redecide(writing, ticket, ticket, todays_facts(writing, ticket), cause=Cause.RESUMED)
    return True


def _is_over(ticket: Ticket | None, now: datetime) -> bool:
    if ticket is None or ticket.status is not Status.DEFERRED:
        return False
    return ticket.resume_at is not None and ticket.resume_at <= now


def close_silent_ticket(uow: UnitOfWork, ticket_id: str, stamp: Stamp) -> bool:
    """Close a resolved ticket after three working days without a message.

    False if the ticket has changed meanwhile, or has a new message.
    """
    ticket = uow.tickets.lock(ticket_id)
    if ticket is None or ticket.status is not Status.RESOLVED:
        return False
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    if not silent_too_long(writing, ticket):
        return False
    close_for_silence(writing, ticket)
    return True


class Housekeeping:
    """Changes due tickets, one per transaction, so that a failing ticket does not delay the others."""

    def __init__(
        self, store: Store, clock: Clock, observer: HousekeepingObserver, *, relay: str = "relay"
    ) -> None:
        """Keep the dependencies; `relay` is the name under which heartbeats are stored."""
        self._store = store
        self._clock = clock
        self._observer = observer
        self._relay = relay

    async def run_once(self) -> float | None:
        """Change all due tickets; safe to run in several processes."""
        now = self._clock.stamp().now
        await self._store.write(lambda uow: uow.channels.beat(self._relay, now))

        def resumable(uow: UnitOfWork, after: tuple[datetime, str] | None) -> Sequence[tuple[datetime, str]]:
            return uow.tickets.due_to_resume(now, after=after, limit=AT_ONCE)

        def silent(uow: UnitOfWork, after: str | None) -> Sequence[str]:
            until = silent_since_before(uow.calendar.calendar(), now)
            return uow.tickets.silent_since(until, after=after, limit=AT_ONCE)

        await self._all(resumable, lambda key: self._move(key[1], resume_ticket))
        await self._all(silent, lambda ticket_id: self._move(ticket_id, close_silent_ticket))
        return PAUSE_SECONDS

    async def _all(
        self,
        listed: Listing[K],
        move: Callable[[K], Awaitable[None]],
    ) -> None:
        """Change every ticket of a list, page by page, and continue after one that fails."""
        last: K | None = None
        while True:
            found = await self._store.read(partial(listed, after=last))
            for key in found:
                await move(key)
            if len(found) < AT_ONCE:
                return
            last = found[-1]

    async def _move(self, ticket_id: str, move: Move) -> None:
        stamp = self._clock.stamp()
        try:
            await self._store.write(lambda uow: move(uow, ticket_id, stamp))
        except (StoreUnavailableError, OutcomeUnknownError):
            raise
        except Exception as failure:  # noqa: BLE001 - whatever is wrong with one, the others are moved
            self._observer.stuck(ticket_id, failure)
