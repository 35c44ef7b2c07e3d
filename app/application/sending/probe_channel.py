"""Keeps what the provider answered when it was asked whether it knows us."""

from dataclasses import replace

from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp


def keep_probe(uow: UnitOfWork, channel: str, code: str | None, stamp: Stamp) -> None:
    """Let the channel be up if nothing is wrong; else it stays down, with the code of what is."""
    state = uow.channels.lock(channel)
    if code is None:
        breaker = state.breaker.answered()
    elif state.breaker.down:
        breaker = replace(state.breaker, code=code)
    else:
        breaker = state.breaker.opened(code, stamp.now)
    if breaker != state.breaker:
        uow.channels.save(replace(state, breaker=breaker))
