"""Stores the provider's answer to a probe."""

from dataclasses import replace

from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp


def keep_probe(uow: UnitOfWork, channel: str, code: str | None, stamp: Stamp) -> None:
    """Store the channel as up if `code` is None, else as down with the code of the problem."""
    state = uow.channels.lock(channel)
    if code is None:
        breaker = state.breaker.answered()
    elif state.breaker.down:
        breaker = replace(state.breaker, code=code)
    else:
        breaker = state.breaker.opened(code, stamp.now)
    if breaker != state.breaker:
        uow.channels.save(replace(state, breaker=breaker))
